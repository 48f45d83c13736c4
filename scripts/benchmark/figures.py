"""The arithmetic of the bench, and how its figures are told."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

BUSY = 0.9
"""With less of a core the gateway was not what held the figure down: the figure is a floor."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """How long something took, in milliseconds.

    Attributes:
        p50, p99, p999: so many of a hundred, or of a thousand, took no longer.
        most: nothing took longer.
    """

    p50: float
    p99: float
    p999: float
    most: float

    def __str__(self) -> str:
        """For people."""
        return f"p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms, p999 {self.p999:.2f} ms"


def percentiles(seconds: Sequence[float]) -> Percentiles:
    """Of at least one span, given in seconds; the nearest rank, never a value between two."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1000

    return Percentiles(at(0.5), at(0.99), at(0.999), at(1))


@dataclass(frozen=True, slots=True)
class Load:
    """What the processes of one side did, in cores: CPU seconds per second.

    Attributes:
        total: all of them.
        busiest: the one that did most.
    """

    total: float
    busiest: float


def load(before: Mapping[int, float], after: Mapping[int, float], seconds: float) -> Load:
    """From the CPU seconds of each process before and after.

    Args:
        before: by process; one that has ended meanwhile is left out.
        after: by process; one that is new began at 0.
        seconds: between the two.
    """
    spent = [at - before.get(process, 0.0) for process, at in after.items()]
    return Load(sum(spent) / seconds, max(spent, default=0.0) / seconds)


@dataclass(frozen=True, slots=True)
class Saturation:
    """As much as goes through.

    Attributes:
        messages: that went all the way.
        seconds: from the first call until the last of them had.
        errors: calls that were not taken, or were lost.
        gateway: its processes.
        server: those of PostgreSQL, or None.
        generator: what made the load.
        telco: what took the replies, or None.
    """

    messages: int
    seconds: float
    errors: int
    gateway: Load
    server: Load | None
    generator: float
    telco: float | None

    @property
    def per_second(self) -> float:
        """Round trips per second."""
        return self.messages / self.seconds

    @property
    def cpu_s_per_1000(self) -> float:
        """CPU seconds of all processes of the gateway per 1,000 messages."""
        return _per_1000(self.gateway, self)

    @property
    def server_cpu_s_per_1000(self) -> float | None:
        """The same of the database server's processes."""
        return None if self.server is None else _per_1000(self.server, self)

    @property
    def floor(self) -> bool:
        """The gateway could have done more: none of its processes had its core."""
        return self.gateway.busiest < BUSY

    def figures(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self) | {
            "per_second": self.per_second,
            "cpu_s_per_1000": self.cpu_s_per_1000,
            "server_cpu_s_per_1000": self.server_cpu_s_per_1000,
            "floor": self.floor,
        }

    def lines(self, what: str = "round trips") -> list[str]:
        """For people.

        Args:
            what: of which there are so many per second.
        """
        gateway = self.gateway
        said = [
            f"{self.per_second:.0f} {what}/s: {self.messages} in {self.seconds:.1f} s",
            f"{self.errors} errors",
            f"gateway {gateway.total:.2f} cores, its busiest process {gateway.busiest:.2f}",
            f"{self.cpu_s_per_1000:.3f} CPU s of the gateway per 1,000 messages",
            f"generator {self.generator:.2f} cores",
        ]
        if self.server is not None:
            said.append(f"database server {self.server.total:.2f} cores")
            said.append(f"{self.server_cpu_s_per_1000:.3f} CPU s of it per 1,000 messages")
        if self.telco is not None:
            said.append(f"stub telco {self.telco:.2f} cores, the bench itself with it")
        if self.floor:
            said.append("no process of the gateway had 90 % of a core: the figure is a floor")
        return said


def _per_1000(side: Load, of: Saturation) -> float:
    return side.total * of.seconds / of.messages * 1000 if of.messages else math.nan


@dataclass(frozen=True, slots=True)
class Latency:
    """How long citizens wait at a given rate.

    Attributes:
        per_second: planned texts per second.
        count: how many were measured.
        wrong: answers that were none, or not the one to be.
        reply: from the planned moment of a text until its reply was at the telco.
        taken: the same until the telco heard OK; None where the reply is in that answer.
        late: how much later than planned the generator itself was.
        generator: cores of the bench: generator and stub telco.
    """

    per_second: float
    count: int
    wrong: int
    reply: Percentiles
    taken: Percentiles | None
    late: Percentiles
    generator: float

    def figures(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """For people."""
        said = [
            f"{self.reply}, open loop from the planned moment",
            f"{self.count} texts, {self.wrong} without the right answer",
            f"the generator was late by {self.late}, and used {self.generator:.2f} cores",
        ]
        if self.taken is not None:
            said.insert(1, f"until OK: {self.taken}")
        return said
