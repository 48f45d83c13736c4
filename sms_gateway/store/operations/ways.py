"""Ways through the log: ids of texts along one index, newest or oldest first, so many of them."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from sms_gateway.store.statements import Statements, Values

BEHIND = "~"
"""An id with this behind it sorts right behind the id."""

_LEAST_PIECE = 16
_NAMES = {
    "all": ("walk_all_down", "walk_all_up"),
    "sender": ("walk_sender_down", "walk_sender_up"),
    "code": ("walk_code_down", "walk_code_up"),
    "agency": ("walk_agency_down", "walk_agency_up"),
    "outcome": ("walk_outcome_down", "walk_outcome_up"),
    "word": ("walk_word_down", "walk_word_up"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """From which id on, to which it ends before, and whether the oldest comes first."""

    low: str
    high: str
    rising: bool

    def behind(self, one: str) -> Self:
        """What is left of it after an id."""
        if self.rising:
            return replace(self, low=one + BEHIND)
        return replace(self, high=one)


@dataclass(frozen=True, slots=True)
class Way:
    """One index and the values that are looked for in it.

    Attributes:
        name: of the way.
        values: each of them is a walk of its own; their ids are put together.
        fresh: from this id on the index knows nothing, and all texts are on the way.
    """

    name: str
    values: Sequence[Values]
    fresh: str = ""

    @classmethod
    def of(cls, name: str, keys: Sequence[object], fresh: str = "") -> Self:
        """The way of some keys, each once."""
        return cls(name, [{"key": key} for key in dict.fromkeys(keys)], fresh)


@dataclass(frozen=True, slots=True)
class Walked:
    """The ids on a way, in its order, and whether they are all of them."""

    ids: Sequence[str]
    whole: bool

    def rank(self, span: Span) -> tuple[bool, float, int]:
        """Sorts ways: those that are whole, then those that come furthest, then short ones."""
        if self.whole or not self.ids:
            return (not self.whole, 0.0, len(self.ids))
        last = _place(self.ids[-1])
        return (True, -last if span.rising else last, len(self.ids))


async def walked(db: Statements, way: Way, span: Span, most: int) -> Walked:
    """Walk along a way, at most so many ids."""
    if not way.fresh:
        return await _walked(db, way, span, most)
    known = Span(span.low, min(span.high, way.fresh), span.rising)
    fresh = Span(max(span.low, way.fresh), span.high, span.rising)
    parts = [(way, known), (Way("all", ({},)), fresh)]
    ids: list[str] = []
    for part, part_of in parts if span.rising else parts[::-1]:
        found = await _walked(db, part, part_of, most - len(ids))
        ids += found.ids
        if not found.whole:
            return Walked(ids, whole=False)
    return Walked(ids, whole=True)


async def _walked(db: Statements, way: Way, span: Span, most: int) -> Walked:
    name = _NAMES[way.name][span.rising]
    piece = max(most // max(len(way.values), 1), _LEAST_PIECE)
    walks = [_Walk(db, name, values, span, min(piece, most)) for values in way.values]
    sign = 1 if span.rising else -1
    # The next id of each walk: one of them is walked on only when all others lie behind it.
    heads: list[tuple[int, int, str]] = []
    ids: list[str] = []

    async def walk_on(number: int) -> None:
        if (one := await walks[number].step()) is not None:
            heapq.heappush(heads, (sign * _place(one), number, one))

    for number in range(len(walks) if most > 0 else 0):
        await walk_on(number)
    while heads and len(ids) < most:
        _, number, one = heapq.heappop(heads)
        if not ids or ids[-1] != one:
            ids.append(one)
        if len(ids) < most:
            await walk_on(number)
    return Walked(ids, whole=most > 0 and len(ids) < most)


class _Walk:
    """The ids of one value, a piece at a time."""

    def __init__(self, db: Statements, name: str, values: Values, span: Span, piece: int) -> None:
        self._db = db
        self._name = name
        self._values = values
        self._span = span
        self._piece = piece
        self._met: list[str] = []
        self._ended = False

    async def step(self) -> str | None:
        """The next one, None after the last."""
        if not self._met and not self._ended:
            bounds = {"low": self._span.low, "high": self._span.high, "limit": self._piece}
            rows = await self._db.rows(self._name, {**self._values, **bounds})
            self._met = [row[0] for row in reversed(rows)]
            self._ended = len(rows) < self._piece
            self._piece *= 2
            if rows:
                self._span = self._span.behind(rows[-1][0])
        return self._met.pop() if self._met else None


def _place(mo_id: str) -> int:
    return int(mo_id.replace("-", ""), 16)


async def few(db: Statements, name: str, values: Values, most: int) -> Sequence[str] | None:
    """All ids that an index has in no order of ours; None where they are more than so many."""
    ids = [row[0] for row in await db.rows(name, {**values, "limit": most + 1})]
    return None if len(ids) > most else ids


def within(ids: Sequence[str], span: Span) -> Walked:
    """Those of some ids that lie within a span, as a way."""
    inside = (one for one in ids if span.low <= one < span.high)
    return Walked(sorted(inside, reverse=not span.rising), whole=True)
