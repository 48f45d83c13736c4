"""A workbook is read by a process of its own, which no file gets the gateway into trouble by."""

import asyncio
import io
import os
import subprocess
import sys
from datetime import datetime

import pytest
import xlsxwriter

from sms_gateway.reports.workbook import GivenUp, Limits, NotRead, Rows, apart, read_apart

SMALL = Limits(unpacked=1024 * 1024, seconds=60)


def book(rows: int = 1) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, day = made.add_worksheet(), made.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for row in range(rows):
        sheet.write_string(row, 0, "Mã tin" if row else " M ")
        sheet.write_number(row, 1, 84900000001)
        sheet.write_datetime(row, 2, datetime(2026, 11, 23, 12, 30), day)  # noqa: DTZ001  # as books
        sheet.write_boolean(row, 4, boolean=True)
    made.close()
    return out.getvalue()


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads has become the file's own."""
    monkeypatch.setattr(apart, "PROGRAM", "tests.reports.hostile_reader")


def test_cells_are_texts_and_moments_in_their_places() -> None:
    read = read_apart(book(), Limits())
    assert isinstance(read, Rows)
    day = datetime(2026, 11, 23, 12, 30)  # noqa: DTZ001  # a workbook knows no zone
    assert list(read) == [["M", "84900000001", day, "", "True"]]
    assert list(read) == list(read)


def test_what_needs_more_memory_than_it_may_is_too_large() -> None:
    # The program itself takes more.
    assert read_apart(book(5000), Limits(memory=1024 * 1024)) is NotRead.TOO_LARGE


def test_what_takes_too_long_is_ended() -> None:
    assert read_apart(book(), Limits(seconds=0)) is NotRead.TOO_LARGE


def test_what_would_be_more_than_it_may_is_told_before_it_is_read() -> None:
    assert read_apart(book(200), Limits(cells=500)) is NotRead.TOO_LARGE
    assert read_apart(book(200), Limits(unpacked=500)) is NotRead.TOO_LARGE


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    "what, why",
    [
        ("endless", NotRead.TOO_LARGE), ("no memory", NotRead.TOO_LARGE),
        ("broken", NotRead.DAMAGED), ("cut off", NotRead.DAMAGED), ("crashes", NotRead.DAMAGED),
        ("rows and fails", NotRead.DAMAGED),
    ],
)  # fmt: skip
def test_whatever_the_process_does_is_told_as_the_file_s_fault(what: str, why: NotRead) -> None:
    assert read_apart(what.encode(), SMALL) is why


@pytest.mark.usefixtures("hostile")
def test_one_that_hangs_after_its_answer_is_ended_at_its_time() -> None:
    assert read_apart(b"hangs", Limits(seconds=1)) is NotRead.TOO_LARGE


@pytest.mark.usefixtures("hostile")
async def test_what_is_given_up_ends_at_once_also_before_it_began() -> None:
    given_up = GivenUp()
    for _ in ("before", "behind"):
        reading = asyncio.to_thread(read_apart, b"hangs", Limits(), given_up)
        asyncio.get_running_loop().call_soon(given_up.end)
        assert await asyncio.wait_for(reading, 60) is NotRead.TOO_LARGE


@pytest.mark.usefixtures("hostile")
def test_it_gets_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_GATEWAY_TELCO__PASSWORD", "x")
    monkeypatch.setenv("PGPASSWORD", "x")
    read = read_apart(b"environment", SMALL)
    assert isinstance(read, Rows)
    (names,) = read
    allowed = {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "LC_CTYPE"}
    assert "PYTHONPATH" in names
    assert set(map(str, names)) <= allowed


def test_the_limits_hold_within_the_process() -> None:
    told = (
        "import resource\n"
        "from sms_gateway.reports.workbook.__main__ import bound\n"
        "bound(512 << 20, 7)\n"
        "print([resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU,"
        " resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)])\n"
        "try:\n    bytearray(600 << 20)\nexcept MemoryError:\n    print('refused')\n"
    )
    said = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-c", told], capture_output=True, check=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert said.stdout.splitlines() == [f"[{512 << 20}, 7, 0, 0]", "refused"]
