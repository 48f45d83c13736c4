"""The table of the report of Q3/2017: the printed one is wrong, ours is the mended one."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import (
    ReadRows,
    Row,
    Rules,
    migrate_cases,
    open_embedded,
    read_file,
)
from sms_gateway.clock import SystemClock
from sms_gateway.reports.adding_up import Counts, check, counts_of, wrong_sums, wrong_total
from sms_gateway.reports.document import Number
from sms_gateway.reports.dossier_table import document_of
from sms_gateway.reports.dossiers import Count, DossierReport, Order
from tests.reports.office import ZONE, end_of

SAMPLE = Path(__file__).parents[2] / "config" / "samples" / "q3-2017.csv"


def printed(*numbers: int) -> Counts:
    """Received, resolved, early, on time, late, pending: the columns of 2017."""
    received, *resolved, pending = numbers
    return Counts._make([received, 0, *resolved, 0, pending])


# As it was signed in 2017 (domain 1.4).
SIGNED_ROWS = (
    printed(10, 10, 10, 0, 0, 0),
    printed(2, 1, 1, 0, 0, 0),
    printed(21, 18, 17, 1, 0, 3),
)
SIGNED_TOTAL = printed(33, 29, 28, 1, 0, 4)
SIGNED_SHARE = "88.87"


@pytest.fixture
def rows() -> Sequence[Row]:
    read = read_file(SAMPLE, Rules(ZONE, lambda _code: "", lambda _secret: ""))
    assert isinstance(read, ReadRows)
    return read.rows


@pytest.fixture
async def report(tmp_path: Path, rows: Sequence[Row]) -> DossierReport:
    await migrate_cases(tmp_path / "cases.db", 0)
    wanted = Order(date(2017, 7, 1), date(2017, 9, 30), end_of(date(2017, 8, 31)), ZONE)
    count = Count(wanted)
    async with open_embedded(tmp_path / "cases.db", SystemClock()) as directory:
        await directory.import_rows(rows)
        async for page in directory.handled(wanted.span):
            count.add(page)
    return count.report()


async def test_the_sample_makes_the_mended_table(report: DossierReport) -> None:
    check(report)
    assert [row.name for row in report.rows] == [
        "Thủ tục giải quyết hồ sơ xin cấp thẻ ABTC",
        "Thủ tục tổ chức hội nghị, hội thảo quốc tế",
        "Thủ tục giải quyết hồ sơ đi nước ngoài của cán bộ, công chức, viên chức và nhân viên",
    ]
    assert [counts_of(row) for row in report.rows] == [
        printed(10, 10, 10, 0, 0, 0),
        printed(2, 1, 1, 0, 0, 1),
        printed(21, 18, 17, 1, 0, 3),
    ]
    assert counts_of(report.total) == printed(33, 29, 28, 1, 0, 4)
    assert report.late == ()
    assert report.left_out == {}


async def test_the_shares_have_two_different_denominators(report: DossierReport) -> None:
    total = document_of(report, "").tables[0].total or ()
    shares = [str(cell.share) for cell in total if isinstance(cell, Number)]
    assert shares == ["None", "87.88", "96.55", "3.45", "0.00", "12.12"]


async def test_each_number_is_traced_to_its_dossiers(report: DossierReport) -> None:
    assert report.total.pending == (
        "000.00.12.H32-170828-0002",
        "000.00.12.H32-170825-0001",
        "000.00.12.H32-170828-0001",
        "000.00.12.H32-170829-0001",
    )
    assert report.total.on_time == ("000.00.12.H32-170731-0001",)


def test_the_table_that_was_signed_in_2017_does_not_add_up() -> None:
    assert [bool(wrong_sums(row)) for row in SIGNED_ROWS] == [False, True, False]
    assert wrong_sums(SIGNED_ROWS[1]) == [
        "received 2 + carried over 0 is not resolved 1 + pending 0"
    ]
    assert wrong_total(SIGNED_ROWS, SIGNED_TOTAL) == ["pending 4 is not the sum 3"]


async def test_its_share_of_resolved_dossiers_was_wrong_too(report: DossierReport) -> None:
    resolved = (document_of(report, "").tables[0].total or ())[3]
    assert isinstance(resolved, Number)
    assert str(resolved.share) != SIGNED_SHARE
