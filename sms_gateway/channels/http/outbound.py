"""Hands MTs to a telco by HTTP, and tells what became of each."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
import structlog

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.request import RequestWriter
from sms_gateway.channels.http.response import Response
from sms_gateway.channels.http.verdict import StaleToken, Verdict
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.ports import Clock, Limits, Settled

MAX_RESPONSE = 64 * 1024
"""Most octets of a telco's answer that are read."""

_log = structlog.get_logger("channels")


@dataclass(slots=True)
class Attempt:
    """One MT on its way.

    Attributes:
        message: the MT.
        left: a connection was there, so octets of it may have left us.
        settled: its fate is told.
    """

    message: MobileTerminated
    left: bool = False
    settled: bool = False


class HttpSender:
    """A `Sender` that is described by settings."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        writer: RequestWriter,
        verdict: Verdict,
        limits: Limits,
        clock: Clock,
    ) -> None:
        """Put it together; `open_sender` does."""
        self._session = session
        self._writer = writer
        self._verdict = verdict
        self._limits = limits
        self._clock = clock
        self._slots = asyncio.Semaphore(limits.slots)

    @property
    def limits(self) -> Limits:
        """What the door can carry."""
        return self._limits

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        """Send, and call `settled` exactly once per message as its fate is known."""
        attempts = [Attempt(message) for message in messages]
        try:
            async with asyncio.TaskGroup() as group:
                for attempt in attempts:
                    group.create_task(self._send_one(attempt, settled))
        finally:
            # Only a cancelled call comes here with open ones; some of them never started to run.
            for attempt in attempts:
                outcome = Uncertain("cancelled") if attempt.left else Deferred("shutdown")
                _settle(attempt, outcome, settled)

    async def _send_one(self, attempt: Attempt, settled: Settled) -> None:
        async with self._slots:
            try:
                outcome = await self._try(attempt)
            except Exception as error:  # noqa: BLE001  # a bug in one must not cancel the others
                _log.error("send.broke", door=attempt.message.door, error=type(error).__name__)
                outcome = Uncertain("sender_broke") if attempt.left else Deferred("sender_broke")
        _settle(attempt, outcome, settled)

    async def _try(self, attempt: Attempt) -> SendOutcome:
        message = attempt.message
        outgoing = self._writer.write(message)
        if isinstance(outgoing, Rejected):
            return outgoing
        try:
            async with self._session.request(
                outgoing.method,
                outgoing.url,
                data=outgoing.body,
                headers=outgoing.headers,
                allow_redirects=False,
                trace_request_ctx=attempt,
            ) as response:
                answer = await _read(response)
        except aiohttp.ClientConnectorCertificateError:
            return Deferred("certificate")
        except TimeoutError:
            return Uncertain("timed_out") if attempt.left else Deferred("unreachable")
        except (aiohttp.ClientError, OSError):
            return Uncertain("disconnected") if attempt.left else Deferred("unreachable")
        number = message.recipient
        own = (*_credentials(outgoing.headers), *self._writer.secrets, *outgoing.sums)
        hidden = (message.text, number.digits, number.national, number.value, *own)
        judged = self._verdict.judge(answer, self._clock.now(), hidden)
        return Deferred("token_refused") if isinstance(judged, StaleToken) else judged


def _credentials(headers: Mapping[str, str]) -> Sequence[str]:
    """What we prove ourselves with: a telco that echoes it must not bring it into our log."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return [token]
    plain = base64.b64decode(token).decode("utf-8", "replace")
    return [token, plain, plain.partition(":")[2]]


class _LostError(aiohttp.ClientError):
    """The connection broke after it was there."""


@asynccontextmanager
async def open_sender(
    outbound: s.Outbound, echo: tuple[str, ...], clock: Clock, at: str
) -> AsyncIterator[HttpSender]:
    """A sender with its own connections, closed on leaving.

    Args:
        outbound: the settings.
        echo: names that `{echo.NAME}` may say.
        clock: for Retry-After.
        at: dotted key of `outbound`, named in errors.

    Raises:
        SettingsError: the settings cannot be used.
    """
    writer = RequestWriter(outbound, echo, at)
    verdict = Verdict(outbound.result, f"{at}.result")
    limits = Limits(
        slots=outbound.slots,
        per_second=outbound.per_second,
        refused_characters=frozenset(outbound.refused_characters),
        max_segments=outbound.max_segments,
        dedupes_by_our_id=outbound.dedupes_by_our_id,
        one_mt_per_mo=outbound.one_mt_per_mo,
    )
    timeout = aiohttp.ClientTimeout(total=outbound.total_s, connect=outbound.connect_s)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=outbound.slots, keepalive_timeout=outbound.keep_alive_s
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=timeout,
        auto_decompress=False,
        trace_configs=[_trace()],
        middlewares=[_once],
    ) as session:
        yield HttpSender(session, writer, verdict, limits, clock)


def _settle(attempt: Attempt, outcome: SendOutcome, settled: Settled) -> None:
    if not attempt.settled:
        attempt.settled = True
        settled(MessageId(attempt.message.id), outcome)


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    # The library repeats a GET by itself when a kept connection breaks (RFC 9110 section 9.2.2
    # calls GET safe); here a GET sends an SMS, and a second one would reach the citizen.
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _LostError from error


def _trace() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(_connected)
    trace.on_connection_reuseconn.append(_connected)
    return trace


async def _connected(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: object
) -> None:
    attempt: Attempt = context.trace_request_ctx
    attempt.left = True


async def _read(response: aiohttp.ClientResponse) -> Response:
    headers = {name.lower(): value for name, value in response.headers.items()}
    body: bytes | None = b""
    try:
        chunks = [chunk async for chunk in _limited(response.content)]
        body = b"".join(chunks)
    except (aiohttp.ClientError, OSError, TimeoutError):
        body = None  # the status came, so the telco has decided; what it said is lost
    if body is not None and len(body) > MAX_RESPONSE:
        response.close()
        body = None
    return Response(response.status, headers, body)


async def _limited(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    left = MAX_RESPONSE + 1
    while left > 0 and (chunk := await content.read(left)):
        left -= len(chunk)
        yield chunk
