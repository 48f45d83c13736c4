"""What states, ways and the shipped situations are called on pages."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.dossier import ReturnVia, State

STATES: Final[Mapping[State, str]] = {
    State.REGISTERED: marked("registered"),
    State.ACCEPTED: marked("accepted"),
    State.NOT_ACCEPTED: marked("not accepted"),
    State.PROCESSING: marked("in process"),
    State.PAPERS_NEEDED: marked("more papers needed"),
    State.FEE_DUE: marked("fee due"),
    State.WITHDRAWN: marked("withdrawal asked for"),
    State.STOPPED: marked("stopped"),
    State.FINISHED: marked("result ready"),
    State.RETURNED: marked("result handed over"),
}
"""The ten national states."""

WAYS: Final[Mapping[ReturnVia, str]] = {
    ReturnVia.COUNTER: marked("at the counter"),
    ReturnVia.POST: marked("by post"),
    ReturnVia.ONLINE: marked("online"),
}

KINDS: Final[Mapping[DayKind, str]] = {
    DayKind.HOLIDAY: marked("day off"),
    DayKind.WORKED: marked("worked instead"),
    DayKind.MORNING: marked("morning only"),
    DayKind.AFTERNOON: marked("afternoon only"),
}


COUNTED: Final[Mapping[str, str]] = {
    "no_situation": marked("no line of the table fits"),
    "opted_out": marked("the citizen wants no texts"),
    "sms_off": marked("the dossier says: no texts"),
    "known": marked("the citizen knows it already"),
    "first_seen": marked("the dossier is old and new to us"),
    "gone": marked("the dossier is gone"),
    "backward": marked("went backwards: held to be confirmed"),
    "back_again": marked("came back to where it was"),
    "no_phone": marked("nobody has a phone there"),
}
"""What becomes of a change, by the words of a plan."""

SHIPPED: Final = frozenset({
    marked("Accepted, handed in online or by post"),
    marked("Postal service: the post office has taken the papers"),
    marked("Postal service: the post office has handed the papers over"),
    marked("Clock stopped: more papers are needed"),
    marked("Clock stopped: the citizen asked to withdraw"),
    marked("Clock stopped: processing was stopped"),
    marked("Clock stopped: another office is asked"),
    marked("Result ready, to be fetched at the counter"),
    marked("Result ready, comes by post"),
    marked("Result ready, online"),
    marked("Not accepted"),
    marked("Overdue: apology, with the new date where there is one"),
    marked("Online payment received"),
    marked("Online payment failed"),
    marked("Code of the postal item to the office"),
    marked("Code of the postal item to the citizen"),
    marked("Fee due"),
    marked("Fee paid"),
    marked("Accepted at the counter"),
    marked("Registered online"),
    marked("In process"),
    marked("Result handed over at the counter"),
    marked("Result sent by post or online"),
    marked("The case database hears of papers only when they arrive."),
    marked("The next thing that is told is that the dossier was accepted."),
    marked("The clock stands until the papers come."),
    marked("If somebody else asked for it, the citizen must know soon."),
    marked("The ten national states do not tell it from 4, in process."),
    marked("A time to object may be running."),
    marked("The payment gate knows it, the case database does not."),
    marked("No field holds a postal code."),
    marked("The clock stands until it is paid. No counter takes money at night."),
    marked("The state says only that the office goes on. Who paid has a receipt."),
    marked("Who was at the counter has the paper in hand."),
    marked("Nothing that the citizen could do; who asks is told."),
    marked("Who fetched it knows."),
})  # fmt: skip
"""Names and reasons of the lines of `notices.toml` as it is shipped; an office's own stay as they
are."""
