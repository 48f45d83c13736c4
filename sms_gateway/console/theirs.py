"""The message that a page is about, where it is theirs to see who asks."""

from typing import Final

from aiohttp import web

from sms_gateway.console.languages import marked
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Visit
from sms_gateway.domain.ids import MessageId
from sms_gateway.reading import Timeline

NO_MESSAGE: Final = marked("There is no such message, or it is not yours to see.")


async def their_message(visit: Visit) -> Timeline | None:
    """What happened to the message of the address; another agency's is as if it were not there.

    So is a call that could not be read: it has a page of its own.
    """
    found = await visit.desk.reading.timeline(MessageId(visit.part("id").lower()))
    if found is None or not (found.mo or found.mts or found.parts):
        return None
    return found if visit.person.sees(found.agency) else None


def no_message(visit: Visit) -> web.Response:
    """The answer where there is none."""
    return refused(visit, NO_MESSAGE, 404)


def sees_all(visit: Visit) -> bool:
    """Whether whoever calls sees what is no agency's: rules are of all texts."""
    return visit.person.agencies is None
