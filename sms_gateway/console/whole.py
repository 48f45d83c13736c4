"""Pages of what belongs to no agency: they are for those who see all."""

from typing import Final

from aiohttp import web

from sms_gateway.console.languages import marked
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Handler, Visit

_NOT_WHOLE: Final = marked(
    "This concerns all agencies, and you see some of them only. An administrator can change that."
)


def whole(handler: Handler, why: str = _NOT_WHOLE) -> Handler:
    """The same page or act, for people who are limited to no agencies; `why` is marked."""

    async def guarded(visit: Visit) -> web.StreamResponse:
        if visit.person.agencies is not None:
            return refused(visit, why, 403)
        return await handler(visit)

    return guarded
