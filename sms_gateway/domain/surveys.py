"""The question of the survey: one for each dossier, and its answer."""

from datetime import datetime

from sms_gateway.domain.ids import DoorName, DossierId
from sms_gateway.domain.notices import Text
from sms_gateway.domain.record import Private, Record

SURVEY = "survey"
"""The mark: how far the feed was read for questions."""


class Asking(Record, frozen=True):
    """A question that is to be asked.

    Attributes:
        dossier_id, agency, code: about which dossier.
        text: the question, and all hashes that its recipient's choices may be kept under.
    """

    dossier_id: DossierId
    agency: str
    code: str
    text: Private[Text]


class AskOrder(Record, frozen=True):
    """Questions, and how far the feed was read for them: one commit.

    Attributes:
        asked: the questions; those of dossiers about which one was asked before are left out.
        since, upto: the places in the feed between which they were found.
        at: now.
    """

    asked: Private[tuple[Asking, ...]]
    since: int
    upto: int
    at: datetime


class AskDone(Record, frozen=True):
    """What became of an order.

    Attributes:
        written: False where it was void: a copy was restored, or another node was quicker.
        asked: questions that were queued.
        unwanted: those whose recipient wants no texts; about these dossiers nobody is asked.
        doors: that have something new to send.
    """

    written: bool
    asked: int = 0
    unwanted: int = 0
    doors: tuple[DoorName, ...] = ()


class Asked(Record, frozen=True):
    """A question that was asked.

    Attributes:
        dossier_id, agency: about which dossier.
        asked_at: when.
        score: from 1 to 5, None where nobody answered.
        answered_at: when.
    """

    dossier_id: DossierId
    agency: str
    asked_at: datetime
    score: int | None
    answered_at: datetime | None
