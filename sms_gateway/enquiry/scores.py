"""What a citizen thinks of the office, out of the text that answers the question of the survey."""

import re

from sms_gateway.enquiry.grammar import Grammar, Mark
from sms_gateway.enquiry.normalise import fold, squash
from sms_gateway.enquiry.words import read

_MARK = re.compile(r"([1-5])(?:/5)?")
_AROUND = frozenset({Mark.KEYWORD, Mark.COURTESY, Mark.TAIL})
_LONGEST = 80
"""Characters of an answer; what is longer has more to say than a mark."""


def score_of(text: str, grammar: Grammar) -> int | None:
    """The mark from 1 to 5 that a text gives; None where it says anything besides.

    `4`, `MCKH 4`, `4/5`, `bon`, `hai long` and the words of `scores` in `keywords.toml`; the
    keyword and courtesy around them do not matter.
    """
    if len(text) > _LONGEST:
        return None
    polite = grammar.words.courtesy_letters | grammar.words.beside_scores
    words = read(fold(text), grammar).words
    said = [word for word in words if word.mark not in _AROUND and word.key not in polite]
    if len(said) == 1 and (mark := _MARK.fullmatch(said[0].text)):
        return int(mark[1])
    return grammar.words.scores.get(squash("".join(word.key for word in said))) if said else None
