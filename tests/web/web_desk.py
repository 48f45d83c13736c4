"""The HTTP shell on a loopback port, with a door and an intake that do as told."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import cast

from aiohttp import web
from msgspec.structs import replace

from sms_gateway.dispatch.settling import Settler
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import Item
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.records import RefusedRequest, Settlement
from sms_gateway.intake.accept import Call, InResponse, Intake, Taken
from sms_gateway.ports import (
    MAX_BATCH,
    Answered,
    AnswerStyle,
    Door,
    Inbox,
    Page,
    PageContext,
    Purpose,
    Refused,
    Route,
    StoreDownError,
    Unreadable,
    WebhookReply,
    WebhookRequest,
    WebhookResult,
)
from sms_gateway.reading import Reading
from sms_gateway.web.app import Front, build_app
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.parts import Part
from sms_gateway.web.peers import Proxies
from sms_gateway.web.server import Runner
from sms_gateway.web.webhooks import Shell
from tests.parts import HASHER, START
from tests.virtual_time import StandingClock

MO, MT = MessageId("mo"), MessageId("mt")
REPLY = Taken([Answered(MO, "Dang xu ly", Billing.CHARGE)], [InResponse(MT, 1, fetched=False)])
FETCHED = replace(REPLY, in_response=[InResponse(MT, 1, fetched=True)])
NOTHING = Taken([], [])
REFUSAL = Refused(
    "unreadable", "field text: missing", authenticated=True,
    reply=WebhookReply(422, "text/plain", b"no text"),
)  # fmt: skip


class Side:
    """A door's webhook that does as told.

    Attributes:
        calls: what it was asked to read.
        refusal: what it says instead of reading.
        broken: raised by `read` or `reply`.
    """

    style = AnswerStyle.INLINE
    routes: Sequence[Route] = (
        Route("POST", "/mo", Purpose.MESSAGES),
        Route("GET", "/mo", Purpose.MESSAGES),
        Route("POST", "/dlr", Purpose.REPORTS, MAX_BATCH),
    )

    def __init__(self) -> None:
        self.calls: list[WebhookRequest] = []
        self.refusal: Refused | None = None
        self.broken: dict[str, Exception] = {}

    def read(
        self, request: WebhookRequest, _now: datetime
    ) -> Sequence[Item | Unreadable] | Refused:
        self.calls.append(request)
        if error := self.broken.get("read"):
            raise error
        return self.refusal or ()

    def reply(self, results: Sequence[WebhookResult], _request: WebhookRequest) -> WebhookReply:
        if error := self.broken.get("reply"):
            raise error
        said = [result.text for result in results if isinstance(result, Answered)]
        return WebhookReply(200, "text/plain", "\n".join(["OK", *said]).encode())

    def redacted(self, request: WebhookRequest) -> bytes:
        return b"kept " + request.body


class Phone(Side):
    """The webhook of a door that shows pages."""

    routes = (Route("POST", "/phone", Purpose.MESSAGES),)


class Rooms:
    """What stands behind the shell.

    Attributes:
        taken: what intake makes of a call, or raises.
        hold: awaited by intake before that.
        called: set when a call reaches intake.
        settled, fetched: what the settler was told.
        kept: refused requests.
        store_down: raised where one is kept.
        wrong: what `/ready` says.
    """

    def __init__(self) -> None:
        self.taken: Taken | Exception = NOTHING
        self.hold: Callable[[], Awaitable[object]] | None = None
        self.called = asyncio.Event()
        self.seen: list[Call] = []
        self.settled: asyncio.Queue[Settlement] = asyncio.Queue()
        self.fetched_ids: asyncio.Queue[MessageId] = asyncio.Queue()
        self.kept: list[RefusedRequest] = []
        self.store_down = False
        self.wrong: Mapping[str, str] = {}

    async def accept(self, call: Call, _items: Sequence[Item]) -> Taken:
        self.seen.append(call)
        self.called.set()
        if self.hold is not None:
            await self.hold()
        if isinstance(self.taken, Exception):
            raise self.taken
        return self.taken

    def settle(self, settlement: Settlement) -> None:
        self.settled.put_nowait(settlement)

    def fetched(self, mt_id: MessageId) -> None:
        self.fetched_ids.put_nowait(mt_id)

    async def keep_refused(self, requests: Sequence[RefusedRequest]) -> None:
        if self.store_down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        self.kept += requests

    async def ready(self) -> Mapping[str, str]:
        return self.wrong


class WebDesk:
    """A served shell."""

    def __init__(
        self,
        trusted: Sequence[str],
        read_seconds: float,
        *,
        keeps_refused_ok: bool,
        parts: frozenset[Part] | None,
    ) -> None:
        self.side = Side()
        self.rooms = Rooms()
        self.page: Exception | None = None
        self.page_status = 200
        page = Page("GET", "/page", self._show)
        plain = Door(DoorName("telco"), "test", self.side, None, timedelta(seconds=2))
        door = dataclasses.replace(plain, keeps_refused_ok=keeps_refused_ok)
        pages = Door(DoorName("desk"), "test", Phone(), None, timedelta(seconds=2), pages=[page])
        self.metrics = Metrics([door.name], "node")
        shell = Shell(
            intake=cast("Intake", self.rooms),
            settler=cast("Settler", self.rooms),
            inbox=cast("Inbox", self.rooms),
            metrics=self.metrics,
            clock=StandingClock(),
            new_id=lambda: MessageId("trace"),
            proxies=Proxies(trusted),
            read_seconds=read_seconds,
        )
        reading = cast("Reading", None)
        front = Front(reading, HASHER, StandingClock(), self.metrics, self.rooms.ready)
        doors = {door.name: door, pages.name: pages}
        app = build_app(doors, shell, front, frozenset(Part) if parts is None else parts)
        self.runner = Runner(
            app, access_log=None, lingering_time=read_seconds, auto_decompress=False
        )
        self.port = 0
        self.met = asyncio.Event()
        self.left = asyncio.Event()

    def watch(self) -> None:
        """Set `met` when a caller connects and `left` when one has gone."""
        server = self.runner.server
        assert server is not None
        for name, event in (("connection_made", self.met), ("connection_lost", self.left)):
            setattr(server, name, self._then(getattr(server, name), event))

    @staticmethod
    def _then(inner: Callable[..., None], event: asyncio.Event) -> Callable[..., None]:
        def told(*args: object, **kwargs: object) -> None:
            inner(*args, **kwargs)
            event.set()

        return told

    async def _show(self, called: WebhookRequest, context: PageContext) -> WebhookReply:
        if self.page is not None:
            raise self.page
        assert context.now == START
        return WebhookReply(self.page_status, "text/html", called.path.encode(), {"X-Door": "desk"})

    async def raw(self, octets: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Write these octets to a new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(octets)
        return reader, writer

    async def heard(self, octets: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body that a caller hears."""
        reader, writer = await self.raw(octets)
        try:
            async with asyncio.timeout(10):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                status, *lines = head.strip().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines)
                body = await reader.readexactly(int(headers["content-length"]))
        finally:
            writer.transport.abort()
        return int(status.split()[1]), headers, body

    async def post(
        self, body: bytes = b"{}", path: str = "/mo", *headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        return await self.heard(request("POST", path, body, *headers))

    async def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        return await self.heard(request("GET", path, b""))

    def counted(self, sample: str) -> bool:
        """Whether the metrics hold this line, less the worker's name."""
        told = self.metrics.text().decode().replace(',worker="node"', "")
        return sample in told.splitlines()


def request(method: str, path: str, body: bytes, *headers: str) -> bytes:
    head = [f"{method} {path} HTTP/1.1", "Host: gateway", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode("utf-8", "surrogateescape") + body


@asynccontextmanager
async def served(
    trusted: Sequence[str] = (),
    read_seconds: float = 10.0,
    *,
    keeps_refused_ok: bool = False,
    parts: frozenset[Part] | None = None,
) -> AsyncIterator[WebDesk]:
    """A shell on a free loopback port; where no parts are named, with all of them."""
    desk = WebDesk(trusted, read_seconds, keeps_refused_ok=keeps_refused_ok, parts=parts)
    await desk.runner.setup()
    desk.watch()
    try:
        await web.TCPSite(desk.runner, "127.0.0.1", 0).start()
        desk.port = desk.runner.addresses[0][1]
        yield desk
    finally:
        with contextlib.suppress(TimeoutError):
            await desk.runner.cleanup()
