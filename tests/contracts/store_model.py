"""What a store should hold, in a few dictionaries: the yardstick of the state machine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sms_gateway.domain.acts import SettleAs
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.records import NewMt, PendingMo

PARK_AFTER = 3
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Mo:
    run: int | None
    attempt: int = 1
    failures: int = 0
    retry_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    mt: MessageId | None = None
    handled: bool = False


@dataclass
class Mt:
    mo: MessageId
    state: MtState
    inline: bool
    hold_reason: str
    not_before: datetime
    valid_until: datetime
    run: int | None
    attempt: int
    taken: int = 0
    doubted: bool = False


@dataclass
class Model:
    run: int = 1
    mos: dict[MessageId, Mo] = field(default_factory=dict)
    mts: dict[MessageId, Mt] = field(default_factory=dict)
    firsts: dict[str, MessageId] = field(default_factory=dict)

    def unanswered(self) -> set[MessageId]:
        return {mo_id for mo_id, mo in self.mos.items() if mo.outcome is None}

    def leasable(self, now: datetime) -> list[MessageId]:
        return [
            mo_id
            for mo_id, mo in self.mos.items()
            if mo.outcome is None
            and mo.run != self.run
            and (mo.retry_at is None or mo.retry_at <= now)
        ]

    def holds(self, pending: PendingMo) -> bool:
        mo = self.mos[pending.id]
        return (mo.outcome, mo.run, mo.attempt) == (None, self.run, pending.attempt)

    def answer(self, pending: PendingMo, mt: NewMt) -> None:
        mo = self.mos[pending.id]
        held = mt.state is MtState.HELD
        mo.run, mo.mt = None, mt.id
        mo.outcome = Outcome.PARKED if held else Outcome.ANSWERED
        mo.reason = "no_way_back" if held else "S4"
        sending = mt.state is MtState.SENDING
        self.mts[mt.id] = Mt(
            mo=pending.id,
            state=mt.state,
            inline=sending,
            hold_reason=mt.hold_reason,
            not_before=mt.not_before,
            valid_until=mt.valid_until,
            run=self.run if sending else None,
            attempt=int(sending),
        )

    def fail(self, pending: PendingMo, now: datetime) -> None:
        mo = self.mos[pending.id]
        mo.retry_at = now + timedelta(seconds=2**mo.failures)
        mo.failures, mo.run = mo.failures + 1, None
        if mo.failures >= PARK_AFTER:
            mo.outcome, mo.reason = Outcome.PARKED, "failed"

    def due(self, now: datetime) -> list[MessageId]:
        ready = [
            (mt.not_before, mt_id)
            for mt_id, mt in self.mts.items()
            if mt.state is MtState.QUEUED and mt.not_before <= now < mt.valid_until
        ]
        return [mt_id for _, mt_id in sorted(ready)]

    def sends(self, mt_id: MessageId, attempt: int) -> bool:
        mt = self.mts[mt_id]
        return (mt.state, mt.run, mt.attempt) == (MtState.SENDING, self.run, attempt)

    def settle(self, mt_id: MessageId, state: MtState, not_before: datetime | None) -> None:
        mt = self.mts[mt_id]
        mt.state, mt.run = state, None
        mt.not_before = not_before or mt.not_before
        mt.taken += state is MtState.ACCEPTED
        mt.doubted |= state is MtState.UNCERTAIN
        if state is MtState.FAILED:
            self.lost(mt_id, "send_failed")

    def lost(self, mt_id: MessageId, reason: str) -> None:
        mo = self.mos[self.mts[mt_id].mo]
        mo.outcome, mo.reason = Outcome.PARKED, reason

    def fetch(self, mt_id: MessageId) -> None:
        mt = self.mts[mt_id]
        stranded = mt.state is MtState.HELD and mt.hold_reason == "no_way_back"
        if stranded or (mt.inline and mt.state in (MtState.SENDING, MtState.UNCERTAIN)):
            mt.state, mt.run, mt.inline, mt.hold_reason = MtState.ACCEPTED, None, True, ""
            mo = self.mos[mt.mo]
            if mo.reason == "no_way_back":
                mo.outcome, mo.reason = Outcome.ANSWERED, "fetched"

    def expire(self, now: datetime) -> int:
        gone = [
            i for i, m in self.mts.items() if m.state is MtState.QUEUED and m.valid_until <= now
        ]
        ended = [mt_id for mt_id in gone if not self.mts[mt_id].doubted]
        for mt_id in gone:
            self.mts[mt_id].state = MtState.UNCERTAIN
        for mt_id in ended:
            self.mts[mt_id].state = MtState.EXPIRED
            self.lost(mt_id, "reply_expired")
        return len(ended)

    def settle_by_hand(self, mt_id: MessageId, way: SettleAs, now: datetime) -> bool:
        """Whether a person may say so; if so, it is so."""
        mt = self.mts[mt_id]
        mo = self.mos[mt.mo]
        again = way is SettleAs.AGAIN
        if mt.state not in (MtState.UNCERTAIN, MtState.HELD) or (again and mt.valid_until <= now):
            return False
        mt.hold_reason = ""
        if again:
            mt.state, mt.inline, mt.not_before = MtState.QUEUED, False, LONG_AGO
        else:
            mt.state = MtState.ACCEPTED if way is SettleAs.ACCEPTED else MtState.FAILED
        parked = mo.outcome is Outcome.PARKED
        if mt.state is MtState.FAILED and not parked:
            mo.outcome, mo.reason = Outcome.PARKED, "send_failed"
        elif mt.state is not MtState.FAILED and parked:
            mo.outcome, mo.reason = Outcome.ANSWERED, "settled"
        return True

    def handle(self, mo_id: MessageId) -> bool:
        """The same of a parked MO."""
        mo = self.mos[mo_id]
        if mo.outcome is not Outcome.PARKED or mo.handled:
            return False
        mo.handled = True
        if mo.mt is not None and self.mts[mo.mt].state is MtState.HELD:
            self.mts[mo.mt].state = MtState.FAILED
        return True

    def waiting(self) -> tuple[int, int, int]:
        """How many MTs are uncertain and held, and how many MOs wait for a person."""
        states = [mt.state for mt in self.mts.values()]
        open_ = [mo for mo in self.mos.values() if mo.outcome is Outcome.PARKED and not mo.handled]
        return states.count(MtState.UNCERTAIN), states.count(MtState.HELD), len(open_)

    def die(self) -> None:
        """Another run begins; what the old one held is settled by `recover`."""
        self.run += 1

    def recover(self, *, resend: bool) -> tuple[int, int]:
        freed = [mo for mo in self.mos.values() if mo.outcome is None and mo.run is not None]
        for mo in freed:
            mo.run = None
        orphans = [mt for mt in self.mts.values() if mt.state is MtState.SENDING]
        for mt in orphans:
            again = resend and not mt.inline
            mt.state, mt.run = (MtState.QUEUED if again else MtState.UNCERTAIN), None
            mt.doubted = True
        return len(freed), len(orphans)

    def inbox(self) -> Sequence[tuple[object, ...]]:
        return sorted(
            (mo_id, mo.outcome, mo.reason, mo.attempt, mo.failures, int(mo.run == self.run))
            for mo_id, mo in self.mos.items()
        )

    def outbox(self) -> Sequence[tuple[object, ...]]:
        return sorted((mt_id, mt.state, mt.attempt, mt.mo) for mt_id, mt in self.mts.items())
