"""What the values of a call mean: numbers, short codes, times, texts, parts."""

import base64
import binascii
import re

from sms_gateway.channels.http.fields import UnreadableError
from sms_gateway.domain.ids import ShortCode, TelcoId
from sms_gateway.domain.message import PartOf
from sms_gateway.domain.msisdn import Address, read_address
from sms_gateway.domain.short_code import short_code_of

MAX_TEXT = 2_000
"""Longest text of an MO, in characters: a long text of ten segments has 1,530."""

MAX_ID = 100
"""Longest id of a telco, in characters."""

MAX_WORD = 40
"""Longest operator or error code kept, in characters."""

_ODD = "\ufffd"
"""What stands for octets that are no text."""

_LETTERS = re.compile(r"[A-Za-z \t\r\n]*")
_WORD = re.compile(rb"[ \t\r\n]*[A-Za-z]{4}")
# What words and codes have and chance hardly has: a blank or a sign after a word, six letters, four
# digits, letters before three.
_READS = re.compile(
    r"[A-Za-z0-9] [A-Za-z0-9]|[A-Za-z]{4}[_.:-]|[A-Z]{6}|[A-Za-z][a-z]{5}"
    r"|[A-Za-z]{2}[_.:-]?[0-9]{3}|[0-9]{4}"
)
_WRITTEN = re.compile(
    # ASCII; letters of Vietnamese, and their accents apart; signs and pictures that phones put in.
    "[ -~\u00a0-\u024f\u0300-\u036f\u1e00-\u1eff\u2010-\u203a\ufe0f\U0001f300-\U0001faff]*"
)
_OF_SHORT_WORDS = (3, 6, 9)
"""Octets of which the Base64 is a word of up to twelve characters, without padding."""

_PRINTED = re.compile(rb"[ -~]")
_FOLD = re.compile(r" *[\t\r\n]+ *")
_BREAK = re.compile(r"[\t\r\n]+")
_NUMBER = re.compile(r"[0-9]{1,5}")
_HIGHEST = 255


def read_sender(raw: str | None, region: str, field: str = "sender") -> Address:
    """Who texted.

    Raises:
        UnreadableError: absent, or no number and no name.
    """
    if not raw or (address := read_address(raw, region)) is None:
        raise UnreadableError(
            field=field, problem="is missing" if not raw else "is no phone number or name"
        )
    return address


def read_short_code(raw: str | None, region: str) -> ShortCode:
    """The number they texted; see `short_code_of`.

    Raises:
        UnreadableError: absent, or not a number.
    """
    if not raw:
        raise UnreadableError(field="short_code", problem="is missing")
    if (code := short_code_of(raw, region)) is None:
        raise UnreadableError(field="short_code", problem="is no number of up to 15 digits")
    return code


def read_text(raw: str | None) -> str:
    """What they texted; an empty text is one.

    Raises:
        UnreadableError: absent or too long.
    """
    if raw is None:
        raise UnreadableError(field="text", problem="is missing")
    if len(raw) > MAX_TEXT:
        raise UnreadableError(field="text", problem=f"is longer than {MAX_TEXT} characters")
    return raw


def read_base64(raw: str | None, charset: str, *, in_pairs: bool = False) -> str:
    """A text in Base64 (RFC 4648 section 4, canonical, with its padding or without), in `charset`.

    Its lines may be broken (RFC 2045 section 6.8), and blanks may stand around it. Octets that are
    none in `charset` become U+FFFD, as those of a query do: gateways take the 0x00 out of UCS-2
    (domain 2, section 2.0, 9), and what is ASCII is mostly enough to answer.

    Args:
        raw: as it stands in the call.
        charset: of the text.
        in_pairs: it stands in a query or form, where a plus sign that came unescaped reads as a
            space; it is taken for the plus sign again.

    Raises:
        UnreadableError: absent, not Base64, or too long.
    """
    if raw is None:
        raise UnreadableError(field="text", problem="is missing")
    packed = _packed(raw, in_pairs=in_pairs)
    return read_text(_unpacked(packed + "=" * (-len(packed) % 4)).decode(charset, "replace"))


