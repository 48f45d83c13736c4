"""What fails slowly around the gateway: the disk of its data folder, the certificate before it."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from sms_gateway.ports import Clock
from sms_gateway.settings.sections import Ops
from sms_gateway.web.certificate import CertificateError, end_at
from sms_gateway.web.metrics import Metrics

_log = structlog.get_logger("service")

SECONDS = 60.0
"""Between two looks."""

_LOOKS_PER_CERTIFICATE = 60
"""Once an hour: it changes every few weeks."""


class Surroundings:
    """Looks at them.

    Attributes:
        free_and_total: octets of the disk, None before it was looked at.

    Args:
        folder: the data folder.
        ops: whose certificate, and where.
        metrics: takes what is seen.
        clock: time.
        seen: takes when the certificate ends, too.
    """

    def __init__(
        self,
        folder: Path,
        ops: Ops,
        metrics: Metrics,
        clock: Clock,
        seen: Callable[[datetime], None],
    ) -> None:
        self._folder = folder
        self._ops = ops
        self._metrics = metrics
        self._clock = clock
        self._seen = seen
        self._unseen = False
        self.free_and_total: tuple[int, int] | None = None

    async def run(self) -> None:
        """Look around until cancelled."""
        while True:
            await self.look_at_certificate()
            for _ in range(_LOOKS_PER_CERTIFICATE):
                await self.look_at_disk()
                await self._clock.sleep(SECONDS)

    async def look_at_disk(self) -> None:
        """How full it is."""
        # A folder that is gone is told by the store.
        with contextlib.suppress(OSError):
            disk = await asyncio.to_thread(shutil.disk_usage, self._folder)
            self.free_and_total = (disk.free, disk.total)
            self._metrics.disk(disk.free, disk.total)

    async def look_at_certificate(self) -> None:
        """When it ends, where the settings name one."""
        name, at = self._ops.certificate_name, self._ops.certificate_at
        if not name:
            return
        try:
            end = await end_at(name, at)
            self._metrics.certificate(name, end)
            self._seen(end)
            self._unseen = False
        except CertificateError as error:
            if not self._unseen:
                _log.warning(
                    "certificate.unseen", reason=str(error), address=at,
                    setting="ops.certificate_at",
                )  # fmt: skip
            self._unseen = True
