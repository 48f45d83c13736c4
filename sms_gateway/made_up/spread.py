"""When made-up messages come in: mostly on working days, mostly in office hours."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from random import Random

_HOURS = (1, 1, 1, 1, 1, 2, 8, 30, 60, 70, 60, 40, 30, 50, 65, 60, 50, 35, 25, 20, 18, 14, 8, 3)
"""Weight of each hour of the day, as people text: few at night, most before noon."""

_DAYS = (10, 9, 9, 9, 10, 4, 2)
"""Weight of each day of the week, Monday first."""

_HOUR = timedelta(hours=1)
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a log covers.

    Attributes:
        until: its end.
        days: how many before that.
        zone: of the hours in which people text.
    """

    until: datetime
    days: int
    zone: tzinfo


def moments(span: Span, count: int, chance: Random) -> Iterator[int]:
    """When each message comes in, milliseconds since 1970, in order; exactly `count` of them."""
    slots = [span.until - _HOUR * back for back in range(span.days * 24, 0, -1)]
    shares = list(itertools.accumulate(_weight(slot.astimezone(span.zone)) for slot in slots))
    given = 0
    for slot, share in zip(slots, shares, strict=True):
        upto = count * share // shares[-1]
        begin = round(slot.timestamp() * 1000)
        yield from sorted(begin + int(chance.random() * _HOUR_MS) for _ in range(upto - given))
        given = upto


def _weight(local: datetime) -> int:
    return _HOURS[local.hour] * _DAYS[local.weekday()]
