"""A dossier that changes in somebody else's JSON API reaches a citizen as the right text."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from tests.acceptance.house import House, open_house
from tests.acceptance.telco import PATIENCE, citizen, mo
from tests.acceptance.test_cases_in_sql import ASKED, CODE, OTHER, answer, until_shown
from tests.serving import serving

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

LATER = "20990101000000"
"""When a change was made, for the office: later than the start of the gateway."""


@dataclass
class Office:
    """A portal that speaks the national names, and wants a login.

    Attributes:
        rows: by MaHoSo.
        session: the one that is taken; empty for none yet.
        up: whether it works.
    """

    rows: dict[str, dict[str, object]] = field(default_factory=dict)
    session: str = ""
    up: bool = True

    def put(self, code: str, state: int, **more: str) -> None:
        self.rows[code] = {
            "MaHoSo": code, "TrangThaiHoSo": state, "ThoiDiemTrangThai": LATER, **more,
        }  # fmt: skip

    async def handle(self, request: web.Request) -> web.Response:
        if not self.up:
            return web.Response(status=502, text="<h1>Bad Gateway</h1>", content_type="text/html")
        body = await request.json()
        if request.path == "/login":
            assert body == {"username": "gateway", "password": "mat-khau"}
            self.session = "phien-1"
            return web.json_response({"session": self.session, "error_code": 0})
        if body["session"] != self.session:
            return web.json_response({"error_code": 7}, status=401)
        rows = list(self.rows.values())
        if "mahoso" in body:
            rows = [r for r in rows if body["mahoso"] in (r["MaHoSo"], r.get("SoBienNhan"))]
        return web.json_response({"error_code": 0, "data": rows})


@asynccontextmanager
async def served(folder: Path, samples: Path, office: Office) -> AsyncIterator[House]:
    app = web.Application()
    app.router.add_post("/{rest:.*}", office.handle)
    async with serving(app, patience=0.1) as url:
        given = {
            "KIND": "http",
            "POLL_S": "0.1",
            "BREAKER_REST_S": "0.1",
            "HTTP__PRESET": "national",
            "HTTP__URL": url,
            "HTTP__SECRETS__USERNAME": "gateway",
            "HTTP__SECRETS__PASSWORD": "mat-khau",
            "HTTP__VALUES__DSTCODE": "VN:1",
            "HTTP__VALUES__MADONVI": "000.00.12.H32",
            "HTTP__CHANGES__METHOD": "POST",
            "HTTP__CHANGES__PATH": "/changes",
            "HTTP__CHANGES__BODY": '{"session": "{session}", "since": "{since}"}',
        }
        env = {f"SMS_GATEWAY_CASES__{name}": value for name, value in given.items()}
        async with open_house(folder, samples, env=env) as house:
            yield house


async def test_what_changes_there_is_read_learned_and_kept_for_when_it_is_dead(
    tmp_path: Path, samples: Path
) -> None:
    office, owner, other = Office(), citizen(), citizen()
    known = {"SoBienNhan": "261127-0001", "SoDienThoai": f"{owner};{other}"}
    office.put(CODE, 4, **known)
    async with served(tmp_path, samples, office) as house:
        before = await answer(house, owner)
        assert "261127-0001" in before
        await until_shown(house, CODE, "4 processing (http")
        office.put(CODE, 9, **known)
        after = await answer(house, owner)
        assert "261127-0001" in after
        assert after != before
        # Nobody texts for this one; meanwhile the session was taken away.
        office.session = "phien-0"
        office.put(OTHER, 5)
        await until_shown(house, OTHER, "5 papers needed (http")
        office.up = False
        async with asyncio.timeout(PATIENCE):
            while (await house.ready())[1]["wrong"].get("changes") != "failed":
                pass
        during = await answer(house, owner)
        assert "so lieu luc" in during
        assert "261127-0001" in during
        # Another phone of the dossier asks through a door that can send by itself, and only once.
        await house.telco.deliver("ack", mo(other, ASKED))
        (interrupted,) = await house.telco.received(other)
        assert "so lieu luc" in interrupted.text
        office.up = True
        async with asyncio.timeout(PATIENCE):
            while (await house.ready())[1]["wrong"]:
                pass
        assert await answer(house, owner) == after
        *_, followed = await house.telco.received(other, 2)
        assert (followed.text, followed.billing, followed.reply_to) == (after, "free", "")
        assert len(house.telco.to(other)) == 2
