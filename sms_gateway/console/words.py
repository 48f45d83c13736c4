"""What the machine's words are called on pages; files and commands keep the words themselves."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.notices import ANNOUNCEMENT
from sms_gateway.domain.surveys import SURVEY
from sms_gateway.gsm.alphabet import Alphabet

_WORDS: Final[Mapping[str, str]] = {
    # Why a text was not answered, or a message is held or was not sent.
    "no_way_back": marked("no way to send a reply"),
    "too_late": marked("too long ago"),
    "identical": marked("sent the same many times within an hour"),
    "rate_limited": marked("told already that it asks too often"),
    "machine_sender": marked("the sender is no subscriber"),
    "other_short_code": marked("another short code"),
    "not_a_citizen": marked("no text of a citizen"),
    "on_call": marked("the sender is on call here"),
    "blocked": marked("the number is blocked"),
    "blast": marked("unusually many"),
    "backward": marked("back to an earlier state"),
    "probe": marked("a probe text"),
    "superseded": marked("a newer message takes its place"),
    "opted_out": marked("the citizen refused it"),
    "called_off": marked("the outage was called off"),
    "settled": marked("staff said what became of it"),
    "dropped": marked("staff dropped it"),
    "made_again": marked("made anew with the facts of now"),
    "erased": marked("erased at the wish of the citizen"),
    # What became of an attempt to send.
    "accepted": marked("taken by the telco"),
    "deferred": marked("not now"),
    "rejected": marked("refused by the telco"),
    "uncertain": marked("uncertain"),
    "restored": marked("held in a restored copy"),
    "restored_sending": marked("was being sent when the copy was made"),
    # What a text asks for.
    "lookup": marked("asks for a dossier"),
    "help": marked("asks for help"),
    "opt_out": marked("refuses messages"),
    "opt_in": marked("wants messages again"),
    "language": marked("another language"),
    "malformed": marked("not understood"),
    # Why it is understood so.
    "official number": marked("has the form of a receipt number"),
    "joined": marked("parts put together"),
    "with the word before": marked("together with the word before"),
    "label cut off": marked("without its label"),
    "letters read as digits": marked("letters read as digits"),
    "VNI keys undone": marked("typed with VNI keys"),
    "Telex keys undone": marked("typed with Telex keys"),
    "no keyword and no number": marked("no keyword and no code"),
    "no number in the text": marked("no code in the text"),
    "no number that can be believed": marked("a number, but none of the form of a code"),
    "looks like a delivery report": marked("looks like a delivery report"),
    "unclear what to stop, resume or choose": marked("unclear what to stop, resume or choose"),
    "courtesy and nothing else": marked("courtesy and nothing else"),
    # Who told of a dossier's state.
    "import": marked("from an imported file"),
    "push": marked("sent by the one-stop software"),
    "sql": marked("read from the one-stop software's database"),
    "http": marked("asked of the one-stop software"),
    # What runs and is no gateway.
    "command line": marked("a command that is typed"),
    # How it is sent, and why the citizen does not pay for it.
    Alphabet.GSM7: marked("without accents (GSM-7)"),
    Alphabet.UCS2: marked("with accents (UCS-2)"),
    "repeat": marked("asked the same before"),
    "warning": marked("warning"),
    ANNOUNCEMENT: marked("announcement"),
    SURVEY: marked("survey"),
    MtKind.NOTICE: marked("automatic message"),
    MtKind.FOLLOW_UP: marked("late answer"),
    MtKind.MANUAL: marked("written by hand"),
}

_TEMPLATES: Final[Mapping[str, str]] = {
    "S1": marked("just registered"),
    "S2": marked("accepted"),
    "S3": marked("not accepted"),
    "S4": marked("in process"),
    "S4L": marked("overdue"),
    "S5": marked("papers are needed"),
    "S6": marked("a fee is due"),
    "S7": marked("withdrawn by the citizen"),
    "S8": marked("stopped"),
    "S9": marked("finished, the result is there"),
    "S10": marked("the result was returned"),
    "E1": marked("not found"),
    "E2": marked("not in the form that was asked for"),
    "E3": marked("too often"),
    "E4": marked("the system is busy"),
    "E5": marked("older data"),
    "E6": marked("several dossiers have the code"),
    "E7": marked("a limited answer"),
    "F2": marked("the second failure within an hour"),
    "H1": marked("help"),
    "O1": marked("messages refused"),
    "O2": marked("messages wanted again"),
    "O3": marked("messages of one dossier refused"),
    "O4": marked("messages of one dossier wanted again"),
    "O5": marked("follows the dossier"),
    "O6": marked("may not follow the dossier"),
    "L1": marked("replies in English"),
    "L2": marked("replies in accented Vietnamese"),
    "L3": marked("replies in unaccented Vietnamese"),
    "Q1": marked("the question of the survey"),
    "Q2": marked("thanks for an opinion"),
    "Q3": marked("how to give an opinion"),
    "X1": marked("in place of one that is too long"),
}

_VARIANTS: Final[Mapping[str, str]] = {
    "undated": marked("without a date"),
    "nodue": marked("no appointment yet"),
    "nonew": marked("no new appointment yet"),
    "nocode": marked("without the code"),
    "tomorrow": marked("until tomorrow"),
    "registered": marked("just registered"),
    "refused": marked("not accepted"),
    "papers": marked("papers are needed"),
    "fee": marked("a fee is due"),
    "withdrawn": marked("withdrawn by the citizen"),
    "stopped": marked("stopped"),
    "ready": marked("finished, the result is there"),
    "returned": marked("the result was returned"),
    "overdue": marked("overdue"),
    "call": marked("please call"),
    "post": marked("by post"),
    "online": marked("online"),
    "secret": marked("with the code of the receipt"),
    "other": marked("another number"),
}

FACTS: Final[Mapping[str, str]] = {
    "id": marked("Dossier"),
    "receipt": marked("Receipt"),
    "agency": marked("Agency"),
    "state": marked("State"),
    "state_at": marked("State since"),
    "received_at": marked("Taken in"),
    "due_at": marked("Appointment"),
    "new_due_at": marked("New appointment"),
    "finished_at": marked("Finished"),
    "returned_at": marked("Returned"),
    "return_via": marked("Result goes back"),
}
"""What the facts of a snapshot are called, in order."""


def word(code: str) -> str:
    """What a reason, an intent or another word of the machine's is called, marked.

    A word that is not known here stays as it is: an older or a newer gateway may have written it.
    """
    return _WORDS.get(code, code)


def template_words(template: str) -> list[str]:
    """What a template and its variants are called, each marked; none where it is not known."""
    name, *variants = template.split("-")
    if name not in _TEMPLATES:
        return []
    return [_TEMPLATES[name], *(_VARIANTS.get(one, one) for one in variants)]
