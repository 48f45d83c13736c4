"""Who a message comes from or goes to."""

import enum
import re

import phonenumbers
from phonenumbers import PhoneNumberType

from sms_gateway.domain.record import Record

MAX_ADDRESS = 32
"""Longest raw address read, in characters; E.164 has 15 digits, a sender name 11 letters."""

# Some write the zero of inland calls behind the country code as well.
_VIETNAM_MOBILE = re.compile(r"(?:(?:\+|00)?84)?0?([35789][0-9]{8})")
_VIETNAM_BEFORE_2018 = re.compile(r"(?:(?:\+|00)?84)?0?(1[0-9]{2})([0-9]{7})")
_VIETNAM_SHORT_CODE = re.compile(r"(?:\+|00)84([0-9]{3,6})")
_NOISE = re.compile(r"[\s().\-]+")
_SHORT_CODE_MAX = 7

_SERVICES = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_NO_COUNTRY = phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
"""Satellites, international premium rate and the like: +870, +881, +883, +979."""

# The 11-digit mobile prefixes that Vietnam renumbered in September 2018.
_RENUMBERED = {
    **{str(old): str(old - 130) for old in range(162, 170)},
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip


class AddressKind(enum.Enum):
    """What can stand in a message's sender field."""

    MSISDN = "msisdn"
    SHORT_CODE = "short_code"
    NAME = "name"


class Address(Record, frozen=True):
    """A party on the telephone network; its repr and str show the last three digits at most.

    Attributes:
        value: `+` and E.164 digits for a subscriber, bare digits for a short code, else a name.
    """

    value: str

    @property
    def kind(self) -> AddressKind:
        """What sort of party this is."""
        if self.value.startswith("+"):
            return AddressKind.MSISDN
        return AddressKind.SHORT_CODE if self.value.isdecimal() else AddressKind.NAME

    @property
    def may_be_a_person(self) -> bool:
        """Whether a person may have texted from it, so that an answer is worth sending.

        No short code or name; no hotline (1800xxxx, 1900xxxx), premium or shared-cost number; none
        that belongs to no country. Nothing is asked of a range: foreigners and numbers that the
        library does not know (055) are persons.
        """
        if not self.value.startswith("+"):
            return False
        if _VIETNAM_MOBILE.fullmatch(self.value):
            return True  # most senders; the library takes its time
        try:
            number = phonenumbers.parse(self.value)
        except phonenumbers.NumberParseException:
            return True
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
        return region != _NO_COUNTRY and phonenumbers.number_type(number) not in _SERVICES

    @property
    def masked(self) -> str:
        """What staff see without permission to see more: `09xx xxx 001`."""
        if self.kind is not AddressKind.MSISDN:
            return self.value if self.kind is AddressKind.SHORT_CODE else "***"
        if self.value.startswith("+84"):
            return f"0{self.value[3]}xx xxx {self.value[-3:]}"
        return f"+xxx xxx {self.value[-3:]}"

    @property
    def national(self) -> str:
        """How a person in Vietnam writes it: `0900000001`; foreign numbers stay E.164."""
        return "0" + self.value[3:] if self.value.startswith("+84") else self.value

    @property
    def digits(self) -> str:
        """As telcos write it: E.164 without the plus sign, `84900000001`."""
        return self.value.removeprefix("+")

    def __repr__(self) -> str:
        return f"Address(***{self.value[-3:] if self.value.startswith('+') else ''})"

    __str__ = __repr__


def read_address(raw: str, region: str = "VN") -> Address | None:
    """The party that a telco's or a database's spelling means, or None where it cannot be one.

    Knows `84…`, `+84…`, `0…`, nine digits, and the 11-digit numbers of before 2018. A possible
    number is accepted even where its range is unknown (055): a sender is never refused for it.
    Short codes and names never reach the number library, which would make +84888 of 8x88; of
    `+848083` the short code is left, as it is of the number that was texted.

    Args:
        raw: as received, at most `MAX_ADDRESS` characters.
        region: ISO 3166 region that numbers without a country code belong to.
    """
    text = raw.strip()
    if not text or len(text) > MAX_ADDRESS:
        return None
    compact = text if text.isalnum() else _NOISE.sub("", text)
    if region == "VN" and (number := _vietnamese(compact)):
        return Address(number)
    bare = compact.removeprefix("+")
    if not (bare.isascii() and bare.isdecimal()):
        # A name with a plus sign in front would pass for a subscriber.
        return Address(text) if text.isprintable() and not text.startswith("+") else None
    if len(bare) <= _SHORT_CODE_MAX and not compact.startswith("+"):
        return Address(bare)
    found = _international(compact, region)
    if found is None and region == "VN" and (code := _VIETNAM_SHORT_CODE.fullmatch(compact)):
        return Address(code[1])
    return found


def _vietnamese(compact: str) -> str | None:
    if match := _VIETNAM_MOBILE.fullmatch(compact):
        return "+84" + match[1]
    match = _VIETNAM_BEFORE_2018.fullmatch(compact)
    if match and match[1] in _RENUMBERED:
        return "+84" + _RENUMBERED[match[1]] + match[2]
    return None


def _international(compact: str, region: str) -> Address | None:
    # A telco writes foreign numbers in full without the plus sign: try that reading second.
    for spelling in (compact, "+" + compact.removeprefix("+").removeprefix("00")):
        try:
            number = phonenumbers.parse(spelling, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return Address(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None
