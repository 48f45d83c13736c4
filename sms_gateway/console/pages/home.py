"""The first page: where a person's work begins."""

from typing import Final

from aiohttp import web

from sms_gateway.console import places
from sms_gateway.console.languages import marked
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.staff import Permission


async def show(visit: Visit) -> web.Response:
    """Lead whoever may answer to what waits for them, and others to the messages."""
    return visit.to(places.ATTENTION if visit.may(Permission.ANSWER) else places.MESSAGES)


ROUTES: Final = (Route("GET", places.HOME, Permission.OWN_ACCOUNT, marked("First page"), show),)
