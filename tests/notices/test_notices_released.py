"""What is let go is made anew, of what is true then; what must wait is not made before its time."""

from datetime import timedelta

from sms_gateway.domain.dossier import State
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import RELEASE_ACT
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import MONDAY, NoticesDesk

HOUR = 3600
NEW = Address("+84900000055")


async def released(notices: NoticesDesk) -> None:
    (batch,) = await notices.store.notices.batches()
    order = notices.order(batch.id, RELEASE_ACT, "blast")
    assert (await notices.store.notices.end_batch(order)).texts == batch.texts


async def held(desk: Desk) -> NoticesDesk:
    notices = NoticesDesk(desk, most=2)
    await notices.to_the_present()
    for number in range(5):
        notices.change(State.PAPERS_NEEDED, number, state_at=desk.clock.at)
    assert await notices.told() == []
    return notices


async def test_a_released_text_goes_to_the_phone_of_now_and_not_to_who_wants_none(
    desk: Desk,
) -> None:
    notices = await held(desk)
    for number in range(5):
        wants = number > 2
        notices.change(
            State.PAPERS_NEEDED, number, state_at=desk.clock.at, owners=(NEW,), sms_allowed=wants
        )
    await released(notices)
    await notices.look(60)
    assert await notices.told() == ["S5", "S5"]
    assert {mt.recipient for mt in notices.texted} == {NEW}


async def test_what_is_released_is_not_held_again_and_holds_nothing_else(desk: Desk) -> None:
    notices = await held(desk)
    desk.clock.step(2 * HOUR)
    await released(notices)
    await notices.look(60)
    assert len(await notices.told()) == 5
    notices.change(State.FEE_DUE, 1)
    assert await notices.told() == ["S6"]
    assert await notices.store.notices.batches() == []


async def test_the_date_that_is_told_in_the_morning_is_that_of_the_morning(
    notices: NoticesDesk,
) -> None:
    await notices.look(12 * HOUR)
    notices.change(State.REGISTERED)
    await notices.told()
    at, due = notices.desk.clock.at, MONDAY + timedelta(days=3)
    notices.change(State.ACCEPTED, state_at=at, due_at=due)
    assert await notices.told() == []
    notices.change(State.ACCEPTED, state_at=at, due_at=due + timedelta(days=6))
    assert await notices.told(11 * HOUR) == ["S2"]
    assert "02/12" in notices.texted[0].text


async def test_a_bulk_fix_backwards_is_one_batch(desk: Desk) -> None:
    notices = NoticesDesk(desk, most=20)
    await notices.to_the_present()
    for state in (State.PROCESSING, State.RETURNED, State.FINISHED):
        for number in range(100):
            notices.change(state, number)
        await notices.look(60)
    await notices.look(60)
    (batch,) = await notices.store.notices.batches()
    assert (batch.reason, batch.texts) == ("blast", 100)


async def test_what_told_already_that_the_day_is_over_is_no_apology_twice(
    notices: NoticesDesk,
) -> None:
    notices.change(State.REGISTERED, due_at=MONDAY)
    await notices.told()
    await notices.look(21 * HOUR)  # a quarter past seven, the next day
    notices.change(State.ACCEPTED, due_at=MONDAY, state_at=notices.desk.clock.at)
    assert await notices.told() == ["S4L-nonew"]
    assert await notices.told(HOUR) == []
    assert await notices.told(5 * HOUR) == []
