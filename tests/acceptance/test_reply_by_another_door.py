"""A citizen's text comes by one door and its reply leaves by another one, as the handbook shows."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.acceptance.house import House, open_house
from tests.acceptance.telco import PATIENCE, citizen
from tests.docs.pages import DOCS, Block
from tests.docs.settings_of import SECRET, environment, gateway_blocks
from tests.serving import serving

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

PAGE = DOCS / "telcos.md"
OWNER = "0900000001"
STATES = "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY count(*) DESC"
STAYS = "SELECT DISTINCT hold_reason FROM outbox WHERE hold_reason <> ''"
ANSWERS = {
    "vnpt": {"RPLY": {"name": "send_sms_list", "ERROR": "0", "ERROR_DESC": "success"}},
    "speed": {"status": "success", "code": "00", "data": {"tranId": 1, "invalidPhone": []}},
}


def shown() -> Block:
    """The settings of the handbook."""
    (block,) = (one for one in gateway_blocks(PAGE) if "[doors.brandname]" in one.text)
    return block


@dataclass(slots=True)
class Brands:
    """VNPT and SpeedSMS on this machine: what they took, in order, and who refuses us."""

    url: str = ""
    got: asyncio.Queue[tuple[str, Mapping[str, Any]]] = field(default_factory=asyncio.Queue)
    closed: set[str] = field(default_factory=set)

    async def handle(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name in self.closed:
            return web.json_response({}, status=403)
        self.got.put_nowait((name, await request.json()))
        return web.json_response(ANSWERS[name])

    async def next(self) -> tuple[str, Mapping[str, Any]]:
        """What came, and to whom."""
        return await asyncio.wait_for(self.got.get(), PATIENCE)


@asynccontextmanager
async def brands() -> AsyncIterator[Brands]:
    found = Brands()
    app = web.Application()
    app.router.add_post("/{name}", found.handle)
    async with serving(app) as found.url:
        yield found


def said(found: Brands, folder: Path) -> Mapping[str, str]:
    """The variables that the handbook shows for these doors, with addresses of this machine."""
    whole = environment(PAGE, folder)
    mine = {name: value for name, value in whole.items() if "__TEXTS__" in name}
    mine |= {name: value for name, value in whole.items() if "__BRANDNAME__" in name}
    at = "SMS_GATEWAY_DOORS__"
    urls = {"BRANDNAME": f"{found.url}/vnpt", "TEXTS": f"{found.url}/speed"}
    return mine | {f"{at}{name}__OUTBOUND__URL": url for name, url in urls.items()}


async def texts(house: House, sender: str, text: str) -> None:
    """SpeedSMS hands over a text."""
    body = {"type": "mo", "phone": sender, "content": text}
    heard = await house.telco.call(f"/mo/texts/{SECRET}", body)
    assert (heard.status, heard.body) == (200, b"OK")


async def test_replies_leave_by_the_door_that_carries_them(tmp_path: Path, samples: Path) -> None:
    async with brands() as telcos:
        env = said(telcos, tmp_path)
        async with open_house(tmp_path, samples, env=env, more=shown().text) as house:
            await texts(house, OWNER, "MCKH 170703-0001")
            name, sent = await telcos.next()
            assert name == "vnpt"
            asked = sent["RQST"]
            assert (asked["MOBILELIST"], asked["TEMPLATEID"]) == ("84900000001", "772")
            assert asked["PARAMS"] == [
                {"NUM": "1", "CONTENT": "170703-0001"},
                {"NUM": "2", "CONTENT": "11/07/2017"},
            ]
            stranger = citizen()
            await texts(house, stranger, "MCKH 999999-9999")
            name, sent = await telcos.next()
            assert (name, sent["to"]) == ("speed", [f"84{stranger[1:]}"])
            assert sent["content"].startswith("Khong thay ho so 999999-9999.")
            await house.until(("accepted", 2), STATES)


async def test_what_vnpt_has_no_template_for_waits_for_the_other_door_and_is_not_lost(
    tmp_path: Path, samples: Path
) -> None:
    async with brands() as telcos:
        telcos.closed.add("speed")
        env = said(telcos, tmp_path)
        async with open_house(tmp_path, samples, env=env, more=shown().text) as house:
            for _ in range(8):
                await texts(house, citizen(), "MCKH 999999-9999")
            await house.until(("queued", 8), STATES)
            await house.until(("does_not_fit brandname",), STAYS)
            await texts(house, OWNER, "MCKH 170703-0001")
            name, sent = await telcos.next()
            assert (name, sent["RQST"]["TEMPLATEID"]) == ("vnpt", "772")
            telcos.closed.clear()
            # The door would rest first; a new process tries at once.
            await house.stop()
            await house.start()
            assert {(await telcos.next())[0] for _ in range(8)} == {"speed"}
            await house.until(("accepted", 9), STATES)
