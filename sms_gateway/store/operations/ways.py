"""Ways through the log: ids of texts along one index, newest or oldest first, so many of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sms_gateway.store.statements import Statements, Values

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
    def of(cls, name: str, keys: Sequence[object]) -> Self:
        """The way of some keys, each once."""
        return cls(name, [{"key": key} for key in dict.fromkeys(keys)])


@dataclass(frozen=True, slots=True)
class Walked:
    """The ids on a way, in its order, and whether they are all of them."""

    ids: Sequence[str]
    whole: bool

    def rank(self, span: Span) -> tuple[bool, float, int]:
        """Sorts ways: those that are whole, then those that come furthest, then short ones."""
        if self.whole or not self.ids:
            return (not self.whole, 0.0, len(self.ids))
        last = int(self.ids[-1].replace("-", ""), 16)
        return (True, -last if span.rising else last, len(self.ids))


async def walked(db: Statements, way: Way, span: Span, most: int) -> Walked:
    """Walk along a way, at most so many ids of each of its values."""
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
    bounds = {"low": span.low, "high": span.high, "limit": most}
    ids: set[str] = set()
    ends = []
    for values in way.values:
        found = [row[0] for row in await db.rows(name, {**bounds, **values})]
        ids.update(found)
        if len(found) == most:
            ends.append(found[-1] if found else span.high)
    in_order = sorted(ids, reverse=not span.rising)
    if ends:
        # Behind the end of one walk, others alone would leave gaps.
        end = min(ends) if span.rising else max(ends)
        in_order = [one for one in in_order if one == end or (one < end) == span.rising]
    return Walked(in_order[:most], whole=not ends and len(in_order) <= most)


async def few(db: Statements, name: str, values: Values, most: int) -> Sequence[str] | None:
    """All ids that an index has in no order of ours; None where they are more than so many."""
    ids = [row[0] for row in await db.rows(name, {**values, "limit": most + 1})]
    return None if len(ids) > most else ids


def within(ids: Sequence[str], span: Span) -> Walked:
    """Those of some ids that lie within a span, as a way."""
    inside = (one for one in ids if span.low <= one < span.high)
    return Walked(sorted(inside, reverse=not span.rising), whole=True)
