"""Whatever a server sends, a look-up ends in time with a value, and little memory is used."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sms_gateway.cases.embedded.rows import Row, Rules, read_row
from sms_gateway.cases.http.calling import MAX_ANSWER
from sms_gateway.cases.reading import read_records
from sms_gateway.cases.remote import Away, Told
from sms_gateway.settings import SettingsError
from tests.cases.http.api import (
    BATCH,
    KEY,
    ONE,
    OTHER,
    PER_CODE,
    SECRET,
    TWO,
    ZONE,
    Api,
    always,
    asking,
    door,
    ids,
    octets,
    reason,
    until,
)
from tests.serving import serving
from tests.virtual_time import VirtualClock

PEM = str(Path(__file__).parent.parent.parent / "web" / "certificates" / "proxy.pem")
NAME = "sms.example.vn"
RULES = Rules(ZONE, lambda _code: "", lambda word: f"hash of {len(word)}")


async def told(body: bytes, **more: Any) -> Told | Away:  # noqa: ANN401 - as aiohttp takes them
    async with asking(Api(octets(body, **more))) as remote:
        return await remote.find([KEY])


async def test_a_body_without_end_is_read_to_the_limit_and_no_further() -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b'{"MaHoSo": "' + b"0" * 65_000)
            sent += 65_000

    async with asking(Api(answer)) as remote:
        assert reason(await remote.find([KEY])) == "oversized"
    assert sent < 20 * MAX_ANSWER


async def test_an_answer_of_just_the_limit_is_read() -> None:
    whole = b'[{"MaHoSo": "170703-0001", "TrangThaiHoSo": "4"}]'
    assert ids(await told(whole + b" " * (MAX_ANSWER - len(whole)))) == ["170703-0001"]
    assert reason(await told(whole + b" " * (MAX_ANSWER + 1 - len(whole)))) == "oversized"


async def test_an_answer_that_drips_ends_with_the_time_of_the_look_up() -> None:
    dripping = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"[")
        dripping.set()
        while True:
            await response.write(b" ")
            await clock.sleep(0.25)

    clock = VirtualClock()
    async with asking(Api(answer), time_limit=1.0) as remote:
        with clock.ruling():
            finding = asyncio.create_task(remote.find([KEY]))
            await dripping.wait()
            await clock.advance(0.9)
            assert not finding.done()
            await clock.advance(0.2)
            assert reason(await finding) == "timeout"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"null and void", b'"170703-0001"', b"17", b"true", b"[1, 2]", b"[[]]",
        b'["170703-0001"]', b'[{"MaHoSo": "170703-0001"}, 5]', b"\xff\xfe[]", b'[{"a": 1}',
        b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000,
    ],
)  # fmt: skip
async def test_what_is_no_list_of_dossiers_is_told_as_broken(body: bytes) -> None:
    assert reason(await told(body)) == "broken"


async def test_a_list_at_another_place_than_the_settings_say_is_no_empty_one() -> None:
    """Else a change of the API would tell each citizen that their dossier does not exist."""
    table = {**PER_CODE, "answer": {"rows": "data.items"}}
    wrong: list[object] = [
        {"items": [ONE]},
        {"data": {}},
        {"data": []},
        [ONE],
        {"message": "error"},
    ]
    for document in wrong:
        async with asking(Api(always(document)), table) as remote:
            assert reason(await remote.find([KEY])) == "broken"
    empty: list[object] = [{"data": {"items": None}}, {"data": {"items": []}}]
    for nothing in empty:
        async with asking(Api(always(nothing)), table) as remote:
            assert ids(await remote.find([KEY])) == []


async def test_fields_of_wrong_types_are_told_of_and_end_nothing() -> None:
    body = (
        b'[{"MaHoSo": "170703-0001", "TrangThaiHoSo": {"a": [1]}, "SoDienThoai": [["x"]],'
        b' "NgayHenTra": true, "NgayTra": NaN, "ThongBaoSMS": false, "UyQuyen": [],'
        b' "DanhSachHoSoBoSung": [1, {"NgayHenTraMoi": {}}]}]'
    )
    answer = await told(body)
    assert isinstance(answer, Told)
    problems = read_row(answer.records[0], RULES)
    assert not isinstance(problems, Row)
    assert {problem.field for problem in problems} >= {"TrangThaiHoSo", "SoDienThoai"}


async def test_odd_characters_do_not_reach_a_database() -> None:
    body = (
        b'[{"MaHoSo": "170703-0001\\u0000", "TrangThaiHoSo": "4", "TenTTHC": "a\\ud800b\\u0000",'
        b' "SoBienNhan": "\\udfff170703-0001"}]'
    )
    answer = await told(body)
    assert isinstance(answer, Told)
    row = read_row(answer.records[0], RULES)
    assert isinstance(row, Row)
    assert (row.id, row.receipt, row.procedure_name) == ("170703-0001", "170703-0001", "a b")


async def test_a_field_without_end_is_told_of() -> None:
    body = b'[{"MaHoSo": "170703-0001", "TrangThaiHoSo": "4", "TenTTHC": "%b"}]' % (b"x" * 100_000)
    answer = await told(body)
    assert isinstance(answer, Told)
    assert [problem.field for problem in answer.records[0].problems] == ["TenTTHC"]


async def test_more_dossiers_than_an_answer_may_hold_are_too_many() -> None:
    assert reason(await told(b"[" + b"{}," * 5_000 + b"{}]")) == "oversized"


async def test_a_packed_answer_is_never_unpacked() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert reason(await told(bomb, headers={"Content-Encoding": "gzip"})) == "broken"


async def test_a_page_for_people_with_status_200_is_no_answer() -> None:
    assert reason(await told(b"<h1>Bao tri</h1>", content_type="text/html")) == "broken"


async def test_a_redirect_is_not_followed_wherever_it_leads() -> None:
    other = Api(always([ONE]))
    async with serving(other.application()) as elsewhere:
        for to in (f"{elsewhere}/dossiers/1707030001", "/here"):
            moved = octets(b"", status=302, headers={"Location": to})
            api = Api(moved)
            async with asking(api, {**PER_CODE, "bearer": SECRET}) as remote:
                assert reason(await remote.find([KEY])) == "moved"
            assert len(api.asked) == 1
    assert other.asked == []


async def test_a_next_page_on_another_host_is_not_asked_for() -> None:
    other = Api(always([ONE]))
    table = {**PER_CODE, "answer": {"rows": "d"}, "paging": {"kind": "next", "next": "n"}}
    async with serving(other.application()) as elsewhere:
        for to in (elsewhere, "//other.example/", "http://[", "file:///x", "x" * 3_000, [1]):
            async with asking(Api(always({"d": [ONE], "n": to})), table) as remote:
                assert reason(await remote.find([KEY])) == "broken"
    assert other.asked == []


async def test_a_next_page_on_the_same_host_is_read() -> None:
    async def answer(request: web.Request) -> web.Response:
        if "p" in request.query:
            return web.json_response({"d": [ONE], "n": None})
        return web.json_response({"d": [], "n": "/dossiers/more?p=2#x"})

    api = Api(answer)
    table = {**PER_CODE, "answer": {"rows": "d"}, "paging": {"kind": "next", "next": "n"}}
    async with asking(api, table) as remote:
        assert ids(await remote.find([KEY])) == ["170703-0001"]
    assert api.asked[1] == "GET /dossiers/more?p=2"


async def test_a_row_that_comes_twice_is_told_once() -> None:
    async with asking(Api(always([ONE, TWO, ONE, dict(reversed(list(ONE.items())))]))) as remote:
        assert ids(await remote.find([KEY])) == ["170703-0001"]


@asynccontextmanager
async def speaking(octets_sent: bytes) -> AsyncIterator[str]:
    """A server that says the same to everybody, whatever it is, and hangs up."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(octets_sent)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    "said",
    [
        b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n[]",
        b"HTTP/1.1 999999 \xff\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n[]\r\n",
    ],
)  # fmt: skip
async def test_what_is_no_http_or_breaks_off_is_told_as_broken(said: bytes) -> None:
    async with speaking(said) as url, door(url) as remote:
        assert reason(await remote.find([KEY])) == "broken"


