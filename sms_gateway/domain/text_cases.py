"""Texts that staff keep as test cases: what each must be understood as, whatever rules change."""

from datetime import datetime

from sms_gateway.domain.ids import CanonicalKey, ShortCode
from sms_gateway.domain.record import Private, Record

ADD_CASE_ACT = "test_case.add"
REMOVE_CASE_ACT = "test_case.remove"
"""The words of the acts in the audit."""

MOST_CASES = 1000
"""So many may be kept: each trial of a rule reads all of them."""


class TextCase(Record, frozen=True):
    """A text, and what it must be understood as.

    Attributes:
        id: of its own, sorts by time.
        text: as a citizen wrote it, or as staff made it up; no number of a phone beside it.
        short_code: to which it came.
        intent: its name, see `enquiry.intents`.
        key: the number that must be looked up first; empty where that does not matter.
        note: why, for people.
        at, by: when it was added, and by whom.
    """

    id: str
    text: Private[str]
    short_code: ShortCode
    intent: str
    key: CanonicalKey
    note: Private[str]
    at: datetime
    by: str


class TextCaseBack(Record, frozen=True):
    """One that is kept no more.

    Attributes:
        id: which.
        at, by: when, and who says so.
    """

    id: str
    at: datetime
    by: str
