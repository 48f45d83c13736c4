"""Dossiers are asked for by their numbers, as the settings say."""

import asyncio
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from sms_gateway.cases.remote import Told
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.settings import SettingsError
from tests.cases.http.api import (
    BATCH,
    KEY,
    ONE,
    OTHER,
    PER_CODE,
    SECRET,
    TWO,
    Api,
    always,
    asking,
    door,
    ids,
    octets,
    reason,
    texts,
    until,
)
from tests.virtual_time import VirtualClock


async def by_path(request: web.Request) -> web.Response:
    rows = {"/dossiers/1707030001": ONE, "/dossiers/1707030002": TWO}
    row = rows.get(request.path)
    return web.json_response(row or {"message": "none"}, status=200 if row else 404)


async def test_each_number_is_asked_for_by_itself_and_what_is_not_there_is_left_out() -> None:
    api = Api(by_path)
    async with asking(api) as remote:
        answer = await remote.find([KEY, OTHER, CanonicalKey("999")])

    assert sorted(ids(answer)) == ["170703-0001", "170703-0002"]
    assert sorted(api.asked) == [
        "GET /dossiers/1707030001", "GET /dossiers/1707030002", "GET /dossiers/999",
    ]  # fmt: skip


async def test_all_numbers_are_asked_for_at_once_where_the_api_takes_a_list() -> None:
    api = Api(always({"data": [ONE, TWO]}))
    async with asking(api, {**BATCH, "answer": {"rows": "data"}}) as remote:
        answer = await remote.find([KEY, OTHER])

    assert ids(answer) == ["170703-0001", "170703-0002"]
    assert api.asked == ["POST /find"]
    assert api.bodies == [{"codes": ["1707030001", "1707030002"]}]


async def test_no_numbers_are_no_request() -> None:
    api = Api(always([ONE]))
    async with asking(api) as remote:
        assert await remote.find([]) == Told(())
    assert api.asked == []


async def test_a_number_is_asked_for_in_each_way_it_may_be_written_there() -> None:
    api = Api(always([ONE]))
    table = {"find": {"path": "/search", "query": {"code": "{code}", "by": "no. & code"}}}
    async with asking(api, table, spellings=lambda _key: ("170703-0001",)) as remote:
        assert ids(await remote.find([KEY])) == ["170703-0001"]

    assert sorted(api.asked) == [
        "GET /search?code=170703-0001&by=no.+%26+code",
        "GET /search?code=1707030001&by=no.+%26+code",
    ]


async def test_a_number_cannot_leave_its_place_in_a_path_or_a_query() -> None:
    api = Api(always([]))
    table = {"find": {"path": "/d/{code}/x", "query": {"q": "{code}"}}}
    async with asking(api, table, spellings=lambda _key: ("../a?b=c&d/é#",)) as remote:
        await remote.find([KEY])

    assert "GET /d/..%2Fa%3Fb%3Dc%26d%2F%C3%A9%23/x?q=..%2Fa%3Fb%3Dc%26d%2F%C3%A9%23" in api.asked


async def test_what_was_not_asked_for_is_never_told() -> None:
    """Many an API searches by parts of a number, or ignores what it does not know."""
    api = Api(always([TWO, ONE, {"MaHoSo": "170703-00011", "TrangThaiHoSo": "4"}]))
    async with asking(api) as remote:
        assert ids(await remote.find([KEY])) == ["170703-0001"]


async def test_a_dossier_is_found_by_its_receipt_too() -> None:
    row = {"MaHoSo": "000.00.12.H32-170703-0001", "SoBienNhan": "170703-0001", "TrangThaiHoSo": "4"}
    async with asking(Api(always([row]))) as remote:
        assert ids(await remote.find([KEY])) == ["000.00.12.H32-170703-0001"]


async def test_numbers_keep_their_zeros_and_all_their_digits() -> None:
    body = (
        b'[{"MaHoSo": "0001707030001", "SoBienNhan": 1707030001, "TrangThaiHoSo": 4,'
        b' "SoDienThoai": "0900000001", "NgayHenTra": 20260901120000}]'
    )
    async with asking(Api(octets(body))) as remote:
        (row,) = texts(await remote.find([KEY]))

    assert row["MaHoSo"] == "0001707030001"
    assert row["SoBienNhan"] == "1707030001"
    assert row["NgayHenTra"] == "20260901120000"
    assert row["TrangThaiHoSo"] == "4"


