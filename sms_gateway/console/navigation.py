"""The list of pages beside each page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sms_gateway.console.languages import marked
from sms_gateway.console.places import (
    COMPLAINTS,
    MESSAGES,
    REPLAY,
    RIGHTS,
    TEST_CASES,
    UNREAD,
)
from sms_gateway.domain.staff import Permission

if TYPE_CHECKING:  # a visit's page shows this
    from sms_gateway.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the list.

    Attributes:
        address: where it is.
        name: as it is called there.
        here: it is the page that is shown, or the one it belongs to.
    """

    address: str
    name: str
    here: bool


_PAGES: Final = (
    (MESSAGES, marked("Messages"), Permission.READ_MESSAGES),
    (COMPLAINTS, marked("Complaints"), Permission.COMPLAINTS),
    (UNREAD, marked("Unread texts"), Permission.READ_MESSAGES),
    (REPLAY, marked("Replay"), Permission.CHANGE_RULES),
    (TEST_CASES, marked("Test cases"), Permission.CHANGE_RULES),
    (RIGHTS, marked("Rights of a citizen"), Permission.ERASE),
)
"""In the order of a clerk's day: where it is, its name, what it asks for."""


def entries(visit: "Visit") -> Sequence[Entry]:
    """What whoever calls may open."""
    path = visit.request.rel_url.raw_path
    return [
        Entry(address, visit.say(name), path == address or path.startswith(f"{address}/"))
        for address, name, permission in _PAGES
        if visit.may(permission)
    ]
