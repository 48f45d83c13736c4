"""What changed is told page by page, each change at least once, whatever happens meanwhile."""

import asyncio
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import pytest
from aiohttp import web

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.remote import Away, Remote, Told
from tests.cases.http.api import KEY, ONE, PER_CODE, ZONE, Api, always, asking, ids, reason
from tests.parts import START
from tests.virtual_time import VirtualClock

Order = Literal["oldest", "newest", "none"]
FORMAT = "%Y%m%d%H%M%S"


def table(order: Order, kind: str, size: int = 3, **more: object) -> Mapping[str, object]:
    query = {"since": "{since}", "page": "{page}", "offset": "{offset}", "n": "{limit}"}
    paging = {"kind": kind, "size": size} | ({"next": "next"} if kind == "next" else {})
    changes = {"path": "/changed", "query": query, "order": order, "overlap_s": 60, **more}
    return {**PER_CODE, "changes": changes, "paging": paging, "answer": {"rows": "data"}}


@dataclass
class Office:
    """A case database of which rows change, with what it tells of them.

    Attributes:
        rows: code to state and the time of its last change.
        order: in which it tells them.
        filters: it looks at `since`.
        between: is called before each answer: what changes while pages are read.
        sinces: what it was asked.
    """

    order: Order = "oldest"
    filters: bool = True
    rows: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    sinces: list[str] = field(default_factory=list)

    def change(self, code: str, state: str, at: datetime) -> None:
        self.rows[code] = (state, at)

    def between(self) -> None:
        """Nothing happens unless a test says so."""

    def told(self, since: str) -> list[dict[str, str]]:
        rows = [
            {"MaHoSo": code, "TrangThaiHoSo": state, "ThoiDiemTrangThai": local(at)}
            for code, (state, at) in self.rows.items()
        ]
        if self.filters:
            rows = [row for row in rows if row["ThoiDiemTrangThai"] >= since]
        if self.order == "none":
            return sorted(rows, key=lambda row: zlib.crc32(row["MaHoSo"].encode()))
        key, back = (lambda row: (row["ThoiDiemTrangThai"], row["MaHoSo"])), self.order == "newest"
        return sorted(rows, key=key, reverse=back)

    async def answer(self, request: web.Request) -> web.Response:
        self.between()
        query = request.query
        self.sinces.append(query["since"])
        size, rows = int(query["n"]), self.told(query["since"])
        start = int(query.get("at") or query["offset"]) or (int(query["page"]) - 1) * size
        more = request.rel_url.update_query({"at": start + size})
        document: dict[str, object] = {"data": rows[start : start + size]}
        if start + size < len(rows):
            document["next"] = str(more)
        return web.json_response(document)


