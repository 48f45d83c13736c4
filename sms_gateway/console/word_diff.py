"""What changes between two texts, word by word."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stay, or that stand in one of the two texts only.

    Attributes:
        text: with blanks between them.
        changed: they are not in the other text.
    """

    text: str
    changed: bool


def word_diff(before: str, after: str) -> tuple[Sequence[Words], Sequence[Words]]:
    """Both texts in pieces; what is not in the other one is marked."""
    old, new = before.split(), after.split()
    left: list[Words] = []
    right: list[Words] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        changed = kind != "equal"
        for words, into in ((old[a:b], left), (new[c:d], right)):
            if words:
                into.append(Words(" ".join(words), changed))
    return left, right
