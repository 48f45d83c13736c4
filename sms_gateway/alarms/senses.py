"""What the other rooms tell the alarms as it happens; each method is a hook and costs little."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sms_gateway.alarms.usual import Usual
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.incidents import Traffic
from sms_gateway.domain.records import Figures

_DISK_SECONDS = 2.0


class Senses:
    """What was seen last.

    Attributes:
        figures: the store's, of the last look around; None before the first, and where another
            node is shown them.
        backup_age: seconds, see `conditions.Observed`.
        certificate_ends, unknown_states, announce_left: see there.
    """

    def __init__(self, heard_probe: Callable[[DoorName, datetime], None]) -> None:
        """Begin without knowing anything.

        Args:
            heard_probe: takes a door and when its last probe text came, for metrics.
        """
        self.figures: Figures | None = None
        self.backup_age: float | None = None
        self.certificate_ends: datetime | None = None
        self.unknown_states: int | None = None
        self.announce_left: float | None = None
        self._heard_probe = heard_probe
        self._usual = Usual()
        # How many texts of a door came since the last look, and when the last one: each text of a
        # busy gateway passes here.
        self._fresh: dict[DoorName, tuple[int, datetime]] = {}
        self._failing: dict[DoorName, int] = {}

    @property
    def usual(self) -> Usual:
        """What came through the doors."""
        fresh, self._fresh = self._fresh, {}
        for door, (count, at) in fresh.items():
            self._usual.came(door, at, count)
        return self._usual

    @property
    def failing(self) -> Mapping[DoorName, int]:
        """Sends in a row that a door's telco did not take; 0 after one that it took."""
        return self._failing

    def load(self, known: Sequence[Traffic]) -> None:
        """Know what came before the start and through other nodes."""
        self.usual.load(known)
        for one in known:
            if one.probe and one.last_at == self.usual.last(one.door, probe=True):
                self._heard_probe(one.door, one.last_at)

    def came(self, door: DoorName, at: datetime, count: int = 1) -> None:
        """So many texts of citizens came."""
        before, last = self._fresh.get(door, (0, at))
        self._fresh[door] = (before + count, max(last, at))

    def probed(self, door: DoorName, at: datetime) -> None:
        """A probe text came."""
        self.usual.came(door, at, probe=True)
        self._heard_probe(door, at)

    def sent(self, door: DoorName, *, taken: bool) -> None:
        """An attempt to send was settled."""
        self._failing[door] = 0 if taken else self._failing.get(door, 0) + 1

    def saw(self, figures: Figures | None) -> None:
        """The store's figures, of a look around."""
        self.figures = figures

    def saw_backup(self, age: float | None) -> None:
        """How old the newest backup is, see `conditions.Observed`."""
        self.backup_age = age

    def saw_certificate(self, end: datetime) -> None:
        """When the certificate before the gateway ends."""
        self.certificate_ends = end

    def saw_unknown_states(self, count: int) -> None:
        """How many words for states nobody knows."""
        self.unknown_states = count

    def saw_unannounced(self, days: float) -> None:
        """Working days that are left to announce the next planned outage, see there."""
        self.announce_left = days


class Disk:
    """How much is free on a folder's disk; a disk that hangs holds up one thread and nobody else.

    Args:
        folder: see there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked: asyncio.Task[int] | None = None

    async def free(self) -> int | None:
        """Octets; None where it does not say."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(asyncio.to_thread(self._ask), name="disk")
            self._asked.add_done_callback(_heard)
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(_DISK_SECONDS):
                return await asyncio.shield(self._asked)
        return None

    def _ask(self) -> int:
        return shutil.disk_usage(self._folder).free


def _heard(task: asyncio.Task[int]) -> None:
    """What it raises after it was given up is of no matter."""
    if not task.cancelled():
        task.exception()