def _packed(raw: str, *, in_pairs: bool) -> str:
    return _with_plus(raw) if in_pairs else _FOLD.sub("", raw).strip(" ")


def _unpacked(packed: str) -> bytes:
    try:
        plain = base64.b64decode(packed.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise UnreadableError(field="text", problem="is not Base64") from None
    if base64.b64encode(plain).decode() != packed:
        raise UnreadableError(field="text", problem="is not Base64 in its one right form")
    return plain


def _with_plus(raw: str) -> str:
    text = _BREAK.sub("", raw)
    # Base64 comes in fours: only a blank over that count is none of its characters.
    return (text.strip(" ") if len(text) % 4 else text).replace(" ", "+")


def read_plain_or_base64(raw: str | None, *, in_pairs: bool = False) -> str:
    """A text that is written now plain, now in Base64 of UTF-8.

    It is taken for Base64 only where it is canonical, with its padding, more than words (those of
    four or eight letters are Base64 of something, too), and surely of text: all of it letters of
    Vietnamese and signs of a phone, or mostly ASCII that begins with a word. A code of twelve
    characters or less is Base64 of something as well, so what is in that must read like words or
    a code. A text that begins with MCKH, mckh or Mckh is never Base64 of either. For its arguments
    see `read_base64`.

    Raises:
        UnreadableError: absent or too long.
    """
    if raw is None or _LETTERS.fullmatch(raw):
        return read_text(raw)
    try:
        octets = _unpacked(_packed(raw, in_pairs=in_pairs))
    except UnreadableError:
        return read_text(raw)
    text = octets.decode("utf-8", "replace")
    return read_text(text if _surely_text(text, octets) else raw)


def _surely_text(text: str, octets: bytes) -> bool:
    # Of codes such as TC414669 one in fifty is Base64 of UTF-8: of letters of Asia, of a few signs.
    if _WRITTEN.fullmatch(text) and text.strip():
        return len(octets) not in _OF_SHORT_WORDS or bool(_READS.search(text))
    mostly = len(_PRINTED.findall(octets)) * 2 > len(octets)
    return mostly and bool(_WORD.match(octets)) and bool(_READS.search(text))


def read_id(raw: str | None, field: str) -> TelcoId | None:
    """The telco's id, or None where it sends none.

    Raises:
        UnreadableError: too long, or with control characters.
    """
    if not raw:
        return None
    if len(raw) > MAX_ID or not raw.isprintable():
        raise UnreadableError(
            field=field, problem=f"is no id of up to {MAX_ID} printable characters"
        )
    return TelcoId(raw)


def read_word(raw: str | None) -> str:
    """An operator or error code, cleaned and cut: nothing depends on it, so it is never refused."""
    if not raw:
        return ""
    text = raw if raw.isprintable() else "".join(c for c in raw if c.isprintable())
    return text.strip()[:MAX_WORD]


def read_part(reference: str | None, total: str | None, number: str | None) -> PartOf | None:
    """Which part of a long text this is, None where it is a whole one.

    Raises:
        UnreadableError: some of the three are absent, or no numbers in their range.
    """
    if not (reference or total or number) or total in {"0", "1"}:
        return None
    ref = _whole(reference, "part_reference", 0, 0xFFFF)
    of = _whole(total, "part_total", 1, _HIGHEST)
    return PartOf(ref, of, _whole(number, "part_number", 1, of))


def _whole(raw: str | None, field: str, lowest: int, highest: int) -> int:
    if not raw or not _NUMBER.fullmatch(raw) or not lowest <= int(raw) <= highest:
        raise UnreadableError(field=field, problem=f"is no number from {lowest} to {highest}")
    return int(raw)
