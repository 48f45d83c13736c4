"""Who of the staff is warned: the phone of a room of its dossiers, that of an officer of his."""

from datetime import datetime, timedelta

import pytest

from sms_gateway.domain.dossier import State
from sms_gateway.domain.msisdn import Address
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import MONDAY, ROOM, RULES, STAFF, TABLES, NoticesDesk

HOUR = 3600
OFFICER, DEPUTY = Address("+84900000071"), Address("+84900000072")
NAME = "Nguyễn Văn Cán"
STAFFED = {
    **TABLES,
    "staff": [
        {"room": ROOM, "phone": "0900000070"},
        {"officer": NAME, "phone": "0900000071"},
        {"officer": NAME, "phone": "0900000072"},
        {"officer": "Lê Thị Khác", "phone": "0900000073"},
    ],
}


def here(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=RULES.zone).astimezone(MONDAY.tzinfo)


async def opened(desk: Desk, *, days: int, hours: int) -> NoticesDesk:
    notices = NoticesDesk(desk, STAFFED, warn_days=days, warn_hours=hours)
    await notices.to_the_present()
    return notices


def three_dossiers(notices: NoticesDesk, due: datetime) -> None:
    """One of the room and the officer, one of the room, one of the officer in another room."""
    notices.change(State.PROCESSING, 1, due_at=due, officer=NAME)
    notices.change(State.PROCESSING, 2, due_at=due + timedelta(minutes=15))
    notices.change(State.PROCESSING, 3, due_at=due, officer=NAME, room="Phòng khác")


async def warned(notices: NoticesDesk, seconds: float) -> dict[str, str]:
    """What each phone of the staff gets after so many seconds."""
    notices.texted.clear()
    await notices.look(seconds)
    await notices.leased()
    texts = [mt for mt in notices.texted if not mt.template]
    assert len({mt.recipient for mt in texts}) == len(texts)
    return {mt.recipient.value: mt.text for mt in texts}


async def test_rooms_and_officers_are_warned_days_before_of_what_is_theirs(desk: Desk) -> None:
    notices = await opened(desk, days=2, hours=0)
    three_dossiers(notices, here(26, 15))
    assert await warned(notices, 24 * HOUR) == {}  # 24 November is a holiday
    told = "den han trong 2 ngay lam viec: 170703-000"
    of_officer = f"Nguyen Van Can: 2 ho so {told}1 (26/11) 170703-0003 (26/11)"
    assert await warned(notices, 24 * HOUR) == {
        STAFF.value: f"Phong Lanh su: 2 ho so {told}1 (26/11) 170703-0002 (26/11)",
        OFFICER.value: of_officer,
        DEPUTY.value: of_officer,
    }
    assert await warned(notices, HOUR) == {}


async def test_rooms_and_officers_are_warned_hours_before_of_what_is_theirs(desk: Desk) -> None:
    notices = await opened(desk, days=0, hours=4)
    three_dossiers(notices, here(23, 14))
    told = "den han trong 4 gio lam viec: 170703-000"
    of_officer = f"Nguyen Van Can: 2 ho so {told}1 (14:00 23/11) 170703-0003 (14:00 23/11)"
    assert await warned(notices, 900) == {
        STAFF.value: f"Phong Lanh su: 2 ho so {told}1 (14:00 23/11) 170703-0002 (14:15 23/11)",
        OFFICER.value: of_officer,
        DEPUTY.value: of_officer,
    }
    assert await warned(notices, 900) == {}


@pytest.mark.parametrize(
    "days, hours, due, seconds", [(2, 0, here(26, 15), 48 * HOUR), (0, 4, here(23, 14), 900)]
)
async def test_officers_are_warned_where_no_room_has_a_phone(
    desk: Desk, days: int, hours: int, due: datetime, seconds: float
) -> None:
    tables = {**TABLES, "staff": [{"officer": NAME, "phone": "0900000071"}]}
    notices = NoticesDesk(desk, tables, warn_days=days, warn_hours=hours)
    await notices.to_the_present()
    three_dossiers(notices, due)
    assert list(await warned(notices, seconds)) == [OFFICER.value]
