"""Words that staff added: each means what a word of `keywords.toml` means."""

from datetime import datetime

from sms_gateway.domain.record import Private, Record

ADD_ACT = "synonym.add"
REMOVE_ACT = "synonym.remove"
"""The words of the acts in the audit."""


class Synonym(Record, frozen=True):
    """A word that staff added.

    Attributes:
        folded: the word as texts are compared, letters only: there is one synonym of each.
        word: as it was written.
        keyword: the word of the file that means the same, as it was written.
        note: why, for people.
        at, by: when it was added, and by whom.
    """

    folded: str
    word: str
    keyword: str
    note: Private[str]
    at: datetime
    by: str


class SynonymBack(Record, frozen=True):
    """A word means nothing of its own again.

    Attributes:
        folded: which, see `Synonym`.
        at, by: when, and who says so.
    """

    folded: str
    at: datetime
    by: str
