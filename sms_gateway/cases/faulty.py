"""Dossiers that changed and could not be read: asked for by their numbers again, for some days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import msgspec
import structlog
from msgspec import Struct

from sms_gateway.cases.copy import Copy
from sms_gateway.cases.embedded.rows import Row, Rules
from sms_gateway.cases.learning import Counted, count
from sms_gateway.cases.reading import Read, read_records
from sms_gateway.cases.remote import Away, Remote
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.ports import Clock

_log = structlog.get_logger("cases")

MOST = 100
"""So many are kept; of more than that the oldest is given up."""

AT_ONCE = 20
"""Numbers of one question."""

FIRST_MS, LONGEST_MS = 5 * 60_000, 6 * 3_600_000
"""How long one rests before it is asked for again: twice as long each time."""

TRIES = 24
"""So often one is asked for, within five days; then it is learned when it changes again."""


class Faulty(Struct, frozen=True, array_like=True):
    """One of them.

    Attributes:
        key: its number.
        fields: names of the fields that could not be read.
        tries: how often it was asked for since.
        due: not before this moment it is asked for again, milliseconds since the epoch.
    """

    key: CanonicalKey
    fields: tuple[str, ...]
    tries: int
    due: int


_DECODER = msgspec.json.Decoder(tuple[Faulty, ...])


async def faulty(copy: Copy, cursor: str) -> Sequence[Faulty]:
    """All of them. Raises CaseTablesError.

    Args:
        copy: where they are kept.
        cursor: under which name it is kept how far the database was read.
    """
    told = await copy.cursor(_place(cursor))
    try:
        return _DECODER.decode(told) if told else ()
    except msgspec.MsgspecError:
        return ()


@dataclass(frozen=True, slots=True)
class Faults:
    """Keeps and retries them.

    Attributes:
        remote, copy: see there.
        rules: of records.
        source: who tells of them: `sql` or `http`.
        cursor: under which name it is kept how far that was read.
        clock: time.
        counted: takes what became of dossiers, and of how many.
    """

    remote: Remote
    copy: Copy
    rules: Rules
    source: str
    cursor: str
    clock: Clock
    counted: Counted

    async def met(self, read: Read) -> None:
        """Keep those of a page, before it counts as read. Raises CaseTablesError."""
        if not read.codes:
            return
        kept = await faulty(self.copy, self.cursor)
        known = {one.key for one in kept}
        fields, due = tuple(sorted(read.fields)), self._now() + FIRST_MS
        fresh = [Faulty(key, fields, 0, due) for key in read.codes if key not in known]
        if fresh:
            await self._keep([], [*kept, *fresh])

    async def again(self) -> None:
        """Ask for those that are due, and learn those that are mended. Raises CaseTablesError."""
        now, kept = self._now(), await faulty(self.copy, self.cursor)
        due = [one for one in kept if one.due <= now][:AT_ONCE]
        if not due:
            return
        keys = [one.key for one in due]
        told = await self.remote.find(keys)
        if isinstance(told, Away):
            rows: Sequence[Row] = ()
            left: Collection[CanonicalKey] = keys
        else:
            read = read_records(told.records, self.rules)
            rows = [replace(row, read_at=now) for row in read.rows]
            left = {key for key in keys if key in told.lost or read.is_lost(key)}
        asked = {one.key: _asked(one, now) for one in due}
        await self._keep(rows, [
            asked.get(one.key, one) for one in kept if one.key in left or one.key not in asked
        ])  # fmt: skip

    async def _keep(self, rows: Sequence[Row], all_of_them: Sequence[Faulty]) -> None:
        left = [one for one in all_of_them if one.tries < TRIES][-MOST:]
        if given_up := len(all_of_them) - len(left):
            self.counted("given_up", given_up)
            _log.warning("cases.given_up", count=given_up)
        told = (_place(self.cursor), msgspec.json.encode(left).decode() if left else "")
        count(await self.copy.learn(rows, self.source, told), self.counted)

    def _now(self) -> int:
        return round(self.clock.now().timestamp() * 1000)


def _place(cursor: str) -> str:
    return f"faulty {cursor}"


def _asked(one: Faulty, now: int) -> Faulty:
    rest = min(FIRST_MS * 2 ** min(one.tries + 1, 16), LONGEST_MS)
    return Faulty(one.key, one.fields, one.tries + 1, now + rest)
