"""The tables that an office signs, as pages, prints and files."""

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from sms_gateway.cases.embedded import ReadRows, Rules, migrate_cases, open_embedded, read_file
from sms_gateway.console.forms import Fields
from sms_gateway.console.report_query import query_of
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import AgencyId, LoginName, Person, Role, StaffId
from sms_gateway.reports import making
from sms_gateway.reports.document import Document
from sms_gateway.reports.making import Kind, Making, NotMade, Wanted
from sms_gateway.reports.period import Period
from sms_gateway.reports.renderers import as_html
from tests.access.access_desk import Clock
from tests.console.console_desk import ConsoleHouse
from tests.console.console_parts import AGENCY, ZONE, sources_of

REPORTS = "/console/reports"
SAMPLE = Path(__file__).parents[2] / "config" / "samples" / "q3-2017.csv"
NOVEMBER = "?kind=messages&period=month&day=2026-11-23"
Q3 = "?kind=dossiers&period=quarter&day=2017-08-01"
DAYS = Period(date(2026, 11, 1), date(2026, 11, 30), ZONE)


def person(agencies: Sequence[str] | None = None) -> Person:
    """A viewer, of these agencies or of all."""
    chosen = None if agencies is None else frozenset(map(AgencyId, agencies))
    return Person(StaffId("1"), LoginName("an"), "An", Role.VIEWER, chosen, Language.VI)


async def imported(house: ConsoleHouse) -> None:
    """The dossiers of the report of 2017."""
    rules = Rules(ZONE, lambda _code: "", lambda _secret: "")
    read = await asyncio.to_thread(read_file, SAMPLE, rules)
    assert isinstance(read, ReadRows)
    at = house.desk.folder / "cases.db"
    await migrate_cases(at, 0)
    async with open_embedded(at, Clock(house.desk)) as directory:
        await directory.import_rows(read.rows)


async def test_before_one_is_chosen_the_page_says_what_would_be_here(house: ConsoleHouse) -> None:
    page = await (await house.signed_in(Role.VIEWER)).get(REPORTS)
    assert page.status == 200
    assert "Chưa có báo cáo" in page.text
    assert "<table" not in page.text


async def test_texts_are_counted_with_a_chart_and_nothing_is_run(house: ConsoleHouse) -> None:
    evil = "<script>alert(1)</script>"
    arrival = house.desk.arrival(f"{evil} xin hoi")
    await house.desk.record(replace(arrival, mo=replace(arrival.mo, operator=evil)))
    await house.desk.reply()
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(f"{REPORTS}{NOVEMBER}")
    assert page.status == 200
    assert "Từ ngày 01/11/2026 đến ngày 30/11/2026" in page.text
    assert '<svg class="chart"' in page.text
    assert '<th scope="row">10</th><td class="number">2</td>' in page.text
    printed = await viewer.get(f"{REPORTS}/print{NOVEMBER}")
    for shown in (page.text, printed.text):
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)" in shown
        assert "900000001" not in shown


async def test_the_print_view_is_what_the_command_line_prints(house: ConsoleHouse) -> None:
    await imported(house)
    viewer = await house.signed_in(Role.VIEWER)
    printed = await viewer.get(f"{REPORTS}/print{Q3}")
    days = Period(date(2017, 7, 1), date(2017, 9, 30), ZONE)
    wanted = Wanted(Kind.DOSSIERS, days)
    made = await Making(sources_of(house.desk)).make(wanted, house.desk.clock.at)
    assert isinstance(made, Document)
    theirs = (await asyncio.to_thread(as_html.render, made)).decode()
    ours = printed.text
    assert ours.partition("<body>")[2] == theirs.partition("<body>")[2]
    assert "<style" not in ours
    assert "Người lập biểu" in ours
    address = ours.partition('rel="stylesheet" href="')[2].partition('"')[0]
    style = await viewer.get(address)
    assert style.text in theirs
    assert "default-src 'none'" in printed.headers["Content-Security-Policy"]


async def test_dossiers_of_another_agency_are_in_no_number(house: ConsoleHouse) -> None:
    await imported(house)
    theirs = await house.signed_in(login="theirs", agencies=["H32.01"])
    ours = await house.signed_in(login="ours", agencies=["000.00.12.H32"])
    for query in (Q3, f"{Q3}&agency=000.00.12.H32"):
        page = (await theirs.get(f"{REPORTS}{query}")).text
        assert "Không có hồ sơ nào trong kỳ" in page
    assert "Tổng cộng 3 thủ tục" in (await ours.get(f"{REPORTS}{Q3}")).text


