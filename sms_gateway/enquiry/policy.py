"""Who may learn what, and how often: budgets, disclosure, and what is charged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from sms_gateway.domain.dossier import Dossier
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import UsageEvent
from sms_gateway.enquiry.templates import family

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_STEP_MINUTES = 30

_MOST_MINUTES = 120
"""A longer wait is told in words: nobody counts 1,440 minutes."""

RATE_LIMITED = "E3"
_RATE_LIMITED_TODAY = "E3-tomorrow"
INTERRUPTED = "E4"
NOT_SENT = ""
CONFIRMATIONS = frozenset({"O1", "O2"})
MARKED = frozenset({"Q2", "Q3"})
"""Answers to a mark: their number leads nowhere."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """What one number may use; windows slide.

    Attributes:
        replies_per_hour, replies_per_day: answered texts of any kind.
        receipts_per_day: different receipts asked for.
        misses_per_hour: receipts asked for that do not exist, and wrong second secrets.
        identical_per_hour: replies with the same words; one more is not sent.
        repeat_free: within this time the same receipt is answered free of charge.
        wrong_secrets_per_day: texts of all numbers together with a wrong second secret of one
            dossier; then none opens it.
    """

    replies_per_hour: int = 10
    replies_per_day: int = 30
    receipts_per_day: int = 10
    misses_per_hour: int = 5
    identical_per_hour: int = 3
    repeat_free: timedelta = timedelta(minutes=10)
    wrong_secrets_per_day: int = 10


def wait_until(
    budgets: Budgets,
    history: Sequence[UsageEvent],
    keys: Collection[CanonicalKey],
    now: datetime,
) -> datetime | None:
    """When a number that has used up a budget may ask again; None where it may ask now.

    Decided before the directory is asked, so a refusal says nothing about hit or miss.

    Args:
        budgets: the limits.
        history: the number's events of the last day.
        keys: what it asks for now; empty where it asks for no dossier.
        now: the moment of the question.
    """
    counted = _counted(history, now)
    last_hour = [e for e in counted if e.at > now - HOUR]
    frees = [
        _frees([e.at for e in last_hour], budgets.replies_per_hour, HOUR),
        _frees([e.at for e in counted], budgets.replies_per_day, DAY),
    ]
    if keys:
        misses = [e.at for e in last_hour for _ in range(e.miss)]
        frees.append(_frees(misses, budgets.misses_per_hour, HOUR))
        latest = {e.key: e.at for e in counted if e.key}
        if not latest.keys() & set(keys):
            asked = [*latest.values(), *_besides(counted)]
            frees.append(_frees(asked, budgets.receipts_per_day, DAY))
    return max((moment for moment in frees if moment is not None), default=None)


def receipts_left(
    budgets: Budgets, history: Sequence[UsageEvent], now: datetime
) -> Collection[CanonicalKey] | None:
    """The only receipts that a number may still ask for; None where it may ask for any.

    Without it a text with a known receipt behind a new one would be looked up for both.
    """
    counted = _counted(history, now)
    known = {e.key for e in counted if e.key}
    asked = len(known) + len(_besides(counted))
    return known if asked >= budgets.receipts_per_day else None


def _besides(counted: Sequence[UsageEvent]) -> Sequence[datetime]:
    """A text with several numbers asked for all of them, though its answer names one."""
    return [e.at for e in counted for _ in range(e.miss - 1)]


def _counted(history: Sequence[UsageEvent], now: datetime) -> Sequence[UsageEvent]:
    return [e for e in history if family(e.template) != RATE_LIMITED and e.at > now - DAY]


def _frees(moments: Sequence[datetime], limit: int, window: timedelta) -> datetime | None:
    # Answers are kept in their own order, which need not be that of the questions.
    return sorted(moments)[-limit] + window if len(moments) >= limit else None


def minutes_to_wait(until: datetime, now: datetime) -> int:
    """Whole half hours until a moment, in minutes, at least 30: what the reply tells."""
    return max(1, -((now - until) // timedelta(minutes=_STEP_MINUTES))) * _STEP_MINUTES


def refusal(until: datetime, now: datetime) -> tuple[str, Mapping[str, str]]:
    """The reply to a number that must wait, and what it is filled with."""
    minutes = minutes_to_wait(until, now)
    if minutes > _MOST_MINUTES:
        return _RATE_LIMITED_TODAY, {}
    return RATE_LIMITED, {"minutes": str(minutes)}


def may_read_all(
    dossier: Dossier, sender: Address, offered_secrets: Collection[str], *, second_secret: bool
) -> bool:
    """Whether the sender gets the full reply (TT 01/2018/TT-VPCP article 16.2.d).

    Args:
        dossier: the one found.
        sender: who asks.
        offered_secrets: hashes of the other words of the text.
        second_secret: the setting that lets the receipt's second secret prove ownership.
    """
    if sender in dossier.phones:
        return True
    return second_secret and bool(dossier.secret_hash) and dossier.secret_hash in offered_secrets


def is_guess(dossier: Dossier, sender: Address, words: Collection[str]) -> bool:
    """Whether the other words of a text could open a dossier that is not the sender's."""
    return bool(words) and bool(dossier.secret_hash) and sender not in dossier.phones


