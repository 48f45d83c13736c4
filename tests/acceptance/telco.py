"""A loopback telco: hands MOs over with retries like a real one, and takes MTs on its own server.

What it does with an MT is scripted per phone number, so that tests share one telco.
"""

import asyncio
import contextlib
import enum
import itertools
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.serving import serving

PATIENCE = 15.0
"""Seconds after which a test gives up on what it waits for."""

_TRIES = 400
_RETRY_S = 0.05
_CALL_S = 8.0
SHORT_CODE = "8083"


class Does(enum.Enum):
    """What the telco does with one MT."""

    ACCEPT = "accept"
    THROTTLE = "throttle"
    REJECT = "reject"
    BREAK = "break"
    FAULT = "fault"
    CLOSE = "close"
    SILENT = "silent"
    REPORT_FIRST = "report first"


_SAYS = {Does.BREAK: 500, Does.FAULT: 502}


@dataclass(frozen=True, slots=True)
class Mt:
    """An MT as it arrived, whatever the telco did with it."""

    door: str
    id: str
    to: str
    text: str
    billing: str
    reply_to: str
    telco_id: str
    did: Does
    sender: str = ""
    """Address of the machine that sent it."""
    at: float = 0.0
    """When it came, by the monotonic clock."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the telco heard for one MO.

    Attributes:
        status, body, headers: of the last response.
        tries: how often it had to call.
        refusals: the statuses before the last one; 0 where there was no response.
    """

    status: int
    body: bytes
    headers: dict[str, str]
    tries: int
    refusals: tuple[int, ...]


@dataclass(slots=True)
class Telco:
    """The telco.

    Attributes:
        session: for its own calls.
        gateway: base address of the gateway; changes when that starts again.
        url: its own server's base address, as the gateway is told.
        mts: all that arrived, in order.
        line: what its calls go through: the address of the gateway to the one that is called.
        patience: seconds that a call waits for a gateway that is known to be down.
        others: addresses of further nodes; each call goes to one of all, in turn.
    """

    session: aiohttp.ClientSession
    gateway: str = ""
    url: str = ""
    mts: list[Mt] = field(default_factory=list)
    scripts: dict[str, list[Does]] = field(default_factory=lambda: defaultdict(list))
    on_event: Callable[[str], None] = lambda _what: None
    line: Callable[[str], str] = lambda gateway: gateway
    patience: float = PATIENCE
    others: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _up: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _turns: Any = field(default_factory=itertools.count)

    # its own calls

    def connect(self, gateway: str) -> None:
        """The gateway listens at this address."""
        self.gateway = self.line(gateway)
        self._up.set()

    def disconnect(self) -> None:
        """The gateway is known to be down: retries wait for it."""
        self._up.clear()

    async def call(
        self, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> Heard:
        """One POST, without retries. Raises aiohttp.ClientError, TimeoutError."""
        limit = aiohttp.ClientTimeout(total=_CALL_S)
        nodes = [self.gateway, *self.others]
        url = nodes[next(self._turns) % len(nodes)] + path
        async with self.session.post(url, json=body, headers=headers, timeout=limit) as response:
            return Heard(response.status, await response.read(), dict(response.headers), 1, ())

    async def deliver(self, door: str, mo: dict[str, object]) -> Heard:
        """Hand an MO over; after 503, a time-out or a lost connection again, with the same id."""
        refusals: list[int] = []
        for tries in range(1, _TRIES + 1):
            await asyncio.wait_for(self._up.wait(), self.patience)
            try:
                heard = await self.call(f"/mo/{door}", mo)
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                refusals.append(0)
            else:
                if heard.status != web.HTTPServiceUnavailable.status_code:
                    return Heard(heard.status, heard.body, heard.headers, tries, tuple(refusals))
                refusals.append(heard.status)
            await asyncio.sleep(_RETRY_S)  # a telco's retry schedule, shortened
        message = f"{door}: the gateway never took the MO"
        raise TimeoutError(message)

    async def report(self, door: str, telco_id: str, state: str = "DELIVRD") -> Heard:
        """Tell what became of an MT."""
        return await self.call(f"/dlr/{door}", {"id": telco_id, "state": state})

    # what arrives

    def to(self, number: str) -> list[Mt]:
        """The MTs that arrived for a number."""
        return [mt for mt in self.mts if mt.to == number]

    async def received(self, number: str, count: int = 1) -> list[Mt]:
        """Wait for so many MTs to a number."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: len(self.to(number)) >= count)
        return self.to(number)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve `/mt/<door>`."""
        at = time.monotonic()
        sent = await request.json()
        script = self.scripts[sent["to"]]
        does = script.pop(0) if script else Does.ACCEPT
        mt = Mt(
            door=request.match_info["door"],
            telco_id=f"T{next(self._ids):06}",
            did=does,
            sender=request.remote or "",
            at=at,
            **{name: sent[name] for name in ("id", "to", "text", "billing", "reply_to")},
        )
        if does is Does.REPORT_FIRST:
            await self._report_surely(mt)
        async with self._news:
            self.mts.append(mt)
            self._news.notify_all()
        self.on_event("mt")
        return await self._answer(request, mt)

    async def _report_surely(self, mt: Mt) -> None:
        for _ in range(_TRIES):
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                if (await self.report(mt.door, mt.telco_id)).status == web.HTTPOk.status_code:
                    return
            await asyncio.sleep(_RETRY_S)  # a telco's retry schedule, shortened

    async def _answer(self, request: web.Request, mt: Mt) -> web.StreamResponse:
        match mt.did:
            case Does.ACCEPT | Does.REPORT_FIRST:
                return web.json_response({"code": "00", "id": mt.telco_id})
            case Does.THROTTLE:
                return web.json_response({"code": "29"}, headers={"Retry-After": "1"})
            case Does.REJECT:
                return web.json_response({"code": "99"})
            case Does.BREAK | Does.FAULT:
                return web.Response(status=_SAYS[mt.did])
            case Does.CLOSE:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case Does.SILENT:
                await asyncio.Event().wait()
                return web.Response()


@asynccontextmanager
async def open_telco(host: str = "127.0.0.1") -> AsyncIterator[Telco]:
    """A telco on a free port of the loopback, or of another address, until the block ends."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        telco = Telco(session)
        app = web.Application()
        app.router.add_post("/mt/{door}", telco.handle)
        async with serving(app, host=host, cancels=True) as telco.url:
            yield telco


_numbers = itertools.count(1)


def citizen() -> str:
    """A phone number that nobody used before."""
    return f"091{next(_numbers):07}"


_mo_ids = itertools.count(1)


def mo(sender: str, text: str, **more: object) -> dict[str, object]:
    """An MO as this telco writes it, with an id of its own."""
    return {"id": f"mo-{next(_mo_ids)}", "from": sender, "to": SHORT_CODE, "text": text, **more}
