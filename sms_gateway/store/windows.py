"""Incident windows and causes, beside what the gateway writes for citizens."""

from collections.abc import Sequence

from sms_gateway.domain.windows import (
    EndResult,
    GivenCause,
    IncidentWindow,
    WindowAnnounced,
    WindowEnd,
)
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import windows
from sms_gateway.store.statements import Ask


class StoreWindows:
    """Implements `windows.acts.WindowStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def windows(self) -> Sequence[IncidentWindow]:
        """All of them, the newest first. Raises StoreDownError."""
        return await self._ask(windows.windows)

    async def late_causes(self) -> Sequence[GivenCause]:
        """All causes, each dossier's in order. Raises StoreDownError."""
        return await self._ask(windows.late_causes)

    async def add(self, window: IncidentWindow) -> None:
        """Write one down, audited. Raises StoreDownError."""
        await self._writer.run(windows.add_windows, [window])

    async def end(self, order: WindowEnd) -> EndResult:
        """End one, or set its end right, audited. Raises StoreDownError."""
        return (await self._writer.run(windows.end_windows, [order]))[0]

    async def announced(self, told: WindowAnnounced) -> bool:
        """Note that citizens were told, audited; whether there is such a window."""
        return (await self._writer.run(windows.note_announced, [told]))[0]

    async def give(self, given: Sequence[GivenCause]) -> None:
        """Give causes, audited, all or none. Raises StoreDownError."""
        await self._writer.run(windows.give_causes, given)
