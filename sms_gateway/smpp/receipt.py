"""Delivery receipts: TLVs before text, every field optional (clause 5.2.12, appendix B).

Appendix B gives the text as an example, and each SMSC has its own: fields in any order and case,
left out, or with an error that is no number. Some telcos send receipts as plain messages: never
answer one, or the two sides talk to each other for ever.
"""

import enum
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from sms_gateway.smpp.tlv import Tag, Tlvs, first


class MessageState(enum.IntEnum):
    """Clause 5.2.28."""

    ENROUTE = 1
    DELIVERED = 2
    EXPIRED = 3
    DELETED = 4
    UNDELIVERABLE = 5
    ACCEPTED = 6
    UNKNOWN = 7
    REJECTED = 8


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What became of a message of ours, as far as the SMSC says.

    Attributes:
        message_id: that the response to the submit named, as the SMSC spells it here; or None.
        state: None where the SMSC names none that we know.
        error: the SMSC's code, as text; None where it gives none.
        done_at: 10, 12 or 14 digits in the SMSC's own time: YYMMDDhhmm, with seconds, with the
            century; None where it gives none.
        intermediate: more is to come (clause 5.2.12: intermediate delivery notification).
    """

    message_id: str | None = None
    state: MessageState | None = None
    error: str | None = None
    done_at: str | None = None
    intermediate: bool = False


# Clause 5.2.12: bits 5 to 2 of esm_class say what kind of message it is; 0 is an ordinary one.
_KIND: Final = 0b00111100
_BY_HAND: Final = 0b00010000  # SME manual/user acknowledgement: the user's own words
_INTERMEDIATE: Final = 0b00100000
_UDHI: Final = 0b01000000  # the text begins with a user data header, its length first
_LONGEST_HEADER: Final = 32  # of those that a receipt may have; the letters come after it
_LONGEST_TEXT: Final = 1_000  # octets that are looked at; a receipt has some 120
_LONGEST_VALUE: Final = 64
_LONGEST_DATE: Final = 14
_DATES: Final = frozenset({10, 12, 14})
_NETWORK_ERROR_OCTETS: Final = 3

# Appendix B; UNDELIVRD, FAILED and the long forms are seen too, so the first letters decide.
_STATES: Final[Mapping[str, MessageState]] = {
    "ENROU": MessageState.ENROUTE,
    "BUFFE": MessageState.ENROUTE,
    "DELIV": MessageState.DELIVERED,
    "EXPIR": MessageState.EXPIRED,
    "DELET": MessageState.DELETED,
    "UNDEL": MessageState.UNDELIVERABLE,
    "FAILE": MessageState.UNDELIVERABLE,
    "ACCEP": MessageState.ACCEPTED,
    "UNKNO": MessageState.UNKNOWN,
    "REJEC": MessageState.REJECTED,
}
_LETTERS: Final = 5
# What may stand before the first field: space, a quotation mark, the mark of UTF-16's order.
_BEFORE: Final = " \r\n\t\"'\xfe\xff"
_FIELD: Final = re.compile(r"(?<![a-z0-9])(id|sub|dlvrd|submit date|done date|stat|err) *:")
_DECIDING: Final = frozenset({"id", "stat"})
_NEAR: Final = 160  # letters within which a receipt without a mark names its fields
_NAMES: Final = frozenset({"", "id", "sub", "dlvrd", "submit", "done", "stat", "err", "text"})
"""First words of the fields of appendix B, and what is left of nothing."""


def read_receipt(short_message: bytes, tlvs: Tlvs = (), esm_class: int = 0) -> Receipt | None:
    """The receipt that a delivery is, or None where it is a message of a person.

    A delivery is a receipt by its esm_class (an acknowledgement that a user wrote by hand is none,
    clause 5.2.12); by a receipted_message_id, message_state or network_error_code that is not
    empty; or by a text that begins with a field of appendix B and names another, `id` or `stat`
    among them. What is none of these is a message, whatever its text.

    Args:
        short_message: its octets; message_payload is taken where they are empty.
        tlvs: of the same PDU.
        esm_class: of the same PDU.
    """
    octets = short_message or first(tlvs, Tag.MESSAGE_PAYLOAD) or b""
    kind = esm_class & _KIND
    marked = kind not in (0, _BY_HAND if octets else 0) or any(map(_says_so, tlvs))
    if not marked and b":" not in octets:
        return None  # nearly all that people send ends here
    text = _text(octets, esm_class)
    if not marked and not _reads_like_one(text):
        return None
    fields = _fields(text)
    return Receipt(
        message_id=_octet_string(first(tlvs, Tag.RECEIPTED_MESSAGE_ID)) or fields.get("id"),
        state=_state(first(tlvs, Tag.MESSAGE_STATE)) or _state_of(fields.get("stat", "")),
        error=_network_error(first(tlvs, Tag.NETWORK_ERROR_CODE)) or fields.get("err"),
        done_at=_date(fields.get("done date", "")),
        intermediate=kind == _INTERMEDIATE,
    )


def _says_so(parameter: tuple[int, bytes]) -> bool:
    """Whether only a receipt has it (clause 4.6.1); some SMSCs put an empty id beside any text."""
    tag, value = parameter
    if tag == Tag.RECEIPTED_MESSAGE_ID:
        return _octet_string(value) is not None
    return tag in (Tag.MESSAGE_STATE, Tag.NETWORK_ERROR_CODE) and bool(value)


def _text(octets: bytes, esm_class: int) -> str:
    """The letters that a field may have, whatever data_coding says: many a receipt's is wrong."""
    if esm_class & _UDHI and octets and octets[0] < min(_LONGEST_HEADER, len(octets)):
        octets = octets[1 + octets[0] :]
    octets = octets[:_LONGEST_TEXT]
    # In UCS-2, either way round, every second octet of such a letter is NUL; else it is a space.
    wide = octets[:_NEAR].count(0) * 3 >= min(len(octets), _NEAR)
    text = octets.replace(b"\0", b"" if wide else b" ").decode("latin-1")
    return text.lstrip(_BEFORE)


