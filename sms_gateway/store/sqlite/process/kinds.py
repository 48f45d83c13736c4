"""Every change of the store, with the types of its rows and results.

The types are what lets a change be made in another process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import FunctionType
from typing import Any, cast

from msgspec.msgpack import Decoder

from sms_gateway.domain.access import (
    AcceptOrder,
    AddOrder,
    Attempt,
    Begun,
    ChangeOrder,
    Invite,
    KeysOrder,
    LanguageOrder,
    LockNote,
    PasswordOrder,
    RevokeOrder,
    SignInOrder,
    Spared,
    StaffResult,
    TotpOrder,
    Touch,
)
from sms_gateway.domain.acts import (
    AnsweredBefore,
    AnswerOrder,
    AnswerQueued,
    DrainOrder,
    HandleOrder,
    HandleResult,
    NoSuchMessage,
    Purged,
    SendOrder,
    SettleOrder,
    SettleResult,
    TooMany,
)
from sms_gateway.domain.calendar_days import DayBack, DayOrder
from sms_gateway.domain.citizens import NumberOrder
from sms_gateway.domain.ids import DoorName, MessageId, RunId
from sms_gateway.domain.incidents import AlarmText, IncidentNote, Traffic
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.moves import PassOn, TakeOver
from sms_gateway.domain.notices import (
    BatchDone,
    BatchOrder,
    Learned,
    Postponed,
    Ruled,
    Ruling,
)
from sms_gateway.domain.owed import Fate, OwedEnd
from sms_gateway.domain.provided import ProvidedOrder, RefusalNote, Unlink
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.records import (
    Answer,
    Arrival,
    ExpiredMt,
    PendingMo,
    ReceivedReport,
    Recorded,
    RefusedRequest,
    Settlement,
)
from sms_gateway.domain.restores import (
    HeldBack,
    HoldOrder,
    KeyNote,
    ReleaseOrder,
    ReleaseResult,
)
from sms_gateway.domain.retention import (
    LegalHoldOrder,
    LegalHoldResult,
    LiftOrder,
    LiftResult,
    PurgeBatch,
    PurgeCounts,
    PurgedBatch,
    PurgeEnd,
)
from sms_gateway.domain.rights import EraseBatch, ErasedBatch, EraseEnd, EraseRest
from sms_gateway.domain.surveys import AskDone, AskOrder
from sms_gateway.domain.views import SavedView, ViewBack, ViewSaved
from sms_gateway.domain.windows import (
    EndResult,
    GivenCause,
    IncidentWindow,
    WindowAnnounced,
    WindowEnd,
)
from sms_gateway.store.committing import Operation, scrub
from sms_gateway.store.operations import (
    access,
    alarms,
    attempts,
    batches,
    calendar,
    chaining,
    citizens,
    draining,
    following,
    holding,
    notices,
    provided,
    purging,
    pushing,
    restored,
    rights,
    staff,
    surveys,
    views,
    windows,
    words,
)
from sms_gateway.store.operations.inbox import Failure, InboxWrites
from sms_gateway.store.operations.outbox import AuditNote, OutboxWrites, Pause
from sms_gateway.store.operations.words import WordsBatch
from sms_gateway.store.sqlite.process.others import of_other_systems
from sms_gateway.store.sqlite.process.rules import of_rules

_NOTHING = Decoder(list[None])
_YES_OR_NO = Decoder(list[bool | None])
_COUNTS = Decoder(list[int | None])


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change.

    Attributes:
        operation: makes it, as part of a transaction.
        rows: reads its rows.
        results: reads their results; None stands for a row that has none.
    """

    operation: Operation[Any, Any]
    rows: Decoder[list[Any]]
    results: Decoder[list[Any]]


def name_of(operation: Operation[Any, Any]) -> str:
    """What a change is called between processes."""
    return cast("FunctionType", operation).__qualname__


def kinds(run: RunId) -> Sequence[Kind]:
    """All of them.

    Args:
        run: who makes them, owner of what is leased.
    """
    return (
        *_of_inbox(run), *_of_outbox(run), *_of_staff(), *_of_restores(), *_of_alarms(),
        *_of_retention(), *_of_following(), *_of_notices(), *_of_calendar(),
        *_of_windows(), *_of_access(), *_of_views(),
        *(Kind(*shape) for shape in (*of_rules(), *of_other_systems())),
    )  # fmt: skip


