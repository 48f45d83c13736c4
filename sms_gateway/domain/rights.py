"""What a citizen may ask of the office about their own data: a copy of it, and that it goes.

Domain 5: the law on personal data; what must be kept for charging and complaints stays.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sms_gateway.domain.acts import HANDLE_ACT, UNMASK_ACT
from sms_gateway.domain.citizens import NumberAct
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.record import Record
from sms_gateway.domain.retention import HOLD_ACT

EXPORT_ACT = "citizen.export"
ERASE_ACT = "citizen.erase"
ERASED_ACT = "citizen.erased"
"""The words of these acts in the audit."""

WORDED_ACTS = (HANDLE_ACT, UNMASK_ACT, HOLD_ACT, *(act.value for act in NumberAct))
"""Acts whose lines hold what a person typed about a citizen; it goes with what it is about."""


class EraseWalk(enum.StrEnum):
    """The ways that an erasure goes: texts with all that is theirs, then our other messages."""

    TEXTS = "texts"
    PUSHES = "pushes"


class EraseBatch(Record, frozen=True):
    """One step: one commit.

    Attributes:
        walk: which.
        whose: the number, by one of its hashes.
        after: where the step before ended; empty for the first one.
        limit: at most so many rows are looked at.
        at: now.
    """

    walk: EraseWalk
    whose: NumberHash
    after: str
    limit: int
    at: datetime


class ErasedBatch(Record, frozen=True):
    """What became of it.

    Attributes:
        erased: how many texts or messages have lost their words and their number.
        held: that stay because of a legal hold.
        open: that are being answered or sent in this moment, and stay.
        holds: the holds, as `code 1707030001`, `number HASH` or `message ID`.
        upto: where it ended; empty where the walk is over.
    """

    erased: int
    held: int
    open: int
    holds: tuple[str, ...]
    upto: str


class EraseEnd(Record, frozen=True):
    """What is kept of the number besides goes, and the audit is told.

    Attributes:
        numbers: its hashes, today's the first.
        at, by: when, and who has it done.
        told: counts of the walks, for the audit.
    """

    numbers: tuple[NumberHash, ...]
    at: datetime
    by: str
    told: str


class EraseRest(Record, frozen=True):
    """What else went; all 0 where the number is held.

    Attributes:
        preferences: choices of a language.
        subscriptions: dossiers that it followed.
        surveys: questions of the survey, which name nobody any more; the marks stay.
        parts: of long texts that were never whole.
    """

    preferences: int = 0
    subscriptions: int = 0
    surveys: int = 0
    parts: int = 0


@dataclass(frozen=True, slots=True)
class KeptOfNumber:
    """What is kept of a number besides its messages, as rows with names.

    Attributes:
        preferences, opt_outs, subscriptions, surveys, parts: see the tables.
    """

    preferences: Sequence[Mapping[str, object]] = field(repr=False)
    opt_outs: Sequence[Mapping[str, object]] = field(repr=False)
    subscriptions: Sequence[Mapping[str, object]] = field(repr=False)
    surveys: Sequence[Mapping[str, object]] = field(repr=False)
    parts: Sequence[Mapping[str, object]] = field(repr=False)
