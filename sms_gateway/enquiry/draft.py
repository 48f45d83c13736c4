"""What is to be answered, before it has words, a price, or is kept back."""

from collections.abc import Mapping
from typing import assert_never

from sms_gateway.domain.dossier import Dossier
from sms_gateway.domain.ids import NO_KEY, CanonicalKey
from sms_gateway.domain.message import Language
from sms_gateway.domain.record import EMPTY, Private, Record
from sms_gateway.domain.records import Opinion, OptOutChange, PreferenceChange
from sms_gateway.enquiry.intents import (
    HELPED,
    Help,
    Intent,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)

_LANGUAGE_TEMPLATE = {Language.EN: "L1", Language.VI_ACCENTED: "L2", Language.VI: "L3"}


class Draft(Record, frozen=True):
    """What is to be answered.

    Attributes:
        template, params: the reply, and what of it is known already.
        dossier, key: what was asked for and found.
        miss: for how many numbers that lead nowhere it counts.
        failure: it could not help.
        wrong_secret: the text named a second secret that is not the dossier's.
        language: that the text asks for, or None.
        preference, opt_out: what the citizen chose.
        unavailable: the directory could not say.
        stale: it could not, and this is made of a copy.
        opinion: what the citizen thinks of how a dossier was handled.
    """

    template: str
    params: Private[Mapping[str, str]] = EMPTY
    dossier: Dossier | None = None
    key: CanonicalKey = NO_KEY
    miss: int = 0
    failure: bool = False
    wrong_secret: bool = False
    language: Language | None = None
    preference: PreferenceChange | None = None
    opt_out: OptOutChange | None = None
    unavailable: bool = False
    stale: bool = False
    opinion: Opinion | None = None


def without_dossier(intent: Intent) -> Draft:
    """The answer to a text for which no dossier is needed, or that names none."""
    match intent:
        case Help():
            return Draft("H1")
        case Malformed(reason) if reason in HELPED:
            return Draft("H1")
        case OptOut():
            return Draft("O1", opt_out=OptOutChange(opted_out=True))
        case OptIn():
            return Draft("O2", opt_out=OptOutChange(opted_out=False))
        case SetLanguage(language):
            template = _LANGUAGE_TEMPLATE[language]
            change = PreferenceChange(language)
            return Draft(template, language=language, preference=change)
        case Malformed() | Lookup() | NotACitizen():
            # A lookup always has a candidate, and machines were turned away before.
            return Draft("E2", failure=True)
        case _:
            assert_never(intent)