def _of_inbox(run: RunId) -> Sequence[Kind]:
    inbox = InboxWrites(run)
    lease = Decoder(list[tuple[datetime, int]])
    leased = Decoder(list[list[PendingMo] | None])
    return (
        Kind(inbox.record, Decoder(list[Arrival]), Decoder(list[Recorded | None])),
        Kind(inbox.join_overdue, Decoder(list[tuple[datetime, datetime]]), _COUNTS),
        Kind(inbox.lease, lease, leased),
        Kind(inbox.answer, Decoder(list[Answer]), _YES_OR_NO),
        Kind(inbox.fail, Decoder(list[Failure]), _YES_OR_NO),
        Kind(inbox.free, Decoder(list[PendingMo]), _NOTHING),
        Kind(inbox.keep_refused, Decoder(list[RefusedRequest]), _NOTHING),
    )


def _of_outbox(run: RunId) -> Sequence[Kind]:
    outbox = OutboxWrites(run)
    lease = Decoder(list[tuple[DoorName, datetime, int, int, float]])
    leased = Decoder(list[list[MobileTerminated] | None])
    recover = Decoder(list[tuple[list[DoorName], datetime]])
    recovered = Decoder(list[tuple[int, int] | None])
    return (
        Kind(outbox.lease, lease, leased),
        Kind(outbox.settle, Decoder(list[Settlement]), _YES_OR_NO),
        Kind(outbox.settle_late, Decoder(list[Settlement]), _NOTHING),
        Kind(outbox.take_over, Decoder(list[TakeOver]), _COUNTS),
        Kind(outbox.pass_on, Decoder(list[PassOn]), Decoder(list[list[MessageId] | None])),
        Kind(outbox.fetched, Decoder(list[tuple[MessageId, datetime]]), _NOTHING),
        Kind(outbox.expire, Decoder(list[datetime]), Decoder(list[list[ExpiredMt] | None])),
        Kind(outbox.record_reports, Decoder(list[ReceivedReport]), _NOTHING),
        Kind(outbox.recover, recover, recovered),
        Kind(outbox.probe, _NOTHING, _NOTHING),
        Kind(outbox.set_paused, Decoder(list[Pause]), _NOTHING),
        Kind(outbox.note_audit, Decoder(list[AuditNote]), _NOTHING),
        Kind(chaining.chain_more, Decoder(list[int]), _COUNTS),
    )


def _of_staff() -> Sequence[Kind]:
    settled = Decoder(list[SettleResult | None])
    handled = Decoder(list[HandleResult | None])
    answered = Decoder(
        list[AnswerQueued | AnsweredBefore | NoSuchMessage | Purged | TooMany | None]
    )
    return (
        Kind(staff.settle_by_hand, Decoder(list[SettleOrder]), settled),
        Kind(staff.answer_by_hand, Decoder(list[AnswerOrder]), answered),
        Kind(staff.send_by_hand, Decoder(list[SendOrder]), _NOTHING),
        Kind(draining.begin_drains, Decoder(list[DrainOrder]), _NOTHING),
        Kind(staff.handle, Decoder(list[HandleOrder]), handled),
        Kind(citizens.decide_numbers, Decoder(list[NumberOrder]), _NOTHING),
    )


def _of_calendar() -> Sequence[Kind]:
    return (
        Kind(calendar.set_day, Decoder(list[DayOrder]), _NOTHING),
        Kind(calendar.unset_day, Decoder(list[DayBack]), _YES_OR_NO),
    )


def _of_views() -> Sequence[Kind]:
    saved = Decoder(list[ViewSaved | None])
    return (
        Kind(views.save_views, Decoder(list[SavedView]), saved),
        Kind(views.delete_views, Decoder(list[ViewBack]), _YES_OR_NO),
        Kind(words.fill_words, Decoder(list[WordsBatch]), _COUNTS),
    )


def _of_windows() -> Sequence[Kind]:
    ended = Decoder(list[EndResult | None])
    return (
        Kind(windows.add_windows, Decoder(list[IncidentWindow]), _NOTHING),
        Kind(windows.end_windows, Decoder(list[WindowEnd]), ended),
        Kind(windows.note_announced, Decoder(list[WindowAnnounced]), _YES_OR_NO),
        Kind(windows.give_causes, Decoder(list[GivenCause]), _NOTHING),
    )


