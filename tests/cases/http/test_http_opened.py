"""A JSON API as the settings of a whole gateway open it: asked, learned from, and stood in for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from sms_gateway.cases.embedded.rows import Rules
from sms_gateway.cases.opening import CaseEnds, open_cases
from sms_gateway.cases.polling import Around, CasePoll
from sms_gateway.domain.dossier import Found, NotFound, Stale, State
from sms_gateway.settings import Settings, SettingsError, load
from tests.cases.http.api import KEY, OTHER, ZONE, Api
from tests.parts import START
from tests.serving import serving
from tests.virtual_time import VirtualClock

RULES = Rules(ZONE, lambda _code: "", lambda word: word)
SETTINGS = """
[cases]
kind = "http"
timeout_s = 8
[cases.http]
url = "{url}"
[cases.http.find]
path = "/dossiers/{{code}}"
[cases.http.changes]
path = "/changes"
query = {{ since = "{{since}}" }}
"""


@dataclass
class Office:
    """One dossier, by the number as the paper shows it, as long as it is up."""

    up: bool = True
    state: int = 5

    async def answer(self, request: web.Request) -> web.Response:
        there = request.path in ("/dossiers/170703-0001", "/changes")
        at = (START + timedelta(minutes=5)).astimezone(ZONE).strftime("%Y%m%d%H%M%S")
        row = {"MaHoSo": "170703-0001", "TrangThaiHoSo": self.state, "ThoiDiemTrangThai": at}
        status = (200 if there else 404) if self.up else 500
        return web.json_response([row] if status == 200 else {}, status=status)


def read(folder: Path, text: str) -> Settings:
    (folder / "var").mkdir()
    (folder / "gateway.toml").write_text(text)
    return load(folder, folder / "var", {}, folder)


def poll(cases: CaseEnds, clock: VirtualClock) -> CasePoll:
    assert cases.remote is not None
    around = Around(
        RULES, "http", "http:1", 15.0, clock, lambda: True, lambda _name, _count: None, lambda: None
    )
    return CasePoll(cases.remote, cases.copy, around)


async def test_it_is_asked_by_each_spelling_and_its_copy_stands_in_for_it(tmp_path: Path) -> None:
    office, clock = Office(), VirtualClock()
    async with serving(Api(office.answer).application()) as url:
        settings = await asyncio.to_thread(read, tmp_path, SETTINGS.format(url=url))
        async with open_cases(settings, clock, RULES) as cases:
            changes = poll(cases, clock)
            await changes.round()
            answers = await cases.answers.find_many([KEY, OTHER])
            await clock.advance(600)
            office.state = 9
            await changes.round()
            office.up = False
            stale = (await cases.answers.find_many([KEY]))[KEY]

    found = answers[KEY]
    assert isinstance(found, Found)
    assert found.dossier.state is State.PAPERS_NEEDED
    assert isinstance(answers[OTHER], NotFound)
    assert isinstance(stale, Stale)
    assert stale.reason == "failed"
    assert isinstance(stale.copy, Found)
    assert stale.copy.dossier.state is State.FINISHED
    assert changes.failing == ""


def test_without_an_address_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cases\.http\.url.*missing; set it"):
        read(tmp_path, '[cases]\nkind = "http"\n')
