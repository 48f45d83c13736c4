"""Acts that reach every office, and why one of them was not done, in the words of a page."""

import enum
from collections.abc import Mapping
from typing import Final

from sms_gateway.commands import CommandError, NoteTooLong
from sms_gateway.console.languages import marked
from sms_gateway.console.visit import Handler, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.calendar_days import DayNotSet
from sms_gateway.domain.staff import Permission
from sms_gateway.notices.announcing import NotHeld
from sms_gateway.notices.staff import NotEnded
from sms_gateway.windows.acts import NotDone

CASES_DOWN: Final = marked("The dossiers cannot be read at the moment. Try again in a minute.")

FOR_ALL: Final = marked(
    "This reaches the citizens of every office: only who sees all agencies decides it."
)
_NOT_DONE: Final = marked("Not done: %(why)s")
_WHY: Final[Mapping[enum.Enum, str]] = {
    NotEnded.OUTAGE_OVER: marked(
        "Its outage has begun, or was called off: nothing was sent. Drop the batch."
    ),
    NotEnded.UNKNOWN: marked("Someone else has already done this: nothing is held there any more."),
    NotHeld.HELD_BACK: marked(
        "A restored copy holds automatic messages back. Whoever runs the gateway lets them go."
    ),
    NotHeld.TOLD_BEFORE: marked("It was announced before: nobody is left to be told."),
    NotHeld.NO_DOOR: marked(
        "No door sends texts that answer none. Whoever runs the gateway names one."
    ),
    NotHeld.TOO_LONG: marked("The announcement is too long for an SMS: give a shorter cause."),
    NotDone.UNKNOWN: marked("There is no such window."),
    NotDone.NO_WORDS: marked("Say it in a few words."),
    NotDone.LONG_DOCUMENT: marked("The number of a document has at most 60 characters."),
    NotDone.ENDS_FIRST: marked("It ends before it begins: look at both times."),
    NotDone.OPEN_PLAN: marked(
        "Citizens are told until when a planned outage is expected to last: say when it ends."
    ),
    NotDone.BEFORE_IT_BEGINS: marked("It begins later than that. To call it off, end it now."),
    NotDone.NO_ONE_CAUSE: marked("Say it in a few words."),
    NotDone.DOSSIERS: marked("Name dossiers by their codes, one a line."),
    DayNotSet.NOT_SET: marked("Nobody set that day here."),
    DayNotSet.YEAR: marked("Days of the years 2000 to 2100 can be set."),
    NoteTooLong.NOTE: marked("At most 200 characters, please."),
}


def decides(visit: Visit) -> bool:
    """Whether whoever calls may do what reaches every office."""
    return visit.may(Permission.DECIDE_NOTICES) and visit.person.agencies is None


def for_all(handler: Handler) -> Handler:
    """The same page, for who sees all agencies alone."""
    return whole(handler, FOR_ALL)


def not_done(visit: Visit, error: CommandError) -> str:
    """Why, in the language of the page; what has no words here yet stands as the room says it."""
    if error.reason is not None and error.reason in _WHY:
        return visit.say(_WHY[error.reason])
    return visit.say(_NOT_DONE) % {"why": error}
