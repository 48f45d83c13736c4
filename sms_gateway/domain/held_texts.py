"""Automatic messages that wait for a person, as far as somebody may see them."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.record import Private, Record


class HeldPart(Record, frozen=True):
    """What of one batch belongs to some agencies.

    Attributes:
        id: of the batch.
        reason: see `domain.notices.BLAST`.
        since: when the first of these texts was held.
        texts, dossiers, numbers: how many texts, of how many dossiers, to how many numbers.
    """

    id: str
    reason: str
    since: datetime
    texts: int
    dossiers: int
    numbers: int


class HeldText(Record, frozen=True):
    """One of its texts.

    Attributes:
        template: which reply it is; empty for an announcement.
        code: of the dossier that it tells of, or empty.
        to: the number, most digits hidden.
        text: what would be sent.
    """

    template: str
    code: str
    to: Private[str]
    text: Private[str]


Agencies = Sequence[str] | None
"""Those of which somebody sees what there is; None for all, and for what is no agency's."""
