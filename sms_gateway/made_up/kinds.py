"""What made-up citizens text, and how that ends: a mix as a gateway sees it."""

import enum
from dataclasses import dataclass

from sms_gateway.domain.dossier import State
from sms_gateway.domain.outcome import Billing, Outcome


class About(enum.Enum):
    """Which dossier a text asks for."""

    OWN = "own"
    STRANGERS = "strangers"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of text.

    Attributes:
        share: of a thousand texts.
        intent, outcome, reason: how it ends, as the log names it; of an answered one the reason is
            the reply's name, empty where the state of the dossier decides.
        about: which dossier it asks for.
        text: what is texted; `{}` is the receipt number.
        reply: what is answered, empty for nothing.
        billing: of the reply.
        failure: the citizen got no useful answer.
        reaches: the reply can be sent.
    """

    share: int
    intent: str
    outcome: Outcome
    reason: str
    about: About
    text: str
    reply: str = ""
    billing: Billing = Billing.FREE
    failure: bool = False
    reaches: bool = True


_LOOKUP = "MCKH {} thu"
_ANSWERED, _HELPED, _NOTHING = Outcome.ANSWERED, Outcome.ANSWERED_WITH_HELP, Outcome.SUPPRESSED
_STATE = "Tin thu: ho so {} o trang thai {}. Hen tra ket qua: 31/12/2030."

KINDS = (
    Kind(720, "lookup", _ANSWERED, "", About.OWN, _LOOKUP, _STATE, Billing.CHARGE),
    Kind(80, "lookup", _ANSWERED, "E1", About.UNKNOWN, _LOOKUP, "Tin thu: khong thay ho so {}",
         Billing.REFUND, failure=True),
    Kind(50, "malformed", _HELPED, "E2", About.NONE, "tin thu", "Tin thu: soan MCKH ma gui 8083",
         Billing.REFUND, failure=True),
    Kind(40, "help", _HELPED, "H1", About.NONE, "MCKH ? thu", "Tin thu: soan MCKH ma gui 8083"),
    Kind(40, "lookup", _ANSWERED, "E7", About.STRANGERS, _LOOKUP, "Tin thu: ho so {} dang xu ly",
         Billing.REFUND),
    Kind(30, "lookup", _NOTHING, "identical", About.OWN, _LOOKUP),
    Kind(15, "lookup", _NOTHING, "rate_limited", About.NONE, _LOOKUP),
    Kind(10, "opt_out", _ANSWERED, "O1", About.NONE, "MCKH HUY thu", "Tin thu: da dung gui tin"),
    Kind(8, "opt_in", _ANSWERED, "O2", About.NONE, "MCKH NHAN thu", "Tin thu: da nhan lai tin"),
    Kind(5, "not_a_citizen", _NOTHING, "not_a_citizen", About.NONE, "stat:DELIVRD thu"),
    Kind(2, "lookup", Outcome.PARKED, "send_failed", About.OWN, _LOOKUP, _STATE, Billing.CHARGE,
         reaches=False),
)  # fmt: skip
"""Every kind; their shares make a thousand."""

MIX = tuple(kind for kind in KINDS for _ in range(kind.share))
"""A thousand texts, to be drawn from."""


def reply_of(kind: Kind, number: int) -> str:
    """The name of the reply to a text about a dossier.

    Args:
        kind: of the text.
        number: the dossier's place in the row, which decides its state.
    """
    return kind.reason if kind.outcome is not Outcome.PARKED and kind.reason else _by_state(number)


def _by_state(number: int) -> str:
    return f"S{number % len(State) + 1}"
