"""The API on a loopback port, over a real store, with tokens of each kind."""

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from sms_gateway.api.app import add_api
from sms_gateway.api.desk import ApiDesk
from sms_gateway.api.sending import Sending
from sms_gateway.api.targets import Targets, look_up
from sms_gateway.api.tokens import Callers, Pace, TokenCommands
from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.callers.networks import networks_of
from sms_gateway.domain.api import NewToken, Scope
from sms_gateway.domain.ids import DoorName, ShortCode
from sms_gateway.notices.hours import Quiet
from sms_gateway.ports import Door, Limits
from sms_gateway.store.store import SqlStore
from sms_gateway.web.peers import Proxies
from sms_gateway.web.server import MALFORMED, build_runner
from tests.console.console_parts import Way
from tests.contracts.store_desk import DOOR, HASHER, Desk

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KEY = {"Idempotency-Key": "key-0001"}
PER_MINUTE = 30
ALL = tuple(scope for scope in Scope if scope is not Scope.READ_UNMASKED)


class Wall:
    """Implements `ports.Clock` by a desk's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        return self._desk.clock.at

    def monotonic(self) -> float:
        return self._desk.clock.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class OnlyAnswers(Way):
    """A way out that takes no text of ours."""

    limits = replace(Limits(), answers_only=True)


@dataclass(slots=True)
class Got:
    """What a system got."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(slots=True)
class ApiHouse:
    """A store, and the API before it.

    Attributes:
        desk, url, tokens: see there.
        queued: doors that were told of new texts.
    """

    desk: Desk
    url: str
    tokens: TokenCommands
    http: aiohttp.ClientSession
    queued: list[DoorName]
    names: "itertools.count[int]" = field(default_factory=itertools.count)

    async def token(
        self,
        scopes: Sequence[Scope] = ALL,
        agencies: Sequence[str] | None = None,
        days: int | None = None,
    ) -> str:
        """A new one."""
        new = NewToken(
            f"system-{next(self.names)}",
            tuple(scopes),
            None if agencies is None else tuple(agencies),
            days,
        )
        return (await self.tokens.add(new, "os:an")).value

    async def call(
        self,
        path: str,
        token: str = "",
        method: str = "GET",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Got:
        """One call; a body goes as JSON unless it is octets."""
        sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        data = {"data": body} if isinstance(body, bytes) else {"json": body}
        call = self.http.request(
            method, self.url + path, headers=sent, allow_redirects=False,
            **({} if body is None else data),
        )  # fmt: skip
        async with call as got:
            return Got(got.status, await got.json(content_type=None), dict(got.headers))

    async def send(self, token: str, key: str = "key-0001", **fields: object) -> Got:
        """Have a text sent."""
        body = {"to": "0900000001", "text": "Moi den nhan ho so", **fields}
        headers = {"Idempotency-Key": key}
        return await self.call("/api/v1/messages", token, "POST", body, headers)


def _sending(desk: Desk, store: SqlStore, wall: Wall, queued: list[DoorName]) -> Sending:
    door = Door(DOOR, "http", None, Way(), timedelta(seconds=2))
    shut = replace(door, name=DoorName("replies"), sender=OnlyAnswers())
    return Sending(
        store=store.api,
        doors={DOOR: door, shut.name: shut},
        usual=DOOR,
        hasher=HASHER,
        clock=wall,
        new_id=desk.new_id,
        region="VN",
        short_code=ShortCode("8083"),
        over_night=Quiet(time(21), time(7), ZONE).over,
        valid=timedelta(hours=6),
        agencies=("H32.01", "H32.02"),
        queued=queued.append,
    )


@asynccontextmanager
async def api_house(desk: Desk) -> AsyncIterator[ApiHouse]:
    """The API, taking calls for the length of a block."""
    store, wall = desk.store, Wall(desk)
    assert isinstance(store, SqlStore)
    randoms, queued = itertools.count(), list[DoorName]()
    codes = ("H32.01", "H32.02")
    tokens = TokenCommands(store.api, codes, wall.now, desk.new_id, lambda: f"r{next(randoms)}")
    targets = Targets(networks_of(["10.20.0.0/16"]), http=False, look_up=look_up)
    around = ApiDesk(
        callers=Callers(store.api, wall, Pace(PER_MINUTE)),
        reading=store.reading,
        counts=store.api,
        sending=_sending(desk, store, wall, queued),
        webhooks=WebhookCommands(store.webhooks, targets, codes, wall.now, desk.new_id, bytes),
        audit=store.note_audit,
        zone=ZONE,
        proxies=Proxies(()),
        seconds=5.0,
        now=wall.now,
    )
    app = web.Application()
    app[MALFORMED] = lambda: None
    add_api(app, around)
    runner = build_runner(app, 30.0, 1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as http:
        yield ApiHouse(desk, url, tokens, http, queued)
    await runner.cleanup()
