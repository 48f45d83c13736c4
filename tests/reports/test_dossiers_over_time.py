"""Reports of one month after another, of a dossier that goes on meanwhile."""

import asyncio
from datetime import UTC, date
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import ReadRows, Rules, migrate_cases, open_embedded, read_file
from sms_gateway.reports.adding_up import check
from sms_gateway.reports.dossiers import Count, DossierReport, Noted, Order
from tests.cases.embedded.exports import SetClock
from tests.reports.office import ZONE, at, end_of

HEADINGS = "MaHoSo,NgayTiepNhan,NgayHenTra,TrangThaiHoSo,NgayKetThucXuLy,NgayTra,ThoiDiemXuLy\n"
RECEIVED = "A,20261005090000,20261020170000"
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


class Desk:
    """One dossier that is imported again and again, and reports of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._clock = SetClock()

    async def told(self, moment: str, rest: str) -> None:
        """What the export says at a moment: state, end, hand-over, time of the state."""
        self._clock.moment = at(moment).astimezone(UTC)
        read = await asyncio.to_thread(self._read, rest)
        assert isinstance(read, ReadRows)
        async with open_embedded(self._path / "cases.db", self._clock) as directory:
            await directory.import_rows(read.rows)

    def _read(self, rest: str) -> object:
        file = self._path / "export.csv"
        file.write_text(f"{HEADINGS}{RECEIVED},{rest}\n", encoding="utf-8")
        return read_file(file, Rules(ZONE, lambda _code: "", lambda _secret: ""))

    async def report(self, first: date, last: date) -> DossierReport:
        """The report of a period as of its end, with what was carried over."""
        wanted = Order(first, last, end_of(last), ZONE, carried_over=True)
        count = Count(wanted)
        async with open_embedded(self._path / "cases.db", self._clock, writable=False) as directory:
            async for page in directory.handled(wanted.span):
                count.add(page)
        report = count.report()
        check(report)
        return report

    async def numbers(self, first: date, last: date) -> set[str]:
        """The numbers in which the dossier stands."""
        total = (await self.report(first, last)).total
        names = ("received", "carried_over", "resolved", "early", "late", "undated", "pending")
        return {name for name in names if getattr(total, name)}


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    await migrate_cases(tmp_path / "cases.db", 0)
    return Desk(tmp_path)


async def test_a_dossier_that_is_fetched_later_is_resolved_once(desk: Desk) -> None:
    await desk.told("2026-10-05 10:00", "4,,,20261005100000")
    await desk.told("2026-10-15 10:00", "9,,,20261015090000")
    early = {"received", "resolved", "early"}
    assert await desk.numbers(*OCTOBER) == early
    await desk.told("2026-11-10 10:00", "10,,20261110090000,")
    assert await desk.numbers(*OCTOBER) == early
    assert await desk.numbers(*NOVEMBER) == set()
    assert await desk.numbers(OCTOBER[0], NOVEMBER[1]) == early


async def test_a_dossier_that_was_opened_again_is_pending(desk: Desk) -> None:
    await desk.told("2026-10-15 10:00", "9,20261015090000,,")
    await desk.told("2026-10-16 10:00", "5,20261015090000,,20261016090000")
    assert await desk.numbers(*OCTOBER) == {"received", "pending"}
    assert await desk.numbers(*NOVEMBER) == {"carried_over", "pending"}


async def test_an_end_that_was_imported_late_counts_for_the_month_in_which_it_was(
    desk: Desk,
) -> None:
    await desk.told("2026-10-05 10:00", "4,,,")
    await desk.told("2026-11-03 10:00", "9,20261015090000,,")
    assert await desk.numbers(*OCTOBER) == {"received", "resolved", "early"}
    assert await desk.numbers(*NOVEMBER) == set()


async def test_what_was_carried_over_and_then_refused_is_named(desk: Desk) -> None:
    await desk.told("2026-10-05 10:00", "2,,,")
    await desk.told("2026-11-10 10:00", "3,,,20261110090000")
    assert await desk.numbers(*OCTOBER) == {"received", "pending"}
    report = await desk.report(*NOVEMBER)
    assert report.rows == ()
    assert {why.value: ids for why, ids in report.left_out.items()} == {"refused_later": ("A",)}


async def test_the_day_of_the_first_import_is_not_taken_for_an_end(desk: Desk) -> None:
    await desk.told("2026-10-25 10:00", "9,,,")
    assert await desk.numbers(*OCTOBER) == {"received", "resolved", "undated"}


async def test_an_end_that_was_first_heard_of_after_the_moment_of_the_report_is_named(
    desk: Desk,
) -> None:
    await desk.told("2026-11-05 10:00", "9,,,")
    report = await desk.report(*OCTOBER)
    assert report.noted == {Noted.HEARD_LATER: ("A",), Noted.TOLD_LATER: ("A",)}
    assert await desk.numbers(*OCTOBER) == {"received", "pending"}


async def test_a_result_that_is_handed_over_without_a_9_is_judged_by_that_and_noted(
    desk: Desk,
) -> None:
    await desk.told("2026-10-05 10:00", "4,,,20261005100000")
    await desk.told("2026-10-29 10:00", "10,,20261028090000,")
    report = await desk.report(*OCTOBER)
    assert report.total.late == ("A",)
    assert report.noted == {Noted.BY_RETURNED: ("A",)}


async def test_what_changed_after_the_moment_of_the_report_is_noted_with_its_time(
    desk: Desk,
) -> None:
    await desk.told("2026-10-05 10:00", "4,,,20261005100000")
    assert (await desk.report(*OCTOBER)).told_at is None
    await desk.told("2026-11-10 10:00", "9,20261110090000,,")
    report = await desk.report(*OCTOBER)
    assert (report.noted, report.told_at) == (
        {Noted.TOLD_LATER: ("A",)},
        at("2026-11-10 10:00"),
    )
