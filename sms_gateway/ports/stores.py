"""What a store offers to the rooms: small, batch-first protocols."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.acts import (
    AnsweredBefore,
    AnswerOrder,
    AnswerQueued,
    HandleOrder,
    HandleResult,
    NoSuchMessage,
    Purged,
    SendOrder,
    SettleOrder,
    SettleResult,
    TooMany,
)
from sms_gateway.domain.ids import DoorName, DossierId, MessageId, NumberHash, RunId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.moves import PassOn, TakeOver
from sms_gateway.domain.pushes import ANY_PRIORITY, Push
from sms_gateway.domain.records import (
    Answer,
    Arrival,
    Citizen,
    ExpiredMt,
    Figures,
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
from sms_gateway.ports.incidents import Incidents
from sms_gateway.ports.owed import OwedAnswers


class StoreDownError(Exception):
    """The store cannot write now; the caller must not say OK to anybody."""


class StoreLostError(StoreDownError):
    """It will not write again in this process, which ends for that reason."""


class Inbox(Protocol):
    """MOs. Each call is one commit, shared with calls that wait at the same moment."""

    async def record(self, arrivals: Sequence[Arrival]) -> Sequence[Recorded]:
        """Write MOs down, leased to this run; one result each. Raises StoreDownError."""

    async def lease_unanswered(self, limit: int) -> Sequence[PendingMo]:
        """Take over MOs that nobody is answering: of dead runs, or failed before."""

    async def join_overdue_parts(self, before: datetime, now: datetime) -> int:
        """Make MOs, free to be leased, of long texts whose other parts did not come; how many."""

    async def answer(self, answers: Sequence[Answer]) -> Sequence[bool | None]:
        """End MOs and queue their replies.

        True where it is written, False where a later lease made the answer void, None where this
        row alone cannot be written. Raises StoreDownError.
        """

    async def fail(self, mos: Sequence[PendingMo], at: datetime, park_after: int) -> Sequence[bool]:
        """Count a failure; True where the MO is parked, for it has had `park_after`."""

    async def stored_answers(self, ids: Sequence[MessageId]) -> Mapping[MessageId, StoredAnswer]:
        """What repeated deliveries are answered from; ids of held parts are absent."""

    async def keep_refused(self, requests: Sequence[RefusedRequest]) -> None:
        """Keep what could not be read, once by its hash. Raises StoreDownError."""


class Citizens(Protocol):
    """What is known of numbers."""

    async def citizens(
        self, hashes: Sequence[NumberHash], since: datetime
    ) -> Mapping[NumberHash, Citizen]:
        """Preferences and events since a moment; unknown numbers are absent."""

    async def wrong_secrets(
        self, dossiers: Collection[DossierId], since: datetime
    ) -> Mapping[DossierId, int]:
        """How many texts named a wrong second secret of these since a moment; others are absent."""


class Outbox(Protocol):
    """MTs."""

    async def lease(
        self, door: DoorName, now: datetime, limit: int, below: int = ANY_PRIORITY, apart: float = 0
    ) -> Sequence[MobileTerminated]:
        """Take MTs that are due, replies first; they stand as sending until settled.

        Only those of a priority below one: at night what can wait does. Of those that answer none,
        whatever their kind and door, one at a time, and the next one so many seconds `apart`.
        """

    async def queue_pushes(self, pushes: Sequence[Push]) -> Sequence[bool]:
        """Queue or hold texts that answer no MO; False where one with the same key was before.

        Raises StoreDownError.
        """

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[bool]:
        """Write what became of attempts; False where a later attempt made one void."""

    async def take_over(self, order: TakeOver) -> int:
        """Let MTs that wait at a door leave by another one; how many went.

        Those that need not go back where their MO came from, of which no attempt is in doubt, and
        which the other door carries. What it does not carry stays, with the reason: some at a time.
        """

    async def pass_on(self, order: PassOn) -> Sequence[MessageId]:
        """Let MTs that are leased and find no room at their door wait at another one; which went.

        Of those the ones that need not go back where their MO came from, of which no attempt is in
        doubt, and for which the other door had room today as far as is known.
        """

    async def settle_late(self, settlements: Sequence[Settlement]) -> None:
        """Uncertain MTs that their telco took after all, in the same attempt; others stay."""

    async def fetched(self, ids: Sequence[MessageId], at: datetime) -> None:
        """Settle as accepted replies that a repeated delivery fetched in its response."""

    async def expire(self, now: datetime) -> Sequence[ExpiredMt]:
        """End MTs past their validity, and park what they answered; forget dedupe keys past theirs.

        The MTs that were ended, some at a time. Those of which an attempt is in doubt become
        uncertain instead, and are not among them.
        """

    async def is_paused(self, door: DoorName) -> bool:
        """Whether staff paused sending through a door."""

    async def sent_since(self, door: DoorName, since: datetime, but: Sequence[MessageId]) -> int:
        """How many parts of MTs a telco took of a door since a moment, may have, or is handed now.

        Without those named, and without replies in its own calls.
        """

    async def parts_waiting(self, door: DoorName, until: datetime) -> int:
        """How many parts of MTs wait at a door and are due before a moment."""

    async def sent_to(
        self, door: DoorName, since: datetime, ids: Sequence[MessageId]
    ) -> Mapping[MessageId, int]:
        """The same of the number that each of these MTs goes to."""

    async def next_due(
        self, door: DoorName, below: int = ANY_PRIORITY, now: datetime | None = None
    ) -> datetime | None:
        """When the next MT of a door may be leased, of those of a priority below one.

        None for never. A moment that a clock which stepped back since has put too far ahead of
        `now` holds nothing up.
        """

    async def record_reports(self, reports: Sequence[ReceivedReport]) -> None:
        """Write DLRs down and match them; unmatched ones wait for their MT."""

    async def recover(self, resend: Sequence[DoorName], at: datetime) -> tuple[int, int]:
        """Settle what dead runs left: MOs freed, MTs made uncertain (or queued, for `resend`)."""

    async def probe(self) -> None:
        """One durable write that leaves nothing behind. Raises StoreDownError."""

    async def figures(self, late_before: datetime | None = None) -> Figures:
        """Queue figures; `late` counts the unanswered MOs received before that moment."""

    async def set_paused(self, door: DoorName, at: datetime, by: str, *, paused: bool) -> None:
        """Pause or resume sending through a door, audited."""


class Staff(Protocol):
    """What a person ends by hand; each is one commit, and audited in it. Raises StoreDownError."""

    async def settle_by_hand(self, order: SettleOrder) -> SettleResult:
        """Say what became of an uncertain or held MT; where it never came, its MO is parked."""

    async def send_by_hand(self, order: SendOrder) -> None:
        """Queue a text that a person sends."""

    async def answer_by_hand(
        self, order: AnswerOrder
    ) -> AnswerQueued | AnsweredBefore | NoSuchMessage | Purged | TooMany:
        """Queue an answer in a person's own words; a parked MO waits for nobody any more."""

    async def handle(self, order: HandleOrder) -> HandleResult:
        """Note that a parked MO was handled: it waits no more, nor does what is held for it."""


