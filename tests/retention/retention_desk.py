"""A store that is purged, as far as the room of retention sees one."""

from datetime import datetime

from msgspec.structs import replace

from sms_gateway.domain.retention import (
    HeldBefore,
    LegalHoldOrder,
    LegalHoldResult,
    LiftOrder,
    LiftResult,
    NotHeld,
    PurgeBatch,
    PurgeCounts,
    PurgedBatch,
    PurgeEnd,
    PurgeState,
    Walk,
)
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.ports import StoreDownError
from tests.virtual_time import VirtualClock


class Shelf:
    """Takes so many batches of each walk to be empty; notes what it is told.

    Attributes:
        batches: how many there are of each walk.
        told: what was asked, in order.
        took: how long each batch takes, in seconds.
        down: nothing can be written.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._new_id = Uuid7(clock.milliseconds, lambda _bits: 1)
        self.batches = {Walk.TEXTS: 3}
        self.told: list[tuple[object, ...]] = []
        self.at: list[float] = []
        self.took = 0.0
        self.down = False
        self.scrubbed = True
        self.state_is = PurgeState(None, None, 0, 0)
        self.counts = PurgeCounts(texts=7)
        self.says: LegalHoldResult = HeldBefore("x")
        self.says_of_release: LiftResult = NotHeld()

    def _note(self, *what: object) -> None:
        if self.down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        self.told.append(what)

    async def purge(self, batch: PurgeBatch) -> PurgedBatch:
        self._note(batch.walk, batch.before, batch.after)
        self.at.append(self._clock.monotonic())
        if self.took:
            await self._clock.sleep(self.took)
        left = self.batches.get(batch.walk, 0)
        self.batches[batch.walk] = max(left - 1, 0)
        return PurgedBatch(1, self._new_id()) if left else PurgedBatch(0, "")

    async def forgotten(self, count: int) -> None:
        self._note("forgotten", count)
        self.counts = replace(self.counts, dossiers=self.counts.dossiers + count)

    async def end_purge(self, end: PurgeEnd) -> PurgeCounts:
        self._note("end", end.by, end.subject, end.whole)
        if end.whole:
            self.state_is = PurgeState(end.at, None, 0, 0)
        return self.counts

    async def scrub(self) -> bool:
        self._note("scrub")
        return self.scrubbed

    async def note(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        self._note(act, at, by, subject, detail)

    async def state(self) -> PurgeState:
        self._note("state")
        return self.state_is

    async def hold(self, order: LegalHoldOrder) -> LegalHoldResult:
        self._note(order)
        return self.says

    async def release(self, order: LiftOrder) -> LiftResult:
        self._note(order)
        return self.says_of_release

    @property
    def walks(self) -> list[object]:
        """The walks of the batches, in order."""
        return [one[0] for one in self.told if isinstance(one[0], Walk)]
