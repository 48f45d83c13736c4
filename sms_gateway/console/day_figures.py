"""What a day was like, from its hours: of all offices, or of those that a person may see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sms_gateway.console.answer_hours import PERIOD, WITHIN, Past, Tallies, Tally, Today, tallies
from sms_gateway.domain.figures import SpeedCount
from sms_gateway.domain.staff import Person

OBJECTIVE: Final = Decimal("0.99")
"""Of the texts are answered in time. More would leave no room for a telco's maintenance."""

_A_DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class HourBar:
    """An hour of the day.

    Attributes:
        at: its beginning.
        texts: how many came.
        slow: how many of them wanted an answer and got none in time, as far as is known.
    """

    at: datetime
    texts: int
    slow: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day.

    Attributes:
        hours: in order.
        texts: all that came.
        tally: those that wanted an answer.
        median, slowest: seconds within which half, and 95 of 100, of the replies were taken by a
            telco; None where none was.
        outcomes, operators: how many of each, the most frequent first.
        missing: hours that are not counted yet.
    """

    hours: Sequence[HourBar]
    texts: int
    tally: Tally
    median: Decimal | None
    slowest: Decimal | None
    outcomes: Sequence[tuple[str, int]]
    operators: Sequence[tuple[str, int]]
    missing: int


@dataclass(frozen=True, slots=True)
class Budget:
    """How the objective stands.

    Attributes:
        tally: of the period, as far as it is counted.
        left: how much of what may be late is left, in percent; negative where more was late.
        hour, day: how many times as fast as planned it was used up in the last hour, and in the
            last 24; None where nothing came.
        missing: hours that are not counted yet.
    """

    tally: Tally
    left: int | None
    hour: Decimal | None
    day: Decimal | None
    missing: int

    def days(self, burn: Decimal) -> int:
        """In how many days a whole budget would be used up."""
        return max(int(PERIOD.days / burn), 1)


def day_figures(today: Today, person: Person, now: datetime) -> DayFigures:
    """The day, as whoever asks may see it."""
    bars, seen = [], []
    outcomes: Counter[str] = Counter()
    operators: Counter[str] = Counter()
    for at, counts in today.hours.items():
        ours = [one for one in counts if person.sees(one.agency)]
        seen += ours
        over = now - at > timedelta(hours=1, seconds=WITHIN / 10)
        tally = _sum([tallies(ours, over=over)], person)
        bars.append(HourBar(at, sum(one.count for one in ours), tally.due - tally.fast))
        for one in ours:
            outcomes[one.outcome] += one.count
            operators[one.operator] += one.count
    taken = _taken(seen)
    return DayFigures(
        hours=bars,
        texts=outcomes.total(),
        tally=_sum([tallies(seen, over=False)], person),
        median=_within(taken, Decimal("0.5")),
        slowest=_within(taken, Decimal("0.95")),
        outcomes=outcomes.most_common(),
        operators=operators.most_common(),
        missing=today.missing,
    )


def budget(past: Past, last_hour: Tallies, person: Person, now: datetime) -> Budget:
    """The objective, as whoever asks may see it."""
    whole = _sum(past.hours.values(), person)
    lately = (one for at, one in past.hours.items() if at > now - _A_DAY)
    late = whole.due - whole.fast
    allowed = (1 - OBJECTIVE) * whole.due
    return Budget(
        tally=whole,
        left=None if not whole.due else int(100 * (allowed - late) / allowed),
        hour=_burn(_sum([last_hour], person)),
        day=_burn(_sum(lately, person)),
        missing=past.missing,
    )


def percent(part: int, whole: int) -> Decimal | None:
    """With one decimal, never rounded up to what was not reached; None of nothing."""
    return Decimal(1000 * part // whole) / 10 if whole else None


def _sum(tallied: Iterable[Tallies], person: Person) -> Tally:
    found = (tally for by in tallied for agency, tally in by.items() if person.sees(agency))
    return sum(found, Tally())


def _burn(tally: Tally) -> Decimal | None:
    if not tally.due:
        return None
    late = Decimal(tally.due - tally.fast) / tally.due
    return (late / (1 - OBJECTIVE)).quantize(Decimal("0.1"))


def _taken(counts: Iterable[SpeedCount]) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in counts:
        if one.tenths is not None:
            found[one.tenths] += one.count
    return found


def _within(taken: Counter[int], share: Decimal) -> Decimal | None:
    """Seconds within which such a share of them was taken."""
    wanted, seen = share * taken.total(), 0
    for tenths in sorted(taken):
        seen += taken[tenths]
        if seen >= wanted:
            return Decimal(tenths) / 10
    return None
