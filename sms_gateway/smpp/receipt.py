"""Delivery receipts: TLVs before text, every field optional (clause 5.2.12, appendix B).

Appendix B gives the text as an example, and each SMSC has its own: fields in any order and case,
left out, or with an error that is no number. Some telcos send receipts as plain messages: never
answer one, or the two sides talk to each other for ever.
"""

import enum
from collections.abc import Mapping, Sequence
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
        message_id: that the response to the submit named, in one spelling (`id_forms`); or None.
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
_INTERMEDIATE: Final = 0b00100000
_UCS2: Final = 8
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
_NAMES: Final = frozenset({"", "id", "sub", "dlvrd", "submit", "done", "stat", "err", "text"})
"""First words of the fields of appendix B, and what is left of nothing."""


def read_receipt(
    short_message: bytes, tlvs: Tlvs = (), esm_class: int = 0, data_coding: int = 0
) -> Receipt | None:
    """The receipt that a delivery is, or None where it is a message of a person.

    A delivery is a receipt by its esm_class, by a receipted_message_id, or by a text that begins
    with `id:` and goes on with `stat:`. What is none of these is a message, whatever its text.

    Args:
        short_message: its octets; message_payload is taken where they are empty.
        tlvs: of the same PDU.
        esm_class: of the same PDU.
        data_coding: of the same PDU; only 8 (UCS-2) matters here.
    """
    octets = short_message or first(tlvs, Tag.MESSAGE_PAYLOAD) or b""
    named = first(tlvs, Tag.RECEIPTED_MESSAGE_ID)
    if not esm_class & _KIND and named is None and not _may_begin(octets):
        return None  # nearly all that people send ends here
    text = _text(octets, data_coding)
    if not esm_class & _KIND and named is None and not _reads_like_one(text):
        return None
    fields = _fields(text)
    return Receipt(
        message_id=_octet_string(named) or fields.get("id"),
        state=_state(first(tlvs, Tag.MESSAGE_STATE)) or _state_of(fields.get("stat", "")),
        error=_network_error(first(tlvs, Tag.NETWORK_ERROR_CODE)) or fields.get("err"),
        done_at=_date(fields.get("done date", "")),
        intermediate=esm_class & _KIND == _INTERMEDIATE,
    )


def _may_begin(octets: bytes) -> bool:
    """Whether the text may begin with `id:`, in one octet a letter or in two."""
    return b"id" in octets[:12].replace(b"\0", b"").lower()


def _text(octets: bytes, data_coding: int) -> str:
    octets = octets[:_LONGEST_TEXT]
    if data_coding == _UCS2:
        return octets.decode("utf-16-be", "replace")
    return octets.decode("latin-1")


def _reads_like_one(text: str) -> bool:
    beginning = text.lstrip(" \r\n\t\0").lower()
    return beginning.startswith(("id:", "id :")) and "stat:" in beginning.replace("stat :", "stat:")


def _fields(text: str) -> dict[str, str]:
    """The fields that are there. What stands in the copy of our message, `text:`, comes last."""
    whole = text.replace("\0", " ")
    lowered = whole.lower()
    if len(lowered) != len(whole):  # a letter whose small form is longer; none of ours
        whole = lowered
    copied = lowered.find("text:")
    head = len(whole) if copied < 0 else copied
    found = {}
    for name in ("id", "stat", "err", "done date"):
        value = _value(whole, lowered, name, 0, head) or _value(
            whole, lowered, name, head, len(whole)
        )
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


class IdForm(enum.StrEnum):
    """How the id in a receipt is spelled, as against the id in the response to the submit."""

    AS_IS = "as_is"
    HEX_TO_DECIMAL = "hex_to_decimal"
    DECIMAL_TO_HEX = "decimal_to_hex"


_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
_DIGITS: Final = frozenset("0123456789")


def id_forms(message_id: str, form: IdForm = IdForm.AS_IS) -> Sequence[str]:
    """The spellings under which a receipt's id may be known, the most likely first, each once.

    Always the id as it is, in small and capital letters, and without leading zeros. With a form
    that converts, the other base comes first, bare and to eight hex digits; an id that is no
    number in the base of the form has no such spelling.

    Args:
        message_id: of the receipt.
        form: from which base to which.
    """
    spellings: list[str] = []
    if form is IdForm.HEX_TO_DECIMAL and message_id and _HEX_DIGITS.issuperset(message_id):
        number = int(message_id, 16)
        spellings += [str(number), f"{number:010d}"]
    elif form is IdForm.DECIMAL_TO_HEX and message_id and _DIGITS.issuperset(message_id):
        number = int(message_id)
        spellings += [f"{number:x}", f"{number:X}", f"{number:08x}", f"{number:08X}"]
    bare = message_id.lstrip("0") or message_id[:1]
    for spelling in (message_id, bare):
        spellings += [spelling, spelling.lower(), spelling.upper()]
    return tuple(dict.fromkeys(spellings))
