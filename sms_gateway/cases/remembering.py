"""Somebody else's case database, with our copy behind it for when it cannot answer."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from sms_gateway.cases.breaker import Breaker
from sms_gateway.cases.copy import Copy
from sms_gateway.cases.embedded.rows import Row, Rules
from sms_gateway.cases.reading import found_by, read_records
from sms_gateway.cases.remote import Away, Remote, Told
from sms_gateway.domain.dossier import (
    UNREADABLE,
    Ambiguous,
    CaseLookup,
    Found,
    NotFound,
    Stale,
    Unavailable,
    may_be_a_code,
)
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.ports import Clock

_log = structlog.get_logger("cases")

_NOT_FOUND = NotFound()
_SLOW = Away("slow", "the case database took too long")
LEFT = 32
"""Questions that nobody waits for and that have not ended, at most; then none is asked."""


def share_of(limit: float) -> float:
    """Seconds that the remote database may take of those of a look-up; the copy has the rest."""
    return limit * 0.75


@dataclass(frozen=True, slots=True)
class Around:
    """What it needs besides the two.

    Attributes:
        rules: of records.
        seconds: of one question to the remote database.
        clock: time.
        breaker: whether to ask it.
        saw: takes what was read.
    """

    rules: Rules
    seconds: float
    clock: Clock
    breaker: Breaker
    saw: Callable[[Sequence[Row]], None]


class Remembering:
    """Implements `ports.CaseDirectory` before a `Remote` and our copy.

    What the remote says holds, also that there is no such dossier. Where it cannot say, the copy
    stands in, and says how old it is.
    """

    def __init__(self, remote: Remote, copy: Copy, around: Around) -> None:
        self._remote = remote
        self._copy = copy
        self._around = around
        self._left: set[asyncio.Task[Told | Away]] = set()

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        """See `ports.CaseDirectory.find_many`."""
        answers: dict[CanonicalKey, CaseLookup] = dict.fromkeys(keys, _NOT_FOUND)
        # What no number can be is not asked for.
        wanted = [key for key in answers if may_be_a_code(key)]
        if not wanted:
            return answers
        began = self._now()
        told = await self._told(wanted)
        if isinstance(told, Away):
            return answers | await self._instead(dict.fromkeys(wanted, told.reason))
        read = read_records(told.records, self._around.rules)
        self._around.saw([replace(row, read_at=began) for row in read.rows])
        found = found_by(read.rows, self._now())
        answers |= {key: found[key] for key in wanted if key in found}
        unread = [key for key in wanted if read.is_lost(key)]
        lost = {**dict.fromkeys(unread, UNREADABLE), **told.lost}
        if read.unreadable:
            fields = ", ".join(sorted(read.fields))
            _log.warning("cases.unreadable", count=read.unreadable, reason=fields)
        return answers | await self._instead({k: why for k, why in lost.items() if k not in found})

    def _now(self) -> int:
        return round(self._around.clock.now().timestamp() * 1000)

    async def _told(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        breaker = self._around.breaker
        if (refused := breaker.refused()) is not None:
            return refused
        told: Told | Away = _SLOW
        try:
            told = await self._in_time(keys)
        except Exception as error:  # noqa: BLE001  # with a bug in its door the copy can still answer
            _log.error("cases.broke", error=type(error).__name__)
            told = Away("broke", "asking failed by a fault of ours")
        finally:
            # Also where whoever asked did not wait.
            breaker.heard(told if isinstance(told, Away) else None, keys)
        return told

    async def _in_time(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        """What it says within the time. After that nobody waits for it, nor for its end.

        A driver that is cancelled may wait for a connection to close, and take the time of the
        copy with it.
        """
        if len(self._left) >= LEFT:
            return _SLOW
        task = asyncio.create_task(self._remote.find(keys))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._around.seconds)
            return task.result() if done else _SLOW
        finally:
            if not task.done():
                self._left.add(task)
                task.add_done_callback(self._ended)
                task.cancel()

    def _ended(self, task: asyncio.Task[Told | Away]) -> None:
        self._left.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("cases.broke", error=type(error).__name__)

    async def _instead(self, reasons: Mapping[CanonicalKey, str]) -> dict[CanonicalKey, CaseLookup]:
        """What the copy says of numbers, each with the reason why the remote did not."""
        if not reasons:
            return {}
        copies = await self._copy.find_many(list(reasons))
        answers: dict[CanonicalKey, CaseLookup] = {}
        for key, reason in reasons.items():
            copy = copies[key]
            if isinstance(copy, Found | Ambiguous):
                answers[key] = Stale(copy, reason)
            else:
                answers[key] = Unavailable(reason)
        return answers