def _of_access() -> Sequence[Kind]:
    results = Decoder(list[StaffResult | None])
    return (
        Kind(attempts.begin_attempts, Decoder(list[Attempt]), Decoder(list[Begun | None])),
        Kind(attempts.spare_attempts, Decoder(list[Spared]), _NOTHING),
        Kind(attempts.note_locks, Decoder(list[LockNote]), _NOTHING),
        Kind(access.sign_in, Decoder(list[SignInOrder]), _YES_OR_NO),
        Kind(access.touch_sessions, Decoder(list[Touch]), _NOTHING),
        Kind(access.sign_out, Decoder(list[Touch]), _YES_OR_NO),
        Kind(access.revoke, Decoder(list[RevokeOrder]), _COUNTS),
        Kind(access.add_staff, Decoder(list[AddOrder]), results),
        Kind(access.reinvite, Decoder(list[Invite]), results),
        Kind(access.accept, Decoder(list[AcceptOrder]), _YES_OR_NO),
        Kind(access.change_staff, Decoder(list[ChangeOrder]), results),
        Kind(access.set_password, Decoder(list[PasswordOrder]), _YES_OR_NO),
        Kind(access.offer_totp, Decoder(list[TotpOrder]), _YES_OR_NO),
        Kind(access.confirm_totp, Decoder(list[TotpOrder]), _YES_OR_NO),
        Kind(access.set_language, Decoder(list[LanguageOrder]), _NOTHING),
        Kind(access.set_keys, Decoder(list[KeysOrder]), _NOTHING),
        Kind(provided.sign_in_provided, Decoder(list[ProvidedOrder]), _YES_OR_NO),
        Kind(provided.unlink, Decoder(list[Unlink]), results),
        Kind(provided.note_refusals, Decoder(list[RefusalNote]), _NOTHING),
    )


def _of_restores() -> Sequence[Kind]:
    held = Decoder(list[HeldBack | None])
    released = Decoder(list[ReleaseResult | None])
    return (
        Kind(restored.hold_restored, Decoder(list[HoldOrder]), held),
        Kind(restored.release_restored, Decoder(list[ReleaseOrder]), released),
        Kind(restored.note_key, Decoder(list[KeyNote]), Decoder(list[str | None])),
    )


def _of_alarms() -> Sequence[Kind]:
    return (
        Kind(alarms.note_incidents, Decoder(list[IncidentNote]), _YES_OR_NO),
        Kind(alarms.queue_alarm_texts, Decoder(list[AlarmText]), _NOTHING),
        Kind(alarms.add_traffic, Decoder(list[Traffic]), _NOTHING),
    )


def _of_following() -> Sequence[Kind]:
    ended = Decoder(list[Fate | None])
    return (
        Kind(pushing.queue_pushes, Decoder(list[Push]), _YES_OR_NO),
        Kind(following.end_owed, Decoder(list[OwedEnd]), ended),
        Kind(following.forget_owed, Decoder(list[datetime]), _COUNTS),
    )


def _of_retention() -> Sequence[Kind]:
    counts = Decoder(list[PurgeCounts | None])
    held, released = Decoder(list[LegalHoldResult | None]), Decoder(list[LiftResult | None])
    return (
        Kind(purging.purge, Decoder(list[PurgeBatch]), Decoder(list[PurgedBatch | None])),
        Kind(purging.forgotten, Decoder(list[int]), _NOTHING),
        Kind(purging.end_purge, Decoder(list[PurgeEnd]), counts),
        Kind(holding.hold, Decoder(list[LegalHoldOrder]), held),
        Kind(holding.release, Decoder(list[LiftOrder]), released),
        Kind(scrub, _NOTHING, _YES_OR_NO),
        Kind(rights.erase, Decoder(list[EraseBatch]), Decoder(list[ErasedBatch | None])),
        Kind(rights.end_erase, Decoder(list[EraseEnd]), Decoder(list[EraseRest | None])),
    )


def _of_notices() -> Sequence[Kind]:
    done = Decoder(list[BatchDone | None])
    return (
        Kind(notices.learn, Decoder(list[Learned]), _NOTHING),
        Kind(notices.forget, Decoder(list[tuple[str, datetime]]), _NOTHING),
        Kind(notices.rule, Decoder(list[Ruling]), Decoder(list[Ruled | None])),
        Kind(notices.postpone, Decoder(list[Postponed]), _NOTHING),
        Kind(batches.end_batch, Decoder(list[BatchOrder]), done),
        Kind(surveys.ask, Decoder(list[AskOrder]), Decoder(list[AskDone | None])),
    )
