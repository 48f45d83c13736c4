import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.channels.simulator.conversation import BILLINGS, DELIVERIES, STATES, bubbles
from sms_gateway.channels.simulator.responses import Responses, load_files
from sms_gateway.domain.ids import NO_KEY, CanonicalKey, DoorName, MessageId, ShortCode, TraceId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Page, PageContext, StoreDownError, WebhookReply, WebhookRequest
from sms_gateway.reading import (
    KeptRequest,
    LogCounts,
    MessageFilter,
    MoRow,
    MtRow,
    ReceiptRow,
    RefusedFilter,
    RefusedRow,
    ReportFilter,
    Timeline,
)
from tests.channels.simulator.contract_case import posted

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HASHER = Hasher(Secret("00" * 32))
ASKER = Address("+84900000001")
PHONE = DoorName("phone")
LINE = {"number": "0900000001", "short_code": "8083"}
BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}


class Still:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Shelf:
    """A Reading that finds by number, newest first."""

    def __init__(self, rows: Sequence[MoRow] = (), *, down: bool = False) -> None:
        self._rows = rows
        self._down = down

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        if self._down:
            raise StoreDownError
        found = [row for row in self._rows if HASHER.number(row.sender) == wanted.sender_hash]
        return sorted(found, key=lambda row: row.id, reverse=True)[: wanted.limit]

    async def timeline(self, message_id: MessageId) -> Timeline | None:
        raise AssertionError(message_id)

    async def reports(self, wanted: ReportFilter) -> Sequence[ReceiptRow]:
        raise AssertionError(wanted)

    async def refused(self, wanted: RefusedFilter) -> Sequence[RefusedRow]:
        raise AssertionError(wanted)

    async def refused_requests(
        self, hash_prefix: str, door: DoorName | None
    ) -> Sequence[KeptRequest]:
        raise AssertionError(hash_prefix, door)

    async def counts(self) -> LogCounts:
        raise AssertionError


def mt(number: int = 1, text: str = "Ho so 170703-0001 da co ket qua.") -> MtRow:
    return MtRow(
        id=MessageId(f"0193-mt-{number}"),
        door=PHONE,
        recipient=ASKER,
        template="S9",
        language="vi",
        text=text,
        alphabet="gsm7",
        segments=1,
        billing=Billing.CHARGE,
        billing_reason="S9",
        state=MtState.ACCEPTED,
        hold_reason="",
        created_at=NOW,
        settled_at=NOW,
        delivery=None,
        delivery_at=None,
        failures=0,
    )


def mo(number: int = 1, text: str = "MCKH_170703-0001", reply: MtRow | None = None) -> MoRow:
    return MoRow(
        id=MessageId(f"0193-mo-{number}"),
        door=PHONE,
        telco_id=None,
        sender=ASKER,
        short_code=ShortCode("8083"),
        operator="",
        received_at=NOW,
        trace_id=TraceId("t"),
        text=text,
        outcome=None if reply is None else Outcome.ANSWERED,
        reason="",
        intent="" if reply is None else "lookup",
        code_key=NO_KEY if reply is None else CanonicalKey("1707030001"),
        dossier_id=None,
        agency="",
        answered_at=None,
        failures=0,
        reply=reply,
    )


OPENED: dict[tuple[str, str], Page] = {}


async def pages() -> Mapping[tuple[str, str], Page]:
    # Pages remember nothing, so one door serves all tests.
    if not OPENED:
        context = DoorContext("VN", Still(), ZONE)
        async with door_opener("simulator")(PHONE, {"kind": "simulator"}, context) as door:
            OPENED.update({(page.method, page.path): page for page in door.pages})
    return OPENED


async def show(request: WebhookRequest, shelf: Shelf | None = None) -> WebhookReply:
    page = (await pages())[request.method, request.path]
    return await page.show(request, PageContext(shelf or Shelf(), HASHER, NOW))


async def html(request: WebhookRequest, shelf: Shelf | None = None) -> str:
    reply = await show(request, shelf)
    assert reply.status == 200
    assert reply.content_type.startswith("text/html")
    return reply.body.decode()


def got(query: str = "", cookie: str = "", path: str = "/phone") -> WebhookRequest:
    headers = {"host": "127.0.0.1", "accept": "text/html", "cookie": cookie}
    return WebhookRequest("GET", path, query, headers, b"", "127.0.0.1")


def thread(**headers: str) -> WebhookRequest:
    return posted("/phone/thread", LINE, **headers)


