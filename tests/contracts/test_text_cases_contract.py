"""Texts that staff keep as test cases, in every store."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import CanonicalKey, ShortCode
from sms_gateway.domain.text_cases import TextCase, TextCaseBack
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import Desk
from tests.parts import START

LATER = START + timedelta(hours=1)
FIRST = TextCase(
    *("t1", "hồ sơ 170703 0001 ạ", ShortCode("8083"), "lookup"),
    *(CanonicalKey("1707030001"), "tờ rơi", START, "staff:an"),
)
SECOND = replace(
    FIRST, id="t2", text="xin chào", intent="malformed", key=CanonicalKey(""), at=LATER
)


async def test_they_are_kept_and_read_back_the_last_one_first(desk: Desk) -> None:
    kept = store(desk).text_cases
    assert await kept.add(FIRST)
    assert await kept.add(SECOND)
    assert list(await kept.text_cases()) == [SECOND, FIRST]


async def test_one_is_taken_away_once(desk: Desk) -> None:
    kept = store(desk).text_cases
    await kept.add(FIRST)
    assert await kept.remove(TextCaseBack("t1", LATER, "staff:binh"))
    assert not await kept.remove(TextCaseBack("t1", LATER, "staff:binh"))
    assert list(await kept.text_cases()) == []


async def test_the_audit_says_who_and_nothing_of_the_text(desk: Desk) -> None:
    kept = store(desk).text_cases
    await kept.add(FIRST)
    await kept.remove(TextCaseBack("t1", LATER, "staff:binh"))
    assert await desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id") == [
        ("test_case.add", "staff:an", "t1", "lookup"),
        ("test_case.remove", "staff:binh", "t1", ""),
    ]
