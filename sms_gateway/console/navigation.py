"""The list of pages beside each page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sms_gateway.console.languages import marked
from sms_gateway.console.places import (
    ATTENTION,
    AUDIT,
    CALENDAR,
    COMPLAINTS,
    DOORS,
    DOSSIERS,
    MESSAGES,
    NOTICES,
    REPLAY,
    REPORTS,
    RIGHTS,
    STAFF,
    SYSTEM,
    TEMPLATES,
    TEST_CASES,
    TODAY,
    TOKENS,
    UNREAD,
    WEBHOOKS,
    WINDOWS,
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
        count: how much waits there for a person.
    """

    address: str
    name: str
    here: bool
    count: int = 0


PAGES: Final = (
    (ATTENTION, marked("Needs attention"), Permission.READ_MESSAGES),
    (MESSAGES, marked("Messages"), Permission.READ_MESSAGES),
    (COMPLAINTS, marked("Complaints"), Permission.COMPLAINTS),
    (DOSSIERS, marked("Dossiers"), Permission.READ_DOSSIERS),
    (UNREAD, marked("Unread texts"), Permission.READ_MESSAGES),
    (REPLAY, marked("Replay"), Permission.CHANGE_RULES),
    (TEST_CASES, marked("Test cases"), Permission.CHANGE_RULES),
    (TODAY, marked("Today"), Permission.READ_MESSAGES),
    (REPORTS, marked("Reports"), Permission.READ_REPORTS),
    (NOTICES, marked("Automatic messages"), Permission.READ_NOTICES),
    (WINDOWS, marked("Interruptions"), Permission.READ_NOTICES),
    (CALENDAR, marked("Calendar"), Permission.READ_NOTICES),
    (TEMPLATES, marked("Templates"), Permission.READ_TEMPLATES),
    (DOORS, marked("Doors"), Permission.READ_DOORS),
    (SYSTEM, marked("System"), Permission.READ_SYSTEM),
    (STAFF, marked("Staff and roles"), Permission.MANAGE_STAFF),
    (TOKENS, marked("API tokens"), Permission.MANAGE_TOKENS),
    (WEBHOOKS, marked("Webhooks"), Permission.MANAGE_TOKENS),
    (RIGHTS, marked("Rights of a citizen"), Permission.ERASE),
    (AUDIT, marked("Audit log"), Permission.READ_AUDIT),
)
"""In the order of a clerk's day: where it is, its name, what it asks for."""


_WHOLE: Final = frozenset(
    {STAFF, TOKENS, WEBHOOKS, AUDIT, SYSTEM, UNREAD, REPLAY, TEST_CASES, RIGHTS}
)
"""Pages that only who sees all agencies may open, see `whole.whole`."""


def entries(visit: "Visit") -> Sequence[Entry]:
    """What whoever calls may open."""
    path = visit.request.rel_url.raw_path
    return [
        Entry(
            address,
            visit.say(name),
            path == address or path.startswith(f"{address}/"),
            {ATTENTION: visit.waits, TEMPLATES: visit.proposals}.get(address, 0),
        )
        for address, name, permission in PAGES
        if visit.may(permission) and (address not in _WHOLE or visit.person.agencies is None)
    ]
