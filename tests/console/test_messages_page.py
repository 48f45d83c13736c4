"""The list of messages, as a clerk reads it."""

import re
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import aiohttp
import pytest

from sms_gateway.console.finding import AmongWords, found_by
from sms_gateway.console.live import MOST_OF_ONE
from sms_gateway.domain.acts import MOST_ANSWERS
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.staff import Role
from sms_gateway.store.operations import finding, word_leads
from sms_gateway.store.store import SqlStore
from tests.console.console_desk import Browser, ConsoleHouse
from tests.console.test_attention_page import refuse
from tests.contracts.store_desk import AN, BINH, HASHER, number


async def test_an_empty_log_says_what_would_be_here(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    page = await clerk.get("/console/messages")
    assert page.status == 200
    assert "Chưa có tin nhắn" in page.text


async def test_what_was_texted_stands_there_with_its_number_masked(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    await house.desk.reply()
    page = await clerk.get("/console/messages")
    assert "MCKH_170703-0001" in page.text
    assert "09xx xxx 001" in page.text
    assert "900000001" not in page.text


async def test_a_text_is_shown_and_never_run(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    mo = await house.desk.receive("<script>alert(1)</script>\"'><img src=x>")
    for path in ("/console/messages", f"/console/messages/{mo.id}"):
        page = await clerk.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


async def test_a_clerk_of_another_agency_sees_neither_list_nor_message(
    house: ConsoleHouse,
) -> None:
    mt = await house.desk.reply()
    (mo_id,) = [row[0] for row in await house.desk.rows("SELECT id FROM inbox")]
    other = await house.signed_in(login="other", agencies=["H32.01"])
    assert "MCKH_170703" not in (await other.get("/console/messages")).text
    for message in (mo_id, mt.id):
        assert (await other.get(f"/console/messages/{message}")).status == 404


async def test_who_is_not_signed_in_is_led_to_the_form_and_back(house: ConsoleHouse) -> None:
    page = await house.stranger().get("/console/messages?outcome=parked")
    assert page.status == 303
    assert page.headers["Location"] == (
        "/console/sign-in?next=%2Fconsole%2Fmessages%3Foutcome%3Dparked"
    )


async def test_a_number_that_is_sought_stands_in_no_address(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    await house.desk.reply()
    page = await clerk.get("/console/messages")
    found = await clerk.post("/console/messages/find", {"q": "0900 000 001"}, page)
    assert found.status == 303
    assert "900000001" not in found.headers["Location"]
    assert "MCKH_170703-0001" in (await clerk.get(found.headers["Location"])).text


async def test_a_viewer_may_look_and_not_answer(house: ConsoleHouse) -> None:
    mo = await house.desk.receive()
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(f"/console/messages/{mo.id}")
    assert page.status == 200
    refused = await viewer.post(f"/console/messages/{mo.id}/answer", {"text": "x"}, page)
    assert refused.status == 403


async def test_a_number_typed_into_any_filter_stands_in_no_address(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    await house.desk.reply()
    page = await clerk.get("/console/messages")
    for name in ("q", "code", "words"):
        fields = {name: "0900000001", "outcome": "answered"}
        found = await clerk.post("/console/messages/find", fields, page)
        address = found.headers["Location"]
        assert "900000001" not in address
        assert "outcome=answered" in address
        assert "MCKH_170703-0001" in (await clerk.get(address)).text


@pytest.mark.parametrize(
    "typed",
    [
        *("sdt 0900000001", "0900000001,", "tel:0900000001", "(+84) 900000001", "0900/000/001"),
        *(
            "０９０００００００１",
            "0900\u00a0000\u00a0001",
            "900000001",
            "Số điện thoại: 0900 000 001",
        ),
    ],
)
def test_a_lone_number_is_its_hash_however_it_is_written(typed: str) -> None:
    assert found_by(typed, HASHER, "VN") == {"sender": HASHER.number(AN)}


def test_a_code_and_the_end_of_a_number_are_told_apart() -> None:
    def found(typed: str) -> object:
        return found_by(typed, HASHER, "VN")

    assert found("MCKH_170703-0001 001") == {"code": "170703-0001", "ending": "001"}
    assert found("170703-0001") == {"code": "170703-0001"}
    assert found("001") == {"ending": "001"}
    assert found("giấy phép 001") == {"words": "giấy phép 001"}
    assert found(" mckh ") == {}
    for typed in ("ông An 0900000001", "0900000001 0900000002", "170703-0001 0900000001"):
        assert found(typed) == AmongWords()


async def test_texts_are_found_by_the_end_of_their_number(house: ConsoleHouse) -> None:
    await house.desk.receive("first", sender=AN)
    await house.desk.receive("second", sender=BINH)
    page = await (await house.signed_in()).get("/console/messages?ending=002")
    assert "second" in page.text
    assert "first" not in page.text
    assert 'name="ending" value="002"' in page.text


async def test_texts_are_found_by_parts_of_words_and_what_is_too_common_is_named(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_leads, "MOST_WORDS", 2)
    for text in ("<b>giayphep</b>", "giấy", "giaykhac phep", "phepx"):
        await house.desk.receive(text)
    house.desk.clock.step(1)
    assert isinstance(house.desk.store, SqlStore)
    await house.desk.store.words.fill(house.desk.clock.at, 100)
    clerk, other = (
        await house.signed_in(),
        await house.signed_in(login="other", agencies=["H32.01"]),
    )
    page = await clerk.get("/console/messages?words=ayk")
    assert ("giaykhac" in page.text, "giayphep" in page.text) == (True, False)
    assert "Quá nhiều từ có chứa" not in page.text
    page = await clerk.get("/console/messages?words=iay+%3Cb%3Eph%C3%A9p%3C/b%3E")
    assert "Quá nhiều từ có chứa “iay, phep”" in page.text
    assert "giaykhac" not in page.text
    page = await clerk.get("/console/messages?words=phep")
    assert ("giaykhac" in page.text, "giayphep" in page.text) == (True, False)
    assert "giaykhac" not in (await other.get("/console/messages?words=ayk")).text


async def test_where_a_look_ended_at_its_bound_the_page_says_so(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "WALK", 2)
    for _ in range(3):
        await house.desk.receive("tin")
    clerk = await house.signed_in()
    page = await clerk.get("/console/messages?operator=nobody")
    assert "Chưa tìm thấy tin nào như vậy" in page.text
    assert "Không có tin nào như vậy" not in page.text
    assert "before=" in page.text


async def test_a_number_among_words_goes_into_no_address(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get("/console/messages")
    for act, fields in (
        ("messages/find", {"q": "ông An 0900000001"}),
        ("messages/find", {"words": "gọi 0900000001"}),
        ("messages/find", {"operator": "x 0900000001"}),
        ("messages/views", {"name": "n", "query": "words=an+0900000001"}),
        ("audit/find", {"by": "staff:0900000001"}),
        ("audit/find", {"subject": "ông An 0900/000/001"}),
    ):
        got = await boss.post(f"/console/{act}", fields, page)
        assert got.status == 422, act
        assert "hãy tìm riêng số đó" in got.text
        assert "0900" not in got.text
    kept = {"name": "n", "query": "words=0900000001"}
    got = await boss.post("/console/messages/views", kept, page)
    assert "sender=" in got.headers["Location"]
    ((query,),) = await house.desk.rows("SELECT query FROM saved_view")
    assert "900000001" not in str(query)
    looked_at = "01993456-7123-7456-8123-456789012345"
    got = await boss.post("/console/audit/find", {"subject": looked_at}, page)
    assert got.headers["Location"] == f"/console/audit?subject={looked_at}"


async def test_numbers_within_a_text_are_for_who_may_unmask_them(house: ConsoleHouse) -> None:
    mo = await house.desk.receive("goi toi so 0912/345/678, ma 170703-0001")
    await house.desk.change("UPDATE inbox SET code_key = '0912345678', outcome = 'parked'")
    clerk, viewer = await house.signed_in(), await house.signed_in(Role.VIEWER)
    for path in ("/console/messages", f"/console/messages/{mo.id}"):
        page = await viewer.get(path)
        assert "goi toi so xxx678, ma 170703-0001" in page.text
        assert "345" not in page.text
        page = await clerk.get(path)
        assert "0912/345/678" in page.text
        assert "code=0912345678" not in page.text


async def test_an_address_that_makes_no_sense_is_no_fault_of_ours(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    for pages in ("messages", "audit"):
        for day in ("1969-12-31", "0001-01-01", "9999-12-31"):
            for edge in ("from", "to"):
                page = await boss.get(f"/console/{pages}?{edge}={day}")
                assert page.status == 200
                assert day not in page.text
    assert (await boss.get("/console/messages/a%00b")).status == 404


async def test_a_call_that_could_not_be_read_is_no_message(house: ConsoleHouse) -> None:
    await refuse(house)
    clerk = await house.signed_in()
    for page in ("", "/complaints", "/evidence"):
        assert (await clerk.get(f"/console/messages/trace{page}")).status == 404


async def test_a_list_is_kept_under_a_name_for_its_owner_alone(house: ConsoleHouse) -> None:
    clerk = await house.signed_in(login="an")
    page = await clerk.get("/console/messages?outcome=parked")
    fields = {"name": "Chờ tôi", "query": "outcome=parked&evil=1&door=nowhere"}
    kept = await clerk.post("/console/messages/views", fields, page)
    assert kept.headers["Location"] == "/console/messages?outcome=parked&done=view"
    page = await clerk.get("/console/messages")
    assert 'href="/console/messages?outcome=parked">Chờ tôi</a>' in page.text
    other = await house.signed_in(login="binh")
    theirs = await other.get("/console/messages")
    assert "Chờ tôi" not in theirs.text
    (view,) = [row[0] for row in await house.desk.rows("SELECT id FROM saved_view")]
    await other.post("/console/messages/views/forget", {"view": str(view)}, theirs)
    assert "Chờ tôi" in (await clerk.get("/console/messages")).text
    await clerk.post("/console/messages/views/forget", {"view": str(view)}, page)
    assert "Chờ tôi" not in (await clerk.get("/console/messages")).text
    unnamed = await clerk.post("/console/messages/views", {"name": " ", "query": ""}, page)
    assert unnamed.status == 422


async def test_pages_of_the_whole_are_not_offered_to_who_sees_one_agency(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR, "boss")
    one = await house.signed_in(Role.ADMINISTRATOR, "one", agencies=["H32.01"])
    for path in ("/console/staff", "/console/audit", "/console/system"):
        assert f'href="{path}"' in (await boss.get("/console/messages")).text
        assert f'href="{path}"' not in (await one.get("/console/messages")).text
        assert (await one.get(path)).status == 403


def listening(browser: Browser, after: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    path = f"{browser.url}/console/messages/live?after={after}"
    return browser.session.get(path, headers={"Cookie": cookies})


async def test_a_live_line_ends_with_the_session_that_opened_it(house: ConsoleHouse) -> None:
    mo = await house.desk.receive("cu")
    viewer = await house.signed_in(Role.VIEWER, "an")
    async with listening(viewer, mo.id) as line:
        assert await line.content.readline() == b"retry: 5000\n"
        await house.office.access.disable("an", "os:test")
        house.desk.clock.step(1)
        await house.desk.receive("moi")
        while not line.content.at_eof():
            house.look()
            assert b"event" not in await line.content.read(64)


async def test_one_person_keeps_the_live_lines_of_nobody_else(house: ConsoleHouse) -> None:
    one, other = await house.signed_in(login="an"), await house.signed_in(login="binh")
    async with AsyncExitStack() as lines:
        for status in (*(200,) * MOST_OF_ONE, 503):
            line = await lines.enter_async_context(listening(one, "0"))
            assert line.status == status
        line = await lines.enter_async_context(listening(other, "0"))
        assert line.status == 200


async def test_who_turned_to_another_page_has_a_line_for_that_one(house: ConsoleHouse) -> None:
    one = await house.signed_in(login="an")
    for _ in range(MOST_OF_ONE + 1):
        async with listening(one, "0") as line:
            assert line.status == 200
            line.close()


async def test_an_answer_needs_the_key_of_its_form_and_no_sixth_goes_out_within_the_hour(
    house: ConsoleHouse,
) -> None:
    mo = await house.desk.receive()
    path, clerk = f"/console/messages/{mo.id}", await house.signed_in()
    page = await clerk.get(path)
    for key in ("", "k", "x" * 36):
        sent = await clerk.post(f"{path}/answer", {"text": "Da xong", "key": key}, page)
        assert sent.status == 422
        assert "Da xong</textarea>" in sent.text
    assert await house.desk.rows("SELECT id FROM outbox") == []
    for status in (*(303,) * MOST_ANSWERS, 422):
        fields = {"text": "Da xong", "key": house.desk.new_id()}
        assert (await clerk.post(f"{path}/answer", fields, page)).status == status


async def test_a_blocked_number_is_answered_by_who_says_that_they_do_it_all_the_same(
    house: ConsoleHouse,
) -> None:
    mo = await house.desk.receive()
    path, clerk = f"/console/messages/{mo.id}", await house.signed_in()
    assert 'name="although"' not in (await clerk.get(path)).text
    boss = await house.signed_in(Role.SUPERVISOR)
    number_page = f"/console/citizens/{number(AN)}"
    fields = {"act": "citizen.block", "note": "quay roi"}
    await boss.post(f"{number_page}/decide", fields, await boss.get(number_page))
    page = await clerk.get(path)
    assert 'name="although"' in page.text
    fields = {"text": "Da xong", "key": house.desk.new_id()}
    assert (await clerk.post(f"{path}/answer", fields, page)).status == 422
    sent = await clerk.post(f"{path}/answer", {**fields, "although": "1"}, page)
    assert sent.status == 303


async def test_numbers_that_end_alike_are_told_apart_by_the_same_signs_on_each_page(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    one = await desk.receive("MCKH 1", sender=Address("+84912345001"))
    await desk.receive("MCKH 2", sender=Address("+84983456001"))
    again = await desk.receive("MCKH 3", sender=Address("+84912345001"))
    await desk.receive("MCKH 4", sender=Address("+84983456777"))
    clerk = await house.signed_in(Role.CLERK)
    listed = (await clerk.get("/console/messages")).text
    signs = re.findall(r"#([0-9A-F]{3})</span>", listed)
    assert len(signs) == 3
    assert signs[0] == signs[2] != signs[1]
    for mo in (one, again):
        assert f"#{signs[0]}<" in (await clerk.get(f"/console/messages/{mo.id}")).text
    only = (await clerk.get("/console/messages?ending=777")).text
    assert re.findall(r"#[0-9A-F]{3}</span>", only) == []
    assert "Ký hiệu sau số" in listed
    assert "Ký hiệu sau số" not in only
