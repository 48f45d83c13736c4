"""A telco's file compared on a page: what it shows, and files and people that mean no good."""

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from sms_gateway.console import uploads
from sms_gateway.console.bill_words import DIFFERS, NOT_COMPARED, UNREAD
from sms_gateway.console.proposals import Proposals
from sms_gateway.domain.staff import Role
from sms_gateway.reports import comparing, reconcile_table
from sms_gateway.reports.bill_file import Unread
from sms_gateway.reports.comparing import NotCompared
from sms_gateway.reports.workbook import Limits
from tests.console.console_desk import Browser, ConsoleHouse, Reply

PAGE = "/console/reports/reconcile"
HEADS = ("MÃ TIN", "Số  thuê bao", "Thời gian", "Cước", "Số đoạn")
DAYS = {"bill": "viettel", "from": "2026-11-01", "to": "2026-11-30"}


def table(*rows: str) -> bytes:
    """A telco's file, with Vietnamese headings and semicolons."""
    return ("\r\n".join(["BẢNG ĐỐI SOÁT", ";".join(HEADS), *rows]) + "\r\n").encode("utf-8-sig")


def when(house: ConsoleHouse) -> str:
    return f"{house.desk.clock.at.astimezone(house.console.around.zone):%d/%m/%Y %H:%M:%S}"


