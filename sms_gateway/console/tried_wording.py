"""What a wording costs and how it looks on a phone, for every length of code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sms_gateway.console.visit import Visit
from sms_gateway.console.wording_words import complaint
from sms_gateway.domain.message import Language
from sms_gateway.domain.wordings import Wording
from sms_gateway.enquiry.lengths import LONGEST, SHORTEST, USUAL, Span, sample, spans
from sms_gateway.enquiry.preview import SAMPLE
from sms_gateway.enquiry.replies import Composed, Replies
from sms_gateway.enquiry.reply_forms import MOST_SEGMENTS
from sms_gateway.gsm.segment import Counted, count, segment

_ANY: int = 9
"""So many SMS are counted of what is too long to be sent at all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply in one language.

    Attributes:
        language: that was asked for.
        sent: it as it goes out, with a code of some length.
        counted: what that costs.
        pieces: its SMS.
        spans: what it costs by the length of the code.
    """

    language: Language
    sent: Composed
    counted: Counted
    pieces: Sequence[str]
    spans: Sequence[Span]


def shown(
    replies: Replies, name: str, length: int = USUAL, most: int = MOST_SEGMENTS
) -> Sequence[Shown]:
    """A reply in each language, with a code of so many characters."""
    made = [(one, sample(replies, name, one, length, most)) for one in Language]
    return [
        Shown(one, sent, count(sent.text), segment(sent.text), spans(replies, name, one, most))
        for one, sent in made
    ]


def length_of(wanted: str) -> int:
    """A length of codes as a page is asked for it; the usual one where there is none such."""
    known = wanted.isdecimal() and SHORTEST <= int(wanted) <= LONGEST
    return int(wanted) if known else USUAL


def tried_values(visit: Visit, name: str, wording: Wording) -> Mapping[str, object]:
    """What the counter beside the form shows."""
    tried = visit.desk.rule_desk.wordings.tried(name, wording)
    length = length_of(visit.form.get("length", 2))
    return {
        "length": length,
        "lengths": (SHORTEST, USUAL, LONGEST),
        "bounds": (SHORTEST, LONGEST),
        "short_code": SAMPLE["short_code"],
        "unread": tried.unread,
        "broken": [(one.language, complaint(visit, name, one)) for one in tried.misfits],
        "made": shown(tried.replies, name, length, _ANY if tried.too_long else MOST_SEGMENTS),
    }
