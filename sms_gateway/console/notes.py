"""What a page says after an act, by the word in its address, which can have it say no more."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked

_NOTES: Final[Mapping[str, str]] = {
    "answered": marked("Your answer is on its way."),
    "handled": marked("Marked as handled."),
    "settled": marked("Settled as you said."),
    "again": marked("It is sent once more."),
    "password": marked("Your password is changed. Your other sessions are ended."),
    "factor": marked("From now on signing in asks for a code."),
    "welcome": marked("Your account is ready. Sign in."),
    "word_added": marked("The word is added: texts are read by it now."),
    "word_removed": marked("The word is taken back."),
    "case_added": marked("Kept as a test case."),
    "case_removed": marked("The test case is deleted."),
    "complaint_opened": marked("The complaint is written down."),
    "complaint_closed": marked("The complaint is settled."),
    "ended": marked("That session is ended."),
}


def note(word: str) -> str:
    """The sentence of a word; empty where there is none."""
    return _NOTES.get(word, "")
