"""Imports that were cut off: finished or forgotten behind the scenes, and nobody waits for it."""

import asyncio
import io
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import EmbeddedDirectory, Row, loader, merge, open_embedded
from sms_gateway.cases.embedded.loader import Loader
from sms_gateway.cases.embedded.tables import Location, Statements, Writer
from sms_gateway.domain.dossier import Found, NotFound
from sms_gateway.domain.secret import Secret
from tests.cases.embedded.exports import Rows, SetClock, key, many, table

OVER = {"done", "abandoned"}
STOPPED = [(100, 0), (1_000, 1_000), (1_100, 1_000)]
"""Steps of work after which an import is stopped, and dossiers that are there in the end."""


async def caught_up(at: Location) -> None:
    """Until no import is under way."""
    async with asyncio.timeout(30):
        while {run[1] for run in await table(at, "import_run")} - OVER:
            pass


async def cut_off(directory: EmbeddedDirectory, rows: Sequence[Row], when: int) -> None:
    """Import, and cancel it once so many steps of work are done."""
    reached = asyncio.Event()

    def told(done: int, _total: int) -> None:
        if done >= when:
            reached.set()

    importing = asyncio.ensure_future(directory.import_rows(rows, progress=told))
    await reached.wait()
    importing.cancel()
    await asyncio.gather(importing, return_exceptions=True)


def events(logs: io.StringIO) -> list[str]:
    return [json.loads(line)["event"] for line in logs.getvalue().splitlines()]


