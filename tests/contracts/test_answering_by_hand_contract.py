"""What every store does with an answer that a person writes."""

from datetime import timedelta

from sms_gateway.domain.acts import (
    ANSWERS_WITHIN,
    MOST_ANSWERS,
    AnsweredBefore,
    AnswerOrder,
    AnswerQueued,
    HandleOrder,
    NoSuchMessage,
    Purged,
    TooMany,
)
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.outcome import MtState
from tests.contracts.store_desk import AN, DOOR, VALID, Desk


def order(desk: Desk, message: str, key: str = "form") -> AnswerOrder:
    at = desk.clock.at
    known = (desk.new_id(), MessageId(message), key, DOOR, "Da xong", "gsm7", 1)
    return AnswerOrder(*known, at, at + VALID, "staff:an")


async def test_it_leaves_for_who_texted_and_stands_with_the_text(desk: Desk) -> None:
    await desk.reply(MtState.HELD)
    (mo_id,) = [desk.id_of(row[0]) for row in await desk.rows("SELECT id FROM inbox")]
    wanted = order(desk, mo_id)
    assert await desk.store.answer_by_hand(wanted) == AnswerQueued(wanted.id, DOOR)
    (mt,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (mt.id, mt.recipient, mt.text, mt.kind) == (wanted.id, AN, "Da xong", MtKind.MANUAL)
    line = await desk.line_of(mo_id)
    assert [row.id for row in line.mts if row.kind is MtKind.MANUAL] == [wanted.id]
    assert [(act.by, act.act) for act in line.acts] == [("staff:an", "message.answer")]


async def test_a_parked_text_waits_for_nobody_then_and_what_was_held_is_not_sent(
    desk: Desk,
) -> None:
    held = await desk.reply(MtState.HELD)
    (mo_id,) = [desk.id_of(row[0]) for row in await desk.rows("SELECT id FROM inbox")]
    await desk.store.answer_by_hand(order(desk, mo_id))
    line = await desk.line_of(mo_id)
    assert line.mo is not None
    assert line.mo.handled_at == desk.clock.at
    assert {mt.id: mt.state for mt in line.mts}[held.id] is MtState.FAILED


async def test_the_same_form_is_sent_once(desk: Desk) -> None:
    mo = await desk.receive()
    first = await desk.store.answer_by_hand(order(desk, mo.id))
    assert isinstance(first, AnswerQueued)
    assert await desk.store.answer_by_hand(order(desk, mo.id)) == AnsweredBefore()
    assert isinstance(await desk.store.answer_by_hand(order(desk, mo.id, "two")), AnswerQueued)
    assert len(await desk.store.lease(DOOR, desk.clock.at, 10)) == 2


async def test_one_text_gets_five_answers_within_an_hour(desk: Desk) -> None:
    mo, other = await desk.receive(), await desk.receive()
    for key in range(MOST_ANSWERS):
        wanted = order(desk, mo.id, f"form {key}")
        assert isinstance(await desk.store.answer_by_hand(wanted), AnswerQueued)
        desk.clock.step(60)
    assert await desk.store.answer_by_hand(order(desk, mo.id, "one more")) == TooMany()
    assert await desk.store.answer_by_hand(order(desk, mo.id, "form 0")) == AnsweredBefore()
    assert isinstance(await desk.store.answer_by_hand(order(desk, other.id)), AnswerQueued)
    desk.clock.step(ANSWERS_WITHIN.total_seconds() - 60 * MOST_ANSWERS + 1)
    late = order(desk, mo.id, "one more")
    assert isinstance(await desk.store.answer_by_hand(late), AnswerQueued)


async def test_what_is_not_there_or_was_purged_is_answered_by_nobody(desk: Desk) -> None:
    assert await desk.store.answer_by_hand(order(desk, desk.new_id())) == NoSuchMessage()
    mo = await desk.receive()
    await desk.change(f"UPDATE inbox SET purged_at = 1 WHERE id = '{mo.id}'")  # noqa: S608  # our own id
    assert await desk.store.answer_by_hand(order(desk, mo.id)) == Purged()


async def test_an_answer_to_a_text_that_somebody_handled_changes_nothing_of_that(
    desk: Desk,
) -> None:
    await desk.reply(MtState.HELD)
    (mo_id,) = [desk.id_of(row[0]) for row in await desk.rows("SELECT id FROM inbox")]
    handled_at = desk.clock.at
    await desk.store.handle(HandleOrder(mo_id, handled_at, "staff:binh", ""))
    desk.clock.step(timedelta(minutes=1).total_seconds())
    await desk.store.answer_by_hand(order(desk, mo_id))
    line = await desk.line_of(mo_id)
    assert line.mo is not None
    assert line.mo.handled_at == handled_at
