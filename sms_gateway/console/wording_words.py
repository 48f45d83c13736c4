"""What pages say of a wording that cannot be taken, and of an act on one that was not done."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.console.visit import Visit
from sms_gateway.domain.message import Language
from sms_gateway.domain.wordings import Decided, WordingDone
from sms_gateway.enquiry.templates import TEMPLATES, Misfit, Rule
from sms_gateway.wordings import NotDone, WhyNot

_RULES: Final[Mapping[Rule, str]] = {
    Rule.EMPTY: marked("Write the sentence."),
    Rule.SILENT: marked("That tells the citizen nothing: write words beside what is filled in."),
    Rule.LONG: marked("%(found)s characters stand here, and %(most)s are the most."),
    Rule.LETTER: marked(
        "%(found)s is not safe to send: use letters, digits, spaces and . : - / ( )"
    ),
    Rule.PLACEHOLDER: marked("There is no %(found)s for this reply; there is %(known)s."),
    Rule.BRACKET: marked("A curly bracket is not closed or not opened: write {code}."),
    Rule.FORMAT: marked("Write %(found)s without ! and :"),
    Rule.USUAL: marked(
        "With a code of 25 characters and all else at its longest this takes %(found)s characters "
        "without accents, and %(most)s are the most: shorten it, or let its last sentence be the "
        "one that may go."
    ),
    Rule.WORST: marked(
        "With the longest code this takes %(found)s characters without accents, and %(most)s are "
        "the most: shorten it."
    ),
}

_WHY: Final[Mapping[WhyNot | WordingDone, str]] = {
    WhyNot.FILES: marked("The wording is changed in the files here: see the section [replies]."),
    WhyNot.NO_TEMPLATE: marked("There is no such template."),
    WhyNot.MISFIT: marked("It cannot be sent as it stands: see below."),
    WhyNot.SAME: marked("That is what it says already: nothing would change."),
    WhyNot.PAST: marked("That moment is over: choose a later one, or leave it empty."),
    WhyNot.FAR: marked("Choose a day within a year."),
    WordingDone.UNKNOWN: marked("There is no such version."),
    WordingDone.DECIDED: marked("Somebody has decided of it before you."),
    WordingDone.OWN: marked("You proposed it yourself: another person approves it."),
    WordingDone.OUTDATED: marked(
        "Something newer came into force since this was begun: look at it, and propose anew."
    ),
    WordingDone.SCHEDULED: marked(
        "An approved version of this reply waits for its day: take it back, or wait until it holds."
    ),
    WordingDone.NOT_YOURS: marked("Somebody else proposed it: reject it instead."),
    WordingDone.NOBODY: marked("Your account is disabled."),
    WordingDone.FULL: marked("So many proposals of this reply wait already: decide of them first."),
}

STATES: Final[Mapping[Decided, tuple[str, str]]] = {
    Decided.WAITING: (marked("waits for approval"), "warn"),
    Decided.APPROVED: (marked("approved"), "good"),
    Decided.REJECTED: (marked("rejected"), "bad"),
    Decided.WITHDRAWN: (marked("taken back"), ""),
}
"""What a version is, and how that is coloured."""

STATUS: Final[Mapping[WhyNot | WordingDone, int]] = {
    WhyNot.NO_TEMPLATE: 404,
    WordingDone.UNKNOWN: 404,
    WordingDone.OWN: 403,
    WordingDone.NOBODY: 403,
    WordingDone.NOT_YOURS: 403,
    WordingDone.DECIDED: 409,
    WordingDone.OUTDATED: 409,
    WordingDone.SCHEDULED: 409,
    WordingDone.FULL: 409,
    WhyNot.FILES: 409,
}
"""Of the answer; 422 where it is not here."""


def why(visit: Visit, not_done: NotDone) -> str:
    """Why an act was not done, in the language of the page."""
    return visit.say(_WHY[not_done.why])


def status(not_done: NotDone) -> int:
    """Of the answer that says so."""
    return STATUS.get(not_done.why, 422)


def field_of(misfit: Misfit) -> str:
    """The field of the form in which it stands."""
    language = "en" if misfit.language is Language.EN else "vi"
    return f"{language}_tail" if misfit.part == "tail" else language


def complaint(visit: Visit, name: str, misfit: Misfit) -> str:
    """Which rule a wording breaks, in the language of the page."""
    known = " ".join(f"{{{one}}}" for one in sorted(TEMPLATES[name]))
    values = {"found": misfit.found, "most": misfit.most, "known": known}
    said = visit.say(_RULES[misfit.rule])
    return said % values if "%(" in said else said
