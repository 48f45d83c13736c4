"""The one-stop software of a model: what it tells, and what of it happened in truth."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from sms_gateway.cases.embedded import EmbeddedDirectory, Place, Row, open_embedded
from sms_gateway.cases.embedded.rows import Progress
from sms_gateway.domain.dossier import State
from sms_gateway.ports import Clock
from tests.notices.notices_desk import MONDAY, NoticesDesk, dossier_id
from tests.parts import AN, BINH

OWNERS = {1: (AN,), 2: (AN, BINH), 3: (BINH,)}
"""Whose the dossiers are; Chi owns none, and follows."""


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@dataclass(slots=True)
class Truth:
    """A dossier as its office has it.

    Attributes:
        row: as a file tells it now.
        told: the same of earlier times, while the source knows when each began.
        became: how often it came into each state.
        steps: all that it came into, and how many of them a copy of the dossiers has.
        copied: see there.
    """

    row: Row
    told: list[Row] = field(default_factory=list)
    became: Counter[State] = field(default_factory=Counter)
    steps: list[Row] = field(default_factory=list)
    copied: int = 0


class Source:
    """Tells a gateway by its real ways in: files, and calls.

    Args:
        notices: what learns of it.
        folder: where the dossiers lie.
    """

    def __init__(self, notices: NoticesDesk, folder: Path) -> None:
        self._notices = notices
        self._path = folder / "cases.db"
        self._saved = folder / "saved.db"
        self._stack = contextlib.AsyncExitStack()
        self.directory: EmbeddedDirectory
        self.truths = {n: Truth(_row(n), [_row(n)]) for n in OWNERS}

    async def open(self) -> None:
        """A process begins on what is on the disk."""
        clock = cast("Clock", _Stepping(self._notices))
        self.directory = await self._stack.enter_async_context(open_embedded(self._path, clock))
        self._notices.feed = self.directory  # type: ignore[assignment]  # the real one
        self._notices.begin()

    async def close(self) -> None:
        """The process ends."""
        await self._stack.aclose()

    async def save(self) -> None:
        """Copy the dossiers."""
        await self.close()
        self._saved.write_bytes(self._path.read_bytes())
        await self.open()
        for truth in self.truths.values():
            truth.copied = len(truth.steps)

    async def put_in_place(self) -> None:
        """The copy stands where newer dossiers were."""
        if self._saved.exists():
            await self.close()
            for more in ("-wal", "-shm"):
                self._path.with_name(self._path.name + more).unlink(missing_ok=True)
            self._path.write_bytes(self._saved.read_bytes())
            await self.open()

    async def file(self, *, replaces: bool = False) -> None:
        """The whole file comes, with what has changed in it since."""
        rows = [truth.row for truth in self.truths.values()]
        await self.directory.import_rows(rows, replace=replaces)

    async def part(self, number: int) -> None:
        """A file that lacks a dossier stands for all; then the whole one comes."""
        rows = [truth.row for n, truth in self.truths.items() if n != number]
        await self.directory.import_rows(rows, replace=True)
        await self.file()

    async def older_file(self, number: int) -> None:
        """A file of earlier comes once more, and then the newest."""
        truth = self.truths[number]
        if len(truth.told) > 1:
            await self.directory.import_rows([truth.told[-2]])
        await self.file()

    def becomes(self, number: int, state: State, *, timed: bool) -> None:
        """A dossier comes into a state; nobody is told of it yet."""
        truth = self.truths[number]
        if truth.row.state == int(state):
            return
        now, last = ms(self._notices.desk.clock.at), truth.row.state_at or 0
        at = max(now, last + 1000) if timed else None
        truth.row = replace(truth.row, state=int(state), state_at=at)
        # Without a time, what is told again and what happens again are the same to anybody.
        truth.told = [*truth.told, truth.row] if timed else []
        truth.became[state] += 1
        truth.steps.append(truth.row)

    async def call(self, number: int) -> None:
        """The newest step of a dossier is told, once more where it was told before."""
        await self._step(self.truths[number].row)

    async def tell_since_copy(self) -> AsyncIterator[None]:
        """Tell step by step what came after the copy that stands in place."""
        for truth in self.truths.values():
            for row in truth.steps[truth.copied :] if self._saved.exists() else ():
                await self._step(row)
                yield

    async def old_call(self, number: int) -> None:
        """An older step comes late, and then the newest one."""
        truth = self.truths[number]
        if len(truth.told) > 1:
            await self._step(truth.told[-2])
        await self._step(truth.row)

    async def _step(self, row: Row) -> None:
        step = Progress(Place(1), row.id, row.state, row.state_at)
        await self.directory.learn([step], "push")


class _Stepping:
    """The clock of the desk, and no rests."""

    def __init__(self, notices: NoticesDesk) -> None:
        self._notices = notices

    def now(self) -> datetime:
        return self._notices.desk.clock.at

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        """Nothing rests here."""


def _row(number: int) -> Row:
    phones = tuple(("owner", phone.value) for phone in OWNERS[number])
    day = 86_400_000
    return Row(
        place=Place(number), id=dossier_id(number), receipt=f"170703-{number:04}",
        agency="000.00.12.H32", state=int(State.PROCESSING), state_at=ms(MONDAY) - 3 * day,
        received_at=ms(MONDAY) - 5 * day, due_at=ms(MONDAY) + 900 * day, new_due_at=None,
        finished_at=None, returned_at=None, submitted_via="online", return_via="post",
        sms_allowed=True, secret_hash="", procedure_code="", procedure_name="", field_code="",
        field_name="", room="", phones=phones,
    )  # fmt: skip
