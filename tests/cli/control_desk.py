"""The control socket of a service, and what stands behind it."""

import asyncio
import os
import pwd
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sms_gateway.cli.changing import RunningService, running_service
from sms_gateway.commands import CommandError, Commands
from sms_gateway.domain.acts import (
    Handled,
    HandleOrder,
    HandleResult,
    NoSuchMessage,
    Settled,
    SettleOrder,
    SettleResult,
)
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.restores import NothingHeld, Released, ReleaseOrder, ReleaseResult
from sms_gateway.ports import StoreDownError
from sms_gateway.web.control import Controls, build_control, open_control

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ME = f"os:{pwd.getpwuid(os.getuid()).pw_name}"
MESSAGE = MessageId("019aa8c4-7c1e-7000-8000-000000000001")


class House:
    """What stands behind the socket: notes what it was told, and may be broken."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self.store_down = False
        self.import_fails = False
        self.cut_short = False
        self.staging = False
        self.holds = True
        self.go = asyncio.Event()
        self.loading = asyncio.Event()
        self.go.set()

    async def set_paused(self, door: DoorName, at: datetime, by: str, *, paused: bool) -> None:
        self._note("paused" if paused else "resumed", door, at, by)

    async def note_audit(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        self._note(act, at, by, subject, detail)

    async def settle_by_hand(self, order: SettleOrder) -> SettleResult:
        self._note("settle", order.id, order.settle_as, order.by)
        if order.id != MESSAGE:
            return NoSuchMessage()
        return Settled(MESSAGE, None, DoorName("phone"), MtState.FAILED, parked=True)

    async def handle(self, order: HandleOrder) -> HandleResult:
        self._note("handle", order.id, order.note, order.by)
        return Handled(MESSAGE) if order.id == MESSAGE else NoSuchMessage()

    async def release_restored(self, order: ReleaseOrder) -> ReleaseResult:
        self._note("release", order.at, order.by)
        return Released(3, 2, 1, (DoorName("phone"),)) if self.holds else NothingHeld()

    def _note(self, *what: object) -> None:
        if self.store_down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        self.told.append(what)

    async def status(self) -> Mapping[str, object]:
        if self.store_down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        return {"version": "1"}

    async def send(self, door: str, to: str, text: str, by: str) -> str:
        if door != "phone":
            message = f"no door is called {door!r}"
            raise CommandError(message)
        self._note("send", door, to, text, by)
        return MESSAGE

    async def doors(self) -> Mapping[str, object]:
        self._note("listed")
        return {"doors": [{"name": "phone", "state": "working"}]}

    async def test_alarms(self) -> Mapping[str, object]:
        self._note("tested")
        return {"texts": 2, "door": "phone", "webhook": "timed_out"}

    def controls(self) -> Controls:
        commands = Commands(self, [DoorName("phone")], lambda: NOW, lambda _door: None)
        return Controls(
            commands, lambda: Upload(self), self.status, self.doors, self.test_alarms, self.send
        )


class Upload:
    def __init__(self, house: House) -> None:
        self._house = house
        self.taken: list[int] = []

    def add(self, line: bytes) -> None:
        self.taken += msgspec.json.decode(line, type=list[int])

    def __len__(self) -> int:
        return len(self.taken)

    async def load(
        self, progress: Callable[[int, int], None], *, replace: bool
    ) -> Mapping[str, int]:
        self._house.loading.set()
        try:
            while self._house.staging:
                progress(1, 4)
                await asyncio.sleep(0)
            progress(1, 2)
            await self._house.go.wait()
        except asyncio.CancelledError:
            self._house.cut_short = True
            raise
        if self._house.import_fails:
            message = "cases.db: the disk is full: free some space"
            raise CommandError(message)
        progress(2, 2)
        self._house.told.append(("loaded", self.taken, replace))
        return {"new": len(self.taken)}


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[House, RunningService]]:
    house = House()
    async with open_control(build_control(house.controls()), folder):
        service = await asyncio.to_thread(running_service, folder)
        assert service is not None
        yield house, service