def is_repeat(
    history: Sequence[UsageEvent], key: CanonicalKey, now: datetime, window: timedelta
) -> bool:
    """Whether this receipt was answered to this number a moment ago."""
    return bool(history) and any(
        e.key == key
        and not e.failure
        and family(e.template) not in (NOT_SENT, RATE_LIMITED)
        and e.at > now - window
        for e in history
    )


def too_many(budgets: Budgets, history: Sequence[UsageEvent], template: str, now: datetime) -> bool:
    """Whether even this reply is one too many: what was chosen is done, but in silence.

    A refusal is told a few times an hour, whatever its words; a confirmation, which no budget
    holds back, once an hour when no replies are left. Else a forged sender could have a number
    flooded.
    """
    if family(template) == RATE_LIMITED:
        told = sum(family(e.template) == RATE_LIMITED and e.at > now - HOUR for e in history)
        return told >= budgets.identical_per_hour
    confirmed = any(e.template in CONFIRMATIONS and e.at > now - HOUR for e in history)
    return confirmed and wait_until(budgets, history, (), now) is not None


def kept_back(budgets: Budgets, history: Sequence[UsageEvent], usage: UsageEvent) -> str:
    """Why a reply is not sent, one word; empty where it is.

    Args:
        budgets: the limits, each at least one.
        history: the number's events of the last day.
        usage: what the text counts for with this reply.
    """
    if not history:
        return ""
    if identical_replies(history, usage.text_hash, usage.at) >= budgets.identical_per_hour:
        return "identical"
    return "rate_limited" if too_many(budgets, history, usage.template, usage.at) else ""


def unsent(usage: UsageEvent) -> UsageEvent | None:
    """What a text counts for whose reply is not sent: silence must not make guessing free."""
    if not usage.key:
        return None
    return replace(usage, template=NOT_SENT, text_hash="")


def failed_before(history: Sequence[UsageEvent], now: datetime) -> bool:
    """Whether a text of the citizen failed within the hour and no useful answer came since."""
    recent = [e for e in history if e.at > now - HOUR and (e.failure or _useful(e))]
    # Answers are kept in their own order, which need not be that of the questions; of one moment
    # the later answer counts.
    return bool(recent) and max(reversed(recent), key=lambda e: e.at).failure


def _useful(event: UsageEvent) -> bool:
    """Whether the citizen learned something of a dossier."""
    useless = {NOT_SENT, RATE_LIMITED, INTERRUPTED, *MARKED}
    return bool(event.key) and family(event.template) not in useless


def identical_replies(history: Sequence[UsageEvent], text_hash: str, now: datetime) -> int:
    """How often the number got these words within the hour."""
    return sum(e.text_hash == text_hash and e.at > now - HOUR for e in history)


def used(
    budgets: Budgets, history: Sequence[UsageEvent], now: datetime
) -> Sequence[tuple[str, int, int]]:
    """What a number has used: the budget's name in `Budgets`, how much of it, and its limit.

    Args:
        budgets: the limits.
        history: the number's events of the last day.
        now: the moment.
    """
    counted = _counted(history, now)
    last_hour = [e for e in counted if e.at > now - HOUR]
    receipts = len({e.key for e in counted if e.key}) + len(_besides(counted))
    return [
        ("replies_per_hour", len(last_hour), budgets.replies_per_hour),
        ("replies_per_day", len(counted), budgets.replies_per_day),
        ("receipts_per_day", receipts, budgets.receipts_per_day),
        ("misses_per_hour", sum(e.miss for e in last_hour), budgets.misses_per_hour),
    ]
