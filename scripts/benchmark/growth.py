"""The cost as work grows: a gateway with a full log against one whose log is empty.

Both run at the same time, and each round presses one of them, then the other: so whatever else the
machine does meanwhile hits both alike. Only the ratio means something.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from scripts.benchmark.figures import Saturation
from scripts.benchmark.gateway import running
from scripts.benchmark.place import Place
from scripts.benchmark.saturation import Pressure, saturation
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.numbers import Hasher
from sms_gateway.folder import number_key
from sms_gateway.log_question import MessageFilter
from sms_gateway.made_up.dossiers import phone, receipt
from sms_gateway.reading import Reading
from sms_gateway.sqlite.connecting import connect_reader
from sms_gateway.store.sqlite.opening import open_sqlite_reading

_FILE = "gateway.db"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Growth:
    """What a full log costs.

    Attributes:
        messages: in the full log.
        empty, full: what went through, by round.
        started_s: how long each took to start: empty, full.
        searches_ms: the slowest of some tries of each search in the full log.
    """

    messages: int
    empty: Sequence[Saturation]
    full: Sequence[Saturation]
    started_s: tuple[float, float]
    searches_ms: Mapping[str, float]

    @property
    def throughput(self) -> float:
        """That of the full log as a share of that of the empty one: the median of the rounds."""
        return self._share(lambda one: one.per_second)

    @property
    def cpu(self) -> float:
        """The same of the CPU that a message costs."""
        return self._share(lambda one: one.cpu_s_per_1000)

    def figures(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self) | {"throughput": self.throughput, "cpu": self.cpu}

    def lines(self) -> list[str]:
        """For people."""
        slowest = ", ".join(f"{name} {ms:.1f} ms" for name, ms in self.searches_ms.items())
        full, empty = (statistics.median(_rates(side)) for side in (self.full, self.empty))
        return [
            f"{self.throughput:.2f} of the throughput with an empty log, {len(self.full)} rounds",
            f"{full:.0f} round trips/s with {self.messages} messages, {empty:.0f} with none",
            f"a message costs {self.cpu:.2f} of the CPU that it costs with an empty log",
            f"start-up {self.started_s[1]:.2f} s, with an empty log {self.started_s[0]:.2f} s",
            f"searches, the slowest of {_TRIES} each: {slowest}",
        ]

    def _share(self, of: Callable[[Saturation], float]) -> float:
        pairs = zip(self.full, self.empty, strict=True)
        return statistics.median(of(full) / of(empty) for full, empty in pairs)


def _rates(side: Sequence[Saturation]) -> Sequence[float]:
    return [one.per_second for one in side]


async def growth(empty: Place, full: Place, pressure: Pressure, rounds: int) -> Growth:
    """Press both in turn, each of them first in every other round.

    Args:
        empty: a place without messages.
        full: one with many, on SQLite, with the same dossiers.
        pressure: of each turn.
        rounds: so many turns of each.
    """
    searches = await _searches(full, pressure.dossiers)
    with running(empty) as first, running(full) as second:
        pressed: dict[int, list[Saturation]] = {first.pid: [], second.pid: []}
        for number in range(rounds):
            for gateway in (first, second) if number % 2 else (second, first):
                pressed[gateway.pid].append(await saturation(gateway, pressure, None, None))
        started = (first.started_s, second.started_s)
    return Growth(_count(full), pressed[first.pid], pressed[second.pid], started, searches)


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
