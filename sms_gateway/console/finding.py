"""What a person means by the one search field: a phone number, a receipt code, or words."""

import re
from collections.abc import Mapping
from typing import Final

from sms_gateway.domain.dossier import MAX_CODE, canonical_key
from sms_gateway.domain.msisdn import MAX_ADDRESS, AddressKind, read_address
from sms_gateway.domain.numbers import Hasher

_NUMBER: Final = re.compile(r"\+?[0-9 ().\-]{9,20}")
_LEAST_DIGITS: Final = 9
_KEYWORD: Final = re.compile(r"^\s*mckh[\s_\-.:]*", re.IGNORECASE)
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_\-]*")


def found_by(sought: str, hasher: Hasher, region: str) -> Mapping[str, str]:
    """The fields of the list's address; none where nothing was typed.

    Args:
        sought: as typed.
        hasher: of numbers, so that none stands in an address.
        region: of numbers without a country code.
    """
    text = _KEYWORD.sub("", sought).strip()
    if not text:
        return {}
    if hashes := _number(text, hasher, region):
        return {"sender": hashes}
    if _CODE.fullmatch(text) and any(map(str.isdecimal, text)) and " " not in text.strip():
        key = canonical_key(text)
        if key and len(key) <= MAX_CODE:
            return {"code": text}
    return {"words": text}


def _number(text: str, hasher: Hasher, region: str) -> str:
    digits = [letter for letter in text if letter.isdecimal()]
    if not _NUMBER.fullmatch(text) or len(digits) < _LEAST_DIGITS or len(text) > MAX_ADDRESS:
        return ""
    # 170703-0001 has ten digits too; a number of a phone begins with 0, 84 or a plus sign.
    if not text.startswith(("0", "+", "84")):
        return ""
    address = read_address(text, region)
    if address is None or address.kind is not AddressKind.MSISDN:
        return ""
    return ",".join(hasher.numbers(address)[:8])