async def test_an_odd_cookie_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    said = (
        b"HTTP/1.1 200 OK\r\nSet-Cookie: 170703-0001=\x01; [\r\nContent-Length: 2\r\n"
        b"Content-Type: ;;\xff\r\n\r\n[]"
    )
    async with speaking(said.replace(b"\x01", b"{")) as url, door(url) as remote:
        assert ids(await remote.find([KEY])) == []
    assert "170703" not in caplog.text


@asynccontextmanager
async def with_tls(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """An API by TLS, to which the name in its certificate leads; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, PEM)
    runner = web.AppRunner(Api(always([ONE])).application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    loop, real = asyncio.get_running_loop(), asyncio.get_running_loop().getaddrinfo

    async def named(host: object, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as there
        return await real("127.0.0.1" if host == NAME else host, *args, **kwargs)  # type: ignore[arg-type]  # a name

    monkeypatch.setattr(loop, "getaddrinfo", named)
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def test_a_private_authority_is_believed_and_no_other_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with with_tls(monkeypatch) as port:
        async with door(f"https://{NAME}:{port}", {**PER_CODE, "ca_file": PEM}) as remote:
            assert ids(await remote.find([KEY])) == ["170703-0001"]
        async with door(f"https://{NAME}:{port}") as remote:
            assert reason(await remote.find([KEY])) == "certificate"
        async with door(f"https://127.0.0.1:{port}", {**PER_CODE, "ca_file": PEM}) as remote:
            assert reason(await remote.find([KEY])) == "certificate"


async def test_tls_where_there_is_none_is_told_as_such() -> None:
    async with (
        serving(Api(always([ONE])).application()) as url,
        door(url.replace("http:", "https:")) as remote,
    ):
        assert reason(await remote.find([KEY])) == "certificate"


async def test_certificates_that_are_not_there_are_told_at_the_start(tmp_path: Path) -> None:
    missing = {**PER_CODE, "ca_file": str(tmp_path / "no.pem")}
    with pytest.raises(SettingsError, match=r"cases\.http\.ca_file: .* cannot be read"):
        async with door("https://127.0.0.1:1", missing):
            pass


async def test_a_look_up_that_is_cancelled_gives_its_slot_back() -> None:
    here, let = asyncio.Event(), asyncio.Event()

    async def answer(_request: web.Request) -> web.Response:
        here.set()
        await let.wait()
        return web.json_response([ONE])

    async with asking(Api(answer), {**PER_CODE, "slots": 1}) as remote:
        finding = asyncio.create_task(remote.find([KEY]))
        await until(here)
        finding.cancel()
        await asyncio.wait([finding])
        let.set()
        assert ids(await remote.find([KEY])) == ["170703-0001"]


@pytest.mark.parametrize("never", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+07:00"])
async def test_a_date_at_the_end_of_the_calendar_costs_no_more_than_its_own_dossier(
    never: str,
) -> None:
    rows = [{**ONE, "NgayHenTra": never}, TWO]
    table = {**BATCH, "answer": {"time_format": "iso"}}
    async with asking(Api(always(rows)), table) as remote:
        answer = await remote.find([KEY, OTHER])
    assert isinstance(answer, Told)
    read = read_records(answer.records, RULES)
    assert "170703-0002" in [row.id for row in read.rows]
