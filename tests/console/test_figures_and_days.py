"""Figures and days are written as each language writes them, and days are read as people do."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.console.moments import day_of, moment_of
from sms_gateway.console.numerals import Figure, duration, number, octets
from sms_gateway.console.report_chart import chart_of, read_as, total_as
from sms_gateway.domain.figures import SentCount
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.staff import Role
from sms_gateway.reports.billing_table import document_of
from sms_gateway.reports.document import Number
from tests.console.console_desk import ConsoleHouse

VI, EN = PageLanguage.VI, PageLanguage.EN
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    "value, vietnamese, english",
    [
        (Decimal("77.1"), "77,1", "77.1"),
        (0.0, "0,0", "0.0"),
        (1234567, "1.234.567", "1,234,567"),
        (12, "12", "12"),
    ],
)
def test_a_figure_has_the_marks_of_its_language(
    value: Figure, vietnamese: str, english: str
) -> None:
    assert (number(value, VI), number(value, EN)) == (vietnamese, english)


def test_octets_are_read_in_a_unit_that_fits() -> None:
    assert [octets(n, VI) for n in (99, 1_500_000, 8_600_000_000)] == ["99 B", "1,5 MB", "8,6 GB"]


@pytest.mark.parametrize(
    "seconds, vietnamese, english",
    [
        (0.2, "0 giây", "0 seconds"),
        (61, "1 phút 1 giây", "1 minute 1 second"),
        (7200, "2 giờ", "2 hours"),
        (90061, "1 ngày 1 giờ", "1 day 1 hour"),
    ],
)
def test_a_time_that_passed_is_said_in_words(seconds: float, vietnamese: str, english: str) -> None:
    assert duration(seconds, catalogue(VI)) == vietnamese
    assert duration(seconds, catalogue(EN)) == english


@pytest.mark.parametrize("typed", ["2026-03-09", "09/03/2026", "9/3/2026", " 9/3/2026 "])
def test_a_day_is_read_as_a_browser_sends_it_and_as_people_write_it(typed: str) -> None:
    assert day_of(typed) == date(2026, 3, 9)


@pytest.mark.parametrize("typed", ["2026-03-09T08:30", "09/03/2026 08:30", "9/3/2026 08:30"])
def test_a_moment_too(typed: str) -> None:
    assert moment_of(typed, HANOI) == datetime(2026, 3, 9, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["31/02/2026", "09-03-2026", "2026/03/09", "9/3/26", "", "x"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert day_of(typed) is None
    assert moment_of(typed, HANOI) is None


async def test_a_list_of_messages_takes_days_as_people_write_them(house: ConsoleHouse) -> None:
    browser = await house.signed_in(Role.CLERK)
    page = await browser.get("/console/messages?from=09/03/2026")
    assert 'value="2026-03-09"' in page.text


def test_a_report_on_a_page_reads_codes_and_figures_as_people_do() -> None:
    assert read_as("kind", "follow_up") == "trả lời bổ sung"
    assert read_as("reason", "S4-nodue") == "S4-nodue đang xử lý, chưa có hẹn"
    assert read_as("reason", "of_tomorrow") == "of_tomorrow"
    assert read_as("door", "reply") == "reply"
    assert read_as("texts", Number(1234)) == "1.234"
    assert total_as(Number(29, Decimal("87.88"))) == "29 (87,88 %)"
    assert total_as(Number(29, Decimal("100.00"))) == "29 (100 %)"


def test_bars_of_charging_are_named_by_kind_and_reason() -> None:
    sent = [
        SentCount(DoorName("a"), kind, "free", reason, 1, 1, 1, 1)
        for kind, reason in (("reply", "repeat"), ("reply", "S4"), ("notice", "notice"))
    ]
    chart = chart_of(document_of(sent, "", "", ()))
    assert chart is not None
    assert [name for name, _, _ in chart.rows] == [
        "trả lời: hỏi lại điều đã hỏi",
        "trả lời: S4 đang xử lý",
        "tin báo tự động",
    ]
