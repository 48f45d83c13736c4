"""The list of messages as a file: masked, harmless to spreadsheets, audited, bounded."""

import csv
import io
import itertools
import time

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from sms_gateway.console import downloads, message_lines
from sms_gateway.console.message_lines import HEADINGS, Writing
from sms_gateway.console.turn import MOST_FILES
from sms_gateway.domain.staff import Role
from sms_gateway.log_question import MessageFilter
from sms_gateway.ports import StoreDownError
from sms_gateway.reading import Found, MoRow, Reading
from sms_gateway.reports.renderers.cells import harmless
from sms_gateway.reports.renderers.long_tables import Line, csv_lines
from tests.console.console_desk import Browser, ConsoleHouse, Reply

EXPORT = "/console/messages/export"
SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


async def taken(browser: Browser, query: str = "", **fields: str) -> Reply:
    """The file as the form of its page asks for it."""
    page = await browser.get(f"{EXPORT}{query}")
    return await browser.post(f"{EXPORT}{query}", {"form": "csv", **fields}, page)


def rows_of(reply: Reply) -> list[list[str]]:
    assert reply.status == 200, reply.text
    headings, *rows = csv.reader(io.StringIO(reply.text.removeprefix("\ufeff"), newline=""))
    assert len(headings) == len(HEADINGS)
    return rows


async def audited(house: ConsoleHouse) -> list[str]:
    found = await house.desk.rows(
        "SELECT by, detail FROM audit WHERE act = 'report.export' ORDER BY id"
    )
    return [f"{by}: {detail}" for by, detail in found]


async def test_a_file_holds_what_the_list_shows_with_its_numbers_masked(
    house: ConsoleHouse,
) -> None:
    await house.desk.reply()
    await house.desk.receive("goi 0912 345 678 hoac +84912345678, ma 170703-0001")
    clerk = await house.signed_in()
    got = await taken(clerk)
    assert "attachment" in got.headers["Content-Disposition"]
    assert got.headers["Cache-Control"] == "no-store"
    second, first = rows_of(got)
    assert first[1:5] == ["09xx xxx 001", "MCKH_170703-0001", "1707030001", "đã trả lời"]
    assert second[2] == "goi xxx678 hoac xxx678, ma 170703-0001"
    assert "900000001" not in got.text
    assert len(rows_of(await taken(clerk, "?outcome=answered"))) == 1
    assert EXPORT in (await clerk.get("/console/messages")).text


async def test_a_number_that_was_texted_as_a_code_is_masked_in_each_cell(
    house: ConsoleHouse,
) -> None:
    await house.desk.receive("MCKH goi0912/345/678")
    await house.desk.change("UPDATE inbox SET code_key = '0912345678', reason = 'no 0912345678'")
    got = await taken(await house.signed_in())
    ((*_, text, code, _, reason, _, _, _, _, _, _, _),) = rows_of(got)
    assert [text, code, reason] == ["MCKH goixxx678", "xxx678", "no xxx678"]


async def test_full_numbers_want_a_supervisor_and_a_reason(house: ConsoleHouse) -> None:
    await house.desk.receive()
    clerk, chief = await house.signed_in(), await house.signed_in(Role.SUPERVISOR)
    asked = {"full": "yes", "reason": "công an yêu cầu"}
    assert (await taken(clerk, **asked)).status == 403
    assert (await taken(chief, full="yes", reason=" ")).status == 422
    assert await audited(house) == []
    ((_, number, *_),) = rows_of(await taken(chief, **asked))
    assert number == "'+84900000001"
    assert await audited(house) == [
        "staff:supervisor-1: begins, csv, all, full numbers: công an yêu cầu",
        "staff:supervisor-1: 1 rows, csv, all",
    ]


async def test_the_audit_has_the_filter_without_what_may_be_a_number(house: ConsoleHouse) -> None:
    await house.desk.receive()
    hashed = "0" * 32
    query = f"?sender={hashed}&words=0912345678&operator=0912345678&code=170703&outcome=unanswered"
    await taken(await house.signed_in(), query)
    told = " ".join(await audited(house))
    assert "0 rows, csv, code operator outcome=unanswered sender words" in told
    assert not {hashed, "0912345678", "170703"} & set(told.replace("=", " ").split())


@pytest.mark.parametrize("sign", SIGNS)
async def test_what_a_spreadsheet_would_run_is_a_text(house: ConsoleHouse, sign: str) -> None:
    evil = f"{sign}cmd|' /C calc'!A0"
    arrival = house.desk.arrival(evil)
    await house.desk.record(replace(arrival, mo=replace(arrival.mo, operator=evil)))
    clerk = await house.signed_in()
    ((*cells, _),) = rows_of(await taken(clerk))
    assert [cell for cell in cells if cell.startswith(SIGNS)] == []
    assert [cells[2], cells[10]] == [f"'{evil}"] * 2


