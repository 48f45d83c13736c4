"""Questions about the log that a person keeps to ask them again."""

import enum
from datetime import datetime

from sms_gateway.domain.record import Private, Record

MOST_VIEWS = 50
LONGEST_QUERY = 2_000
LONGEST_NAME = 80


class SavedView(Record, frozen=True):
    """One of them.

    Attributes:
        id: of its own; that of one with the same name stays.
        owner: id of the person, who alone sees it.
        name: theirs for it, once.
        query: of the page, as in its address; it may hold a number.
        at: when it was saved.
    """

    id: str
    owner: str
    name: str
    query: Private[str]
    at: datetime


class ViewBack(Record, frozen=True):
    """One that its owner wants no more."""

    id: str
    owner: str


class ViewSaved(enum.StrEnum):
    """What became of one.

    saved: in the place of one of the same name, where there was one. unnamed: its name is empty or
    has more than 80 characters. too_long: its query has more than 2,000. too_many: the person has
    50 others.
    """

    SAVED = "saved"
    UNNAMED = "unnamed"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