async def test_texts_of_another_agency_are_in_no_number(house: ConsoleHouse) -> None:
    await house.desk.reply()
    for kind in (Kind.MESSAGES, Kind.BILLING):
        for agencies, none in (((AGENCY,), False), (("H32.01",), True), (None, False)):
            making_ = Making(sources_of(house.desk))
            wanted = Wanted(kind, DAYS, agencies=agencies)
            made = await making_.make(wanted, house.desk.clock.at)
            assert isinstance(made, Document)
            assert (not made.tables[0].rows) is none


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_file_is_audited_and_runs_nothing(house: ConsoleHouse, form: str) -> None:
    arrival = house.desk.arrival("=cmd|' /C calc'!A0 hello")
    await house.desk.record(replace(arrival, mo=replace(arrival.mo, operator="=1+1")))
    clerk = await house.signed_in()
    page = await clerk.get(f"{REPORTS}{NOVEMBER}")
    forged = f"{REPORTS}/file{NOVEMBER}&agency=x%0A2026-11-23%20staff:boss"
    octets = await clerk.octets(forged, {"form": form}, page)
    if form == "csv":
        cells = [c for row in csv.reader(io.StringIO(octets.decode("utf-8-sig"))) for c in row]
        assert "'=1+1" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(octets))
        assert "=1+1" in {c for row in book.get_sheet_by_name("Nhà mạng").to_python() for c in row}
    ((by, act, subject, detail),) = await house.desk.rows(
        "SELECT by, act, subject, detail FROM audit WHERE act = 'report.export'"
    )
    assert (by, act, subject) == ("staff:clerk-1", "report.export", "messages")
    days = "from=2026-11-01 to=2026-11-30"
    assert detail == f"4 rows, {form}, kind=messages {days} agencies=all"


async def test_viewers_get_no_file(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(f"{REPORTS}{NOVEMBER}")
    assert "/file" not in page.text
    got = await viewer.post(f"{REPORTS}/file{NOVEMBER}", {"form": "csv"}, page)
    assert got.status == 403


async def test_one_report_is_made_at_a_time_and_the_page_says_so(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    assert house.console.turn.take("other")
    busy = await viewer.get(f"{REPORTS}{NOVEMBER}")
    assert (busy.status, "Đang lập báo cáo cho người khác" in busy.text) == (503, True)
    house.console.turn.give_back("other")
    assert (await viewer.get(f"{REPORTS}{NOVEMBER}")).status == 200


async def test_a_report_that_takes_too_long_ends(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "LONGEST", 0)
    made = await Making(sources_of(house.desk)).make(
        Wanted(Kind.MESSAGES, DAYS), house.desk.clock.at
    )
    assert made is NotMade.TOO_LONG
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(f"{REPORTS}{NOVEMBER}")
    assert (page.status, "quá một phút" in page.text) == (422, True)
    assert house.console.turn.take("other")


@pytest.mark.parametrize(
    "fields, days",
    [
        ({"period": "day", "day": "2026-11-23"}, (date(2026, 11, 23), date(2026, 11, 23))),
        ({"period": "week", "day": "2026-11-25"}, (date(2026, 11, 23), date(2026, 11, 29))),
        ({"period": "month", "day": "2028-02-03"}, (date(2028, 2, 1), date(2028, 2, 29))),
        ({"day": "2026-12-31"}, (date(2026, 12, 1), date(2026, 12, 31))),
        ({"period": "quarter", "day": "2026-11-30"}, (date(2026, 10, 1), date(2026, 12, 31))),
        ({"period": "quarter", "day": "2026-06-30"}, (date(2026, 4, 1), date(2026, 6, 30))),
        (
            {"period": "days", "from": "2026-01-05", "to": "2026-01-07"},
            (date(2026, 1, 5), date(2026, 1, 7)),
        ),
        ({"period": "days", "from": "2026-01-07", "to": "2026-01-05"}, None),
        ({"period": "days", "from": "2001-01-07", "to": "2026-01-05"}, None),
        ({"day": "9999-12-31"}, None),
        ({"day": "x"}, None),
    ],
)
def test_a_period_is_the_one_around_its_day(
    fields: dict[str, str], days: tuple[date, date] | None
) -> None:
    query = query_of(Fields({"kind": "messages", **fields}), person(), date(2026, 11, 27), ZONE)
    if days is None:
        assert query.why
        assert query.wanted is None
    else:
        assert query.wanted is not None
        assert (query.wanted.period.first, query.wanted.period.last) == days


def test_nobody_asks_for_an_agency_that_is_not_theirs() -> None:
    fields = Fields({"kind": "messages", "agency": "H32.02"})
    today = date(2026, 11, 27)
    theirs = query_of(fields, person(["H32.01"]), today, ZONE).wanted
    assert theirs is not None
    assert theirs.agencies == ("H32.01",)
    everyone = query_of(fields, person(), today, ZONE).wanted
    assert everyone is not None
    assert everyone.agencies == ("H32.02",)
