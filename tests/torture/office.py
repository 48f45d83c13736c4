"""The one-stop software of the campaign: tells the gateway of dossiers, whatever happens to it."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import aiohttp
from aiohttp import web

from tests.acceptance.telco import Telco
from tests.torture.changes import Change
from tests.torture.moments import Moments

_TOKEN = "tiger-lily-in-the-garden"  # of the campaign only
_PATH = "/cases/v1/dossiers"
_AGAIN_S = 0.1
_TRIES = 400
_REST_S = 0.2
_MOST = 4
"""Dossiers of a call."""

SETTINGS = f"""
[cases.push]
tokens = ["{_TOKEN}"]

[notices]
on = true
door = "ack"
look_s = 0.1
stands_s = 0.2
quiet = ""
per_minute = 6000
most = 1000000
usual_least = 1000000
"""
"""Its part of `gateway.toml`."""

_WORK, _READY = "4", "9"


def _today() -> str:
    """Some hours ago, as the national names write it: no clock of the campaign is further off."""
    since = datetime.now(timezone(timedelta(hours=7))) - timedelta(hours=3)
    return f"{since:%Y%m%d%H%M%S}"


@dataclass(slots=True)
class Office:
    """It calls until it is heard, as often as it takes.

    Attributes:
        telco: whose line to the gateway it uses.
        moments: hear of each change that was taken.
        number: of the round.
        changes: what was taken.
    """

    telco: Telco
    moments: Moments
    number: int
    changes: list[Change] = field(default_factory=list)
    _over: bool = False
    _since: str = field(default_factory=_today)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def mark(self) -> str:
        """What the numbers of this round's owners begin with."""
        return f"+8492{self.number % 100:02}"

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Dossiers come in until the block ends; then what was begun is told to the end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._work())
            try:
                yield
            finally:
                self._over = True

    async def _work(self) -> None:
        while not self._over:
            some = [self._dossier(next(self._numbers)) for _ in range(_MOST)]
            await self._tell([self._row(one, _WORK) for one in some])
            await self._tell([self._row(one, _READY) for one in some])
            self.changes += some
            self.moments.happened("acknowledged")
            await asyncio.sleep(_REST_S)  # no more than its door sends in the same time

    def _dossier(self, number: int) -> Change:
        receipt = f"26{self.number % 100:02}{number // 10_000 + 1:02}-{number % 10_000:04}"
        return Change(receipt, f"{self.mark}{number:05}")

    def _row(self, change: Change, state: str) -> Mapping[str, str]:
        return {
            "MaHoSo": f"000.00.12.H32-{change.receipt}",
            "TrangThaiHoSo": state,
            "SoDienThoai": f"0{change.owner[3:]}",
            "HinhThucNop": "2",
            "NgayTiepNhan": self._since,
        }

    async def _tell(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Call until each of the rows was taken: a call that nobody answered may have been."""
        body = {"service": "DongBoHoSoMC", "data": rows}
        for _ in range(_TRIES):
            try:
                heard = await self.telco.call(_PATH, body, {"Authorization": f"Bearer {_TOKEN}"})
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                await asyncio.sleep(_AGAIN_S)  # the software's own retries, shortened
                continue
            if heard.status == web.HTTPOk.status_code:
                said = json.loads(heard.body)
                assert not said["counts"].get("refused"), said
                return
            assert heard.status == web.HTTPServiceUnavailable.status_code, heard.status
            await asyncio.sleep(_AGAIN_S)  # the same
        message = "the gateway never took the dossiers"
        raise TimeoutError(message)