class Gate:
    """Holds every step of an import until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()
        step = Loader._step  # noqa: SLF001  # what is done next to the tables is a dialect's

        async def held(loader: Loader, writer: Writer) -> merge.Run | None:
            self.reached.set()
            await self.opened.wait()
            return await step(loader, writer)

        monkeypatch.setattr(Loader, "_step", held)


async def test_texts_are_answered_while_an_import_that_was_cut_off_is_finished(
    at: Location, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(many(rows_of, 1_000))
        await cut_off(directory, many(rows_of, 1_000, state=9), 1_100)
    gate = Gate(monkeypatch)
    async with open_embedded(at, clock) as directory:
        await gate.reached.wait()
        old = await directory.find_many([key(999)])
        gate.opened.set()
        await caught_up(at)
        new = await directory.find_many([key(999)])
    assert [int(a.dossier.state) for a in old.values() if isinstance(a, Found)] == [4]
    assert [int(a.dossier.state) for a in new.values() if isinstance(a, Found)] == [9]


async def test_who_closes_waits_for_no_more_than_a_step_and_the_next_opening_goes_on(
    at: Location, clock: SetClock, rows_of: Rows, captured_logs: io.StringIO
) -> None:
    async with open_embedded(at, clock) as directory:
        await cut_off(directory, many(rows_of, 1_000), 1_100)
    for _ in range(2):
        async with open_embedded(at, clock):
            pass
        (run,) = await table(at, "import_run")
        assert run[1] == "merging"
    async with open_embedded(at, clock) as directory:
        await caught_up(at)
        assert await directory.count() == 1_000
    assert events(captured_logs) == ["cases.import_finished"]


async def test_an_import_that_comes_meanwhile_is_done_after_the_earlier_one(
    at: Location, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_embedded(at, clock) as directory:
        await cut_off(directory, many(rows_of, 1_000, state=9), 1_100)
    gate = Gate(monkeypatch)
    told: list[tuple[int, int]] = []
    async with open_embedded(at, clock) as directory:
        await gate.reached.wait()
        later = asyncio.ensure_future(
            directory.import_rows(
                many(rows_of, 100), progress=lambda done, of: told.append((done, of))
            )
        )
        gate.opened.set()
        report = await later
        answers = await directory.find_many([key(0), key(999)])
        assert await directory.count() == 1_000
    assert (report.new, report.changed) == (0, 100)
    assert [int(a.dossier.state) for a in answers.values() if isinstance(a, Found)] == [4, 9]
    # While it waits it says so, or whoever asked would think that nobody is there.
    assert told.count((0, 200)) > 1
    assert told[-1] == (200, 200)


@pytest.mark.parametrize("when, there", STOPPED, ids=["staging", "half", "merging"])
async def test_a_cancelled_import_is_forgotten_or_finished_without_another(
    at: Location,
    clock: SetClock,
    rows_of: Rows,
    captured_logs: io.StringIO,
    when: int,
    there: int,
) -> None:
    async with open_embedded(at, clock) as directory:
        await cut_off(directory, many(rows_of, 1_000), when)
        await caught_up(at)
        assert await directory.count() == there
        assert await table(at, "staged") == []
    assert events(captured_logs) == ["cases.import_finished" if there else "cases.import_dropped"]


@pytest.mark.parametrize("when, there", STOPPED, ids=["staging", "half", "merging"])
async def test_a_cancelled_import_is_forgotten_or_finished_before_the_next(
    at: Location, clock: SetClock, rows_of: Rows, when: int, there: int
) -> None:
    async with open_embedded(at, clock) as directory:
        await cut_off(directory, many(rows_of, 1_000), when)
        report = await directory.import_rows(many(rows_of, 1_001)[1_000:])
        assert report.new == 1
        assert await directory.count() == there + 1


@pytest.mark.parametrize("error", [OSError("away"), KeyError("a bug")])
async def test_what_hinders_the_finishing_is_told_once_and_tried_again(
    at: Location,
    clock: SetClock,
    rows_of: Rows,
    monkeypatch: pytest.MonkeyPatch,
    captured_logs: io.StringIO,
    error: Exception,
) -> None:
    async with open_embedded(at, clock) as directory:
        await cut_off(directory, many(rows_of, 1_000), 1_100)
    unhindered, tries = merge.step, iter(range(10))

    async def hindered(tables: Statements, size: int) -> merge.Run | None:
        if next(tries) < 3:
            raise error
        monkeypatch.setattr(merge, "step", unhindered)
        return await unhindered(tables, size)

    monkeypatch.setattr(merge, "step", hindered)
    async with open_embedded(at, clock) as directory:
        async with asyncio.timeout(30):
            while not directory.unfinished:
                await directory.count()
        assert directory.unfinished.startswith(("cases.db: it ", "the dossiers on PostgreSQL: "))
        clock.awake.set()
        await caught_up(at)
        assert await directory.count() == 1_000
        await directory.import_rows([])
        assert directory.unfinished == ""
    assert next(tries) == 4
    assert set(clock.sleeps) == {loader.AGAIN_S}
    assert events(captured_logs) == ["cases.import_unfinished", "cases.import_finished"]
    assert type(error).__name__ in captured_logs.getvalue()


async def test_a_directory_that_is_only_read_has_nothing_to_finish(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await cut_off(directory, many(rows_of, 1_000), 1_100)
    async with open_embedded(at, clock, writable=False) as directory:
        assert directory.unfinished == ""
        assert isinstance((await directory.find_many([key(999)]))[key(999)], NotFound)


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from datetime import UTC, datetime
from sms_gateway.cases.embedded import Rules, open_embedded, read_file
from sms_gateway.domain.secret import Secret

class Clock:
    def now(self):
        return datetime(2026, 11, 23, tzinfo=UTC)

    def monotonic(self):
        return 0.0

where, export, stop = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
at = Secret(where) if "://" in where else Path(where)

def told(done, total):
    if done >= stop:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    rows = read_file(export, Rules(UTC, lambda code: "", lambda secret: "")).rows
    async with open_embedded(at, Clock()) as directory:
        await directory.import_rows(rows, progress=told, replace=True)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "stop, finished", [(125, False), (1_000, False), (1_125, True), (1_750, True), (2_000, True)]
)
async def test_an_import_killed_at_any_moment_has_happened_wholly_or_not_at_all(
    at: Location,
    tmp_path: Path,
    clock: SetClock,
    rows_of: Rows,
    stop: int,
    finished: bool,  # noqa: FBT001 - a table's column
) -> None:
    """1,000 rows are staged up to 1,000 and merged up to 2,000; then old ones are removed."""
    where = at.value if isinstance(at, Secret) else str(at)
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(many(rows_of, 1_200)[900:])
    export = tmp_path / "export.csv"
    lines = "".join(f"H32-26-{n:06d},R{n:06d},9\n" for n in range(1_000))
    await asyncio.to_thread(export.write_text, "MaHoSo,SoBienNhan,TrangThaiHoSo\n" + lines)
    died = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED, where, str(export), str(stop)],
        check=False,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL
    async with open_embedded(at, clock) as directory:
        await caught_up(at)
        answers = await directory.find_many([key(n) for n in (0, 999, 1_100)])
        assert await directory.count() == (1_000 if finished else 300)
    there = [isinstance(answer, Found) for answer in answers.values()]
    assert there == ([True, True, False] if finished else [False, True, True])
    assert await table(at, "staged") == []
