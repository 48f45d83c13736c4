"""The replies that exist, what each may be filled with, and what it means for bill and outcome."""

import difflib
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sms_gateway.domain.dossier import MAX_CODE
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing, Outcome


class Rule(enum.Enum):
    """What is asked of a reply's wording."""

    EMPTY = "empty"
    SILENT = "silent"
    LONG = "long"
    LETTER = "letter"
    PLACEHOLDER = "placeholder"
    BRACKET = "bracket"
    FORMAT = "format"
    USUAL = "usual"
    WORST = "worst"


@dataclass(frozen=True, slots=True)
class Misfit:
    """Which rule a wording breaks, for who says so in other words than the line of the error.

    Attributes:
        rule: see there.
        language: accented Vietnamese or English, in which it is written.
        part: `text` or `tail`; empty where it is both.
        found: what stands there: the placeholder, the letter's name, how many characters.
        most: how many there may be; 0 where nothing is counted.
    """

    rule: Rule
    language: Language
    part: str
    found: str
    most: int


class ReplyError(Exception):
    """The wording or its settings cannot be used; one line for the person who wrote them.

    Args:
        message: the line.
        misfit: the same for who says it otherwise; None where only the line tells.
    """

    def __init__(self, message: str, misfit: Misfit | None = None) -> None:
        super().__init__(message)
        self.misfit = misfit


EVERYWHERE: Final = frozenset({"hotline", "keyword", "short_code"})
"""Placeholders that every reply may use: they come from settings, not from a dossier."""

LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "code": MAX_CODE,
        "date": 10,
        "due": 10,
        "new_due": 10,
        "time": 5,
        "minutes": 4,
        # Room for two numbers: "0258 3999999 hoac 0258 3888888".
        "hotline": 30,
        "keyword": 12,
        "short_code": 8,
    }
)
"""Longest value of each placeholder, in characters. Longer ones are cut at a space, so settings
should refuse them first; a code is longer only if the store kept more than `MAX_CODE`."""

_OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "S1": "code date",
        "S1-undated": "code",
        "S2": "code date due",
        "S2-undated": "code due",
        "S2-nodue": "code date",
        "S2-undated-nodue": "code",
        "S3": "code date",
        "S3-undated": "code",
        "S4": "code due",
        "S4-nodue": "code",
        "S4L": "code due new_due",
        "S4L-nonew": "code due",
        "S5": "code date",
        "S5-undated": "code",
        "S6": "code",
        "S7": "code date",
        "S7-undated": "code",
        "S8": "code date",
        "S8-undated": "code",
        "S9": "code date",
        "S9-undated": "code",
        "S9-post": "code date",
        "S9-post-undated": "code",
        "S9-online": "code date",
        "S9-online-undated": "code",
        "S10": "code date",
        "S10-undated": "code",
        "E1": "code",
        "E1-nocode": "",
        "E2": "",
        "E3": "minutes",
        "E3-tomorrow": "",
        "E4": "code minutes",
        "E4-nocode": "minutes",
        "E5": "code due time date",
        "E5-nodue": "code time date",
        "E5-registered": "code time date",
        "E5-refused": "code time date",
        "E5-papers": "code time date",
        "E5-fee": "code time date",
        "E5-withdrawn": "code time date",
        "E5-stopped": "code time date",
        "E5-ready": "code time date",
        "E5-returned": "code time date",
        "E6": "code",
        "E6-nocode": "",
        "E7": "code",
        "E7-registered": "code",
        "E7-overdue": "code",
        "E7-ready": "code",
        "E7-returned": "code",
        "E7-call": "code",
        "F2": "",
        "H1": "",
        "O1": "",
        "O2": "",
        "O3": "code",
        "O3-secret": "code",
        "O3-other": "code",
        "O4": "code",
        "O5": "code",
        "O6": "code",
        "O6-secret": "code",
        "L1": "",
        "L2": "",
        "L3": "",
        "Q1": "code",
        "Q2": "code",
        "Q3": "code",
        "X1": "code",
    }
)

TEMPLATES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {name: EVERYWHERE.union(own.split()) for name, own in _OWN.items()}
)
"""Every reply by its id, with the placeholders it may use. The part before the first dash is its
family: one sentence of domain 6 and its variants."""

LAST_RESORT: Final = "X1"
"""What goes out where a telco carries less than the shortest form of a reply."""

_BILLING: Final[Mapping[str, Billing]] = MappingProxyType(
    {
        "E1": Billing.REFUND,
        "E2": Billing.REFUND,
        "E3": Billing.REFUND,
        "E4": Billing.FREE,
        "E5": Billing.CHARGE,
        "E6": Billing.REFUND,
        "E7": Billing.REFUND,
        "F2": Billing.FREE,
        "H1": Billing.FREE,
        "X1": Billing.REFUND,
        **dict.fromkeys(
            ("O1", "O2", "O3", "O4", "O5", "O6", "Q1", "Q2", "Q3", "L1", "L2", "L3"), Billing.FREE
        ),
        **{f"S{state}": Billing.CHARGE for state in (*range(1, 11), "4L")},
    }
)
_HELPS: Final = frozenset({"E2", "F2", "H1", "Q3"})
AS_SHIPPED: Final[Mapping[str, Billing]] = MappingProxyType({})
"""No overrides: the bill as domain 6 suggests it."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the known word nearest to a mistyped one, or nothing."""
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def family(template: str) -> str:
    """`S2` of `S2-undated-nodue`."""
    return template.partition("-")[0]


def billing_of(template: str, overrides: Mapping[str, Billing] = AS_SHIPPED) -> Billing:
    """What the telco is told about the bill, by domain 6: only what helps is charged.

    Args:
        template: an id of `TEMPLATES`.
        overrides: `[billing]` of the settings, by id or by family; an id outweighs its family.
    """
    group = family(template)
    return overrides.get(template) or overrides.get(group) or _BILLING[group]


def check_billing(overrides: Mapping[str, Billing]) -> None:
    """Refuse a price for a reply that does not exist.

    Raises:
        ReplyError: naming it.
    """
    for name in overrides:
        if name not in TEMPLATES:
            message = f"[billing] {name}: no such reply{nearest(name, TEMPLATES)}"
            raise ReplyError(message)


def outcome_of(template: str) -> Outcome:
    """How an MO ends that was answered with this reply."""
    return Outcome.ANSWERED_WITH_HELP if template in _HELPS else Outcome.ANSWERED
