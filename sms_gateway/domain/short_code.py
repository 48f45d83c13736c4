"""The number citizens text, in the one form it is kept in."""

import re

from sms_gateway.domain.ids import ShortCode

_DIGITS = re.compile(r"[0-9]{1,15}")
_PREFIXED = re.compile(r"(?:(?:00)?84|04)([1-9][0-9]{3,4})")
_SHORTEST = 4
"""Digits of the shortest code that a country code stands before; 84 with two more is one itself."""


def short_code_of(raw: str, region: str) -> ShortCode | None:
    """The short code that a telco's spelling means, or None where it is no number.

    Digits only, without plus sign and country code. Telcos write `8083`, `848083`, `+848083`,
    `00848083`, `048083` (domain 2.1 A); the prefix goes where four or five digits remain that can
    be a short code.

    Args:
        raw: as received.
        region: ISO 3166 region that the country code belongs to.
    """
    if 0 < len(raw) <= _SHORTEST and raw.isascii() and raw.isdecimal():
        return ShortCode(raw)  # as most telcos write it
    digits = raw.strip().removeprefix("+")
    if not _DIGITS.fullmatch(digits):
        return None
    if region == "VN" and len(digits) > _SHORTEST and (match := _PREFIXED.fullmatch(digits)):
        return ShortCode(match[1])
    return ShortCode(digits)
