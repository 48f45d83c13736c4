"""A receiver of the alarms' webhook on the loopback, and the settings that name it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.acceptance.telco import PATIENCE
from tests.serving import serving

SECRET = "webhook-secret-of-the-tests"


@dataclass(slots=True)
class Receiver:
    """Takes calls.

    Attributes:
        url: where it listens.
        calls: headers and body of each, in order.
        status: what it answers.
    """

    url: str = ""
    calls: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        async with self._news:
            self.calls.append((dict(request.headers), body))
            self._news.notify_all()
        return web.Response(status=self.status)

    async def received(self, count: int, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """Wait for so many calls; what they say."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: len(self.calls) >= count)
        return [json.loads(body) for _, body in self.calls]


@asynccontextmanager
async def open_receiver() -> AsyncIterator[Receiver]:
    """A receiver on a free port of the loopback, until the block ends."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/alarms", receiver.handle)
    async with serving(app) as url:
        receiver.url = f"{url}/alarms"
        yield receiver
