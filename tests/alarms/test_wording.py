"""What people on call read fits into one SMS, whatever it is about."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from sms_gateway.alarms import wording
from sms_gateway.domain.ids import DoorName, IncidentId
from sms_gateway.domain.incidents import NO_DOOR, Incident, Trouble
from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.plain import plain
from sms_gateway.gsm.segment import count
from tests.parts import START

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST_DOOR = DoorName("d" * 32)
NODE = "Sở Nội vụ tỉnh [An Giang] máy số 1 phòng máy"
LARGEST = 44_640
"""Minutes of 31 days; of nothing else are there more."""


def incident(trouble: Trouble) -> Incident:
    return Incident(IncidentId("id"), trouble, LONGEST_DOOR, LARGEST, START)


@pytest.mark.parametrize("trouble", Trouble)
def test_each_text_is_one_unaccented_sms(trouble: Trouble) -> None:
    begun = incident(trouble)
    over = replace(begun, closed_at=START + timedelta(days=31))
    for text in (wording.begun(begun, NODE, ZONE), wording.over(over, NODE, ZONE)):
        assert (count(text).alphabet, count(text).segments) == (Alphabet.GSM7, 1), text
        assert text == plain(text)
        assert "{" not in text


def test_what_is_held_is_told_with_how_many_since_when_and_the_command() -> None:
    text = wording.begun(replace(incident(Trouble.HELD), figure=40_000), "an-giang", ZONE)
    assert text == (
        "CANH BAO an-giang: 40000 tin tu dong bi giu lai, cho nguoi xem. Luc 10:15 23/11."
        " sms-gateway notices held"
    )


def test_a_test_is_one_too() -> None:
    assert count(wording.test(NODE)).segments == 1


def test_the_node_is_shown_in_letters_that_every_telco_carries() -> None:
    assert wording.test("Sở Nội vụ [1]").startswith("THU CANH BAO So Noi vu 1:")


def test_times_are_those_of_here_and_minutes_are_rounded_up() -> None:
    begun = Incident(IncidentId("id"), Trouble.PARKED, NO_DOOR, 7, START)
    assert wording.begun(begun, "n", ZONE) == (
        "CANH BAO n: 7 tin cho nguoi xu ly. Luc 10:15 23/11. sms-gateway alarms"
    )
    over = replace(begun, closed_at=START + timedelta(seconds=61))
    assert wording.over(over, "n", ZONE) == (
        "HET CANH BAO n: 7 tin cho nguoi xu ly. Tu 10:15 23/11, keo dai 2 phut."
    )
