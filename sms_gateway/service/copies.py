"""Watches what protects the databases: replica, backups, and the hold of a restored copy."""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from sms_gateway.backup.rotation import backups_in, made_at
from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.reading import Reading
from sms_gateway.replica.looking import last_copied, octets_of_log
from sms_gateway.settings import Settings
from sms_gateway.web.metrics import Metrics

_log = structlog.get_logger("service")

SECONDS = 5.0
"""Between two looks."""


@dataclass(frozen=True, slots=True)
class Copies:
    """How the copies are.

    Attributes:
        replica_age: seconds since the replica last was complete; 0 where there is to be none.
        backup_age: seconds since the moment that the newest backup shows; infinite where there is
            none, 0 where there is to be none.
        log_octets: sizes of the -wal files of the databases, together.
        held: MTs that a restored copy holds back.
        holds: it still does, automatic messages at least.
    """

    replica_age: float
    backup_age: float
    log_octets: int
    held: int
    holds: bool


class CopiesWatch:
    """Looks every few seconds, and says once when the replica is late and when it is not.

    Attributes:
        last: what was seen last, None before it was.

    Args:
        settings: see there.
        reading: the store.
        clock: time.
        seen: takes what was seen.
    """

    def __init__(
        self, settings: Settings, reading: Reading, clock: Clock, seen: Callable[[Copies], None]
    ) -> None:
        self._settings = settings
        self._reading = reading
        self._clock = clock
        self._seen = seen
        # Before it was ever asked, the replica is as old as this watch.
        self._copied = clock.now()
        self._late = False
        self.last: Copies | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(SECONDS)

    async def look(self) -> None:
        """One look."""
        now = self._clock.now()
        replica, backup, octets = await asyncio.to_thread(_look, self._settings, now)
        if replica is not None:
            self._copied = max(self._copied, replica)
        age = (now - self._copied).total_seconds() if self._settings.replica.url else 0.0
        try:
            hold = await self._reading.restore_hold(now)
        except StoreDownError:
            return  # the sweep tells of it
        held = hold.held if hold else 0
        self.last = Copies(max(age, 0.0), backup, octets, held, hold is not None)
        self._seen(self.last)
        self._tell(age)

    def _tell(self, age: float) -> None:
        late = age > self._settings.replica.late_s
        if late and not self._late:
            _log.error("replica.late", duration_ms=round(age * 1000))
        elif self._late and not late:
            _log.info("replica.caught_up")
        self._late = late


def _look(settings: Settings, now: datetime) -> tuple[datetime | None, float, int]:
    databases = list(settings.databases.values())
    copied = last_copied(settings.data_path, databases) if settings.replica.url else None
    octets = sum(octets_of_log(path) for path in databases)
    return copied, backup_age(settings.backup_path, now), octets


def backup_age(folder: Path | None, now: datetime) -> float:
    """Seconds since the moment that the newest backup of a folder shows, see `Copies`."""
    if folder is None:
        return 0.0
    try:
        found: Sequence[Path] = backups_in(folder)
    except OSError:
        found = ()
    newest = made_at(found[0]) if found else None
    return math.inf if newest is None else max((now - newest).total_seconds(), 0.0)


def known_age(settings: Settings, age: float) -> float | None:
    """What of `Copies.backup_age` the alarm may judge: None where this node cannot know.

    Nodes on one PostgreSQL have the backup made by one of them, and the files may lie there.
    """
    here = settings.backup_path is not None and not math.isinf(age)
    return age if here or isinstance(settings.store_at, Path) else None


def show_copies(metrics: Metrics, seen: Copies) -> None:
    """Show as figures what was seen."""
    metrics.show_copies(
        replica_age=seen.replica_age,
        backup_age=seen.backup_age,
        log_octets=seen.log_octets,
        restore_held=seen.held,
        restore_hold=seen.holds,
    )