def local(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime(FORMAT)


async def read_all(remote: Remote, cursor: str, known: dict[str, str], limit: int = 100) -> str:
    """One reading to its end; what was told goes into `known`."""
    for _page in range(1_000):
        answer = await remote.changed(cursor, limit)
        assert isinstance(answer, Told), answer
        for record in answer.records:
            known[record.texts[Field.ID]] = record.texts[Field.STATE]
        cursor = answer.cursor
        if not answer.more:
            return cursor
    raise AssertionError(cursor)


async def begun(remote: Remote) -> str:
    answer = await remote.changed("", 100)
    assert answer == Told((), answer.cursor) if isinstance(answer, Told) else False
    return answer.cursor if isinstance(answer, Told) else ""


async def test_the_first_question_begins_with_the_present_and_tries_the_settings() -> None:
    office = Office()
    office.change("A", "4", START)
    async with asking(Api(office.answer), table("oldest", "page")) as remote:
        assert await begun(remote)
    assert office.sinces == [local(START - timedelta(seconds=60))]
    async with asking(Api(always({}, 403)), table("oldest", "page")) as remote:
        assert reason(await remote.changed("", 10)) == "forbidden"


async def test_an_api_that_tells_no_changes_has_none() -> None:
    async with asking(Api(always([]))) as remote:
        assert await remote.changed("", 10) == Told(())


async def test_a_cursor_of_another_door_begins_with_the_present() -> None:
    async with asking(Api(Office().answer), table("oldest", "page")) as remote:
        for cursor in ("2026-11-23T10:00:00|17", "{}", "[1]", '{"high": 5}', "\x00"):
            answer = await remote.changed(cursor, 10)
            assert isinstance(answer, Told)
            assert answer == Told((), await begun(remote))


async def test_each_poll_asks_again_for_what_may_have_been_written_late() -> None:
    office, clock = Office(), VirtualClock()
    async with asking(Api(office.answer), table("oldest", "page"), clock=clock) as remote:
        cursor = await begun(remote)
        await clock.advance(3_600)
        late = START + timedelta(seconds=600)
        office.change("A", "4", late)
        known: dict[str, str] = {}
        cursor = await read_all(remote, cursor, known)
        office.change("B", "9", late - timedelta(seconds=50))
        await read_all(remote, cursor, known)

    assert known == {"A": "4", "B": "9"}
    assert office.sinces[1] == local(START - timedelta(seconds=60))
    assert office.sinces[-1] == local(late - timedelta(seconds=60))


KINDS = [("oldest", "page"), ("oldest", "offset"), ("oldest", "next"), ("none", "page"),
         ("newest", "page"), ("newest", "offset"), ("newest", "next")]  # fmt: skip


@pytest.mark.parametrize("order, kind", KINDS)
async def test_all_pages_are_read_and_the_next_reading_is_short(order: Order, kind: str) -> None:
    office, clock = Office(order, filters=order != "newest"), VirtualClock()
    api = Api(office.answer)
    async with asking(api, table(order, kind), clock=clock) as remote:
        office.change("old", "1", START - timedelta(days=30))
        cursor = await begun(remote)
        await clock.advance(86_400)
        for number in range(10):
            office.change(f"A{number}", str(number), START + timedelta(minutes=10 * number))
        known: dict[str, str] = {}
        cursor = await read_all(remote, cursor, known)
        assert known == {f"A{number}": str(number) for number in range(10)}
        before = len(api.asked)
        again: dict[str, str] = {}
        await read_all(remote, cursor, again)
    assert list(again) == ["A9"]
    assert len(api.asked) - before == 1


@pytest.mark.parametrize("order, kind", KINDS)
async def test_none_is_passed_by_where_another_number_of_rows_is_asked_for_on_the_way(
    order: Order, kind: str
) -> None:
    office, clock = Office(order, filters=order != "newest"), VirtualClock()
    async with asking(Api(office.answer), table(order, kind, size=4), clock=clock) as remote:
        office.change("old", "1", START - timedelta(days=30))
        cursor = await begun(remote)
        await clock.advance(86_400)
        moment = START + timedelta(minutes=10)
        for number in range(15):
            office.change(f"A{number:02}", "4", moment)
        known: dict[str, str] = {}
        for limit in (1, 1, 100, 1, 100, 2):
            told = await remote.changed(cursor, limit)
            assert isinstance(told, Told)
            known |= {record.texts[Field.ID]: "4" for record in told.records}
            cursor = told.cursor
        await read_all(remote, cursor, known)
    assert known.keys() >= {f"A{number:02}" for number in range(15)}


async def test_many_rows_of_one_moment_are_read_page_by_page() -> None:
    office, clock = Office(), VirtualClock()
    async with asking(Api(office.answer), table("oldest", "page"), clock=clock) as remote:
        cursor = await begun(remote)
        await clock.advance(3_600)
        for number in range(20):
            office.change(f"A{number:02}", "4", START + timedelta(minutes=5))
        known: dict[str, str] = {}
        await read_all(remote, cursor, known)
    assert len(known) == 20


async def test_a_reading_that_is_cut_short_goes_on_where_it_was() -> None:
    office, clock = Office("newest"), VirtualClock()
    async with asking(Api(office.answer), table("newest", "page"), clock=clock) as remote:
        cursor = await begun(remote)
        await clock.advance(3_600)
        for number in range(7):
            office.change(f"A{number}", "4", START + timedelta(minutes=5 + number))
        first = await remote.changed(cursor, 100)
    assert isinstance(first, Told)
    assert (ids(first), first.more) == (["A4", "A5", "A6"], True)
    async with asking(Api(office.answer), table("newest", "page"), clock=clock) as restarted:
        known: dict[str, str] = {}
        await read_all(restarted, first.cursor, known)
    assert sorted(known) == ["A0", "A1", "A2", "A3"]


@pytest.mark.parametrize("minutes, again", [(9, []), (11, ["A6"])])
async def test_a_reading_that_was_left_for_long_begins_anew(minutes: int, again: list[str]) -> None:
    """Rows have moved to other pages by then, and addresses of pages may lead nowhere."""
    office, clock = Office("newest"), VirtualClock()
    async with asking(Api(office.answer), table("newest", "next"), clock=clock) as remote:
        cursor = await begun(remote)
        await clock.advance(3_600)
        for number in range(7):
            office.change(f"A{number}", "4", START + timedelta(minutes=5 + number))
        first = await remote.changed(cursor, 100)
        assert isinstance(first, Told)
        await clock.advance(60 * minutes)
        known: dict[str, str] = {}
        await read_all(remote, first.cursor, known)
    assert [code for code in known if code == "A6"] == again


async def test_no_more_rows_are_asked_for_than_are_wanted() -> None:
    office = Office()
    for number in range(9):
        office.change(f"A{number}", "4", START + timedelta(seconds=number))
    clock = VirtualClock()
    async with asking(Api(office.answer), table("oldest", "page", 5), clock=clock) as remote:
        cursor = await begun(remote)
        await clock.advance(60)
        answer = await remote.changed(cursor, 2)
    assert ids(answer) == ["A0", "A1"]


async def test_a_clock_that_goes_ahead_hides_no_later_change() -> None:
    office, clock = Office(), VirtualClock()
    async with asking(Api(office.answer), table("oldest", "page"), clock=clock) as remote:
        cursor = await begun(remote)
        office.change("A", "4", START + timedelta(days=400))
        known: dict[str, str] = {}
        cursor = await read_all(remote, cursor, known)
        await clock.advance(600)
        office.change("B", "9", START + timedelta(seconds=500))
        await read_all(remote, cursor, known)
    assert known == {"A": "4", "B": "9"}


async def test_a_page_of_the_beginning_of_the_calendar_is_read() -> None:
    rows = [
        {"MaHoSo": code, "TrangThaiHoSo": "4", "ThoiDiemTrangThai": "0001-01-01T00:00:00Z"}
        for code in "ABC"
    ]
    iso = table("oldest", "page", time_format="iso")
    async with asking(Api(always({"data": rows})), iso) as remote:
        assert ids(await remote.changed(await begun(remote), 10)) == ["A", "B", "C"]


@pytest.mark.parametrize("order", ["oldest", "none"])
async def test_rows_without_a_readable_time_are_told_all_the_same(order: Order) -> None:
    rows = [{"MaHoSo": "A", "TrangThaiHoSo": "4", "ThoiDiemTrangThai": "hom qua"},
            {"MaHoSo": "B", "TrangThaiHoSo": "4"}]  # fmt: skip
    async with asking(Api(always({"data": rows})), table(order, "page")) as remote:
        cursor = await begun(remote)
        assert ids(await remote.changed(cursor, 10)) == ["A", "B"]


@pytest.mark.parametrize("order", ["oldest", "newest", "none"])
async def test_a_list_without_end_is_given_up(order: Order) -> None:
    at = local(START + timedelta(seconds=5))
    rows = [{"MaHoSo": str(n), "TrangThaiHoSo": "4", "ThoiDiemTrangThai": at} for n in range(3)]
    api, settled = Api(always({"data": rows})), table(order, "page", most_pages=5)
    async with asking(api, settled) as remote:
        cursor = await begun(remote)
        answer: Told | Away = Told((), cursor, more=True)
        while isinstance(answer, Told) and answer.more:
            answer = await remote.changed(answer.cursor, 100)
    assert reason(answer) == "endless"
    assert len(api.asked) == 6


async def test_a_page_that_fails_is_told_and_the_cursor_stays() -> None:
    cursor = '{"high":"2026-11-23T03:15:00Z"}'
    async with asking(Api(always({}, 500)), table("oldest", "page")) as remote:
        assert reason(await remote.changed(cursor, 10)) == "failed"


async def test_changes_that_are_late_end_with_their_own_time() -> None:
    clock, here = VirtualClock(), asyncio.Event()

    async def answer(_request: web.Request) -> web.Response:
        here.set()
        await clock.sleep(1_000)
        raise AssertionError

    async with asking(Api(answer), table("oldest", "page", timeout_s=7), clock=clock) as remote:
        with clock.ruling():
            asked = asyncio.create_task(remote.changed("", 10))
            await here.wait()
            await clock.advance(6.9)
            assert not asked.done()
            await clock.advance(0.2)
            assert reason(await asked) == "timeout"


async def test_a_look_up_does_not_wait_for_a_page_of_changes() -> None:
    here, let = asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/changed":
            here.set()
            await let.wait()
            return web.json_response({"data": []})
        return web.json_response({"data": [ONE]})

    async with asking(Api(answer), {**table("oldest", "page"), "slots": 1}) as remote:
        changes = asyncio.create_task(remote.changed("", 10))
        await here.wait()
        assert ids(await remote.find([KEY])) == ["170703-0001"]
        let.set()
        assert isinstance(await changes, Told)
