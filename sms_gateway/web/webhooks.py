"""A telco's call: read by its door, written down by intake, answered by its door."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from sms_gateway.dispatch.settling import Settler
from sms_gateway.domain.ids import MessageId, TraceId
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import RefusedRequest, Settlement
from sms_gateway.intake.accept import Call, InResponse, Intake, QueueFullError, Taken
from sms_gateway.ports import (
    Clock,
    Door,
    Inbox,
    Refused,
    Route,
    StoreDownError,
    Webhook,
    WebhookRequest,
)
from sms_gateway.seldom import Seldom
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.peers import Proxies
from sms_gateway.web.whole import as_response, response_to

_log = structlog.get_logger("web")

RETRY_AFTER_SECONDS = "5"

# What became of a reply in a response: its state, result and reason.
_WRITTEN = (MtState.ACCEPTED, "accepted", "in_response")
_LOST = (MtState.UNCERTAIN, "uncertain", "connection_lost")


@dataclass(frozen=True, slots=True)
class Shell:
    """What every webhook needs.

    Attributes:
        intake, settler, inbox, metrics: see there.
        clock, new_id: time and ids.
        proxies: those between us and the callers.
        read_seconds: how long a caller may take to send its body.
    """

    intake: Intake
    settler: Settler
    inbox: Inbox
    metrics: Metrics
    clock: Clock
    new_id: Callable[[], MessageId]
    proxies: Proxies
    read_seconds: float


class WebhookHandler:
    """Serves one route of one door."""

    def __init__(self, shell: Shell, door: Door, webhook: Webhook, route: Route) -> None:
        self._shell = shell
        self._door = door
        self._webhook = webhook
        self._route = route
        self._seldom = Seldom(shell.clock.monotonic)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a call; 503 wherever nothing could be written down."""
        shell, door = self._shell, self._door
        now = shell.clock.now()
        coding = request.headers.get(hdrs.CONTENT_ENCODING)
        if coding is not None and coding.lower() != "identity":
            # Unpacking it for a stranger could cost more than many calls.
            self._unread("encoded")
            return web.json_response({"error": "send the body without encoding"}, status=415)
        try:
            called = await read_call(request, shell.proxies, shell.read_seconds, self._route)
        except web.HTTPBadRequest:
            self._unread("unreadable")
            raise
        except ConnectionError:
            self._unread("cut_off")
            raise
        if called is None:
            self._unread("slow")
            return web.json_response({"error": "the request took too long"}, status=408)
        found = self._webhook.read(called, now)
        trace_id = TraceId(shell.new_id())
        if isinstance(found, Refused):
            return await self._refuse(called, found, now, trace_id)
        call = Call(door, trace_id, now, self._webhook.redacted(called))
        try:
            taken = await shell.intake.accept(call, found)
        except StoreDownError as error:
            return self._unavailable(call, "store_down", str(error))
        except QueueFullError:
            return self._unavailable(call, "queue_full", "")
        if taken.duplicates:
            shell.metrics.duplicate(door.name, taken.duplicates)
        if taken.unreadable:
            shell.metrics.refused(door.name, "unreadable", taken.unreadable)
            _log.warning("item.refused", door=door.name, count=taken.unreadable, trace_id=trace_id)
        return await self._respond(request, called, call, taken)

    async def _respond(
        self, request: web.Request, called: WebhookRequest, call: Call, taken: Taken
    ) -> web.StreamResponse:
        try:
            reply = self._webhook.reply(taken.results, called)
            response = response_to(request, reply, self._shell.clock.now())
        except Exception:
            self._settle(taken.in_response, call.received_at, written=False)
            raise
        if not taken.in_response:
            return response
        written = False
        try:
            await response.prepare(request)
            await response.write_eof()
            written = request.transport is not None
        except ConnectionError:
            _log.warning("reply.connection_lost", door=self._door.name, trace_id=call.trace_id)
        finally:
            self._settle(taken.in_response, call.received_at, written=written)
        return response

    def _settle(self, replies: Sequence[InResponse], since: datetime, *, written: bool) -> None:
        now = self._shell.clock.now()
        state, result, reason = _WRITTEN if written else _LOST
        for reply in replies:
            if reply.fetched and written:
                self._shell.settler.fetched(reply.mt_id)
                continue
            # Also of a repeated call: after a restart it may be the only one that the reply had.
            self._shell.settler.settle(
                Settlement(reply.mt_id, reply.attempt, now, state, result, reason)
            )
            seconds = (now - since).total_seconds() if written else None
            self._shell.metrics.attempt(self._door.name, result, seconds)

    def _unread(self, reason: str) -> None:
        """A call that no door has seen: of anybody, and perhaps one of very many."""
        self._shell.metrics.refused(self._door.name, reason)
        if count := self._seldom.due(reason):
            _log.warning("call.refused", door=self._door.name, reason=reason, count=count)

    async def _refuse(
        self, called: WebhookRequest, refused: Refused, now: datetime, trace_id: TraceId
    ) -> web.Response:
        door = self._door.name
        self._shell.metrics.refused(door, refused.reason)
        _log.warning("call.refused", door=door, reason=refused.reason, trace_id=trace_id)
        if refused.authenticated:
            kept = RefusedRequest(
                door=door,
                body_hash=_content_hash(called),
                at=now,
                reason=refused.detail,
                raw=self._webhook.redacted(called),
                trace_id=trace_id,
            )
            try:
                await self._shell.inbox.keep_refused([kept])
            except StoreDownError as error:
                _log.error("refused.not_kept", door=door, error=str(error), trace_id=trace_id)
                if self._door.keeps_refused_ok:
                    return busy("store_down")
        return as_response(refused.reply)

    def _unavailable(self, call: Call, reason: str, error: str) -> web.Response:
        door = self._door.name
        self._shell.metrics.refused(door, reason)
        # A telco may come again hundreds of times a second while the queue is full.
        if count := self._seldom.due(reason):
            _log.error(
                "call.unavailable", door=door, reason=reason, error=error, count=count,
                trace_id=call.trace_id,
            )  # fmt: skip
        return busy(reason)


