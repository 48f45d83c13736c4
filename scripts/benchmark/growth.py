"""The cost as work grows: a gateway with a full log against one whose log is empty.

Both run at the same time, and each round presses one of them, then the other: so whatever else the
machine does meanwhile hits both alike. Only the ratio means something.
"""

import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from scripts.benchmark.gateway import Running, running
from scripts.benchmark.place import Place
from scripts.benchmark.saturation import Pressure, saturation
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.numbers import Hasher
from sms_gateway.folder import number_key
from sms_gateway.made_up.dossiers import phone, receipt
from sms_gateway.reading import MessageFilter, Reading
from sms_gateway.sqlite.connecting import connect_reader
from sms_gateway.store.sqlite.opening import open_sqlite_reading

_FILE = "gateway.db"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Growth:
    """What a full log costs.

    Attributes:
        messages: in the full log.
        empty, full: round trips per second, by round.
        ratio: the median of full to empty, round by round.
        started_s: how long each took to start: empty, full.
        searches_ms: the slowest of some tries of each search in the full log.
    """

    messages: int
    empty: Sequence[float]
    full: Sequence[float]
    ratio: float
    started_s: tuple[float, float]
    searches_ms: Mapping[str, float]

    def figures(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """For people."""
        slowest = ", ".join(f"{name} {ms:.1f} ms" for name, ms in self.searches_ms.items())
        pairs = zip(self.full, self.empty, strict=True)
        rounds = ", ".join(f"{full / empty:.2f}" for full, empty in pairs)
        full, empty = statistics.median(self.full), statistics.median(self.empty)
        return [
            f"{self.ratio:.2f} of the throughput with an empty log, by round {rounds}",
            f"{full:.0f} round trips/s with {self.messages} messages, {empty:.0f} with none",
            f"start-up {self.started_s[1]:.2f} s, with an empty log {self.started_s[0]:.2f} s",
            f"searches, the slowest of {_TRIES} each: {slowest}",
        ]


async def growth(empty: Place, full: Place, pressure: Pressure, rounds: int) -> Growth:
    """Press both in turn.

    Args:
        empty: a place without messages.
        full: one with many, on SQLite, with the same dossiers.
        pressure: of each turn.
        rounds: so many turns of each.
    """
    searches = await _searches(full, pressure.dossiers)
    with running(empty) as first, running(full) as second:
        figures: list[tuple[float, float]] = []
        for _ in range(rounds):
            at_first = await _turn(first, pressure)
            figures.append((at_first, await _turn(second, pressure)))
        started = (first.started_s, second.started_s)
    return Growth(
        messages=_count(full),
        empty=[one for one, _ in figures],
        full=[other for _, other in figures],
        ratio=statistics.median(other / one for one, other in figures),
        started_s=started,
        searches_ms=searches,
    )


async def _turn(gateway: Running, pressure: Pressure) -> float:
    return (await saturation(gateway, pressure, None, None)).per_second


def _count(place: Place) -> int:
    with closing(connect_reader(place.data / _FILE)) as db:
        (count,) = db.execute("SELECT count(*) FROM inbox").fetchone()
    return int(count)


async def _searches(place: Place, dossiers: int) -> Mapping[str, float]:
    hasher = Hasher(number_key(place.data))
    now = datetime.now(UTC)

    def by_phone(i: int) -> MessageFilter:
        return MessageFilter(sender_hash=hasher.number(phone(i * dossiers // _TRIES)))

    def by_code(i: int) -> MessageFilter:
        return MessageFilter(code_key=canonical_key(receipt(i * dossiers // _TRIES)))

    def by_day(i: int) -> MessageFilter:
        return MessageFilter(
            since=now - timedelta(days=i * 18 + 1), until=now - timedelta(days=i * 18)
        )

    async with open_sqlite_reading(place.data / _FILE) as reading:
        wanted = {"phone": by_phone, "receipt code": by_code, "day": by_day}
        return {
            name: max([await _timed(reading, of(i)) for i in range(_TRIES)])
            for name, of in wanted.items()
        }


async def _timed(reading: Reading, wanted: MessageFilter) -> float:
    began = time.perf_counter()
    await reading.messages(wanted)
    return (time.perf_counter() - began) * 1000
