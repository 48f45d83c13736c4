"""What a page says after an act, by the word in its address, which can have it say no more."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked

_NOTES: Final[Mapping[str, str]] = {
    "keys": marked("Saved: your keys are as you want them."),
    "answered": marked("Your answer is on its way."),
    "handled": marked("Marked as handled."),
    "settled": marked("Settled as you said."),
    "view": marked("The list is kept under its name."),
    "view-gone": marked("The list is kept no more."),
    "again": marked("It is sent once more."),
    "password": marked("Your password is changed. Your other sessions are ended."),
    "factor": marked("From now on signing in asks for a code."),
    "signed_out": marked("You are signed out, here and at the sign-in service."),
    "signed_out_here": marked(
        "You are signed out here. The sign-in service may still know you: sign out there as well,"
        " or close the browser."
    ),
    "welcome": marked("Your account is ready. Sign in."),
    "word_added": marked("The word is added: texts are read by it now."),
    "word_removed": marked("The word is taken back."),
    "case_added": marked("Kept as a test case."),
    "case_removed": marked("The test case is deleted."),
    "wording_proposed": marked("Proposed: it waits for approval."),
    "wording_approved": marked("Approved. Every gateway answers by it from its moment on."),
    "wording_rejected": marked("Rejected: it never holds."),
    "wording_withdrawn": marked("Taken back: it does not hold."),
    "complaint_opened": marked("The complaint is written down."),
    "complaint_closed": marked("The complaint is settled."),
    "blocked": marked("The number is blocked."),
    "unblocked": marked("The number is let in again."),
    "budget": marked("The budget is reset."),
    "opted-out": marked("Automatic messages are switched off."),
    "opted-in": marked("Automatic messages are switched on."),
    "released": marked("Released: the texts go one behind the other, and not at night."),
    "confirmed": marked("Confirmed: the text goes at the next look."),
    "dropped": marked("Dropped: these texts are never sent."),
    "window": marked("Written down. While it stands, replies say so."),
    "window-end": marked("The end is written down."),
    "window-told": marked("Noted: citizens were told."),
    "window-held": marked("The announcement is held: read it, then release it."),
    "window-nobody": marked("Nobody is left to be told."),
    "cause": marked("The cause is written down."),
    "day": marked("The day is set."),
    "day-back": marked("The day is as the file says again."),
    "person_added": marked("Added: this person can sign in by the sign-in service."),
    "begins_anew": marked("They begin anew, and come in by the sign-in service. There is no link."),
    "unlinked": marked("The link is ended, and this person is signed out."),
    "person_changed": marked("Changed. If the person may do otherwise now, they sign in anew."),
    "person_disabled": marked("Disabled: this person cannot sign in, and is signed out."),
    "person_enabled": marked("Enabled: this person can sign in again."),
    "sessions_ended": marked("All sessions of this person are ended."),
    "token_ended": marked("Revoked: that token opens nothing any more."),
    "webhook_on": marked("Resumed: it is told what waits."),
    "webhook_off": marked("Paused: it is told nothing until it is resumed."),
    "webhook_removed": marked("Removed: it is told nothing more."),
    "webhook_replayed": marked("Sent again, beginning within seconds."),
    "webhook_nothing": marked("There was no event to send again."),
    "webhook_again": marked("It is sent again within seconds."),
    "door_paused": marked("Paused: nothing leaves by this door until it is resumed."),
    "door_resumed": marked("Resumed: this door sends again."),
    "door_tested": marked("The test text is queued. A moment later its phone should have it."),
    "door_drained": marked("Paused, and what could leave by other doors went there."),
    "ended": marked("That session is ended."),
}


def note(word: str) -> str:
    """The sentence of a word; empty where there is none."""
    return _NOTES.get(word, "")
