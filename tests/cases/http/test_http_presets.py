"""Each preset asks and understands as its exchanges say, and says how sure it is."""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from msgspec.structs import replace

from sms_gateway.cases import presets
from sms_gateway.cases.embedded.rows import Row, Rules, read_row
from sms_gateway.cases.http import Around, open_http
from sms_gateway.cases.presets import KINDS, laid_over, preset_of
from sms_gateway.cases.remote import Away, Remote, Told
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.cases_http import HttpCases
from tests.serving import serving
from tests.virtual_time import StandingClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AROUND = Around(StandingClock(), ZONE, 5.0)
RULES = Rules(ZONE, lambda _code: "", lambda _word: "hash")
FOLDER = files(presets)
EXCHANGES = [
    (kind, file.name.removesuffix(".toml"))
    for kind in KINDS
    for file in sorted(FOLDER.joinpath(kind, "exchanges").iterdir(), key=lambda found: found.name)
]


def read(kind: str, *path: str) -> dict[str, Any]:
    return tomllib.loads(FOLDER.joinpath(kind, *path).read_text("utf-8"))


def office(kind: str) -> HttpCases:
    return decode(read(kind, "office.toml")["cases"]["http"], HttpCases, "cases.http")


async def ask(remote: Remote, exchange: Mapping[str, Any]) -> Told | Away:
    if "find" in exchange:
        return await remote.find([CanonicalKey(key) for key in exchange["find"]])
    begun = await remote.changed("", 100)
    assert isinstance(begun, Told)
    return await remote.changed(begun.cursor, 100)


def check(wanted: Mapping[str, Any], request: web.Request, body: str) -> None:
    assert request.method == wanted.get("method", "GET")
    assert request.raw_path == wanted["target"]
    for name, value in wanted.get("headers", {}).items():
        assert request.headers[name] == value
    if "body" in wanted:
        assert json.loads(body) == json.loads(wanted["body"])


@pytest.mark.parametrize("kind, name", EXCHANGES)
async def test_what_is_asked_and_understood_is_as_recorded(kind: str, name: str) -> None:
    exchange = read(kind, "exchanges", f"{name}.toml")
    calls, wrong = list(exchange["calls"]), []

    async def handle(request: web.Request) -> web.Response:
        try:
            call = calls.pop(0)
            check(call, request, await request.text())
        except (AssertionError, IndexError) as error:
            wrong.append(error)
            raise web.HTTPInternalServerError from error
        return web.Response(
            text=call["answer"], status=call.get("status", 200), content_type="application/json"
        )

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handle)
    settings = office(kind)
    async with serving(app) as url:
        path = "/" + settings.url.split("/", 3)[3]
        remote = await open_http(replace(settings, url=url + path), AROUND)
        answer = await ask(remote, exchange)
        await remote.close()
    assert not wrong
    assert calls == []
    if "away" in exchange:
        assert isinstance(answer, Away)
        assert answer.reason == exchange["away"]
        assert "3456" not in answer.sentence
        return
    assert isinstance(answer, Told)
    told = [{name.value: text for name, text in r.texts.items()} for r in answer.records]
    assert told == exchange["told"]
    assert all(isinstance(read_row(record, RULES), Row) for record in answer.records)


@pytest.mark.parametrize("kind", KINDS)
def test_a_preset_alone_asks_for_what_an_office_must_set(kind: str) -> None:
    whole = office(kind)
    for key in preset_of(kind).needs:
        first, _, rest = key.partition(".")
        table = read(kind, "office.toml")["cases"]["http"]
        if rest and first != "basic":
            del table[first][rest]
        else:
            del table[first]
        with pytest.raises(SettingsError, match=rf"cases\.http\.{first}.*set it: ."):
            laid_over(decode(table, HttpCases, "cases.http"), "cases.http")
    assert laid_over(whole, "cases.http").find.path


@pytest.mark.parametrize("kind", KINDS)
def test_how_sure_each_part_is_says_read_guessed_or_unknown(kind: str) -> None:
    sure = preset_of(kind).sure
    assert sure
    for how in sure.values():
        assert how.replace(":", " ").replace(",", " ").split()[0] in (
            "read",
            "guessed",
            "unknown",
        ), how


def test_what_an_office_sets_goes_over_its_preset() -> None:
    over = decode(
        {
            **read("opencps", "office.toml")["cases"]["http"],
            "find": {"path": "/search", "query": {"code": "{code}"}},
            "answer": {"words": {"HinhThucNop": {"kiosk": "0"}}},
            "slots": 9,
        },
        HttpCases,
        "cases.http",
    )
    whole = laid_over(over, "cases.http")
    assert whole.find.path == "/search"
    assert set(whole.find.query) == {"code", "dossierNo", "start", "end"}
    words = whole.answer.words["HinhThucNop"]
    assert (words["kiosk"], words["true"], whole.slots) == ("0", "2", 9)


def test_an_unknown_preset_is_told_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match=r"cases\.http\.preset: .* did you mean opencps\?"):
        laid_over(HttpCases(preset="opencp"), "cases.http")


def test_secrets_of_an_office_stay_secrets() -> None:
    for kind in KINDS:
        assert "password-example-0001" not in repr(laid_over(office(kind), "cases.http"))
