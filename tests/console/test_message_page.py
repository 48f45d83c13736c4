"""The page of one message: what it says of it, and what may be done about it."""

import re

from msgspec.structs import replace

from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.staff import Role
from tests.console.console_desk import ConsoleHouse
from tests.contracts.test_pushing_contract import notice

LIST = "/console/messages"


async def test_what_is_held_with_a_batch_is_sent_by_nobody_from_here(house: ConsoleHouse) -> None:
    desk = house.desk
    held = replace(notice(desk), state=MtState.HELD, hold_reason="blast", batch_id="b")
    await desk.store.queue_pushes([held])
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(f"{LIST}/{held.id}")
    assert "Tin này thuộc một lô đang giữ lại" in page.text
    assert 'href="/console/notices"' in page.text
    assert 'name="as"' not in page.text
    for way in ("again", "accepted", "failed"):
        fields = {"reply": held.id, "as": way}
        answer = await boss.post(f"{LIST}/{held.id}/settle", fields, page)
        assert answer.status == 409
        assert "Tin này thuộc một lô đang giữ lại" in answer.text
    assert (await desk.mt_row(held.id)).state is MtState.HELD


async def test_a_message_that_answers_no_text_shows_who_gets_it_and_its_dossier(
    house: ConsoleHouse,
) -> None:
    push = notice(house.desk)
    await house.desk.store.queue_pushes([push])
    page = await (await house.signed_in()).get(f"{LIST}/{push.id}")
    assert "Tin gửi 09xx xxx 001, " in page.text
    assert f'href="/console/dossiers?code={push.dossier_id}"' in page.text
    assert "900000001" not in page.text


async def test_a_held_reply_is_told_as_what_it_is_and_leads_to_the_next_text(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    texts = [await desk.receive("mot"), await desk.receive("hai")]
    replies = [await desk.reply(MtState.HELD, mo) for mo in texts]
    desk.clock.step(3 * 3600)
    clerk = await house.signed_in()
    at = f"{LIST}/{texts[0].id}"
    page = await clerk.get(f"{at}?from=attention")
    assert "Tin này chưa gửi. Chọn:" in page.text
    assert "Chưa rõ tin đã đến" not in page.text
    assert 'value="accepted"' not in page.text
    assert "<dt>Đã chờ</dt><dd>3 giờ</dd>" in page.text
    assert "Trả lời sau" not in page.text
    assert '<a href="/console/attention">Cần xử lý</a>' in page.text
    fields = {"text": "Da xong", "key": desk.new_id(), "from": "attention"}
    done = await clerk.post(f"{at}/answer", fields, page)
    assert done.headers["Location"] == f"{at}?done=answered&from=attention"
    after = await clerk.get(done.headers["Location"])
    assert f'href="{LIST}/{texts[1].id}?from=attention"' in after.text
    # It was given up for the answer, and nobody tried to send it.
    for page in (after, await clerk.get(LIST)):
        assert "không gửi: cán bộ đã trả lời/xử lý" in page.text
    kept = [mt for mt in (await desk.line_of(texts[0].id)).mts if mt.id == replies[0].id]
    assert [mt.state for mt in kept] == [MtState.FAILED]
    assert "evil" not in (await clerk.get(f"{at}?from=//evil.example")).text


async def test_what_is_uncertain_asks_for_what_somebody_knows(house: ConsoleHouse) -> None:
    mt = await house.desk.reply()
    await house.desk.change("UPDATE outbox SET state = 'uncertain'")
    page = await (await house.signed_in()).get(f"{LIST}/{mt.id}")
    assert "Chưa rõ tin đã đến người dân chưa" in page.text
    for way in ("accepted", "failed", "again"):
        assert f'name="as" value="{way}"' in page.text


async def test_words_that_never_arrived_are_taken_into_the_answer(house: ConsoleHouse) -> None:
    desk = house.desk
    mt = await desk.reply(text="Ho so dang xu ly")
    await desk.sent(mt, "T1")
    await desk.reported("T1", Delivery.UNDELIVERABLE, "034")
    (mo,) = [row[0] for row in await desk.rows("SELECT id FROM inbox")]
    clerk = await house.signed_in()
    page = await clerk.get(f"{LIST}/{mo}")
    assert f'href="{LIST}/{mo}?again={mt.id}#act"' in page.text
    assert "mã của nhà mạng: 034" in page.text
    assert "Ho so dang xu ly</textarea>" not in page.text
    again = await clerk.get(f"{LIST}/{mo}?again={mt.id}")
    assert "Ho so dang xu ly</textarea>" in again.text
    other = await clerk.get(f"{LIST}/{mo}?again={desk.new_id()}")
    assert "Ho so dang xu ly</textarea>" not in other.text


async def test_a_reply_that_did_not_arrive_is_told_beside_the_answer(house: ConsoleHouse) -> None:
    desk = house.desk
    mo = await desk.receive("MCKH_170703-0001")
    await desk.sent(await desk.reply(MtState.QUEUED, mo), "t1")
    clerk = await house.signed_in()
    before = (await clerk.get(f"{LIST}/{mo.id}")).text
    await desk.reported("t1", Delivery.UNDELIVERABLE)
    after = (await clerk.get(f"{LIST}/{mo.id}")).text
    headings = [page[page.index("<h1>") : page.index("</h1>")] for page in (before, after)]
    assert [("không đến được máy" in one, "đã trả lời" in one) for one in headings] == [
        (False, True),
        (True, True),
    ]


async def test_an_answer_by_hand_stands_with_its_state_where_it_was_written(
    house: ConsoleHouse,
) -> None:
    desk = house.desk
    mo = await desk.receive("Ho so cua toi xong chua?")
    await desk.reply(MtState.HELD, mo)
    clerk = await house.signed_in()
    at = f"{LIST}/{mo.id}"
    page = await clerk.get(at)
    assert "Soạn câu trả lời khác" not in page.text
    key = re.findall(r'name="key" value="([^"]+)"', page.text)[0]
    await clerk.post(f"{at}/answer", {"text": "Da xong.", "key": key}, page)
    after = (await clerk.get(at)).text
    box = after[after.index('id="act"') : after.index("</section>", after.index('id="act"'))]
    assert "Da xong." in box
    assert "đang xếp hàng" in box
    assert "<details><summary>Soạn câu trả lời khác" in box
