"""Words and limits that several tables share."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Word = str | int
"""A telco's word; a number fills a JSON value that is this placeholder alone as a number."""

Seconds = Annotated[float, Meta(gt=0, le=86_400 * 31)]

Charset = Literal["utf-8", "latin-1", "windows-1252", "windows-1258"]
TextCharset = Literal["utf-8", "latin-1", "windows-1252", "windows-1258", "utf-16-be"]
Methods = tuple[Literal["GET", "POST"], ...]


NumberFormat = Literal["digits", "national", "plus"]
"""How phone numbers are written: 84900000001, 0900000001 or +84900000001."""


class BillingWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the telco calls the three ways of billing, for example 71, 72 and 72."""

    charge: Word = "charge"
    free: Word = "free"
    refund: Word = "refund"


class LengthWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the telco calls a text of one segment, and a longer one."""

    short: Word = "short"
    long: Word = "long"


class AlphabetWords(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the telco calls a text within GSM 03.38, and one beyond it."""

    gsm7: Word = "gsm7"
    ucs2: Word = "ucs2"
