"""The page that says in one line what is wrong."""

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:  # a visit's routes use this
    from sms_gateway.console.visit import Visit


def refused(visit: "Visit", why: str, status: int) -> web.Response:
    """Say it; `why` is marked."""
    return visit.page("refused.html", {"why": visit.say(why)}, status)
