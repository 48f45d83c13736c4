"""The question of the survey: one for each dossier, and its answer."""

from datetime import datetime

from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.record import Private, Record


class Asking(Record, frozen=True):
    """A question that is to be asked.

    Attributes:
        dossier_id, agency, code: about which dossier.
        push: the text.
    """

    dossier_id: DossierId
    agency: str
    code: str
    push: Private[Push]


class AskOrder(Record, frozen=True):
    """Questions, and how far the feed was read for them: one commit.

    Attributes:
        asked: the questions; those of dossiers about which one was asked before are left out.
        upto: the place in the feed.
        at: now.
    """

    asked: Private[tuple[Asking, ...]]
    upto: int
    at: datetime


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
