"""What a person means by a search field: a phone number, a receipt code, or words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.domain.dossier import MAX_CODE, canonical_key
from sms_gateway.domain.masking import digits_of, numbers_in, plain_digits
from sms_gateway.domain.msisdn import MAX_ADDRESS, AddressKind, read_address
from sms_gateway.domain.numbers import Hasher

BY_ITSELF: Final = marked(
    "A number may stand in no address: search for it by itself, with all its digits."
)
"""What is said of a number that stands among words."""

_NUMBER: Final = re.compile(r"\+?[0-9 ().\-]{9,20}")
_LEAST_DIGITS: Final = 9
_MOST_HASHES: Final = 8
_KEYWORD: Final = re.compile(r"^\s*mckh[\s_\-.:]*", re.IGNORECASE)
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_\-]*")
_ENDING: Final = re.compile(r"(?:(?P<code>\S+)\s+)?(?P<ending>[0-9]{3})")
_WORD: Final = re.compile(r"[^\W_]+")
_BESIDE: Final = frozenset({
    *("mckh", "sdt", "sđt", "dt", "đt", "dtdd", "đtdđ", "tel", "phone", "mobile"),
    *("so", "số", "dien", "điện", "thoai", "thoại", "di", "dong", "động"),
})  # fmt: skip
"""Words that people write before a number."""

_TYPED: Final = ("code", "words", "operator")
"""Fields of the list in which a number may be typed."""


@dataclass(frozen=True, slots=True)
class AmongWords:
    """A number that stands among words, several of them, or one that cannot be read."""


def found_by(sought: str, hasher: Hasher, region: str) -> Mapping[str, str] | AmongWords:
    """The fields of the list's address; none where nothing was typed.

    Args:
        sought: as typed.
        hasher: of numbers, so that none stands in an address.
        region: of numbers without a country code.
    """
    number = number_in(sought, hasher, region)
    if isinstance(number, AmongWords):
        return number
    if number:
        return {"sender": number}
    text = _KEYWORD.sub("", plain_digits(sought)).strip()
    parts = _ENDING.fullmatch(text)
    code, ending = (text, "") if parts is None else (parts["code"] or "", parts["ending"])
    if ending and not code:
        return {"ending": ending}
    if _is_code(code):
        return {"code": code, **({"ending": ending} if ending else {})}
    return {"words": text} if text else {}


def hidden(
    values: Mapping[str, str], hasher: Hasher, region: str
) -> Mapping[str, str] | AmongWords:
    """The fields of the list, with a number's hash in the place of the field that it stands in."""
    kept = dict(values)
    for name in _TYPED:
        number = number_in(kept.get(name, ""), hasher, region)
        if isinstance(number, AmongWords):
            return number
        if number:
            del kept[name]
            kept["sender"] = number
    return kept


def number_in(typed: str, hasher: Hasher, region: str) -> str | AmongWords:
    """The hashes of the one number that was typed, with commas; empty where there is none."""
    text = plain_digits(typed).strip()
    found = numbers_in(text)
    if not found:
        return _elsewhere(text, hasher, region)
    if len(found) > 1:
        return AmongWords()
    (number,) = found
    beside = _WORD.findall(f"{text[: number.start()]} {text[number.end() :]}".lower())
    if not _BESIDE.issuperset(beside):
        return AmongWords()
    return _hashes(digits_of(number[0]), hasher, region) or AmongWords()


def _elsewhere(text: str, hasher: Hasher, region: str) -> str:
    """A number of another country's shape, where the office lies there."""
    digits = sum(map(str.isdecimal, text))
    if not _NUMBER.fullmatch(text) or digits < _LEAST_DIGITS or len(text) > MAX_ADDRESS:
        return ""
    # 170703-0001 has ten digits too; a number of a phone begins with 0, 84 or a plus sign.
    return _hashes(text, hasher, region) if text.startswith(("0", "+", "84")) else ""


def _hashes(number: str, hasher: Hasher, region: str) -> str:
    address = read_address(number, region)
    if address is None or address.kind is not AddressKind.MSISDN:
        return ""
    return ",".join(hasher.numbers(address)[:_MOST_HASHES])


def _is_code(text: str) -> bool:
    if not _CODE.fullmatch(text) or not any(map(str.isdecimal, text)):
        return False
    return 0 < len(canonical_key(text)) <= MAX_CODE
