"""Messages as lines of a file: masked, but where a person may have the numbers and says why."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

from sms_gateway.console.labels import label
from sms_gateway.console.languages import marked
from sms_gateway.console.message_query import MessageQuery
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MoRow, Reading
from sms_gateway.reports.renderers.long_tables import Line

MOST: Final = 100_000
"""Rows in one file; a spreadsheet of more is of no use to anybody."""

HEADINGS: Final = (
    *(marked("Time"), marked("Sender"), marked("Text"), marked("Code"), marked("Outcome")),
    *(marked("Reason"), marked("Reply"), marked("Text of the reply"), marked("Delivery")),
    *(marked("Door"), marked("Telco"), marked("Agency"), marked("Id")),
)
"""Of the columns."""

_PAGE: Final = 500
_UNANSWERED: Final = marked("not answered yet")
_PURGED: Final = marked("purged")

_WITHOUT_VALUE: Final = frozenset({"sender", "code", "words", "operator"})
"""Fields of a question that may hold a number: of them the audit has the name alone."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How lines are written.

    Attributes:
        say: a marked text in the language of the file.
        zone: of the times.
        full: numbers stand there in full.
    """

    say: Callable[[str], str]
    zone: tzinfo
    full: bool

    def line(self, mo: MoRow) -> Line:
        """One message, a cell for each of `HEADINGS`."""
        say, mt = self.say, mo.reply
        gone = say(_PURGED)
        outcome = _UNANSWERED if mo.outcome is None else label(mo.outcome)
        delivery = None if mt is None else mt.delivery or mt.state
        return (
            f"{mo.received_at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}",
            gone if mo.purged_at else self._number(mo),
            gone if mo.purged_at else self._text(mo.text),
            self._text(mo.code_key),
            say(outcome),
            self._text(mo.reason),
            "" if mt is None else mt.template,
            "" if mt is None else gone if mt.purged_at else self._text(mt.text),
            "" if delivery is None else say(label(delivery)),
            mo.door,
            mo.operator,
            mo.agency,
            mo.id,
        )

    def _number(self, mo: MoRow) -> str:
        return mo.sender.value if self.full else mo.sender.masked

    def _text(self, text: str) -> str:
        return text if self.full else masked_numbers(text)


class Lines:
    """Reads the messages of a question, page by page.

    Args:
        reading: the store.
        question: which messages.
        writing: how they are written.
    """

    def __init__(self, reading: Reading, question: MessageFilter, writing: Writing) -> None:
        self._reading = reading
        self._question = replace(question, limit=_PAGE)
        self._writing = writing
        self.count = 0

    async def pages(self) -> AsyncIterator[Sequence[Line]]:
        """Lines, the newest first; at most `MOST`. Raises StoreDownError."""
        question = self._question
        while True:
            found = await self._reading.find(question)
            lines = [self._writing.line(mo) for mo in found.rows[: MOST - self.count]]
            self.count += len(lines)
            yield lines
            if found.go_on is None or self.count >= MOST:
                return
            question = replace(question, before=found.go_on)


def described(query: MessageQuery) -> str:
    """What was asked for, as the audit keeps it: without what may be a number."""
    told = (
        name if name in _WITHOUT_VALUE else f"{name}={value}"
        for name, value in sorted(query.values.items())
    )
    return " ".join(told) or "all"
