"""Dossiers that changed and could not be read: asked for by their numbers again, for some days."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import msgspec
import structlog
from msgspec import Struct

from sms_gateway.cases.copy import Copy
from sms_gateway.cases.embedded.rows import Row, Rules
from sms_gateway.cases.learning import Counted, count
from sms_gateway.cases.reading import Read, found_by, read_records
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
        code: its number as the database writes it.
    """

    key: CanonicalKey
    fields: tuple[str, ...]
    tries: int
    due: int
    code: str = ""


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
        leads: whether this node is the one that asks, and writes down what is left.
    """

    remote: Remote
    copy: Copy
    rules: Rules
    source: str
    cursor: str
    clock: Clock
    counted: Counted
    leads: Callable[[], bool]

    async def met(self, read: Read) -> None:
        """Keep those of a page, before it counts as read. Raises CaseTablesError."""
        if not read.codes:
            return
        kept = await faulty(self.copy, self.cursor)
        known = {one.key for one in kept}
        fields, due = tuple(sorted(read.fields)), self._now() + FIRST_MS
        fresh = [
            Faulty(key, fields, 0, due, code)
            for key, code in read.codes.items()
            if key not in known
        ]
        if fresh:
            await self._keep([], [*kept, *fresh])

    async def again(self) -> None:
        """Ask for those that are due, and learn those that are mended. Raises CaseTablesError.

        One that is not found is not mended: it may be written as no number of a citizen's is.
        """
        now, kept = self._now(), await faulty(self.copy, self.cursor)
        due = {one.key: one for one in kept if one.due <= now}
        due = dict(list(due.items())[:AT_ONCE])
        if not due:
            return
        rows, mended = await self._found(list(due.values()), now)
        if not self.leads():
            return
        # Another node may have written meanwhile: what it added or asked for stays as it is.
        await self._keep(rows, [
            _asked(one, now) if one == due.get(one.key) else one
            for one in await faulty(self.copy, self.cursor)
            if one.key not in mended
        ])  # fmt: skip

    async def _found(
        self, due: Sequence[Faulty], now: int
    ) -> tuple[Sequence[Row], Collection[CanonicalKey]]:
        """The dossiers that can be read now, and which of those asked for are mended by that."""
        keys = [one.key for one in due]
        written = [CanonicalKey(one.code) for one in due if one.code]
        told = await self.remote.find(list(dict.fromkeys([*keys, *written])))
        if isinstance(told, Away):
            return (), ()
        read = read_records(told.records, self.rules)
        came = found_by(read.rows, now).keys()
        lost = told.lost
        mended = {key for key in keys if key in came and key not in lost and not read.is_lost(key)}
        return [replace(row, read_at=now) for row in read.rows], mended

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
