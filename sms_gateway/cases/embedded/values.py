"""Single values of a case database's export: read, mended, or refused with a sentence.

A refused value is a `Bad`; its sentence never holds the value, which may be personal.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from sms_gateway.domain.dossier import MAX_CODE, ReturnVia, State, canonical_key
from sms_gateway.domain.msisdn import MAX_ADDRESS, AddressKind, read_address
from sms_gateway.domain.states import States

MAX_FIELD = 4096
"""Longest value read, in characters."""

MAX_WORD = 40
"""Longest unknown word for a state that is kept, in characters."""

MAX_PHONES = 10
"""Most phone numbers of one dossier and role."""

# What `enquiry.intents.Candidate.rest` may hold: a shorter secret could never be offered.
_SECRET_LENGTHS = range(3, 65)

# The PDF exports of the province print ư as ƣ (domain 1.9).
_MOJIBAKE = str.maketrans({"ƣ": "ư", "Ƣ": "Ư"})

# In a column that is not what it says there may be phone numbers: they are not kept as words.
_LONG_NUMBER = re.compile(r"[0-9][0-9 ._-]{4,}")

_SPREADSHEET_TEXT = re.compile(r"(?:=\"(.*)\"|'(.*))")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[Ee]\+([0-9]{1,2})")
_POINT_ZERO = re.compile(r"([0-9]+)\.0")
_SEPARATOR = re.compile(r"[;/,|\n]+")
_NATIONAL_LENGTHS = frozenset({len("yyyyMMdd"), len("yyyyMMddHHmm"), len("yyyyMMddHHmmss")})
_VIETNAMESE = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
    r"(?:[ T,]+([0-9]{1,2})[:hH]([0-9]{2})(?::([0-9]{2}))?)?"
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].+)?")

_YEARS = range(1990, 2101)
_NO_DATE_YEAR = 1  # what .NET exports for a date that is not set

_WAYS = {"0": ReturnVia.COUNTER, "1": ReturnVia.POST, "2": ReturnVia.ONLINE}
_YES = frozenset({"", "1", "TRUE", "CO", "YES", "Y", "X"})
_NO = frozenset({"0", "FALSE", "KHONG", "NO", "N"})

NUMBER_DAMAGE = (
    "was turned into a number by a spreadsheet and digits are lost: "
    "format the column as text and export again"
)
"""What is said of a number that a spreadsheet keeps only a part of."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that cannot be read.

    Attributes:
        sentence: what is wrong and what to do; follows the field's name, never holds the value.
    """

    sentence: str


@lru_cache(maxsize=2048)
def clean_text(raw: str) -> str:
    """Text without what exports do to it: ƣ for ư, decomposed letters, controls, odd spaces."""
    if raw.isascii() and raw.isprintable():
        return " ".join(raw.split())
    mended = unicodedata.normalize("NFC", raw.translate(_MOJIBAKE))
    shown = (c if c.isprintable() else _instead(c) for c in mended)
    return " ".join("".join(shown).split())


def _instead(character: str) -> str:
    return "" if unicodedata.category(character) == "Cf" else " "


def undamaged(raw: str) -> str | Bad:
    """A number or code as it was before a spreadsheet touched it.

    `12345.0`, `'12345` and `="12345"` are `12345`; `1.70703E+05` is 170703 because no digit is
    missing; where digits are missing there is no way back.
    """
    if raw.isdecimal():
        return raw
    text = clean_text(raw)
    if text.startswith(("=", "'")) and (match := _SPREADSHEET_TEXT.fullmatch(text)):
        text = (match[1] or match[2] or "").strip()
    if text.endswith(".0") and (match := _POINT_ZERO.fullmatch(text)):
        return match[1]
    if "+" in text and (match := _SCIENTIFIC.fullmatch(text)):
        decimals, exponent = match[2] or "", int(match[3])
        if len(decimals) < exponent or decimals[exponent:].strip("0"):
            return Bad(NUMBER_DAMAGE)
        return match[1] + decimals[:exponent]
    return text


def read_code(raw: str) -> str | Bad:
    """An official code, or the empty string."""
    text = undamaged(raw)
    if isinstance(text, Bad) or not text:
        return text
    if len(text) > MAX_CODE:
        return Bad(f"is longer than {MAX_CODE} characters: it is not a dossier's code")
    if not canonical_key(text):
        return Bad("has neither a letter nor a digit: write the code, or leave it empty")
    return text


def read_id(raw: str) -> str | Bad:
    """The code that names the dossier: never empty."""
    return read_code(raw) or Bad("is empty: each dossier needs its code")


def read_secret(raw: str) -> str | Bad:
    """A receipt's second secret in the form in which a citizen's words are compared with it."""
    text = undamaged(raw)
    if isinstance(text, Bad):
        return text
    key = canonical_key(text)
    if len(key) in _SECRET_LENGTHS:
        return key
    return Bad(f"must have {_SECRET_LENGTHS[0]} to {_SECRET_LENGTHS[-1]} letters and digits")


class ReadState(NamedTuple):
    """A state as a source told it.

    Attributes:
        state: the national state, 1 to 10 (domain 4.2).
        unknown: the source's word where nobody wrote down what it means, else empty.
    """

    state: int
    unknown: str = ""


def read_state(raw: str, states: States) -> ReadState | Bad:
    """A state by the words of its source; an unknown word means that it is being processed."""
    text = undamaged(raw)
    if isinstance(text, Bad):
        return text
    if not text:
        return Bad("is empty: each dossier needs its state")
    state = states.of(text)
    if state is not None:
        return ReadState(int(state))
    return ReadState(int(State.PROCESSING), _LONG_NUMBER.sub("#", text)[:MAX_WORD].strip() or "#")


def read_phones(raw: str) -> tuple[str, ...] | Bad:
    """Phone numbers in E.164, in their order; several are separated by `;` `/` `,` or `|`."""
    found: list[str] = []
    for piece in _SEPARATOR.split(raw):
        number = undamaged(piece)
        if isinstance(number, Bad):
            return number
        if number in ("", "-"):
            continue
        address = read_address(number) if len(number) <= MAX_ADDRESS else None
        if address is None or address.kind is not AddressKind.MSISDN:
            return Bad("holds something that is not a phone number: separate several by ;")
        found.append(address.value)
    if len(found) > MAX_PHONES:
        return Bad(f"holds more than {MAX_PHONES} phone numbers")
    return tuple(dict.fromkeys(found))


def read_way(raw: str) -> ReturnVia | Bad | None:
    """How something is handed over: 0 counter, 1 post, 2 online; None where empty."""
    text = undamaged(raw)
    if text == "":
        return None
    if isinstance(text, str) and text in _WAYS:
        return _WAYS[text]
    return Bad("must be 0 (at the counter), 1 (by post) or 2 (online)")


def read_consent(raw: str) -> bool | Bad:
    """Whether automatic messages are wanted; yes where empty."""
    key = canonical_key(raw)
    if key in _YES or key in _NO:
        return key in _YES
    return Bad("must be 1 (yes) or 0 (no)")


def read_moment(raw: str, zone: tzinfo) -> int | Bad | None:
    """A moment in milliseconds since the epoch, UTC; None where empty.

    Args:
        raw: yyyyMMddHHmmss, yyyyMMddHHmm, yyyyMMdd, dd/MM/yyyy, dd/MM/yyyy HH:mm or ISO 8601.
        zone: of what is written without a zone.
    """
    local = _local(raw, zone)
    return round(local.timestamp() * 1000) if isinstance(local, datetime) else local


def read_appointment(raw: str, zone: tzinfo) -> int | Bad | None:
    """As `read_moment`; a bare date, or midnight, means the last second of that day.

    No office hands anything over at midnight: the export had no hour, and a dossier due today
    must not be called late this morning.
    """
    local = _local(raw, zone)
    if not isinstance(local, datetime):
        return local
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        local += timedelta(hours=23, minutes=59, seconds=59)
    return round(local.timestamp() * 1000)


def _local(raw: str, zone: tzinfo) -> datetime | Bad | None:
    text = undamaged(raw)
    if isinstance(text, Bad):
        return text
    if not text:
        return None
    try:
        moment = _parsed(text, zone)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        return Bad("is not a date: write yyyyMMddHHmmss, dd/MM/yyyy or dd/MM/yyyy HH:mm")
    if moment.year == _NO_DATE_YEAR:
        return None
    return moment if moment.year in _YEARS else Bad("has a year outside 1990 to 2100")


def _parsed(text: str, zone: tzinfo) -> datetime | None:
    if text.isdecimal():
        if len(text) not in _NATIONAL_LENGTHS or not text.isascii():
            return None
        iso = text if len(text) == len("yyyyMMdd") else f"{text[:8]}T{text[8:]}"
        return datetime.fromisoformat(iso).replace(tzinfo=zone)
    if match := _VIETNAMESE.fullmatch(text):
        day, month, year, *time = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, *time, tzinfo=zone)  # type: ignore[arg-type,misc]  # three numbers, never the zone
    if _ISO.fullmatch(text):
        moment = datetime.fromisoformat(text)
        if moment.year == _NO_DATE_YEAR:
            return moment
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    return None
