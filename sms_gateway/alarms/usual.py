"""What usually comes through a door at this hour, and what came."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.incidents import Traffic, hour_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_WEEK_HOURS = 7 * 24
_WEEKS = 4
_FEWEST_WEEKS = 3


class Usual:
    """Counts texts by door and hour; in memory, written down and read again now and then."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[DoorName, int]] = Counter()
        self._last: dict[tuple[DoorName, bool], datetime] = {}
        self._first: dict[DoorName, int] = {}
        self._unsaved: dict[tuple[DoorName, bool, int], Traffic] = {}

    def load(self, known: Sequence[Traffic]) -> None:
        """Know what is written down, by all nodes, and what is not written down yet."""
        self._counts.clear()
        self._last.clear()
        self._first.clear()
        for one in (*known, *self._unsaved.values()):
            self._add(one)

    def came(self, door: DoorName, at: datetime, count: int = 1, *, probe: bool = False) -> None:
        """So many texts came, the last one at this moment."""
        one = Traffic(door, probe, hour_of(at), count, at)
        self._add(one)
        self.keep([one])

    def take_unsaved(self) -> Sequence[Traffic]:
        """What is to be written down; give it back by `keep` where that failed."""
        unsaved, self._unsaved = list(self._unsaved.values()), {}
        return unsaved

    def keep(self, unsaved: Sequence[Traffic]) -> None:
        """It is not written down yet."""
        for one in unsaved:
            place = (one.door, one.probe, one.hour)
            other = self._unsaved.get(place)
            count = one.count + (other.count if other else 0)
            last = max(one.last_at, other.last_at) if other else one.last_at
            self._unsaved[place] = Traffic(one.door, one.probe, one.hour, count, last)

    def last(self, door: DoorName, *, probe: bool = False) -> datetime | None:
        """When the last text, or probe text, of a door came."""
        return self._last.get((door, probe))

    def missing(self, door: DoorName, since: datetime, now: datetime) -> float:
        """How many texts usually come through a door between two moments; 0 if nobody knows.

        A day back at most: what was silent for longer is no news.
        """
        since = max(since, now - timedelta(days=1))
        missing, begin = 0.0, since
        while begin < now:
            hour = hour_of(begin)
            end = min(now, _EPOCH + _HOUR * (hour + 1))
            missing += self._usually(door, hour) * ((end - begin) / _HOUR)
            begin = end
        return missing

    def _usually(self, door: DoorName, hour: int) -> int:
        """The second smallest figure of the same hour of the last weeks: one holiday is no rule."""
        first = self._first.get(door, hour)
        hours = [hour - _WEEK_HOURS * week for week in range(1, _WEEKS + 1)]
        known = [self._counts[door, h] for h in hours if h >= first]
        return sorted(known)[1] if len(known) >= _FEWEST_WEEKS else 0

    def _add(self, one: Traffic) -> None:
        key = (one.door, one.probe)
        self._last[key] = max(one.last_at, self._last.get(key, one.last_at))
        if not one.probe:
            self._counts[one.door, one.hour] += one.count
            self._first[one.door] = min(one.hour, self._first.get(one.door, one.hour))
