"""One text on one sheet, to prove what became of it."""

import re

from sms_gateway.console.evidence import evidence, seal
from sms_gateway.domain.acts import EVIDENCE_ACT, UNMASK_ACT
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.staff import Role
from tests.console.console_desk import ConsoleHouse

HASH = re.compile(r'SHA-256 <span class="mono">([0-9a-f]{64})')


async def sheet_of(house: ConsoleHouse) -> str:
    """Where the sheet of a text is that was answered, sent and delivered."""
    mt = await house.desk.reply()
    await house.desk.sent(mt, "t1")
    await house.desk.reported("t1", Delivery.DELIVERED)
    ((mo_id,),) = await house.desk.rows("SELECT id FROM inbox")
    return f"/console/messages/{mo_id}/evidence"


async def noted(house: ConsoleHouse) -> list[tuple[object, ...]]:
    found = await house.desk.rows("SELECT act, detail FROM audit ORDER BY id")
    return [row for row in found if row[0] in (EVIDENCE_ACT, UNMASK_ACT)]


async def test_the_sheet_says_all_with_the_number_masked_and_is_noted(house: ConsoleHouse) -> None:
    at = await sheet_of(house)
    clerk = await house.signed_in()
    page = await clerk.get(at)
    for said in ("MCKH_170703-0001", "Dang xu ly", "09xx xxx 001", "đã đến máy", "tính cước"):
        assert said in page.text
    assert "900000001" not in page.text
    (found,) = HASH.findall(page.text)
    assert await noted(house) == [(EVIDENCE_ACT, found[:16])]
    # A second print of the same has the same hash.
    house.desk.clock.step(60)
    assert HASH.findall((await clerk.get(at)).text) == [found]


async def test_what_staff_did_is_said_in_words(house: ConsoleHouse) -> None:
    mo = await house.desk.receive("toi can hoi")
    mt = await house.desk.reply(MtState.HELD, mo)
    boss = await house.signed_in()
    at = f"/console/messages/{mo.id}"
    fields = {"reply": mt.id, "as": "failed"}
    assert (await boss.post(f"{at}/settle", fields, await boss.get(at))).status == 303
    page = (await boss.get(f"{at}/evidence")).text
    assert "kết luận một tin trả lời, người dân không nhận được" in page
    assert "reply.settle" not in page


async def test_the_full_number_is_for_a_reason(house: ConsoleHouse) -> None:
    at = await sheet_of(house)
    clerk = await house.signed_in()
    page = await clerk.get(at)
    without = await clerk.post(at, {"reason": " "}, page)
    assert without.status == 422
    assert "900000001" not in without.text
    full = await clerk.post(at, {"reason": "khiếu nại 12/2026"}, page)
    assert "0900000001" in full.text
    assert (UNMASK_ACT, "khiếu nại 12/2026") in await noted(house)


async def test_a_sheet_of_another_agency_is_not_there(house: ConsoleHouse) -> None:
    at = await sheet_of(house)
    other = await house.signed_in(Role.ADMINISTRATOR, "other", agencies=["H32.01"])
    page = await other.get("/console/account")
    assert (await other.get(at)).status == 404
    assert (await other.post(at, {"reason": "khiếu nại"}, page)).status == 404
    assert await noted(house) == []


async def test_the_hash_is_of_what_is_said_and_of_the_request(house: ConsoleHouse) -> None:
    await sheet_of(house)
    ((mo_id,),) = await house.desk.rows("SELECT id FROM inbox")
    line = await house.desk.line_of(house.desk.id_of(mo_id))
    masked, full = (evidence(line, full=full) for full in (False, True))
    assert "900000001" not in str(masked)
    assert masked["request_sha256"] == full["request_sha256"]
    assert seal(masked) != seal(full)
