"""What may keep the dossiers from being read or written, as a word and as a sentence."""

from collections.abc import Mapping
from types import MappingProxyType


class CaseTablesError(Exception):
    """The dossiers cannot be used now; the message is one line and says what to do.

    Args:
        message: that line.
        word: one word for logs, metrics and `Unavailable`.
        passes: it may pass by itself.
    """

    def __init__(self, message: str, word: str = "failed", *, passes: bool = False) -> None:
        super().__init__(message)
        self.word = word
        self.passes = passes


_ADVICE: Mapping[str, str] = MappingProxyType({
    "slow": "it takes too long: try again",
    "schema": "it was made by another version",
    "closed": "it is closed already",
    "taken": "the import was taken away: import again",
    "broken": "it is damaged: restore it from a backup, or move it away and import again",
    "full": "the disk is full: free some space",
    "failed": "it failed: look into the log",
})  # fmt: skip
"""What any dialect may say."""

_PASSING = frozenset({"slow", "down", "crowded", "locked"})


def trouble(
    where: str, word: str, own: Mapping[str, str] = _ADVICE, told: str = ""
) -> CaseTablesError:
    """One line for people: where, what is wrong, what to do.

    Args:
        where: what people call it.
        word: one word for what is wrong.
        own: what a dialect advises for its own words.
        told: such a line that is there already.
    """
    advice = told or own.get(word) or _ADVICE.get(word) or _ADVICE["failed"]
    return CaseTablesError(f"{where}: {advice}", word, passes=word in _PASSING)