def _reads_like_one(text: str) -> bool:
    beginning = text[:_NEAR].lower()
    names = {found[1] for found in _FIELD.finditer(beginning)}
    return (
        _FIELD.match(beginning) is not None and len(names) > 1 and not names.isdisjoint(_DECIDING)
    )


def _fields(text: str) -> dict[str, str]:
    """The fields that are there. What stands in the copy of our message, `text:`, comes last."""
    lowered = text.lower()
    copied = lowered.find("text:")
    head = len(text) if copied < 0 else copied
    found = {}
    for name in ("id", "stat", "err", "done date"):
        value = _value(text, lowered, name, 0, head) or _value(text, lowered, name, head, len(text))
        if value:
            found[name] = value
    return found


def _value(text: str, lowered: str, name: str, begin: int, end: int) -> str | None:
    """The word after `name:`, where the name is not the end of another word."""
    at = begin
    while (at := lowered.find(name, at, end)) >= 0:
        after = at + len(name)
        rest = text[after:end].lstrip(" ")
        if rest.startswith(":") and (at == 0 or not lowered[at - 1].isalnum()):
            word = rest[1 : _LONGEST_VALUE + 2].lstrip(" ").split(maxsplit=1)
            value = word[0].rstrip(",;") if word else ""
            # After an empty field comes the name of the next one.
            return None if value.partition(":")[0].lower() in _NAMES else value
        at = after
    return None


def _octet_string(value: bytes | None) -> str | None:
    """A C-Octet String of a TLV, with its NULL or without; None where it says nothing."""
    if value is None:
        return None
    return value[: _LONGEST_VALUE + 1].split(b"\0", 1)[0].decode("latin-1").strip() or None


def _state(value: bytes | None) -> MessageState | None:
    if value is None or len(value) != 1 or not 1 <= value[0] <= max(MessageState):
        return None
    return MessageState(value[0])


def _state_of(word: str) -> MessageState | None:
    return _STATES.get(word[:_LETTERS].upper())


def _network_error(value: bytes | None) -> str | None:
    """Clause 5.3.2.31: the kind of network, and its code in two octets."""
    if value is None or len(value) != _NETWORK_ERROR_OCTETS:
        return None
    return f"{int.from_bytes(value[1:], 'big'):03d}"


def _date(word: str) -> str | None:
    digits = word[: _LONGEST_DATE + 1]
    return digits if len(digits) in _DATES and digits.isascii() and digits.isdigit() else None
