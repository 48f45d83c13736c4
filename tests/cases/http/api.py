"""A JSON API of a test's own, and a door to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.http import Around, Spellings, open_http
from sms_gateway.cases.remote import Away, Remote, Told
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.ports import Clock
from sms_gateway.settings import decode
from sms_gateway.settings.cases_http import HttpCases
from tests.serving import serving
from tests.virtual_time import StandingClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KEY, OTHER = CanonicalKey("1707030001"), CanonicalKey("1707030002")
ONE: Mapping[str, object] = {"MaHoSo": "170703-0001", "TrangThaiHoSo": "4"}
TWO: Mapping[str, object] = {"MaHoSo": "170703-0002", "TrangThaiHoSo": "9"}
SECRET = "a-secret-of-this-test"
PER_CODE: Mapping[str, object] = {"find": {"path": "/dossiers/{code}"}}
BATCH: Mapping[str, object] = {
    "find": {"per": "batch", "method": "POST", "path": "/find", "body": '{"codes": "{codes}"}'}
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Api:
    """Answers all requests by one function, and remembers them.

    Attributes:
        answer: what it answers.
        asked: method and path with query, in their order.
        bodies: those of POSTs.
        headers: of the last request.
    """

    answer: Handler
    asked: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.raw_path}")
        self.headers = request.headers
        if request.method == "POST":
            self.bodies.append(await request.json())
        return await self.answer(request)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self.handle)
        return app


def always(document: object, status: int = 200) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(document, status=status)

    return answer


def octets(body: bytes, **more: Any) -> Handler:  # noqa: ANN401 - as aiohttp takes them
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, **{"content_type": "application/json", **more})

    return answer


def settings_of(table: Mapping[str, object]) -> HttpCases:
    return decode(table, HttpCases, "cases.http")


@asynccontextmanager
async def door(
    url: str,
    table: Mapping[str, object] = PER_CODE,
    *,
    clock: Clock | None = None,
    spellings: Spellings | None = None,
    time_limit: float = 5.0,
) -> AsyncIterator[Remote]:
    """The door to an API at an address."""
    around = Around(clock or StandingClock(), ZONE, time_limit, spellings or (lambda key: (key,)))
    remote = await open_http(settings_of({"url": url, **table}), around)
    try:
        yield remote
    finally:
        await remote.close()


@asynccontextmanager
async def asking(
    api: Api,
    table: Mapping[str, object] = PER_CODE,
    **around: Any,  # noqa: ANN401 - as `door`
) -> AsyncIterator[Remote]:
    """The door to an API that runs until the end of the block."""
    async with (
        serving(api.application(), cancels=True, patience=0.1) as url,
        door(url, table, **around) as remote,
    ):
        yield remote


def texts(answer: Told | Away) -> list[dict[str, str]]:
    """What was told, by national names."""
    assert isinstance(answer, Told), answer
    return [{name.value: text for name, text in r.texts.items()} for r in answer.records]


def ids(answer: Told | Away) -> list[str]:
    """Codes of what was told."""
    assert isinstance(answer, Told), answer
    return [record.texts[Field.ID] for record in answer.records]


def reason(answer: Told | Away) -> str:
    """Why nothing was told; the sentence says nothing that it must not say."""
    assert isinstance(answer, Away), answer
    for hidden in ("170703", SECRET, "84900000001"):
        assert hidden not in f"{answer.sentence}{answer!r}"
    assert "\n" not in answer.sentence
    assert len(answer.reason.split()) == 1
    return answer.reason


async def until(told: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await told.wait()
