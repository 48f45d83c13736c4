"""All replies on one sheet: what citizens read and what it costs."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from sms_gateway.domain.message import Language
from sms_gateway.enquiry.replies import Replies
from sms_gateway.enquiry.templates import TEMPLATES
from sms_gateway.gsm.segment import count

SAMPLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "code": "H32.12-230615-0001",
        "date": "20/11/2026",
        "due": "04/12/2026",
        "new_due": "11/12/2026",
        "time": "10:05",
        "minutes": "30",
        "hotline": "0258 3999999",
        "keyword": "MCKH",
        "short_code": "8083",
    }
)
"""Values of the sheet, those of domain 6; the hotline is invented."""

CODES: Final = (18, 25, 50)
"""Lengths of codes that the sheet counts segments for: today's two, and the longest legal one."""

_HEAD: Final = """\
Replies: id, billing, outcome; then for each language its alphabet, its length in septets (gsm7) or
UTF-16 units (ucs2), its segments with a code of 18, 25 and 50 characters, and the text as sent.
The language after an arrow is the one that is sent because the one asked for takes too long.
"""


def preview(replies: Replies) -> str:
    """Every reply in every language with sample values, ready to print."""
    return "\n".join((_HEAD, *_blocks(replies)))


def _blocks(replies: Replies) -> Iterator[str]:
    for name in TEMPLATES:
        yield f"{name}  {replies.billing_of(name)}  {replies.outcome_of(name)}"
        for language in Language:
            yield from _lines(replies, name, language)
        yield ""


def _lines(replies: Replies, name: str, language: Language) -> Iterator[str]:
    sample = replies.compose(name, SAMPLE, language)
    used = "" if sample.language is language else f" -> {sample.language}"
    counted = count(sample.text)
    segments = " ".join(str(_segments(replies, name, language, length)) for length in CODES)
    yield f"  {language}{used}: {counted.alphabet} {counted.units}, segments {segments}"
    yield f"    {sample.text}"


def _segments(replies: Replies, name: str, language: Language, length: int) -> int:
    code = SAMPLE["code"].ljust(length, "0")
    return replies.compose(name, {**SAMPLE, "code": code}, language).segments
