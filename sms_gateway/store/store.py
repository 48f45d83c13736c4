"""The store: a group commit that writes, questions that are asked beside it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, DossierId, MessageId, NumberHash, RunId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.moves import PassOn, TakeOver
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import ANY_PRIORITY, Push
from sms_gateway.domain.records import (
    Answer,
    Arrival,
    Citizen,
    ExpiredMt,
    Figures,
    New,
    PendingMo,
    ReceivedReport,
    Recorded,
    RefusedRequest,
    Settlement,
    StoredAnswer,
)
from sms_gateway.domain.restores import (
    HeldBack,
    HoldOrder,
    KeyNote,
    ReleaseOrder,
    ReleaseResult,
)
from sms_gateway.ports import Nodes, StoreDownError
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.committing import BadRow
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.incidents import StoreIncidents
from sms_gateway.store.notices import StoreNotices
from sms_gateway.store.operations import known, places, pushing, restored
from sms_gateway.store.operations.inbox import Failure, InboxWrites
from sms_gateway.store.operations.outbox import AuditNote, OutboxWrites, Pause
from sms_gateway.store.owed import StoreOwed
from sms_gateway.store.retention import StoreRetention
from sms_gateway.store.statements import Ask
from sms_gateway.store.surveys import StoreSurveys
from sms_gateway.store.written import WrittenByStaff

GROUP_LIMIT = 500


async def never_lost() -> None:
    """Wait for ever."""
    await asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True)
class RunOf:
    """Who opens the store.

    Attributes:
        id: this run, owner of its leases.
        node: name of the node.
        version: of the code.
        now: clock.
    """

    id: RunId
    node: str
    version: str
    now: Callable[[], datetime]


class SqlStore(WrittenByStaff):
    """Implements `ports.Store`.

    Args:
        writer: of this process.
        ask: see there.
        run: who opened it.
        nodes: those that share the database.
        lost: see the method.
        beside: asks what people ask, so that no answer waits for it; else as `ask`.
    """

    def __init__(
        self,
        writer: GroupCommit,
        ask: Ask,
        run: RunOf,
        nodes: Nodes,
        lost: Callable[[], Awaitable[None]] = never_lost,
        beside: Ask | None = None,
    ) -> None:
        self._writer = writer
        self._lost = lost
        self._ask = ask
        self._beside = beside or ask
        self._run = run
        self._nodes = nodes
        self._inbox = InboxWrites(run.id, nodes.may_judge)
        self._outbox = OutboxWrites(run.id, nodes.may_judge)

    @property
    def run(self) -> RunId:
        """This run."""
        return self._run.id

    # Inbox

    async def record(self, arrivals: Sequence[Arrival]) -> Sequence[Recorded]:
        """See `ports.Inbox.record`."""
        return await self._writer.run(self._inbox.record, arrivals, self._nobody_answers)

    async def lease_unanswered(self, limit: int) -> Sequence[PendingMo]:
        """See `ports.Inbox.lease_unanswered`."""
        call = (self._run.now(), limit)
        leased = await self._writer.run(
            self._inbox.lease, [call], lambda found: self._free(found[0])
        )
        return leased[0]

    async def join_overdue_parts(self, before: datetime, now: datetime) -> int:
        """See `ports.Inbox.join_overdue_parts`."""
        return (await self._writer.run(self._inbox.join_overdue, [(before, now)]))[0]

    async def answer(self, answers: Sequence[Answer]) -> Sequence[bool | None]:
        """See `ports.Inbox.answer`."""
        results = await self._writer.run_each(self._inbox.answer, answers)
        return [None if isinstance(r, BadRow) else r for r in results]

    async def fail(self, mos: Sequence[PendingMo], at: datetime, park_after: int) -> Sequence[bool]:
        """See `ports.Inbox.fail`."""
        failures = [Failure(mo, at, park_after) for mo in mos]
        results = await self._writer.run_each(self._inbox.fail, failures)
        if bad := next((r for r in results if isinstance(r, BadRow)), None):
            # Not even the failure could be counted: the caller keeps the MO and tries again.
            raise StoreDownError(bad.error)
        return [result is True for result in results]

    async def stored_answers(self, ids: Sequence[MessageId]) -> Mapping[MessageId, StoredAnswer]:
        """See `ports.Inbox.stored_answers`."""
        return await self._ask(lambda db: known.stored_answers(db, ids))

    async def keep_refused(self, requests: Sequence[RefusedRequest]) -> None:
        """See `ports.Inbox.keep_refused`."""
        results = await self._writer.run_each(self._inbox.keep_refused, requests)
        if bad := next((r for r in results if isinstance(r, BadRow)), None):
            # The telco may hear OK for it: that it cannot be kept must not pass for kept.
            raise StoreDownError(bad.error)

    # Citizens

    async def citizens(
        self, hashes: Sequence[NumberHash], since: datetime
    ) -> Mapping[NumberHash, Citizen]:
        """See `ports.Citizens.citizens`."""
        return await self._ask(lambda db: known.citizens(db, hashes, since))

    async def wrong_secrets(
        self, dossiers: Collection[DossierId], since: datetime
    ) -> Mapping[DossierId, int]:
        """See `ports.Citizens.wrong_secrets`."""
        return await self._ask(lambda db: known.wrong_secrets(db, dossiers, since))

    # Outbox

    async def lease(
        self, door: DoorName, now: datetime, limit: int, below: int = ANY_PRIORITY, apart: float = 0
    ) -> Sequence[MobileTerminated]:
        """See `ports.Outbox.lease`."""
        call = (door, now, limit, below, apart)
        leased = await self._writer.run(
            self._outbox.lease, [call], lambda found: self._queue_again(found[0])
        )
        return leased[0]

    async def queue_pushes(self, pushes: Sequence[Push]) -> Sequence[bool]:
        """See `ports.Outbox.queue_pushes`."""
        return await self._writer.run(pushing.queue_pushes, pushes)

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[bool]:
        """See `ports.Outbox.settle`."""
        settled = list(await self._writer.run_each(self._outbox.settle, settlements))
        if any(isinstance(result, BadRow) for result in settled):
            # The telco's words cannot be kept, its verdict must: else the MT would go out again.
            plain = [replace(s, telco_ids=(), reason="unwritable") for s in settlements]
            bad = [i for i, result in enumerate(settled) if isinstance(result, BadRow)]
            again = await self._writer.run_each(self._outbox.settle, [plain[i] for i in bad])
            for i, result in zip(bad, again, strict=True):
                settled[i] = result
        return [result is True for result in settled]

    async def take_over(self, order: TakeOver) -> int:
        """See `ports.Outbox.take_over`."""
        return (await self._writer.run(self._outbox.take_over, [order]))[0]

    async def pass_on(self, order: PassOn) -> Sequence[MessageId]:
        """See `ports.Outbox.pass_on`."""
        return (await self._writer.run(self._outbox.pass_on, [order]))[0]

    async def settle_late(self, settlements: Sequence[Settlement]) -> None:
        """See `ports.Outbox.settle_late`."""
        await self._writer.run(self._outbox.settle_late, settlements)

    async def fetched(self, ids: Sequence[MessageId], at: datetime) -> None:
        """See `ports.Outbox.fetched`."""
        await self._writer.run(self._outbox.fetched, [(mt_id, at) for mt_id in ids])

    async def expire(self, now: datetime) -> Sequence[ExpiredMt]:
        """See `ports.Outbox.expire`."""
        return (await self._writer.run(self._outbox.expire, [now]))[0]

    async def is_paused(self, door: DoorName) -> bool:
        """See `ports.Outbox.is_paused`."""
        return await self._ask(lambda db: known.is_paused(db, door))

    async def sent_since(self, door: DoorName, since: datetime, but: Sequence[MessageId]) -> int:
        """See `ports.Outbox.sent_since`."""
        return await self._ask(lambda db: known.sent_since(db, door, since, but))

    async def parts_waiting(self, door: DoorName, until: datetime) -> int:
        """See `ports.Outbox.parts_waiting`."""
        return await self._ask(lambda db: known.parts_waiting(db, door, until))

    async def sent_to(
        self, door: DoorName, since: datetime, ids: Sequence[MessageId]
    ) -> Mapping[MessageId, int]:
        """See `ports.Outbox.sent_to`."""
        return await self._ask(lambda db: known.sent_to(db, door, since, ids))

    async def next_due(
        self, door: DoorName, below: int = ANY_PRIORITY, now: datetime | None = None
    ) -> datetime | None:
        """See `ports.Outbox.next_due`."""
        return await self._ask(lambda db: places.next_due(db, door, below, now))

    async def record_reports(self, reports: Sequence[ReceivedReport]) -> None:
        """See `ports.Outbox.record_reports`."""
        await self._writer.run(self._outbox.record_reports, reports)

    async def recover(self, resend: Sequence[DoorName], at: datetime) -> tuple[int, int]:
        """See `ports.Outbox.recover`."""
        return (await self._writer.run(self._outbox.recover, [(resend, at)]))[0]

    async def probe(self) -> None:
        """See `ports.Outbox.probe`."""
        await self._writer.run(self._outbox.probe, [None])

    async def figures(self, late_before: datetime | None = None) -> Figures:
        """See `ports.Outbox.figures`."""
        return await self._ask(lambda db: known.figures(db, late_before))

    async def set_paused(self, door: DoorName, at: datetime, by: str, *, paused: bool) -> None:
        """See `ports.Outbox.set_paused`."""
        await self._writer.run(self._outbox.set_paused, [Pause(door, at, by, paused)])

    async def note_audit(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        """See `commands.Changes.note_audit`."""
        note = AuditNote(at, by, act, subject, detail)
        await self._writer.run(self._outbox.note_audit, [note])

    # Restores

    async def hold_restored(self, order: HoldOrder) -> HeldBack:
        """See `ports.Restores.hold_restored`."""
        return (await self._writer.run(restored.hold_restored, [order]))[0]

    async def release_restored(self, order: ReleaseOrder) -> ReleaseResult:
        """See `ports.Restores.release_restored`."""
        return (await self._writer.run(restored.release_restored, [order]))[0]

    async def note_key(self, note: KeyNote) -> str:
        """See `ports.Restores.note_key`."""
        return (await self._writer.run(restored.note_key, [note]))[0]

    # Nodes

    def leads(self, what: str) -> bool:
        """See `ports.Nodes.leads`."""
        return self._nodes.leads(what)

    def may_judge(self) -> bool:
        """See `ports.Nodes.may_judge`."""
        return self._nodes.may_judge()

    async def take_turns(self, numbers: Sequence[NumberHash]) -> Collection[NumberHash]:
        """See `ports.Nodes.take_turns`."""
        return await self._nodes.take_turns(numbers)

    async def give_turns(self, numbers: Collection[NumberHash]) -> None:
        """See `ports.Nodes.give_turns`."""
        await self._nodes.give_turns(numbers)

    def hint(self, what: str) -> None:
        """See `ports.Nodes.hint`."""
        self._nodes.hint(what)

    def on_hint(self, heard: Callable[[str], None]) -> None:
        """See `ports.Nodes.on_hint`."""
        self._nodes.on_hint(heard)

    @property
    def incidents(self) -> StoreIncidents:
        """What the alarms need."""
        return StoreIncidents(self._writer, self._ask)

    @property
    def owed(self) -> StoreOwed:
        """What could not be told at once, and who follows a dossier."""
        return StoreOwed(self._writer, self._ask)

    @property
    def notices(self) -> StoreNotices:
        """What automatic messages need."""
        return StoreNotices(self._writer, self._ask)

    @property
    def surveys(self) -> StoreSurveys:
        """What the survey needs."""
        return StoreSurveys(self._writer, self._ask)

    @property
    def reading(self) -> StoreReading:
        """What people may ask."""
        return StoreReading(self._beside)

    @property
    def retention(self) -> StoreRetention:
        """What is purged, and held back from that."""
        return StoreRetention(self._writer, self._ask, self._outbox)

    def _nobody_answers(self, recorded: Sequence[Recorded]) -> None:
        # Its telco hears no OK and comes again, but this run holds the MO and would never look.
        self._free([result.pending for result in recorded if isinstance(result, New)])

    def _free(self, mos: Sequence[PendingMo]) -> None:
        if mos:
            self._writer.post(self._inbox.free, mos)

    def _queue_again(self, mts: Sequence[MobileTerminated]) -> None:
        at = self._run.now()
        back = [Settlement(mt.id, mt.attempt, at, MtState.QUEUED, "deferred", "gone") for mt in mts]
        if back:
            self._writer.post(self._outbox.settle, back)

    async def lost(self) -> None:
        """Wait until nothing can be written any more, ever; a disk may come back, this may not.

        Raises:
            StoreLostError: so it is.
        """
        await self._lost()

    async def close(self) -> None:
        """See `ports.Store.close`."""
        await self._writer.close()
