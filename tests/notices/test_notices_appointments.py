"""What time alone brings: apologies, and warnings to staff."""

from datetime import timedelta

from sms_gateway.domain.dossier import State
from tests.notices.notices_desk import NoticesDesk

HOUR = 3600


async def test_an_appointment_that_passed_is_told_once_with_an_apology(
    notices: NoticesDesk,
) -> None:
    due = notices.desk.clock.at + timedelta(hours=2)
    notices.change(State.PROCESSING, due_at=due)
    assert await notices.told(12 * HOUR) == []
    assert await notices.told(10.5 * HOUR) == ["S4L-nonew"]  # a quarter to nine, the next day
    assert await notices.told(24 * HOUR) == []
    new = notices.desk.clock.at + timedelta(hours=2)
    notices.change(State.PROCESSING, due_at=due, new_due_at=new)
    assert await notices.told(20 * HOUR) == []
    assert await notices.told(4 * HOUR) == ["S4L-nonew"]
    assert await notices.told(24 * HOUR) == []


async def test_what_stands_still_by_the_law_is_not_overdue(notices: NoticesDesk) -> None:
    due = notices.desk.clock.at + timedelta(hours=2)
    notices.change(State.PAPERS_NEEDED, due_at=due)
    await notices.told()
    assert await notices.told(24 * HOUR) == []


async def test_staff_are_warned_once_a_day_of_what_is_due_soon(notices: NoticesDesk) -> None:
    soon = notices.desk.clock.at + timedelta(days=3, hours=1)
    notices.change(State.PROCESSING, 1, due_at=soon)
    notices.change(State.PROCESSING, 2, due_at=soon + timedelta(days=9))
    assert await notices.told(24 * HOUR) == []  # 24 November is a holiday
    assert await notices.told(24 * HOUR) == [""]
    assert await notices.told(HOUR) == []
    (mt,) = notices.texted
    assert mt.text == "Phong Lanh su: 1 ho so den han trong 2 ngay lam viec: 170703-0001 (26/11)"
    assert await notices.told(23 * HOUR) == [""]
    assert await notices.told(24 * HOUR) == ["S4L-nonew"]


async def test_staff_are_not_warned_at_the_weekend(notices: NoticesDesk) -> None:
    soon = notices.desk.clock.at + timedelta(days=7, hours=1)
    notices.change(State.PROCESSING, 1, due_at=soon)
    told = [await notices.told(24 * HOUR) for _ in range(7)]
    assert told == [[], [], [""], [""], [], [], [""]]


async def test_who_begins_anew_in_the_night_still_tells_what_passed_the_day_before(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, due_at=notices.desk.clock.at)
    await notices.told()
    await notices.look(19 * HOUR)  # a quarter past five
    await notices.store.notices.forget("other_dossiers", notices.desk.clock.at)
    told = [name for _ in range(6) for name in await notices.told(HOUR)]
    assert told == ["S4L-nonew"]


async def test_nobody_gets_an_apology_while_it_is_unknown_what_changed(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, due_at=notices.desk.clock.at)
    await notices.told()
    notices.caught_up = False
    assert await notices.told(22 * HOUR) == []
    notices.change(State.FINISHED, due_at=notices.desk.clock.at)
    notices.caught_up = True
    assert await notices.told() == ["S9-undated"]
    assert await notices.told() == []


async def test_what_goes_on_after_its_date_without_a_new_one_gets_its_apology_the_next_day(
    notices: NoticesDesk,
) -> None:
    due = notices.desk.clock.at + timedelta(days=1)
    notices.change(State.PROCESSING, due_at=due)
    await notices.told()
    notices.change(State.PAPERS_NEEDED, due_at=due)
    assert await notices.told() == ["S5-undated"]
    for _ in range(5):
        assert await notices.told(12 * HOUR) == []
    notices.change(State.PROCESSING, due_at=due)
    told = [name for _ in range(96) for name in await notices.told(HOUR)]
    assert told == ["S4L-nonew"]


async def test_what_goes_on_and_gets_a_new_date_that_lies_ahead_is_not_late(
    notices: NoticesDesk,
) -> None:
    due = notices.desk.clock.at + timedelta(days=1)
    notices.change(State.PAPERS_NEEDED, due_at=due, state_at=notices.desk.clock.at)
    await notices.told(60 * HOUR)
    new = notices.desk.clock.at + timedelta(days=9)
    notices.change(State.PROCESSING, due_at=due, new_due_at=new)
    told = [name for _ in range(48) for name in await notices.told(HOUR)]
    assert told == []
