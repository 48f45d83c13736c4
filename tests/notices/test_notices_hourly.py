"""Staff are warned some working hours before an appointment that has a time of day."""

from datetime import datetime, timedelta

import pytest

from sms_gateway.domain.dossier import State
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import MONDAY, RULES, NoticesDesk

MINUTE, HOUR = 60, 3600


@pytest.fixture
async def notices(desk: Desk) -> NoticesDesk:
    """Four hours before, and no days."""
    made = NoticesDesk(desk, warn_days=0, warn_hours=4)
    await made.to_the_present()
    return made


def here(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=RULES.zone).astimezone(MONDAY.tzinfo)


async def warned(notices: NoticesDesk, seconds: float) -> list[str]:
    """The texts to staff that go out after so many seconds."""
    notices.texted.clear()
    await notices.look(seconds)
    await notices.leased()
    return [mt.text for mt in notices.texted if not mt.template]


async def test_staff_are_warned_of_an_appointment_four_working_hours_before_it(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, 1, due_at=here(16, 30))
    assert await warned(notices, 15 * MINUTE) == []  # 10:30; at 11:00 four hours are left
    assert await warned(notices, 30 * MINUTE) == [
        "Phong Lanh su: 1 ho so den han trong 4 gio lam viec: 170703-0001 (16:30 23/11)"
    ]
    assert await warned(notices, 15 * MINUTE) == []
    assert await warned(notices, 2 * HOUR) == []


async def test_hours_of_lunch_and_of_a_holiday_do_not_count(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1, due_at=here(8, day=25))
    assert await warned(notices, 3 * HOUR) == []  # 13:15: 3:45 of today and 0:30 of Wednesday
    assert len(await warned(notices, 15 * MINUTE)) == 1
    assert await warned(notices, 24 * HOUR) == []


async def test_nobody_is_warned_while_the_offices_are_closed(notices: NoticesDesk) -> None:
    assert await warned(notices, 7 * HOUR) == []
    notices.change(State.PROCESSING, 1, due_at=here(8, 30, day=25))
    assert await warned(notices, MINUTE) == []
    assert await warned(notices, 24 * HOUR) == []  # 24 November is a holiday
    assert len(await warned(notices, 14.5 * HOUR)) == 1


async def test_an_appointment_without_a_time_of_day_is_no_matter_of_hours(
    notices: NoticesDesk,
) -> None:
    late = here(23, 59) + timedelta(seconds=59)
    notices.change(State.PROCESSING, 1, due_at=late)
    for _ in range(8):
        assert await warned(notices, HOUR) == []


async def test_what_is_known_only_when_it_is_due_soon_is_warned_of_too(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, 1, due_at=here(15))
    assert len(await warned(notices, 15 * MINUTE)) == 1
    notices.change(State.PROCESSING, 2, due_at=here(14))
    assert await warned(notices, MINUTE) == []  # soon again only a quarter of an hour later
    (text,) = await warned(notices, 15 * MINUTE)
    assert "1 ho so" in text
    assert "170703-0002 (14:00 23/11)" in text


async def test_an_appointment_that_moves_is_warned_of_again(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1, due_at=here(14))
    assert len(await warned(notices, 15 * MINUTE)) == 1
    notices.change(State.PROCESSING, 1, due_at=here(15))
    (text,) = await warned(notices, 15 * MINUTE)
    assert "170703-0001 (15:00 23/11)" in text


async def test_a_process_that_begins_again_warns_of_nothing_twice(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1, due_at=here(14))
    assert len(await warned(notices, 15 * MINUTE)) == 1
    await notices.desk.die()
    notices.begin()
    assert await warned(notices, MINUTE) == []
    notices.change(State.PROCESSING, 2, due_at=here(16))
    assert len(await warned(notices, 15 * MINUTE)) == 1


async def test_what_could_not_be_written_is_warned_of_once_at_the_next_look(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, 1, due_at=here(14))
    notices.feed.down = True
    assert await warned(notices, 15 * MINUTE) == []
    notices.feed.down = False
    assert len(await warned(notices, MINUTE)) == 1


async def test_days_and_hours_may_both_be_wanted(desk: Desk) -> None:
    notices = NoticesDesk(desk, warn_days=1, warn_hours=4)
    notices.change(State.PROCESSING, 1, due_at=here(14))
    await notices.to_the_present()
    await notices.leased()
    assert sorted(mt.text.split(":")[1][:38] for mt in notices.texted) == [
        " 1 ho so den han trong 1 ngay lam viec",
        " 1 ho so den han trong 4 gio lam viec",
    ]