def busy(reason: str) -> web.Response:
    """503: the telco must keep the message and come again."""
    return web.json_response(
        {"error": reason}, status=503, headers={"Retry-After": RETRY_AFTER_SECONDS}
    )


async def read_call(
    request: web.Request, proxies: Proxies, seconds: float, route: Route
) -> WebhookRequest | None:
    """A request as octets, None where it took too long.

    A body over the limit of its route is cut one octet behind it, so that the door can refuse it
    in its style.

    Raises:
        HTTPBadRequest: the body is not packed or cut into chunks as its headers say.
        ConnectionError: the caller hung up before its body was there.
    """
    try:
        if request.content.is_eof():
            # It came in one piece with its headers, as almost every telco's call does: no timer.
            body = request.content.read_nowait()[: route.largest + 1]
        else:
            async with asyncio.timeout(seconds):
                body = await _limited_body(request, route.largest)
    except TimeoutError:
        return None
    except (HttpProcessingError, web.RequestPayloadError):
        said = '{"error": "the body is not what its headers say"}'
        raise web.HTTPBadRequest(text=said, content_type="application/json") from None
    return WebhookRequest(
        method=request.method,
        path=request.rel_url.raw_path,
        query=request.rel_url.raw_query_string,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        peer=proxies.caller(request),
        purpose=route.purpose,
    )


async def _limited_body(request: web.Request, largest: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while size <= largest and (chunk := await request.content.readany()):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)[: largest + 1]


def _content_hash(called: WebhookRequest) -> str:
    digest = hashlib.blake2b(called.query.encode(), digest_size=16)
    digest.update(b"\0" + called.body)
    return digest.hexdigest()
