"""The aiohttp application: a telco's routes, a door's pages, and how we are."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import HttpVersion11, web

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.numbers import Hasher
from sms_gateway.ports import Clock, Door, Page, PageContext, Purpose, Route
from sms_gateway.reading import Reading
from sms_gateway.web.case_push import PUSHED_AT, CasePushHandler
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.parts import Part, part_of
from sms_gateway.web.server import MALFORMED, PLAIN, Handler
from sms_gateway.web.webhooks import Shell, WebhookHandler, busy, read_call
from sms_gateway.web.whole import as_response

_log = structlog.get_logger("web")

_HARDENING = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_NEEDED_TO_TAKE_TEXTS = frozenset({"store"})
"""Without other parts a text is taken and answered, if only with "try later"."""

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Health = Callable[[], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Front:
    """What people and machines may see besides the doors.

    Attributes:
        reading, hasher, clock: for pages.
        metrics: see there.
        ready: what is wrong now, by component; nothing or an empty word where it works.
    """

    reading: Reading
    hasher: Hasher
    clock: Clock
    metrics: Metrics
    ready: Health


def build_app(
    doors: Mapping[DoorName, Door],
    shell: Shell,
    front: Front,
    parts: Collection[Part] = frozenset(Part),
    pushed: CasePushHandler | None = None,
) -> web.Application:
    """The routes of one listener.

    Args:
        doors: by name.
        shell: for their webhooks.
        front: for pages and health.
        parts: what is heard there.
        pushed: takes dossiers, beside the telcos; None where nobody may send them.
    """
    app = web.Application()
    app[MALFORMED] = lambda: _malformed(shell.metrics)
    app[PLAIN] = {}
    if Part.OPS in parts:
        app.router.add_get("/live", _live)
        app.router.add_get("/ready", _guarded(_ready(front)))
        app.router.add_get("/metrics", _guarded(_metrics(front)))
    if pushed is not None and Part.TELCOS in parts:
        handler = _guarded(pushed.answer)
        app.router.add_route(*PUSHED_AT, handler, expect_handler=_expected)
    for door in doors.values():
        if part_of(door) in parts:
            _add_door(app, door, shell, front)
    return app


def _add_door(app: web.Application, door: Door, shell: Shell, front: Front) -> None:
    if door.webhook is not None:
        for route in door.webhook.routes:
            handler = _guarded(WebhookHandler(shell, door, door.webhook, route).answer)
            app.router.add_route(route.method, route.path, handler, expect_handler=_expected)
            if "{" not in route.path:
                app[PLAIN].setdefault((route.method, route.path), handler)
    for page in door.pages:
        app.router.add_route(page.method, page.path, _guarded(_page(door.name, page, shell, front)))


def _guarded(handler: Handler) -> Handler:
    """The last resort; a middleware would cost every call more than this."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001  # a bug costs one call, and the telco comes again
            if isinstance(error, ConnectionError) and request.transport is None:
                # The caller has gone, as strangers may do often: nobody hears this.
                return web.Response(status=400)
            # Never the exception's text: it may quote the request.
            _log.error("request.broke", method=request.method, exc_info=error)
            return busy("internal_error")

    return guarded


def _malformed(metrics: Metrics) -> None:
    # Nothing tells whose door it was for, and its words are for no log.
    metrics.refused("", "malformed")
    _log.warning("call.refused", reason="malformed")


async def _expected(request: web.Request) -> None:
    """Send for the body of a caller that waits for that.

    Another wish is passed over (RFC 9110 section 10.1.1 allows it): the library would refuse the
    text, quote the wish, and nobody would count it.
    """
    wish = request.headers.get("Expect", "")
    if request.version == HttpVersion11 and wish.lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # The response has not begun with it.
        request.writer.output_size = 0


async def _live(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"status": "ok"}, headers=_HARDENING)


def _ready(front: Front) -> Handler:
    async def ready(_request: web.Request) -> web.StreamResponse:
        wrong = {part: why for part, why in (await front.ready()).items() if why}
        status = "degraded" if wrong else "ok"
        if _NEEDED_TO_TAKE_TEXTS & wrong.keys():
            status = "unavailable"
        # For 503 a load balancer takes us out, and then texts have nowhere to go.
        code = 503 if status == "unavailable" else 200
        return web.json_response(
            {"status": status, "wrong": wrong}, status=code, headers=_HARDENING
        )

    return ready


def _metrics(front: Front) -> Handler:
    async def metrics(_request: web.Request) -> web.StreamResponse:
        front.metrics.parts_down(await front.ready())
        headers = {"Content-Type": _METRICS_TYPE, **_HARDENING}
        return web.Response(body=front.metrics.text(), headers=headers)

    return metrics


def _page(door: DoorName, page: Page, shell: Shell, front: Front) -> Handler:
    route = Route(page.method, page.path, Purpose.MESSAGES)

    async def show(request: web.Request) -> web.StreamResponse:
        called = await read_call(request, shell.proxies, shell.read_seconds, route)
        if called is None:
            return web.json_response({"error": "the request took too long"}, status=408)
        context = PageContext(front.reading, front.hasher, front.clock.now())
        reply = await page.show(called, context)
        if reply.status == web.HTTPForbidden.status_code:
            front.metrics.refused(door, "unauthorised")
        return as_response(reply)

    return show
