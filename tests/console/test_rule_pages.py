"""Unread texts, words, past texts and test cases, as a supervisor works with them."""

import itertools

import pytest
from msgspec.structs import replace

from sms_gateway.console.places import MESSAGES, REPLAY, TEST_CASES, UNREAD
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.staff import Role
from tests.access.access_desk import Clock
from tests.console.console_desk import ConsoleHouse
from tests.contracts.store_desk import KEY, Desk

WORD = {"word": "HOSOCUATOI", "keyword": "MCKH"}


async def texted(desk: Desk, text: str, intent: str = "malformed", code: str = "") -> str:
    """A text of the log, understood as that; its id."""
    mo = await desk.receive(text)
    answer = replace(
        desk.answer(mo, desk.mt(mo)), intent=intent, key=KEY if code else CanonicalKey("")
    )
    assert await desk.store.answer([replace(answer, agency="")]) == [True]
    return mo.id


async def acts(house: ConsoleHouse) -> list[tuple[object, ...]]:
    """What was audited, but for signing in."""
    found = await house.desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id")
    return [row for row in found if not str(row[0]).startswith(("staff", "message.look"))]


async def test_unread_texts_stand_together_with_the_word_to_try(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    assert "Mọi tin đều hiểu được" in (await boss.get(UNREAD)).text
    for number in (1, 2, 3):
        await texted(house.desk, f"HOSOCUATOI 17070{number}-0001")
    page = await boss.get(UNREAD)
    assert "HOSOCUATOI 999999-9999" in page.text
    assert 'name="word" value="HOSOCUATOI"' in page.text
    assert "900000001" not in page.text
    # A viewer reads them, and tries nothing.
    viewer = await house.signed_in(Role.VIEWER)
    read = await viewer.get(UNREAD)
    assert "HOSOCUATOI 999999-9999" in read.text
    assert f'action="{UNREAD}/try"' not in read.text


async def test_a_word_is_tried_saved_and_taken_back(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    await texted(house.desk, "HOSOCUATOI")
    page = await boss.get(UNREAD)
    tried = await boss.post(f"{UNREAD}/try", WORD, page)
    assert tried.status == 200
    assert "09xx xxx 001" in tried.text
    assert f'action="{UNREAD}/add"' in tried.text
    assert await acts(house) == []
    added = await boss.post(f"{UNREAD}/add", {**WORD, "note": "tờ rơi"}, tried)
    assert added.headers["Location"] == f"{UNREAD}?done=word_added"
    page = await boss.get(UNREAD)
    assert "tờ rơi" in page.text
    assert "staff:supervisor-1" in page.text
    gone = await boss.post(f"{UNREAD}/remove", {"word": "HOSOCUATOI"}, page)
    assert gone.status == 303
    assert (await boss.post(f"{UNREAD}/remove", {"word": "HOSOCUATOI"}, page)).status == 409
    assert await acts(house) == [
        ("synonym.add", "staff:supervisor-1", "HOSOCUATOI", "HOSOCUATOI = MCKH tờ rơi"),
        ("synonym.remove", "staff:supervisor-1", "HOSOCUATOI", ""),
    ]


async def test_a_word_that_breaks_a_test_case_is_not_saved(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    at = f"{MESSAGES}/{await texted(house.desk, 'HOSOCUATOI 170703-0001')}/test-case"
    kept = await boss.post(
        at, {"text": "HOSOCUATOI", "intent": "malformed", "key": ""}, await boss.get(at)
    )
    assert kept.headers["Location"] == f"{TEST_CASES}?done=case_added"
    page = await boss.get(UNREAD)
    tried = await boss.post(f"{UNREAD}/try", WORD, page)
    assert f'action="{UNREAD}/add"' not in tried.text
    refused = await boss.post(f"{UNREAD}/add", WORD, page)
    assert refused.status == 409
    assert "Không thêm được" in refused.text
    assert await house.desk.rows("SELECT name FROM rules") == []


@pytest.mark.parametrize("word, said", [("HS1", "chữ số"), ("HS", "quá ngắn"), ("mckh", "đã có")])
async def test_what_cannot_be_a_word_is_told_in_the_language_of_the_page(
    house: ConsoleHouse, word: str, said: str
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(UNREAD)
    tried = await boss.post(f"{UNREAD}/try", {"word": word, "keyword": "MCKH"}, page)
    assert tried.status == 422
    assert said in tried.text


async def test_a_trial_that_takes_too_long_is_broken_off_and_says_so(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    await texted(house.desk, "HOSOCUATOI 170703-0001")
    page = await boss.get(UNREAD)
    moments = itertools.count(0.0, 21.0)
    monkeypatch.setattr(Clock, "monotonic", lambda _clock: next(moments))
    late = await boss.post(f"{UNREAD}/add", WORD, page)
    assert late.status == 422
    assert "sms-gateway keywords add HOSOCUATOI MCKH" in late.text
    assert await house.desk.rows("SELECT name FROM rules") == []


async def test_past_texts_are_read_anew_and_those_that_change_stand_there(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    await texted(house.desk, "MCKH_170703-0001", "malformed")
    await texted(house.desk, "MCKH <b>hi</b>", "lookup", "1707030001")
    await texted(house.desk, "MCKH 170703-0001", "lookup", "1707030001")
    assert "<table" not in (await boss.get(REPLAY)).text
    page = await boss.get(f"{REPLAY}?days=99")
    assert page.text.count(f'<td><a href="{MESSAGES}/') == 2
    assert "hiểu tốt hơn" in page.text
    assert "<b>hi" not in page.text
    assert "900000001" not in page.text
    assert (await boss.get(f"{REPLAY}?days=x&before=y")).status == 200


async def test_a_text_becomes_a_test_case_as_it_was_understood(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    mo_id = await texted(house.desk, "MCKH_170703-0001 <i>", "lookup", "1707030001")
    at = f"{MESSAGES}/{mo_id}/test-case"
    form = await boss.get(at)
    assert "<option selected>lookup" in form.text
    assert 'value="1707030001"' in form.text
    sent = {"text": "MCKH_170703-0001 <i>", "intent": "lookup", "key": "1707030001"}
    assert (await boss.post(at, {**sent, "intent": "nothing"}, form)).status == 422
    await boss.post(at, sent, form)
    await boss.post(at, {**sent, "intent": "help", "key": ""}, form)
    page = await boss.get(TEST_CASES)
    assert page.text.count(">đạt<") == 1
    assert page.text.count(">không đạt<") == 1
    assert "<i>" not in page.text
    ((case_id,), _) = await house.desk.rows("SELECT id FROM test_case ORDER BY id")
    delete = f"{TEST_CASES}/{case_id}/delete"
    assert (await boss.post(delete, {}, page)).status == 303
    assert (await boss.post(delete, {}, page)).status == 404
    assert [row[0] for row in await acts(house)] == [
        "test_case.add", "test_case.add", "test_case.remove",
    ]  # fmt: skip


async def test_who_sees_some_agencies_only_gets_none_of_what_is_all_theirs(
    house: ConsoleHouse,
) -> None:
    mo_id = await texted(house.desk, "HOSOCUATOI 170703-0001")
    other = await house.signed_in(Role.SUPERVISOR, "other", agencies=["H32.01"])
    account = await other.get("/console/account")
    for path in (UNREAD, f"{REPLAY}?days=7", TEST_CASES, f"{MESSAGES}/{mo_id}/test-case"):
        page = await other.get(path)
        # Another agency's text is as if it were not there.
        assert page.status == (404 if "test-case" in path and MESSAGES in path else 403)
        assert "HOSOCUATOI" not in page.text
    for path in ("try", "add", "remove"):
        assert (await other.post(f"{UNREAD}/{path}", WORD, account)).status == 403
    sent = {"text": "x", "intent": "help"}
    assert (await other.post(f"{MESSAGES}/{mo_id}/test-case", sent, account)).status == 404
    assert await acts(house) == []