@pytest.mark.parametrize("sign", SIGNS[:4])
def test_what_follows_a_semicolon_is_no_formula_where_lines_are_cut_there(sign: str) -> None:
    for cut in (";", "\t", "\n", "|", '; "'):
        line = csv_lines([["a", f"xin chao{cut}{sign}1+1", "b"]]).decode()
        pieces = line.replace("\t", ";").replace("\n", ";").replace("|", ";").split(";")
        assert not [piece for piece in pieces if piece.strip(' "').startswith(sign)]
    assert harmless("170703-0001; 12-5") == "170703-0001; 12-5"


def _behind_cuts(text: str) -> str:
    """The same letter by letter, as `harmless` does it: an apostrophe behind each cut."""
    out, cut = "", False
    for letter in text:
        if letter in SIGNS[:4] + SIGNS[6:]:
            out += "'" if cut else ""
            cut = False
        elif letter in ";|\t\r\n":
            cut = True
        elif letter not in " \"'":
            cut = False
        out += letter
    return f"'{out}" if out.startswith((*SIGNS, "\n")) else out


@given(st.text(";|\t\r\n \"'=+-@ab＝", max_size=12))
def test_each_cut_before_a_sign_is_found(text: str) -> None:
    assert harmless(text) == _behind_cuts(text)


def test_a_text_of_line_breaks_costs_what_its_length_does() -> None:
    begun = time.process_time()
    harmless("\n" * 200_000)
    assert time.process_time() - begun < 1.0


async def test_a_workbook_holds_texts_as_texts(house: ConsoleHouse) -> None:
    await house.desk.receive("=1+1")
    clerk = await house.signed_in()
    page = await clerk.get(EXPORT)
    octets = await clerk.octets(EXPORT, {"form": "xlsx"}, page)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(octets)).get_sheet_by_index(0).to_python()
    assert sheet[1][1:3] == ["09xx xxx 001", "=1+1"]


async def test_pages_follow_one_another_up_to_the_most(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        await house.desk.receive(f"text {number}")
        house.desk.clock.step(1)
    monkeypatch.setattr(message_lines, "_PAGE", 2)
    clerk = await house.signed_in()
    assert [row[2] for row in rows_of(await taken(clerk))] == [
        f"text {n}" for n in range(6, -1, -1)
    ]
    monkeypatch.setattr(message_lines, "MOST", 5)
    assert len(rows_of(await taken(clerk))) == 5
    assert (await audited(house))[-1].endswith("5 rows, csv, all")


async def test_staff_of_another_agency_get_an_empty_file_and_viewers_none(
    house: ConsoleHouse,
) -> None:
    await house.desk.reply()
    other = await house.signed_in(login="other", agencies=["H32.01"])
    assert rows_of(await taken(other)) == []
    viewer = await house.signed_in(Role.VIEWER)
    assert (await viewer.get(EXPORT)).status == 403
    assert (
        await viewer.post(EXPORT, {"form": "csv"}, await viewer.get("/console/account"))
    ).status == 403


async def test_few_files_are_sent_at_a_time(house: ConsoleHouse) -> None:
    await house.desk.receive()
    clerk = await house.signed_in()
    for other in range(MOST_FILES):
        assert house.console.files.take(f"other {other}")
    assert (await taken(clerk)).status == 409
    house.console.files.give_back("other 0")
    for _ in range(2):
        assert (await taken(clerk)).status == 200


async def test_one_person_gets_one_file_at_a_time(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    (person,) = await house.office.access.staff()
    assert house.console.files.take(person.id)
    assert (await taken(clerk)).status == 409
    assert (await taken(await house.signed_in(login="other"))).status == 200


async def test_a_file_ends_where_its_reader_may_see_it_no_more(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await house.desk.receive(f"tin {number}")
    monkeypatch.setattr(message_lines, "_PAGE", 1)
    monkeypatch.setattr(downloads, "_LOOK_EACH", 1)
    clerk = await house.signed_in(login="an")
    page = await clerk.get(EXPORT)
    kind, asked = type(house.console.reading), itertools.count()
    find = kind.find

    async def disabled_meanwhile(reading: Reading, wanted: MessageFilter) -> Found:
        if next(asked) == 2:
            await house.office.access.disable("an", "os:test")
        return await find(reading, wanted)

    monkeypatch.setattr(kind, "find", disabled_meanwhile)
    with pytest.raises(aiohttp.ClientError):
        await clerk.post(EXPORT, {"form": "csv"}, page)


async def test_a_file_whose_end_cannot_be_read_is_no_whole_file(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await house.desk.receive(f"text {number}")
        house.desk.clock.step(1)
    clerk = await house.signed_in()
    page = await clerk.get(EXPORT)
    monkeypatch.setattr(message_lines, "_PAGE", 2)
    asked = itertools.count()
    line = Writing.line

    def fails(writing: Writing, mo: MoRow) -> Line:
        if next(asked) == 2:
            raise StoreDownError
        return line(writing, mo)

    monkeypatch.setattr(Writing, "line", fails)
    with pytest.raises(aiohttp.ClientError):
        await clerk.post(EXPORT, {"form": "csv"}, page)
    assert (await audited(house))[-1].endswith("2 rows, csv, all")
    assert (await taken(clerk)).status == 200