class Restores(Protocol):
    """What a restored copy holds back; each is one commit. Raises StoreDownError."""

    async def hold_restored(self, order: HoldOrder) -> HeldBack:
        """Hold MTs that are queued or being sent, park MOs without answer, and say so from now on.

        What comes afterwards is answered and sent; automatic messages wait. Audited.
        """

    async def release_restored(self, order: ReleaseOrder) -> ReleaseResult:
        """Send what is held and still valid, end what is not; automatic messages go on. Audited.

        What was being sent when the copy was made is uncertain: a person settles it.
        """

    async def note_key(self, note: KeyNote) -> str:
        """Note by which key this store is written; the id that is noted.

        What was noted first stays, unless it is among the older ones of the note: then the keys
        were rotated, both are noted, and it is audited.
        """


class Nodes(Protocol):
    """What of many nodes on one database only one may do at a time."""

    def leads(self, what: str) -> bool:
        """Whether this run does it now; from the first question on it tries to."""

    def may_judge(self) -> bool:
        """Whether it can be known now which runs are dead."""

    async def take_turns(self, numbers: Sequence[NumberHash]) -> Collection[NumberHash]:
        """Those of these numbers that nobody else is answering; others wait. Raises StoreDownError.

        Budgets hold for all nodes together: two may not count the same number at the same moment.
        """

    async def give_turns(self, numbers: Collection[NumberHash]) -> None:
        """Their answers are written."""

    def hint(self, what: str) -> None:
        """Tell whoever leads this that there is something to do; it may get lost."""

    def on_hint(self, heard: Callable[[str], None]) -> None:
        """Call this with what another node hints at."""


class Store(Inbox, Citizens, Outbox, Staff, Restores, Nodes, Protocol):
    """One store serves all rooms."""

    @property
    def incidents(self) -> Incidents:
        """What the alarms need."""

    @property
    def owed(self) -> OwedAnswers:
        """What could not be told at once, and who follows a dossier."""

    @property
    def run(self) -> RunId:
        """This run, the owner of its leases."""

    async def close(self) -> None:
        """Finish what was accepted, then close."""