async def test_places_words_and_times_are_those_of_the_settings() -> None:
    row = {"no": {"full": "170703-0001"}, "st": "done", "tel": ["0900000001"], "due": 1788238800000}
    answer = {
        "rows": "result.0.list",
        "fields": {
            "MaHoSo": "no.full",
            "TrangThaiHoSo": "st",
            "SoDienThoai": "tel.0",
            "NgayHenTra": "due",
        },
        "words": {"TrangThaiHoSo": {"done": "10"}},
        "time_format": "unix_ms",
    }
    api = Api(always({"result": [{"list": [row]}]}))
    async with asking(api, {**PER_CODE, "answer": answer}) as remote:
        (told,) = texts(await remote.find([KEY]))

    assert told == {
        "MaHoSo": "170703-0001",
        "TrangThaiHoSo": "10",
        "SoDienThoai": "0900000001",
        "NgayHenTra": "20260901120000",
    }


async def test_headers_bear_what_the_settings_say() -> None:
    api = Api(always([]))
    table = {
        **PER_CODE,
        "headers": {"X-Key": "{secret.key}", "groupId": "{value.group}"},
        "secrets": {"key": SECRET},
        "values": {"group": "7"},
        "basic": {"user": "an", "password": "mật"},
    }
    async with asking(api, table) as remote:
        await remote.find([KEY])

    assert api.headers["X-Key"] == SECRET
    assert api.headers["groupId"] == "7"
    assert api.headers["Authorization"] == "Basic YW46beG6rXQ="
    assert api.headers["Accept-Encoding"] == "identity"


async def test_a_bearer_is_written_as_one() -> None:
    api = Api(always([]))
    async with asking(api, {**PER_CODE, "bearer": SECRET}) as remote:
        await remote.find([KEY])
    assert api.headers["Authorization"] == f"Bearer {SECRET}"


async def test_the_word_of_an_answer_says_how_it_went() -> None:
    answer = {
        "rows": "data",
        "code": "error_code",
        "ok": ["0"],
        "not_found": ["404"],
        "unauthorised": ["-1"],
    }
    told: list[object] = []
    for document in (
        {"error_code": 0, "data": [ONE]},
        {"error_code": "404"},
        {"error_code": -1},
        {"error_code": 57, "message": "170703-0001"},
        {"error_code": "170703-0001"},
        {"data": [ONE]},
    ):
        async with asking(Api(always(document)), {**PER_CODE, "answer": answer}) as remote:
            found = await remote.find([KEY])
            told.append(ids(found) if isinstance(found, Told) else reason(found))

    assert told == [["170703-0001"], [], "unauthorised", "failed", "failed", "failed"]


@pytest.mark.parametrize("success, wanted", [(True, ["170703-0001"]), (False, "failed")])
async def test_true_and_false_are_words_too(*, success: bool, wanted: object) -> None:
    answer = {"rows": "data", "code": "success", "ok": ["true"]}
    document = {"success": success, "data": [ONE]}
    async with asking(Api(always(document)), {**PER_CODE, "answer": answer}) as remote:
        found = await remote.find([KEY])
    assert (ids(found) if isinstance(found, Told) else reason(found)) == wanted


@pytest.mark.parametrize(
    "status, wanted",
    [
        (401, "unauthorised"), (403, "forbidden"), (429, "throttled"), (503, "throttled"),
        (500, "failed"), (400, "failed"), (301, "moved"),
    ],
)  # fmt: skip
async def test_what_is_no_answer_has_a_word_of_its_own(status: int, wanted: str) -> None:
    async with asking(Api(always(ONE, status))) as remote:
        assert reason(await remote.find([KEY])) == wanted


async def test_a_404_means_no_such_dossier_only_where_the_path_names_one() -> None:
    """Else a wrong path would tell each citizen that their dossier does not exist."""
    table = {"find": {"path": "/search", "query": {"code": "{code}"}}}
    async with asking(Api(always({}, 404)), table) as remote:
        assert reason(await remote.find([KEY])) == "failed"
    page = octets(b"<h1>Not Found</h1>", status=404, content_type="text/html")
    async with asking(Api(page)) as remote:
        assert reason(await remote.find([KEY])) == "failed"


async def test_one_number_that_fails_is_lost_alone() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(ONE, status=500 if request.path.endswith("2") else 200)

    async with asking(Api(answer)) as remote:
        told = await remote.find([KEY, OTHER])
        assert ids(told) == ["170703-0001"]
        assert isinstance(told, Told)
        assert told.lost == {OTHER: "failed"}
        assert reason(await remote.find([OTHER])) == "failed"