class Bubbles(HTMLParser):
    """The texts of the bubbles in a page, as a browser would show them, and all its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = ("class", "bubble") in attrs
        if self._inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "p"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data


async def test_the_store_is_shown_oldest_first_and_each_reply_behind_its_text() -> None:
    rows = [mo(1, "one", mt(1, "reply one")), mo(2, "two"), mo(3, "three", mt(3, "reply three"))]
    shown = Bubbles(await html(thread(), Shelf(rows))).texts
    assert shown == ["one", "reply one", "two", "three", "reply three"]
    assert Bubbles(await html(got(), Shelf(rows))).texts == shown


async def test_small_print_says_what_became_of_a_text_and_its_reply() -> None:
    page = await html(thread(), Shelf([mo(reply=mt())]))
    text = re.sub(r"<[^>]+>", "", page)
    for words in (
        "đã trả lời answered",
        "hiểu là lookup 1707030001",
        "mẫu S9 vi",
        "1 đoạn gsm7",
        "tính phí charge",
        "nhà mạng đã nhận accepted",
        "10:15:00",
        "23/11/2026",
    ):
        assert words in text


@pytest.mark.parametrize(
    "outcome, reason, words",
    [
        (None, "", "unanswered"),
        (Outcome.SUPPRESSED, "identical", "suppressed:identical"),
        (Outcome.PARKED, "no_way_back", "parked:no_way_back"),
        (Outcome.PARKED, "a_new_reason", "a_new_reason"),
        (Outcome.ANSWERED_WITH_HELP, "E2", "answered_with_help"),
    ],
)
async def test_a_text_without_an_answer_says_why(
    outcome: Outcome | None, reason: str, words: str
) -> None:
    row = replace(mo(), outcome=outcome, reason=reason)
    assert words in await html(thread(), Shelf([row]))


@pytest.mark.parametrize("state", MtState)
async def test_only_a_reply_that_the_telco_took_looks_like_one_that_arrived(state: MtState) -> None:
    reply = replace(mt(), state=state, hold_reason="no_way_back")
    page = await html(thread(), Shelf([mo(reply=reply)]))
    assert ("astray" in page) == (state is not MtState.ACCEPTED)
    assert state.value in page


def test_every_state_has_words() -> None:
    assert set(STATES) == set(MtState)
    assert set(BILLINGS) == set(Billing)
    assert set(DELIVERIES) == set(Delivery)


def test_a_delivery_report_and_failures_are_shown() -> None:
    reply = replace(mt(), delivery=Delivery.DELIVERED, failures=2)
    shown = bubbles([replace(mo(reply=reply), failures=1)], ZONE)
    assert "1 lần lỗi" in [note.vi for note in shown[0].notes]
    assert {"2 lần lỗi", "đã tới máy"} <= {note.vi for note in shown[1].notes}


def test_a_day_is_named_where_it_begins_in_the_zone_of_the_service() -> None:
    evening = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
    rows = [replace(mo(n), received_at=evening + timedelta(minutes=n)) for n in (2, 1, 0)]
    days = [bubble.new_day.day if bubble.new_day else None for bubble in bubbles(rows, ZONE)]
    assert days == [23, 24, None]


PRINTABLE = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60)
MARKUP = st.sampled_from(
    ["<img src=x onerror=alert(1)>", "</p>", "&lt;", "'\"><script>", "{{ 7 }}"]
)


@given(text=st.lists(PRINTABLE | MARKUP, min_size=1, max_size=4).map("".join))
async def test_whatever_a_text_holds_it_is_shown_and_never_becomes_markup(text: str) -> None:
    page = await html(thread(), Shelf([mo(text=text, reply=mt(text=text))]))
    read = Bubbles(page)
    assert read.texts == [text, text]
    assert read.tags <= {"li", "span", "p", "time", "small"}


async def test_an_empty_text_is_named_as_empty() -> None:
    assert "(tin trống)" in await html(thread(), Shelf([mo(text="")]))


async def test_other_numbers_and_other_doors_are_not_shown() -> None:
    rows = [
        replace(mo(1, "a stranger's"), sender=Address("+84900000002")),
        replace(mo(2, "through a telco"), door=DoorName("telco")),
        mo(3, "mine"),
    ]
    assert Bubbles(await html(thread(), Shelf(rows))).texts == ["mine"]


async def test_the_page_starts_with_the_first_number_and_lists_the_others() -> None:
    page = await html(got())
    assert '<input type="hidden" name="from" value="+84900000001">' in page
    assert '<input type="hidden" name="to" value="8083">' in page
    for number in ("0900000001", "0900000002", "+447700900123"):
        assert number in page
    assert "Chưa có tin nào" in page


@pytest.mark.parametrize(
    "form, cookie, number",
    [
        ({"number": "0912 345 678", "short_code": "8183"}, "%2B84912345678/8183", "0912345678"),
        ({**LINE, "pick": "+447700900123"}, "%2B447700900123/8083", "+447700900123"),
        ({"number": "Viettel; a", "short_code": "8083"}, "Viettel%3B%20a/8083", "Viettel; a"),
    ],
)
async def test_a_chosen_number_stays_chosen(
    form: Mapping[str, str], cookie: str, number: str
) -> None:
    reply = await show(posted("/phone/line", form, **BROWSER))
    assert reply.status == 303
    assert reply.headers["Location"] == "/phone"
    pair = reply.headers["Set-Cookie"].partition(";")[0]
    assert pair == f"sms_gateway_phone={cookie}"
    assert f"<b>{number}</b>" in await html(got(cookie=f"a=b; {pair}"))


@pytest.mark.parametrize("cookie", ["sms_gateway_phone=", "sms_gateway_phone=%FF/x", "=;;=/"])
async def test_a_damaged_cookie_is_no_cookie(cookie: str) -> None:
    assert "<b>0900000001</b>" in await html(got(cookie=cookie))


@pytest.mark.parametrize("path", ["/phone/line", "/phone/thread"])
@pytest.mark.parametrize(
    "body", [b"", b"number=&short_code=8083", b"number=0900000001", b"%FF=%FF"]
)
async def test_a_form_that_cannot_be_read_is_refused(path: str, body: bytes) -> None:
    reply = await show(replace(posted(path, {}), body=body))
    assert reply.status == 400
    assert b'"error": "field' in reply.body


@pytest.mark.parametrize(
    "query, draft",
    [
        ("example=0", "MCKH_170703-0001"),
        ("example=4", "MCKH ?"),
        ("example=9", ""),
        ("example=x", ""),
        ("example=%C2%B2", ""),
        ("example=\u00b2", ""),
        ("text=hello", ""),
    ],
)
async def test_a_link_fills_in_an_example_and_nothing_else(query: str, draft: str) -> None:
    page = await html(got(query))
    assert re.findall(r"<textarea[^>]*>(.*)</textarea>", page) == [draft]


async def test_without_scripts_the_page_reloads_itself_only_while_an_answer_is_due() -> None:
    reload = '<meta http-equiv="refresh"'
    queued = replace(mt(), state=MtState.QUEUED)
    old = replace(mo(), received_at=NOW - timedelta(minutes=1))
    assert reload in await html(got(), Shelf([mo()]))
    assert reload in await html(got(), Shelf([mo(reply=queued)]))
    assert reload not in await html(got(), Shelf([mo(reply=mt())]))
    assert reload not in await html(got(), Shelf([old]))
    assert reload not in await html(got())


async def test_while_the_store_is_down_the_page_says_so() -> None:
    for request in (got(), thread(accept="text/html")):
        reply = await show(request, Shelf(down=True))
        assert reply.status == 503
        assert "Kho tin đang ngừng" in reply.body.decode()


async def test_strangers_see_no_page_and_no_file() -> None:
    for method, path in await pages():
        request = replace(posted(path, LINE), method=method, peer="203.0.113.7")
        reply = await show(request, Shelf([mo()]))
        assert reply.status == 403
        assert b"MCKH" not in reply.body


async def test_another_site_cannot_choose_or_read() -> None:
    for path in ("/phone/line", "/phone/thread"):
        reply = await show(posted(path, LINE, **{"sec-fetch-site": "cross-site"}))
        assert reply.status == 403
        assert "Set-Cookie" not in reply.headers


async def test_too_large_a_request_is_refused() -> None:
    large = replace(thread(), body=urlencode({**LINE, "x": "y" * 17_000}).encode())
    assert (await show(large)).status == 413
    assert (await show(got("x" * 17_000))).status == 413


async def test_every_page_is_fenced_in_and_brings_no_code_of_its_own() -> None:
    for method, path in await pages():
        request = replace(posted(path, LINE, accept="text/html"), method=method)
        reply = await show(request, Shelf([mo(reply=mt())]))
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        if reply.content_type.startswith("text/html"):
            page = reply.body.decode()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page)
            assert re.findall(r"<script.*?</script>", page, re.DOTALL) in (
                [],
                ['<script src="/phone/phone.js" type="module"></script>'],
            )


async def test_the_files_of_the_page_are_all_served() -> None:
    page = await html(got())
    used = set(re.findall(r'(?:src|href)="(/phone/[^"?]+)"', page))
    assert used == {f"/phone/{name}" for name in Responses(await load_files()).static}
    for path in used:
        reply = await show(got(path=path))
        assert reply.status == 200
        assert reply.body


async def test_every_label_belongs_to_a_field_and_every_id_is_there_once() -> None:
    page = await html(got(), Shelf([mo(1, reply=mt(1)), mo(2, reply=mt(2))]))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'\sfor="([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
