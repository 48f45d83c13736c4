"""aiohttp's server, less what it says of requests that are no HTTP."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sms_gateway.ports import MAX_REQUEST

MALFORMED = web.AppKey[Callable[[], None]]("MALFORMED")
"""What an application wants done for each request that is no HTTP; it never sees those itself."""

_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_Setting = Any  # of aiohttp's own constructors

_NO_HTTP = "this is no HTTP request"
_HEADERS = {"Cache-Control": "no-store"}


def build_runner(app: web.Application, idle: float, grace: float) -> web.AppRunner:
    """What serves the application.

    Args:
        app: the routes, and what is done at `MALFORMED`.
        idle: seconds a connection may stand open without a complete request head.
        grace: seconds that its clean-up takes at most: calls under way get half of it to end, and
            those that are then given up the other half.
    """
    return Runner(
        app,
        access_log=None,
        # It waits so long twice.
        shutdown_timeout=grace / 2,
        keepalive_timeout=idle,
        # A stranger's compressed body is refused, never unpacked.
        auto_decompress=False,
        max_line_size=2 * MAX_REQUEST,
    )


class Runner(web.AppRunner):
    """Serves an application that has `MALFORMED`."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            made.request_handler,
            self.app[MALFORMED],
            request_factory=made.request_factory,
            **self._kwargs,
        )


class _Server(web.Server):
    def __init__(
        self, handler: _Handler, malformed: Callable[[], None], **settings: _Setting
    ) -> None:
        super().__init__(handler, **settings)
        self._malformed = malformed

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, self._malformed, loop=self._loop, **self._kwargs)


class _Connection(web.RequestHandler):
    """One connection.

    The library answers what it cannot parse by its own words, which quote the line: there a number
    and a text may stand, and answers are logged by proxies.
    """

    __slots__ = ("_malformed",)

    def __init__(
        self, server: web.Server, malformed: Callable[[], None], **settings: _Setting
    ) -> None:
        super().__init__(server, **settings)
        self._malformed = malformed

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what no handler of ours answered; the connection ends."""
        if status != HTTPStatus.BAD_REQUEST:
            return super().handle_error(request, status, exc, message)
        self._malformed()
        response = web.json_response({"error": _NO_HTTP}, status=status, headers=_HEADERS)
        response.force_close()
        return response