async def test_a_status_of_the_settings_says_that_it_can_be_no_number() -> None:
    table = {"find": {"path": "/search", "query": {"code": "{code}"}}}
    settled = {**table, "answer": {"not_found_status": [400, 422]}}
    for status in (400, 422):
        async with asking(Api(always({}, status)), settled) as remote:
            assert await remote.find([KEY]) == Told(())
        async with asking(Api(always({}, status)), table) as remote:
            assert reason(await remote.find([KEY])) == "failed"
    with pytest.raises(SettingsError, match=r"not_found_status needs per"):
        async with asking(Api(always({})), {**BATCH, "answer": settled["answer"]}):
            raise AssertionError


async def test_more_rows_than_one_number_can_have_are_no_answer() -> None:
    rows = [{**ONE, "PhongBanXuLy": str(number)} for number in range(201)]
    async with asking(Api(always(rows[:200]))) as remote:
        assert len(ids(await remote.find([KEY]))) == 200
    async with asking(Api(always(rows))) as remote:
        assert reason(await remote.find([KEY])) == "oversized"


async def test_pages_of_a_look_up_are_read_to_their_end() -> None:
    async def answer(request: web.Request) -> web.Response:
        start, end = int(request.query["start"]), int(request.query["end"])
        return web.json_response([TWO, TWO, ONE][start:end])

    find = {"path": "/search", "query": {"code": "{code}", "start": "{offset}", "end": "{end}"}}
    table = {"find": find, "paging": {"kind": "offset", "size": 2}}
    async with asking(Api(answer), table) as remote:
        assert ids(await remote.find([KEY])) == ["170703-0001"]


async def test_a_look_up_of_too_many_pages_is_given_up() -> None:
    find = {"path": "/search", "query": {"code": "{code}", "page": "{page}"}}
    paging = {"kind": "page", "size": 1, "first": 0, "most_pages": 3}
    api = Api(always([TWO]))
    async with asking(api, {"find": find, "paging": paging}) as remote:
        assert reason(await remote.find([KEY])) == "oversized"
    assert [asked[-1] for asked in api.asked] == ["0", "1", "2"]


async def test_nobody_there_is_told_as_refused() -> None:
    async with door(f"http://127.0.0.1:{unused_port()}") as remote:
        assert reason(await remote.find([KEY])) == "refused"


@dataclass
class Slow:
    """Answers when it is let.

    Attributes:
        here, most: requests at this moment, and the most ever.
    """

    here: int = 0
    most: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)
    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, _request: web.Request) -> web.Response:
        self.here += 1
        self.most = max(self.most, self.here)
        if self.here == 3:
            self.full.set()
        await self.let.wait()
        self.here -= 1
        return web.json_response([])


async def test_no_more_requests_are_under_way_than_there_are_slots() -> None:
    slow = Slow()
    keys = [CanonicalKey(str(number)) for number in range(20)]
    async with asking(Api(slow.answer), {**PER_CODE, "slots": 3}) as remote:
        finding = asyncio.create_task(remote.find(keys))
        await until(slow.full)
        slow.let.set()
        assert await finding == Told(())
    assert slow.most == 3


async def test_a_look_up_ends_with_its_time_whatever_is_under_way() -> None:
    clock, slow = VirtualClock(), Slow()
    keys = [CanonicalKey(str(number)) for number in range(20)]
    async with asking(Api(slow.answer), {**PER_CODE, "slots": 3}, time_limit=1.0) as remote:
        with clock.ruling():
            finding = asyncio.create_task(remote.find(keys))
            await slow.full.wait()
            assert not finding.done()
            await clock.advance(1.0)
            assert reason(await finding) == "timeout"
        slow.let.set()


async def test_one_number_on_which_the_api_chokes_costs_no_other_of_its_batch_its_answer() -> None:
    async def answer(request: web.Request) -> web.Response:
        codes = (await request.json())["codes"]
        if OTHER in codes:
            return web.json_response({"message": "broke"}, status=500)
        return web.json_response([ONE])

    async with asking(Api(answer), BATCH) as remote:
        told = await remote.find([KEY, OTHER])
    assert ids(told) == ["170703-0001"]
    assert isinstance(told, Told)
    assert told.lost == {OTHER: "failed"}
