"""What staff decide of one number, and what they may see of it beside its messages."""

import enum
from datetime import datetime

from sms_gateway.domain.ids import MessageId, NumberHash
from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.records import UsageEvent


class NumberAct(enum.StrEnum):
    """What is decided; its word in the audit.

    block: its texts are kept and not answered, and nothing goes to it by itself. reset: what it
    asked up to now is in no budget. opt_out, opt_in: its no to automatic messages, or its yes,
    told to a person.
    """

    BLOCK = "citizen.block"
    UNBLOCK = "citizen.unblock"
    RESET = "citizen.reset"
    OPT_OUT = "citizen.opt_out"
    OPT_IN = "citizen.opt_in"


class NumberOrder(Record, frozen=True):
    """One decision.

    Attributes:
        id: ours; of two choices of a number the one with the later id holds.
        numbers: the hashes under which it is known, the one of today first.
        act: what is decided.
        dossier_id: of opting out and in: of which dossier; empty for all.
        note: why.
        at, by: when, and who.
    """

    id: MessageId
    numbers: tuple[NumberHash, ...]
    act: NumberAct
    dossier_id: str
    note: Private[str]
    at: datetime
    by: str


class NumberChoice(Record, frozen=True):
    """A choice that stands: of a language, for or against messages, or to follow a dossier.

    Attributes:
        what: `en`, `out`, `in`, or `follows`.
        dossier_id: of which dossier; empty for all.
        at: when.
        message: the text that chose; None where a person chose for the citizen.
        agency: of that text, or empty.
    """

    what: str
    dossier_id: str
    at: datetime
    message: MessageId | None
    agency: str


class NumberFacts(Record, frozen=True):
    """What is known of one number.

    Attributes:
        language: its choice, or None.
        choices: for and against automatic messages, and what it follows; newest first.
        blocked_at, blocked_by, note: since when it is blocked, by whom and why; None where not.
        counts_from: since when what it asked counts, or None for always.
        history: what counts of the last day, oldest first.
        acts: what staff did, newest first: when, who, what, and the note.
    """

    language: NumberChoice | None
    choices: tuple[NumberChoice, ...]
    blocked_at: datetime | None
    blocked_by: str
    note: Private[str]
    counts_from: datetime | None
    history: tuple[UsageEvent, ...]
    acts: Private[tuple[tuple[datetime, str, str, str], ...]]
