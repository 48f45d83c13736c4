"""Which words of the index a question about words leads to: bounded, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sms_gateway.gsm.words import Sought, part_span, sought_in, word_number
from sms_gateway.store.statements import Statements

MOST_WORDS = 100
"""A part of more words than these is taken as a word of its own."""

_THAT_LEAD = 6


@dataclass(frozen=True, slots=True)
class WordLeads:
    """What is sought, and the ways to it.

    Attributes:
        sought: each of these must be in a text.
        numbers: of some of them, each as the numbers of all words that it is in.
        common: those that were asked for as a part and are taken as words of their own.
    """

    sought: Sequence[Sought] = ()
    numbers: Sequence[Sequence[int]] = ()
    common: Sequence[str] = ()


async def word_leads(db: Statements, question: str) -> WordLeads:
    """What a question means now; other texts may make another word common."""
    sought: list[Sought] = []
    numbers: list[Sequence[int]] = []
    common: list[str] = []
    for one in sought_in(question):
        found = None if one.whole else await _words_with(db, one.text)
        if found is None and not one.whole:
            common.append(one.text)
        sought.append(replace(one, whole=found is None))
        numbers.append([word_number(one.text)] if found is None else found)
    return WordLeads(sought, _leading(sought, numbers), common)


async def _words_with(db: Statements, part: str) -> Sequence[int] | None:
    """The numbers of all words that a part is in; None where they are too many."""
    low, high = part_span(part)
    values = {"low": low, "high": high, "limit": MOST_WORDS + 1}
    rows = await db.rows("word_parts_like", values)
    return None if len(rows) > MOST_WORDS else list(dict.fromkeys(row[0] for row in rows))


def _leading(sought: Sequence[Sought], numbers: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    """The longest words, as they are the rarest, and not more walks than one part may need."""
    pairs = zip(sought, numbers, strict=True)
    leading: list[Sequence[int]] = []
    for _, found in sorted(pairs, key=lambda pair: len(pair[0].text), reverse=True)[:_THAT_LEAD]:
        if sum(map(len, leading)) + len(found) <= MOST_WORDS:
            leading.append(found)
    return leading
