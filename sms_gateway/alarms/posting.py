"""Calls to the webhook: within a time, tried again a few times, never waited for by anybody."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import msgspec
import structlog

from sms_gateway.alarms.plan import Posting
from sms_gateway.callers import standard_webhooks as standard
from sms_gateway.domain.record import Private, Record
from sms_gateway.ports import Clock

_log = structlog.get_logger("alarms")

POST_SECONDS = 10.0
"""How long one call may take."""

AGAIN_SECONDS = (5.0, 30.0, 120.0)
"""After the first, second and third failure; then a call is given up."""

MOST_WAITING = 100
"""Calls that wait; of more the oldest are given up."""


class Event(Record, frozen=True):
    """One call, as its JSON says it.

    Attributes:
        type: `incident.opened`, `incident.closed` or `test`.
        id: of the incident; with the type, what a receiver knows a repeated call by.
        node: the name of this installation.
        trouble, door: what it is about; empty where a test or no door.
        figure: how many, minutes or MiB.
        opened_at, closed_at: with their zone, UTC; closed_at None while it stands.
        text: what the people on call read.
    """

    type: str
    id: str
    node: str
    trouble: str
    door: str
    figure: int
    opened_at: datetime
    closed_at: datetime | None
    text: Private[str]


Post = Callable[[Event], Awaitable[str]]
"""Makes one call; says why it failed, or empty where it was taken."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    event: Event
    taken: Callable[[], None]


class Poster:
    """Makes calls one behind the other.

    Args:
        post: makes one.
        clock: time.
        counted: takes `delivered`, `failed` for a try and `given_up` for a call, for metrics.
    """

    def __init__(self, post: Post, clock: Clock, counted: Callable[[str], None]) -> None:
        self._post = post
        self._clock = clock
        self._counted = counted
        self._waiting: deque[_Waiting] = deque()
        self._wake = asyncio.Event()

    def offer(self, event: Event, taken: Callable[[], None]) -> None:
        """Make this call by and by; `taken` is called when the receiver took it."""
        if len(self._waiting) >= MOST_WAITING:
            self._give_up(self._waiting.popleft().event)
        self._waiting.append(_Waiting(event, taken))
        self._wake.set()

    async def now(self, event: Event) -> str:
        """Make a call at once and once; why it failed, or empty."""
        why = await self._tried(event)
        self._counted("failed" if why else "delivered")
        return why

    async def run(self) -> None:
        """Make calls until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._deliver(self._waiting.popleft())

    async def _deliver(self, waiting: _Waiting) -> None:
        for seconds in (*AGAIN_SECONDS, None):
            if not await self.now(waiting.event):
                waiting.taken()
                return
            if seconds is not None:
                await self._clock.sleep(seconds)
        self._give_up(waiting.event)

    async def _tried(self, event: Event) -> str:
        try:
            return await self._post(event)
        except Exception as error:  # noqa: BLE001  # whatever a receiver does, the next call is made
            return type(error).__name__

    def _give_up(self, event: Event) -> None:
        self._counted("given_up")
        _log.error("alarm.post_given_up", reason=event.trouble, door=event.door, state=event.type)


def poster_of(posting: Posting | None, now: Callable[[], datetime]) -> Post:
    """Makes calls by HTTP; to nobody where there is no webhook."""

    async def post(event: Event) -> str:
        if posting is None:
            return "no_webhook"
        return await _called(posting, event, now())

    return post


async def _called(posting: Posting, event: Event, now: datetime) -> str:
    body = msgspec.json.encode(event)
    limit = aiohttp.ClientTimeout(total=POST_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=limit) as session,
            session.post(
                posting.url.value,
                data=body,
                headers=_headers(posting, event, body, now),
                allow_redirects=False,
            ) as response,
        ):
            return "" if response.ok and response.status < _REDIRECTS else f"{response.status}"
    except TimeoutError:
        return "timed_out"
    except (aiohttp.ClientError, OSError):
        return "unreachable"


_REDIRECTS = 300


def _headers(posting: Posting, event: Event, body: bytes, now: datetime) -> dict[str, str]:
    """Standard Webhooks 1.0: id, timestamp, and an HMAC-SHA256 of both and the body."""
    name = f"{event.id}.{event.type}"
    stamp = str(int(now.astimezone(UTC).timestamp()))
    headers = {"Content-Type": "application/json", standard.ID: name, standard.TIME: stamp}
    if posting.key is not None:
        headers[standard.SIGNATURE] = standard.signed_by(posting.key, name, stamp, body).decode()
    return headers
