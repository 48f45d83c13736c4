"""What staff may end in every store: uncertain and held replies, parked texts."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.acts import (
    CannotSend,
    Handled,
    HandledBefore,
    HandleOrder,
    HandleResult,
    InBatch,
    NoReply,
    NoSuchMessage,
    NotOpen,
    NotParked,
    SettleAs,
    Settled,
    SettleOrder,
    SettleResult,
    TooOld,
)
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.outcome import Delivery, MtState, Outcome
from sms_gateway.domain.records import NewMt, PendingMo
from sms_gateway.log_question import MessageFilter
from tests.contracts.store_desk import DOOR, KEY, VALID, Desk
from tests.contracts.test_pushing_contract import notice

WAYS = list(SettleAs)
LANDS = {
    SettleAs.ACCEPTED: MtState.ACCEPTED,
    SettleAs.FAILED: MtState.FAILED,
    SettleAs.AGAIN: MtState.QUEUED,
}


async def settle(
    desk: Desk, mt_id: MessageId, way: SettleAs, *, sends: bool = True
) -> SettleResult:
    senders = frozenset([DOOR]) if sends else frozenset()
    order = SettleOrder(mt_id, way, desk.clock.step(60), "os:an", senders)
    return await desk.store.settle_by_hand(order)


async def handle(desk: Desk, mo_id: MessageId, note: str = "") -> HandleResult:
    return await desk.store.handle(HandleOrder(mo_id, desk.clock.step(60), "os:an", note))


async def uncertain(desk: Desk, mo: PendingMo | None = None) -> NewMt:
    """A reply that was pushed, and nobody knows whether it came."""
    mt = await desk.reply(mo=mo)
    await desk.store.lease(DOOR, desk.clock.at, 10)
    lost = desk.settlement(mt.id, 1, MtState.UNCERTAIN)
    assert await desk.store.settle([lost]) == [True]
    return mt


async def outcome(desk: Desk, mt_id: MessageId) -> tuple[Outcome | None, str]:
    mo = (await desk.line_of(mt_id)).mo
    assert mo is not None
    return mo.outcome, mo.reason


async def waiting(desk: Desk) -> tuple[int, int, int]:
    """Uncertain, held, parked: what the gauges say."""
    found = await desk.store.figures()
    return found.uncertain, found.held, found.parked


async def acts(desk: Desk) -> list[tuple[object, ...]]:
    return list(await desk.rows("SELECT by, act, subject, detail FROM audit ORDER BY id"))


# An uncertain reply


@pytest.mark.parametrize("way", WAYS)
async def test_an_uncertain_reply_stands_where_a_person_says(desk: Desk, way: SettleAs) -> None:
    mt = await uncertain(desk)
    result = await settle(desk, mt.id, way)
    assert isinstance(result, Settled)
    assert (result.reply, result.door, result.state) == (mt.id, DOOR, LANDS[way])
    row = await desk.mt_row(mt.id)
    assert (row.state, row.settled_at) == (LANDS[way], desk.clock.at)
    assert (await waiting(desk))[0] == 0
    assert await acts(desk) == [("os:an", "reply.settle", mt.id, f"as={way} was=uncertain")]


async def test_the_text_leads_to_its_open_reply(desk: Desk) -> None:
    mo = await desk.receive()
    mt = await uncertain(desk, mo)
    result = await settle(desk, mo.id, SettleAs.ACCEPTED)
    assert result == Settled(mt.id, mo.id, DOOR, MtState.ACCEPTED, parked=False)
    assert await outcome(desk, mt.id) == (Outcome.ANSWERED, "S4")


async def test_a_reply_that_never_came_parks_its_text(desk: Desk) -> None:
    mo = await desk.receive()
    mt = await uncertain(desk, mo)
    result = await settle(desk, mt.id, SettleAs.FAILED)
    assert result == Settled(mt.id, mo.id, DOOR, MtState.FAILED, parked=True)
    assert await outcome(desk, mt.id) == (Outcome.PARKED, "send_failed")
    assert await waiting(desk) == (0, 0, 1)


async def test_a_reply_that_goes_again_is_leased_at_once_as_a_new_attempt(desk: Desk) -> None:
    mt = await uncertain(desk)
    await settle(desk, mt.id, SettleAs.AGAIN)
    assert await desk.store.next_due(DOOR) is not None
    (again,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (again.id, again.attempt) == (mt.id, 2)
    assert await desk.store.settle([desk.accepted(mt.id, 1)]) == [False]
    assert await desk.store.settle([desk.accepted(mt.id, 2, "A2")]) == [True]
    await desk.reported("A2", Delivery.DELIVERED)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery) == (MtState.ACCEPTED, Delivery.DELIVERED)


async def test_a_report_of_the_first_attempt_does_not_hide_that_of_the_second(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    # A report by our own id, before the telco's answer got lost.
    await desk.reported(mt.id, Delivery.UNDELIVERABLE)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
    await settle(desk, mt.id, SettleAs.AGAIN)
    assert (await desk.mt_row(mt.id)).delivery is None
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.accepted(mt.id, 2, "A2")])
    await desk.reported("A2", Delivery.DELIVERED)
    assert (await desk.mt_row(mt.id)).delivery is Delivery.DELIVERED
    assert len((await desk.line_of(mt.id)).receipts) == 2


async def test_an_inline_reply_that_is_pushed_goes_back_in_no_response(desk: Desk) -> None:
    """Else the citizen would get it twice when the telco comes again."""
    mo = await desk.receive()
    mt = await desk.reply(MtState.SENDING, mo)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
    assert (await desk.stored(mo.id)).inline
    await settle(desk, mt.id, SettleAs.AGAIN)
    assert not (await desk.stored(mo.id)).inline
    await desk.store.fetched([mt.id], desk.clock.at)
    assert (await desk.mt_row(mt.id)).state is MtState.QUEUED


async def test_a_notice_that_never_came_parks_nothing(desk: Desk) -> None:
    mt = await desk.reply(kind=MtKind.NOTICE)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
    result = await settle(desk, mt.id, SettleAs.FAILED)
    assert isinstance(result, Settled)
    assert not result.parked
    assert await outcome(desk, mt.id) == (Outcome.ANSWERED, "S4")


# A held reply


@pytest.mark.parametrize("way", [SettleAs.ACCEPTED, SettleAs.AGAIN])
async def test_a_held_reply_that_came_or_goes_again_ends_the_wait_of_its_text(
    desk: Desk, way: SettleAs
) -> None:
    mt = await desk.reply(MtState.HELD)
    assert await waiting(desk) == (0, 1, 1)
    await settle(desk, mt.id, way)
    assert await waiting(desk) == (0, 0, 0)
    assert await outcome(desk, mt.id) == (Outcome.ANSWERED, "settled")
    assert (await desk.mt_row(mt.id)).hold_reason == ""
    detail = f"as={way} was=held:no_way_back"
    assert await acts(desk) == [("os:an", "reply.settle", mt.id, detail)]


async def test_a_held_reply_that_goes_again_and_fails_parks_its_text_again(desk: Desk) -> None:
    mt = await desk.reply(MtState.HELD)
    await settle(desk, mt.id, SettleAs.AGAIN)
    (again,) = await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.settlement(mt.id, again.attempt, MtState.FAILED)])
    assert await outcome(desk, mt.id) == (Outcome.PARKED, "send_failed")
    assert await waiting(desk) == (0, 0, 1)


async def test_a_held_reply_that_never_goes_leaves_its_text_parked_for_the_first_reason(
    desk: Desk,
) -> None:
    mt = await desk.reply(MtState.HELD)
    result = await settle(desk, mt.id, SettleAs.FAILED)
    assert isinstance(result, Settled)
    assert result.parked
    assert await outcome(desk, mt.id) == (Outcome.PARKED, "no_way_back")
    assert await waiting(desk) == (0, 0, 1)


# What is refused


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [MtKind.NOTICE, MtKind.SURVEY])
async def test_what_is_held_with_a_batch_is_settled_by_nobody_alone(
    desk: Desk, kind: MtKind, way: SettleAs
) -> None:
    """Else who may settle replies would send what others must release."""
    held = replace(notice(desk), kind=kind, state=MtState.HELD)
    await desk.store.queue_pushes([held])
    assert await settle(desk, held.id, way) == InBatch(held.id)
    await unchanged(desk, held.id, MtState.HELD)
    # What the machine holds back for itself has no batch that somebody could decide about.
    await desk.change("UPDATE outbox SET hold_reason = 'unreadable'")
    assert isinstance(await settle(desk, held.id, way), Settled)


async def unchanged(desk: Desk, mt_id: MessageId, state: MtState) -> None:
    assert (await desk.mt_row(mt_id)).state is state
    assert await acts(desk) == []


@pytest.mark.parametrize("state", [MtState.QUEUED, MtState.SENDING])
@pytest.mark.parametrize("way", WAYS)
async def test_what_is_on_its_way_is_not_settled_by_hand(
    desk: Desk, state: MtState, way: SettleAs
) -> None:
    mt = await desk.reply(state)
    assert await settle(desk, mt.id, way) == NotOpen(mt.id, state)
    await unchanged(desk, mt.id, state)


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_settled_is_not_settled_a_second_time(desk: Desk, way: SettleAs) -> None:
    mt = await uncertain(desk)
    await settle(desk, mt.id, way)
    assert await settle(desk, mt.id, SettleAs.FAILED) == NotOpen(mt.id, LANDS[way])
    assert len(await acts(desk)) == 1


async def test_what_is_no_longer_valid_does_not_go_again(desk: Desk) -> None:
    mt = await uncertain(desk)
    desk.clock.step(VALID.total_seconds() - 60)
    assert await settle(desk, mt.id, SettleAs.AGAIN) == TooOld(mt.id)
    await unchanged(desk, mt.id, MtState.UNCERTAIN)
    assert isinstance(await settle(desk, mt.id, SettleAs.FAILED), Settled)


async def test_nothing_goes_again_through_a_door_that_cannot_send(desk: Desk) -> None:
    mt = await uncertain(desk)
    assert await settle(desk, mt.id, SettleAs.AGAIN, sends=False) == CannotSend(mt.id, DOOR)
    await unchanged(desk, mt.id, MtState.UNCERTAIN)
    assert isinstance(await settle(desk, mt.id, SettleAs.ACCEPTED, sends=False), Settled)


async def test_ids_of_nothing_and_texts_without_a_reply_are_told(desk: Desk) -> None:
    mo = await desk.receive()
    assert await settle(desk, desk.new_id(), SettleAs.FAILED) == NoSuchMessage()
    assert await settle(desk, MessageId("'; --"), SettleAs.FAILED) == NoSuchMessage()
    assert await settle(desk, mo.id, SettleAs.FAILED) == NoReply(mo.id)
    assert await acts(desk) == []


# A parked text


async def parked(desk: Desk) -> PendingMo:
    """A text whose answering failed too often."""
    mo = await desk.receive()
    await desk.store.fail([mo], desk.clock.at, 1)
    return mo


async def test_a_handled_text_stays_parked_and_waits_no_more(desk: Desk) -> None:
    mo, other = await parked(desk), await parked(desk)
    assert await handle(desk, mo.id, "called back") == Handled(mo.id)
    row = (await desk.line_of(mo.id)).mo
    assert row is not None
    assert (row.outcome, row.reason, row.handled_at) == ("parked", "failed", desk.clock.at)
    assert await waiting(desk) == (0, 0, 1)
    assert await acts(desk) == [("os:an", "message.handle", mo.id, "called back")]
    left = (await desk.line_of(other.id)).mo
    assert left is not None
    assert left.handled_at is None


async def test_a_text_whose_reply_failed_is_handled_by_the_id_of_either(desk: Desk) -> None:
    mo = await desk.receive()
    mt = await uncertain(desk, mo)
    await settle(desk, mt.id, SettleAs.FAILED)
    assert await handle(desk, mt.id) == Handled(mo.id)
    assert await waiting(desk) == (0, 0, 0)


async def test_the_held_reply_of_a_handled_text_is_not_sent_any_more(desk: Desk) -> None:
    mo = await desk.receive()
    mt = await desk.reply(MtState.HELD, mo)
    assert await handle(desk, mo.id) == Handled(mo.id)
    assert await waiting(desk) == (0, 0, 0)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.settled_at) == (MtState.FAILED, desk.clock.at)
    await desk.store.fetched([mt.id], desk.clock.at)
    assert (await desk.mt_row(mt.id)).state is MtState.FAILED
    assert len(await acts(desk)) == 1


async def test_only_a_parked_text_is_handled_and_only_once(desk: Desk) -> None:
    waits = await desk.receive()
    assert await handle(desk, waits.id) == NotParked(waits.id, None)
    answered = await desk.receive()
    await desk.reply(mo=answered)
    assert await handle(desk, answered.id) == NotParked(answered.id, Outcome.ANSWERED)
    assert await handle(desk, desk.new_id()) == NoSuchMessage()
    assert await acts(desk) == []
    mo = await parked(desk)
    await handle(desk, mo.id, "first")
    assert await handle(desk, mo.id, "second") == HandledBefore(mo.id)
    assert [detail for *_, detail in await acts(desk)] == ["first"]


async def test_what_was_handled_stays_so_after_a_restart(desk: Desk) -> None:
    mo = await parked(desk)
    await handle(desk, mo.id)
    await desk.die()
    assert await waiting(desk) == (0, 0, 0)
    assert await desk.store.lease_unanswered(10) == []


# What is shown of it


async def test_the_timeline_shows_who_did_what_and_when(desk: Desk) -> None:
    mo = await desk.receive()
    mt = await uncertain(desk, mo)
    await settle(desk, mt.id, SettleAs.FAILED)
    settled_at = desk.clock.at
    await handle(desk, mo.id, "called back")
    other = await parked(desk)
    await handle(desk, other.id, "of another")
    for message_id in (mo.id, mt.id):
        line = await desk.line_of(message_id)
        assert [(a.at, a.by, a.act, a.subject, a.detail) for a in line.acts] == [
            (settled_at, "os:an", "reply.settle", mt.id, "as=failed was=uncertain"),
            (settled_at + timedelta(seconds=60), "os:an", "message.handle", mo.id, "called back"),
        ]


async def found(desk: Desk, wanted: MessageFilter) -> list[MessageId]:
    return [row.id for row in await desk.reading.messages(wanted)]


async def test_the_log_of_what_still_waits_for_a_person(desk: Desk) -> None:
    done, open_ = await parked(desk), await parked(desk)
    await handle(desk, done.id)
    assert await found(desk, MessageFilter(outcome="parked")) == [open_.id, done.id]
    for wanted in (
        MessageFilter(outcome="unhandled"),
        MessageFilter(outcome="unhandled", sender_hash=open_.sender_hash),
    ):
        assert await found(desk, wanted) == [open_.id]
    assert await found(desk, MessageFilter(outcome="unhandled", code_key=KEY)) == []


async def test_the_log_of_the_replies_that_a_person_must_settle(desk: Desk) -> None:
    first, second, third = [await desk.receive() for _ in range(3)]
    await desk.reply(mo=first)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await uncertain(desk, second)
    await desk.reply(MtState.HELD, third)
    for state, expected in ((MtState.UNCERTAIN, [second.id]), (MtState.HELD, [third.id])):
        for wanted in (
            MessageFilter(reply=state),
            MessageFilter(reply=state, sender_hash=first.sender_hash),
            MessageFilter(reply=state, code_key=KEY),
            MessageFilter(reply=state, outcome=str((await desk.line_of(expected[0])).mo.outcome)),  # type: ignore[union-attr]  # it has an MO
        ):
            assert await found(desk, wanted) == expected
    assert await found(desk, MessageFilter(reply=MtState.HELD, outcome="answered")) == []
