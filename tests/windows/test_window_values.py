"""What a window holds, and what causes look like in words."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.message import Language
from sms_gateway.domain.windows import GivenCause, causes_told
from sms_gateway.gsm.plain import plain
from sms_gateway.gsm.segment import count
from sms_gateway.windows.announcing import announcement
from tests.parts import START
from tests.windows.windows_desk import HOUR, window

LATE = DossierId("d1")
MOMENT = timedelta(milliseconds=1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    "hours, holds", [(-0.001, False), (0, True), (1, True), (2, True), (2.001, False)]
)
def test_a_moment_lies_in_it_from_its_beginning_to_its_end(hours: float, *, holds: bool) -> None:
    assert window(0, 2).holds(START + hours * HOUR) is holds


def test_an_open_one_holds_all_that_came_since_and_a_called_off_one_nothing() -> None:
    assert window(0).holds(START + 10_000 * HOUR)
    assert not window(0).holds(START - MOMENT)
    assert not window(0, 0).holds(START)
    assert not window(0).holds(None)


def test_causes_stand_beside_one_another_in_the_order_in_which_they_were_given() -> None:
    by_window = GivenCause(LATE, window().id, "", "", START, "os:an")
    in_words = GivenCause(LATE, None, "mất điện", "cả tầng", START + HOUR, "os:binh")
    told = causes_told([by_window, in_words, by_window], [window()])
    assert told == {LATE: ["sự cố máy chủ (818/SNgV-VP)", "mất điện: cả tầng"]}


def test_the_announcement_names_beginning_expected_end_cause_and_hotline() -> None:
    planned = replace(window(9, 12, planned=True), cause="nâng cấp máy chủ")
    told = announcement(planned, Language.VI_ACCENTED, "0258 3999999", ZONE)
    assert "từ 19:15 23/11/2026, dự kiến hoạt động lại lúc 22:15 23/11/2026" in told
    assert "nâng cấp máy chủ" in told
    assert "0258 3999999" in told
    sms = announcement(planned, Language.VI, "0258 3999999", ZONE)
    assert sms == plain(told)
    assert count(sms).segments <= 2
    english = announcement(planned, Language.EN, "0258 3999999", ZONE)
    assert "expected back at 22:15 23/11/2026" in english
