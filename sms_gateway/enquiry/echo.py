"""Which of a citizen's words a reply may repeat: a receipt number, and nothing that misleads.

A reply bears the office's name. Whoever forges a sender could have any link or telephone number
sent to the victim in it (domain 6: no link, for swindlers send those).
"""

import re
from collections.abc import Mapping

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import Candidate

_TOKEN = re.compile(r"(?=.*[0-9])[A-Z0-9./-]{1,25}")
_ADDRESS = re.compile(
    r"[A-Z]\.+[A-Z]|\.\.|\.[A-Z]{2}|HTTP|WWW"
    r"|(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])"
)
_FIGURES = re.compile(r"[0-9]+")
_FIGURES_APART = re.compile(r"[0-9][0-9 ./-]*")
_TELEPHONE = re.compile(r"(?:(?:00)?84|0)[235789][0-9]{8,9}|1[89]00[0-9]{4,7}")


def told(template: str, candidate: Candidate, grammar: Grammar) -> tuple[str, Mapping[str, str]]:
    """A reply that could not help, with the number asked for; its variant without one if need be.

    Args:
        template: one that has a variant `-nocode`.
        candidate: what was asked for.
        grammar: of the short code.
    """
    if may_be_shown(candidate.shown, candidate.key, grammar):
        return template, {"code": candidate.shown}
    return f"{template}-nocode", {}


def named(candidate: Candidate, grammar: Grammar) -> Mapping[str, str]:
    """The number of a dossier that there is: as it was written, else by its letters and digits."""
    shown = may_be_shown(candidate.shown, candidate.key, grammar)
    return {"code": candidate.shown if shown else candidate.key}


def may_be_shown(shown: str, key: CanonicalKey, grammar: Grammar) -> bool:
    """Whether a code looks like a receipt number and like nothing else.

    Args:
        shown: as written, folded.
        key: what is looked up; it differs where `shown` was cut.
        grammar: knows official numbers.
    """
    if canonical_key(shown) != key:
        return False
    if grammar.official(shown):
        return "-" in shown or not _has_telephone(shown)
    return bool(_TOKEN.fullmatch(shown)) and not (_ADDRESS.search(shown) or _has_telephone(shown))


def _has_telephone(shown: str) -> bool:
    apart = ("".join(filter(str.isdigit, part)) for part in _FIGURES_APART.findall(shown))
    return any(map(_TELEPHONE.fullmatch, (*_FIGURES.findall(shown), *apart)))
