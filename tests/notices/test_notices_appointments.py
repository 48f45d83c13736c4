"""What time alone brings: apologies, and warnings to staff."""

import unicodedata
from datetime import timedelta

import pytest

from sms_gateway.domain.dossier import State
from sms_gateway.notices.table import load_table
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import ROOM, NoticesDesk

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


async def test_what_is_first_heard_of_on_the_day_after_its_appointment_gets_its_apology(
    notices: NoticesDesk,
) -> None:
    due = notices.desk.clock.at - timedelta(hours=20)
    notices.change(State.PROCESSING, due_at=due)
    told = [name for _ in range(48) for name in await notices.told(HOUR)]
    assert told == ["S4L-nonew"]


async def test_what_is_heard_of_before_the_hour_of_apologies_gets_one_on_that_day(
    notices: NoticesDesk,
) -> None:
    await notices.told(19 * HOUR)  # a quarter past five
    notices.change(State.PROCESSING, due_at=notices.desk.clock.at - timedelta(hours=12))
    assert await notices.told(3.5 * HOUR) == ["S4L-nonew"]
    assert [name for _ in range(48) for name in await notices.told(HOUR)] == []


async def test_who_was_told_with_the_receipt_that_it_is_late_is_not_told_twice(
    notices: NoticesDesk,
) -> None:
    due = notices.desk.clock.at - timedelta(hours=20)
    notices.change(State.ACCEPTED, due_at=due, state_at=notices.desk.clock.at)
    assert [name for _ in range(48) for name in await notices.told(HOUR)] == ["S4L-nonew"]


@pytest.mark.parametrize(
    "state, days, new",
    [
        (State.PROCESSING, 2, None),
        (State.PROCESSING, 40, None),
        (State.PROCESSING, 1, 5),
        (State.PAPERS_NEEDED, 1, None),
        (State.FINISHED, 1, None),
    ],
)
async def test_what_was_late_long_before_it_was_heard_of_gets_no_apology(
    notices: NoticesDesk, state: State, days: int, new: int | None
) -> None:
    now = notices.desk.clock.at
    new_due = None if new is None else now + timedelta(days=new)
    notices.change(state, due_at=now - timedelta(days=days), new_due_at=new_due)
    assert [name for _ in range(48) for name in await notices.told(HOUR)] == []


async def test_what_was_late_before_messages_began_gets_no_apology(desk: Desk) -> None:
    notices = NoticesDesk(desk)
    notices.change(State.PROCESSING, due_at=desk.clock.at - timedelta(hours=20))
    await notices.to_the_present()
    assert [name for _ in range(48) for name in await notices.told(HOUR)] == []


async def test_a_room_is_warned_however_the_case_database_writes_its_name(
    notices: NoticesDesk,
) -> None:
    soon = notices.desk.clock.at + timedelta(days=3, hours=1)
    notices.change(State.PROCESSING, 1, due_at=soon, room=f" {ROOM.upper()}")
    await notices.told(24 * HOUR)  # 24 November is a holiday
    assert await notices.told(24 * HOUR) == [""]
    (mt,) = notices.texted
    assert mt.text.startswith("Phong Lanh su: 1 ho so")


def test_a_room_that_is_written_in_two_ways_is_one_with_all_its_phones() -> None:
    wanted = ("Phòng Hộ tịch", "0900000001"), ("PHÒNG  HỘ TỊCH", "0900000002")
    again = (unicodedata.normalize("NFD", "phòng hộ tịch"), "0900000001")
    staff = [{"room": room, "phone": phone} for room, phone in (*wanted, again)]
    rooms = load_table({"staff": staff}, "VN").rooms
    assert {name: len(phones) for name, phones in rooms.items()} == {"Phòng Hộ tịch": 2}
