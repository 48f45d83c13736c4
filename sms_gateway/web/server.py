"""aiohttp's server: quiet about requests that are no HTTP, and short on the way to doors."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs, web

from sms_gateway.ports import MAX_REQUEST

MALFORMED = web.AppKey[Callable[[], None]]("MALFORMED")
"""What an application wants done for each request that is no HTTP; it never sees those itself."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PLAIN = web.AppKey[dict[tuple[str, str], Handler]]("PLAIN")
"""Some of an application's routes: what serves a method and a path that is the same for all calls.

The application has them too; here its router, which costs each call anew, is spared."""

_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_Setting = Any  # of aiohttp's own constructors

_NO_HTTP = "this is no HTTP request"
_LINGER = 10.0
"""Seconds that the rest of a body is waited for which nobody reads."""

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
        # Who is told that it is enough may still be sending.
        lingering_time=min(idle, _LINGER),
        # A stranger's compressed body is refused, never unpacked.
        auto_decompress=False,
        max_line_size=2 * MAX_REQUEST,
    )


class Runner(web.AppRunner):
    """Serves an application that has `MALFORMED`."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        plain: dict[tuple[str, str], Handler] = self.app.get(PLAIN, {})
        return _Server(
            _short_way(plain, made.request_handler),
            self.app[MALFORMED],
            request_factory=made.request_factory,
            **self._kwargs,
        )


def _short_way(plain: Mapping[tuple[str, str], Handler], app: _Handler) -> _Handler:
    def serve(request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        found = plain.get((request.method, request.rel_url.raw_path))
        # What to do about a body that waits to be sent for, the application knows.
        if found is None or hdrs.EXPECT in request.headers or not isinstance(request, web.Request):
            return app(request)
        return found(request)

    return serve


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

    Its streams say after each body that reading may go on, though almost none was ever held up: it
    would parse nothing, and ask the transport for what that does already. That is certain only
    while no call waits behind this one, for the parser stops by itself at 32 of them and may hold
    the next ones; and while reading was never held up, for the parser's own stop can outlast that.
    """

    __slots__ = ("_malformed", "_never_held")

    def __init__(
        self, server: web.Server, malformed: Callable[[], None], **settings: _Setting
    ) -> None:
        super().__init__(server, **settings)
        self._malformed = malformed
        self._never_held = True
        # The parser stops at one call less than the library thinks after a call whose body came
        # later than its head; then nobody would tell it to go on.
        self._max_msg_queue_size -= 1

    def pause_reading(self) -> None:
        """Take no more octets for now."""
        self._never_held = False
        super().pause_reading()

    def resume_reading(self, resume_parser: bool = True) -> None:  # noqa: FBT001, FBT002 - the library's
        """Take octets again, where they may be held up."""
        if self._messages or not self._never_held:
            super().resume_reading(resume_parser)

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