def workbook(*rows: tuple[object, ...]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate((HEADS, *rows)):
        sheet.write_row(place, 0, row)
    book.close()
    return content.getvalue()


def remade(octets: bytes, **parts: bytes) -> bytes:
    """A workbook with other parts, packed."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(octets)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        others = {names[name]: part for name, part in parts.items()}
        for name in old.namelist():
            new.writestr(name, others.get(name, old.read(name)))
    return content.getvalue()


async def upload(
    browser: Browser,
    page: Reply,
    octets: bytes,
    name: str = "bill.csv",
    fields: Mapping[str, str] | None = None,
) -> tuple[int, bytes, Mapping[str, str]]:
    """Send the form of the page as a browser does: the token first, the file last."""
    form = aiohttp.FormData()
    for key, value in {"csrf": page.csrf, **DAYS, **(fields or {})}.items():
        form.add_field(key, value, content_type=None)
    form.add_field(
        "file", io.BytesIO(octets), filename=name, content_type="application/octet-stream"
    )
    cookies = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookies}
    async with browser.session.post(browser.url + PAGE, data=form, headers=headers) as got:
        return got.status, await got.read(), dict(got.headers)


async def ours(house: ConsoleHouse) -> None:
    """Three messages that a telco took, as a1, a2 and a3."""
    for name in ("a1", "a2", "a3"):
        await house.desk.sent(await house.desk.reply(), name)


async def acts(house: ConsoleHouse) -> list[tuple[object, ...]]:
    return list(
        await house.desk.rows("SELECT by, act, detail FROM audit WHERE act LIKE 'report.%'")
    )


def test_each_fault_and_difference_has_a_sentence() -> None:
    assert (set(UNREAD), set(NOT_COMPARED)) == (set(Unread), set(NotCompared))
    assert set(DIFFERS) == set(reconcile_table._WHAT)  # noqa: SLF001  # the same words there


async def test_it_shows_what_is_missing_here_and_there_and_what_differs(
    house: ConsoleHouse,
) -> None:
    await ours(house)
    viewer = await house.signed_in(Role.VIEWER)
    at = when(house)
    rows = (f"a1;84900000001;{at};0;1", f"a2;84900000001;{at};1;1", f"b9;84912345678;{at};1;1")
    status, body, headers = await upload(
        viewer, await viewer.get(PAGE), table(*rows, "Tổng cộng;;;2;3")
    )
    text = body.decode()
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    for shown in ("tính tiền hay không", "09xx xxx 678", "b9", "nhà mạng không có"):
        assert shown in text
    for hidden in ("84912345678", "912345678", "missing_here", "billing", "84900000001"):
        assert hidden not in text
    detail = "4 rows, page, bill=viettel 2026-11-01-2026-11-30"
    assert await acts(house) == [("staff:viewer-1", "report.reconcile", detail)]


async def test_a_workbook_is_compared_and_prints_without_words_for_programs(
    house: ConsoleHouse,
) -> None:
    await ours(house)
    viewer = await house.signed_in(Role.VIEWER)
    octets = workbook(("a1", 84900000001, when(house), 1, 2))
    status, body, _ = await upload(
        viewer, await viewer.get(PAGE), octets, "thang-11.xlsx", {"as": "print"}
    )
    assert status == 200
    assert "thang-11.xlsx" in body.decode()
    assert "missing_here" not in body.decode()
    assert b"<script" not in body


async def test_a_file_of_it_runs_nothing_and_shows_no_number(house: ConsoleHouse) -> None:
    clerk = await house.signed_in(Role.CLERK)
    page, at = await clerk.get(PAGE), when(house)
    evil = table(f"=HYPERLINK(1);84912345678;{at};1;1", f"<img src=x>;0912345679;{at};1;1")
    _, body, headers = await upload(clerk, page, evil, fields={"as": "csv"})
    assert headers["Content-Disposition"].startswith("attachment;")
    cells = [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert "912345678" not in body.decode()
    _, body, _ = await upload(clerk, page, evil, fields={"as": "xlsx"})
    assert CalamineWorkbook.from_filelike(io.BytesIO(body)).sheet_names
    _, body, _ = await upload(clerk, page, evil)
    assert b"<img" not in body
    words = [(act, detail) for _, act, detail in await acts(house)]
    days = "bill=viettel 2026-11-01-2026-11-30"
    assert words == [
        ("report.export", f"2 rows, csv, {days}"),
        ("report.export", f"2 rows, xlsx, {days}"),
        ("report.reconcile", f"2 rows, page, {days}"),
    ]


BOOK = workbook(("a1", 84900000001, "23/11/2026 12:00:00", 1, 2))
CELL = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    "octets,said",
    [
        (b"", "Hãy chọn tệp của nhà mạng"),
        (b"%PDF-1.7", "không phải CSV hay XLSX"),
        (b"\xd0\xcf\x11\xe0 old", "không phải CSV hay XLSX"),
        (b"\x1f\x8b", "không phải CSV hay XLSX"),
        (b"\x00\x8d\xff" * 9, "không phải CSV hay XLSX"),
        (b"a;b\n1;2\n", "không có cột “Mã tin”"),
        (b"<script>alert(1)</script>\n", "không có cột “Mã tin”"),
        (table("a1;0900000001;hôm qua;1;1"), "không đúng dạng 31/12/2026 16:05:00"),
        (b'"' + b"a\n" * 50_000, "không phải bảng cước"),
        (b"," * 5_000_000, "không phải bảng cước"),
        (b'"\n",' * 1_000_000, "không phải bảng cước"),
        (b"PK\x03\x04 none", "Không đọc được bảng tính"),
        (b"PK", "Không đọc được bảng tính"),
        (remade(BOOK, sheet=CELL % b'<row r="9"><c r="XFD1048576"><v>1</v></c></row>'), "quá lớn"),
        (remade(BOOK, sheet=CELL % (b'<row r="999999">' + b"<c/>" * 99 + b"</row>")), "quá lớn"),
        (remade(BOOK, strings=b" " * 70_000_000), "quá lớn"),
        (remade(BOOK, sheet=b"<broken"), "Không đọc được bảng tính"),
    ],
    ids=range(17),
)
async def test_a_hostile_file_is_told_in_one_line(
    house: ConsoleHouse, octets: bytes, said: str
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    async with asyncio.timeout(20):
        status, body, _ = await upload(viewer, await viewer.get(PAGE), octets)
    text = body.decode()
    assert (status, text.count('role="alert"')) == (422, 1)
    assert said in text
    assert "<script>alert" not in text
    assert await acts(house) == []


async def test_what_has_too_many_rows_is_told_so(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(PAGE)
    monkeypatch.setattr(comparing, "LIMITS", Limits(rows=99))
    _, body, _ = await upload(viewer, page, table(*["x1;;;1;1"] * 99))
    assert "hơn 99 dòng" not in body.decode()
    _, body, _ = await upload(viewer, page, table(*["x1;;;1;1"] * 100))
    assert "hơn 99 dòng" in body.decode()
    await ours(house)
    monkeypatch.setattr(comparing, "MOST_OURS", 2)
    _, body, _ = await upload(viewer, page, table("a1;;;1;1"))
    assert "quá nhiều tin" in body.decode()


@pytest.mark.parametrize(
    "fields,said",
    [
        ({"bill": "nobody"}, "Hãy chọn tệp của nhà mạng nào"),
        ({"bill": "<b>"}, "Hãy chọn tệp của nhà mạng nào"),
        ({"from": "2026-12-01"}, "nhiều nhất 92 ngày"),
        ({"from": "2026-01-01"}, "nhiều nhất 92 ngày"),
        ({"to": "9999-99-99"}, "nhiều nhất 92 ngày"),
    ],
)
async def test_fields_that_make_no_sense_are_told(
    house: ConsoleHouse, fields: dict[str, str], said: str
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    status, body, _ = await upload(viewer, await viewer.get(PAGE), table(), fields=fields)
    assert (status, said in body.decode()) == (422, True)


async def test_no_file_is_read_without_the_token_nor_one_that_is_too_large(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(PAGE)
    for token in ("", "AAAA", (await (await house.signed_in(Role.CLERK)).get(PAGE)).csrf):
        assert (await upload(viewer, page, table(), fields={"csrf": token}))[0] == 403
    status, _, _ = await upload(viewer, page, table(), fields={"bill": "x" * 20_000})
    assert status == 413
    monkeypatch.setattr(uploads, "MAX_FILE", 1000)
    assert (await upload(viewer, page, b"x" * 1001))[0] == 413


async def test_a_file_that_comes_too_slowly_is_given_up(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    monkeypatch.setattr(uploads, "SECONDS", 0.05)
    ended = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"--b\r\nContent-Disposition: form-data"
        await ended.wait()

    cookies = "; ".join(f"{k}={v}" for k, v in viewer.cookies.items())
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookies, **kind}
    call = viewer.session.post(viewer.url + PAGE, data=slow(), headers=headers)
    async with asyncio.timeout(10), call as got:
        assert got.status == 413
        ended.set()


@pytest.mark.parametrize(
    "kind,body",
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n--b\r\n"),
        ("multipart/form-data; boundary=b", b"x" * 300_000),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\n1"),
        ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"y" * 99_999 + b"\r\n\r\n1\r\n--b--"),
        (
            "multipart/form-data; boundary=b",
            (
                b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
                b"--c\r\n\r\n1\r\n--c--\r\n--b--"
            ),
        ),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n1\r\n" * 50 + b"--b--"),
        ("application/json", b"{}"),
    ],
)
async def test_a_body_that_is_no_form_is_refused(
    house: ConsoleHouse, kind: str, body: bytes
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    cookies = "; ".join(f"{k}={v}" for k, v in viewer.cookies.items())
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookies, "Content-Type": kind}
    async with (
        asyncio.timeout(10),
        viewer.session.post(viewer.url + PAGE, data=body, headers=headers) as got,
    ):
        assert got.status in {403, 413}


async def test_one_person_sends_one_file_at_a_time(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(PAGE)
    assert house.console.uploads.take("somebody")
    assert house.console.uploads.take("else")
    assert (await upload(viewer, page, table()))[0] == 503
    house.console.uploads.give_back("else")
    assert (await upload(viewer, page, table()))[0] == 200
    assert house.console.uploads.take("else")


async def test_who_sees_some_agencies_only_compares_nothing_and_a_viewer_gets_no_file(
    house: ConsoleHouse,
) -> None:
    limited = await house.signed_in(Role.SUPERVISOR, agencies=["H32.01"])
    page = await limited.get("/console/account")
    assert (await limited.get(PAGE)).status == 403
    assert PAGE not in (await limited.get("/console/reports")).text
    assert (await upload(limited, page, table()))[0] == 403
    viewer = await house.signed_in(Role.VIEWER)
    assert PAGE in (await viewer.get("/console/reports")).text
    assert (await upload(viewer, await viewer.get(PAGE), table(), fields={"as": "csv"}))[0] == 403
    assert await acts(house) == []


async def test_an_empty_page_says_what_must_be_set(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    assert "Chưa đối soát" in (await viewer.get(PAGE)).text
    house.console.comparing.bills.clear()  # type: ignore[attr-defined]  # a dict here
    page = await viewer.get(PAGE)
    assert "Chưa khai báo loại tệp nào" in page.text
    assert 'type="file"' not in page.text


async def test_the_list_of_pages_counts_the_same_beside_what_came_of_a_file(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def seven(_self: Proposals, _person: object) -> int:
        return 7

    monkeypatch.setattr(Proposals, "of", seven)
    supervisor = await house.signed_in(Role.SUPERVISOR)
    page = await supervisor.get(PAGE)
    _, body, _ = await upload(supervisor, page, table())
    listed = [
        text.partition("<nav")[2].partition("</nav>")[0] for text in (page.text, body.decode())
    ]
    assert listed[0].count("7") == listed[1].count("7") > 0
