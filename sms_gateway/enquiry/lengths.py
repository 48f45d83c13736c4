"""What a reply costs by the length of the code in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sms_gateway.domain.message import Language
from sms_gateway.enquiry.preview import SAMPLE
from sms_gateway.enquiry.replies import Composed, Replies
from sms_gateway.enquiry.reply_forms import MOST_SEGMENTS

SHORTEST: Final = 11
"""Characters of `170703-0001`."""

USUAL: Final = 18
LONGEST: Final = 25
"""Up to this length a reply without accents takes one SMS."""


@dataclass(frozen=True, slots=True)
class Span:
    """Codes of these lengths cost the same.

    Attributes:
        first, last: lengths in characters.
        segments: SMS that the reply takes.
        language: in which it is sent.
        shortened: its last sentence is left out.
    """

    first: int
    last: int
    segments: int
    language: Language
    shortened: bool


def sample(
    replies: Replies, name: str, language: Language, length: int, most: int = MOST_SEGMENTS
) -> Composed:
    """A reply with sample values and a code of so many characters; `most` SMS are carried."""
    values = {**SAMPLE, "code": sample_code(length)}
    return replies.compose(name, values, language, max_segments=most)


def sample_code(length: int) -> str:
    """A made-up code of so many characters."""
    return SAMPLE["code"][-length:].ljust(length, "0")


def spans(
    replies: Replies, name: str, language: Language, most: int = MOST_SEGMENTS
) -> Sequence[Span]:
    """All lengths from the shortest to the longest, together where they cost the same."""
    found: list[Span] = []
    for length in range(SHORTEST, LONGEST + 1):
        made = sample(replies, name, language, length, most)
        whole = replies.whole(name, {**SAMPLE, "code": sample_code(length)}, made.language)
        one = Span(length, length, made.segments, made.language, made.text != whole)
        if found and replace(found[-1], first=length, last=length) == one:
            found[-1] = replace(found[-1], last=length)
        else:
            found.append(one)
    return found
