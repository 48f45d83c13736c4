"""What becomes of a text that has not left when its dossier goes on."""

from datetime import UTC, datetime, timedelta

from sms_gateway.domain.dossier import ReturnVia, State
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import DROP_ACT
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import MONDAY, NoticesDesk

HOUR = 3600
PHONES = (Address("+84900000055"), Address("+84900000056"))


async def looks_until(notices: NoticesDesk, end: datetime) -> None:
    while notices.desk.clock.at < end:
        await notices.look(600)


async def test_an_apology_that_waits_hides_no_change(notices: NoticesDesk) -> None:
    due = MONDAY + timedelta(days=1)
    notices.change(State.PROCESSING, due_at=due)
    await notices.told()
    notices.change(State.PAPERS_NEEDED, due_at=due)
    assert await notices.told() == ["S5-undated"]
    notices.change(State.PROCESSING, due_at=due)
    assert await notices.told() == []
    await looks_until(notices, datetime(2026, 11, 25, 1, 5, tzinfo=UTC))
    assert notices.noted.decisions[-1] == ("queued", "situation_12")
    notices.change(State.PAPERS_NEEDED, due_at=due)
    assert await notices.told() == ["S5-undated"]


async def test_an_apology_that_waits_still_goes_where_a_silent_change_comes(
    notices: NoticesDesk,
) -> None:
    due = MONDAY
    notices.change(State.ACCEPTED, due_at=due, submitted_via=ReturnVia.COUNTER)
    await notices.told()
    await looks_until(notices, datetime(2026, 11, 24, 1, 5, tzinfo=UTC))
    assert notices.noted.decisions[-1] == ("queued", "situation_12")
    notices.change(State.PROCESSING, due_at=due, submitted_via=ReturnVia.COUNTER)
    assert await notices.told() == ["S4L-nonew"]


async def test_an_old_text_does_not_leave_while_the_newer_one_waits(notices: NoticesDesk) -> None:
    notices.change(State.REGISTERED)
    await notices.told()
    notices.change(State.ACCEPTED)
    assert await notices.told() == ["S2"]
    notices.change(State.PAPERS_NEEDED)
    await notices.look(60)
    notices.change(State.FINISHED)
    assert await notices.told() == []
    assert await notices.told(4 * HOUR) == ["S9-undated"]


async def test_what_was_never_told_is_told_when_it_comes_again(notices: NoticesDesk) -> None:
    notices.change(State.REGISTERED)
    await notices.told()
    notices.change(State.ACCEPTED)
    assert await notices.told() == ["S2"]
    notices.change(State.PAPERS_NEEDED)
    await notices.look(60)
    notices.change(State.FINISHED)
    await notices.look(60)
    notices.change(State.PAPERS_NEEDED)
    assert await notices.told() == ["S5-undated"]


async def test_who_was_told_already_knows_it_while_others_wait(desk: Desk) -> None:
    notices = NoticesDesk(desk, per_minute=1)
    await notices.to_the_present()
    notices.change(State.PROCESSING, owners=PHONES)
    await notices.told()
    notices.change(State.FINISHED, owners=PHONES)
    assert await notices.told(50) == ["S9-undated"]
    notices.change(State.PAPERS_NEEDED, owners=PHONES)
    await notices.look(50)
    (batch,) = await notices.store.notices.batches()
    assert batch.reason == "backward"


async def test_after_a_slip_was_dropped_the_citizen_is_not_told_again(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    assert await notices.told() == ["S9-undated"]
    notices.change(State.PAPERS_NEEDED)
    assert await notices.told(5 * HOUR) == []
    (batch,) = await notices.store.notices.batches()
    await notices.store.notices.end_batch(notices.order(batch.id, DROP_ACT))
    notices.change(State.FINISHED)
    assert await notices.told() == []
    assert await notices.told(5 * HOUR) == []


async def test_a_silent_step_back_is_no_news_and_what_follows_it_is_held(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    assert await notices.told() == ["S9-undated"]
    notices.change(State.PROCESSING)
    assert await notices.told(5 * HOUR) == []
    notices.change(State.PAPERS_NEEDED)
    assert await notices.told() == []
    assert notices.noted.decisions[-1] == ("held", "backward")


async def test_a_slip_that_is_mended_tells_nothing_twice(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    assert await notices.told() == ["S9-undated"]
    notices.change(State.PROCESSING)
    assert await notices.told(5 * HOUR) == []
    notices.change(State.FINISHED)
    assert await notices.told(5 * HOUR) == []
