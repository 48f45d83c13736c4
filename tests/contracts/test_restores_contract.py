"""What every store holds back when it is a restored copy, and how it is let go."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.message import MtKind
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.restores import (
    HeldBack,
    HoldOrder,
    KeyNote,
    NothingHeld,
    Released,
    ReleaseOrder,
    ReleaseResult,
    RestoreHold,
)
from tests.contracts.store_desk import AN, BINH, DOOR, START, Desk

COPIED = START - timedelta(hours=3)


async def hold(desk: Desk) -> HeldBack:
    return await desk.store.hold_restored(HoldOrder(desk.clock.step(60), "os:an", COPIED))


async def release(desk: Desk, after: float = 60) -> ReleaseResult:
    return await desk.store.release_restored(ReleaseOrder(desk.clock.step(after), "os:binh"))


async def states(desk: Desk) -> list[tuple[object, ...]]:
    return list(await desk.rows("SELECT state, hold_reason FROM outbox ORDER BY id"))


async def leased(desk: Desk) -> int:
    return len(await desk.store.lease(DOOR, desk.clock.at, 10))


async def test_a_copy_sends_nothing_of_what_it_was_sending_or_going_to_send(desk: Desk) -> None:
    await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.reply(mo=await desk.receive(sender=BINH))

    assert await hold(desk) == HeldBack(queued=1, sending=1, parked=0)
    assert await leased(desk) == 0
    assert await states(desk) == [("held", "restored_sending"), ("held", "restored")]


async def test_when_it_was_restored_is_known_to_the_purge_also_once_it_is_let_go(
    desk: Desk,
) -> None:
    retention = desk.store.retention  # type: ignore[attr-defined]  # of the real store
    assert (await retention.state()).restored_at is None
    await hold(desk)
    restored = desk.clock.at
    await release(desk)
    state = await retention.state()
    assert (state.restored_at, state.ended_at) == (restored, None)


async def test_what_comes_after_the_restore_is_answered_and_sent(desk: Desk) -> None:
    await desk.reply()
    await hold(desk)
    new = await desk.reply(mo=await desk.receive(sender=BINH))

    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 10)] == [new.id]


async def test_a_text_without_answer_waits_for_a_person_and_for_nobody_else(desk: Desk) -> None:
    mo = await desk.receive()

    assert (await hold(desk)).parked == 1
    line = await desk.line_of(mo.id)
    assert line.mo is not None
    assert (line.mo.outcome, line.mo.reason) == (Outcome.PARKED, "restored")
    assert await desk.store.lease_unanswered(10) == []


async def test_what_went_into_a_telcos_own_request_stays_with_that_request(desk: Desk) -> None:
    await desk.reply(MtState.SENDING)

    assert (await hold(desk)).sending == 0
    assert await states(desk) == [("sending", "")]


async def test_what_waited_for_a_person_before_still_does(desk: Desk) -> None:
    await desk.reply(MtState.HELD)
    before = await states(desk)

    assert await hold(desk) == HeldBack(0, 0, 0)
    assert await release(desk) == Released(0, 0, 0, ())
    assert await states(desk) == before


async def test_automatic_messages_wait_until_the_hold_ends(desk: Desk) -> None:
    await hold(desk)
    mt = await desk.reply(kind=MtKind.NOTICE)
    assert await leased(desk) == 0

    await release(desk)
    assert [found.id for found in await desk.store.lease(DOOR, desk.clock.at, 10)] == [mt.id]


async def test_the_hold_can_be_seen_with_what_would_become_of_it(desk: Desk) -> None:
    await desk.reply(valid_until=START + timedelta(hours=1))
    await desk.reply(mo=await desk.receive(sender=BINH), valid_until=START + timedelta(hours=9))
    assert await desk.reading.restore_hold(desk.clock.at) is None
    await hold(desk)
    since = desk.clock.at

    found = await desk.reading.restore_hold(START + timedelta(hours=2))
    assert found == RestoreHold(since, "os:an", COPIED, queued=1, too_old=1, sending=0)
    assert found.held == 2


async def test_let_go_what_is_valid_is_sent_and_what_is_not_is_ended(desk: Desk) -> None:
    await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    old = await desk.reply(
        mo=await desk.receive(sender=BINH), valid_until=START + timedelta(minutes=10)
    )
    mo = await desk.receive(sender=AN)
    await desk.reply(mo=mo, valid_until=START + timedelta(hours=9))
    await hold(desk)

    done = await release(desk, after=3600)
    assert done == Released(queued=1, expired=1, uncertain=1, doors=(DOOR,))
    assert await states(desk) == [("uncertain", ""), ("expired", ""), ("queued", "")]
    line = await desk.line_of(old.id)
    assert line.mo is not None
    assert (line.mo.outcome, line.mo.reason) == (Outcome.PARKED, "reply_expired")
    assert await leased(desk) == 1


async def test_let_go_too_late_what_is_in_doubt_stays_for_a_person(desk: Desk) -> None:
    """Its citizen may have it."""
    mt = await desk.reply(valid_until=START + timedelta(minutes=10))
    await desk.store.lease(DOOR, desk.clock.at, 1)
    again = replace(desk.settlement(mt.id, 1, MtState.QUEUED), result="uncertain")
    assert await desk.store.settle([again]) == [True]
    await hold(desk)

    done = await release(desk, after=3600)
    assert done == Released(queued=0, expired=0, uncertain=1, doors=())
    assert await states(desk) == [("uncertain", "")]
    line = await desk.line_of(mt.id)
    assert line.mo is not None
    assert line.mo.outcome is Outcome.ANSWERED


async def test_both_acts_are_written_down_with_a_name_and_figures(desk: Desk) -> None:
    await desk.reply()
    await hold(desk)
    await release(desk)

    assert list(await desk.rows("SELECT by, act, detail FROM audit ORDER BY id")) == [
        ("os:an", "restore.hold", "queued=1 sending=0 parked=0"),
        ("os:binh", "restore.release", "queued=1 expired=0 uncertain=0"),
    ]


async def test_without_a_hold_there_is_nothing_to_let_go(desk: Desk) -> None:
    await desk.reply()

    assert await release(desk) == NothingHeld()
    assert await states(desk) == [("queued", "")]
    await hold(desk)
    await release(desk)
    assert await release(desk) == NothingHeld()
    assert await desk.reading.restore_hold(desk.clock.at) is None


async def test_a_key_that_was_rotated_is_noted_with_the_one_of_before(desk: Desk) -> None:
    at = desk.clock.at
    await desk.store.note_key(KeyNote("number-hash", "3f9c01ab", at))
    new = KeyNote("number-hash", "77777777", at, "os:an", older=("11111111", "3f9c01ab"))

    assert await desk.store.note_key(new) == "77777777"
    assert await desk.store.note_key(new) == "77777777"
    assert list(await desk.rows("SELECT name, key_id FROM key_use ORDER BY name")) == [
        ("number-hash", "77777777"),
        ("number-hash-3f9c01ab", "3f9c01ab"),
    ]
    assert list(await desk.rows("SELECT by, act, subject, detail FROM audit")) == [
        ("os:an", "key.rotate", "number-hash", "3f9c01ab to 77777777")
    ]


async def test_who_has_not_got_the_new_key_changes_nothing(desk: Desk) -> None:
    at = desk.clock.at
    await desk.store.note_key(KeyNote("number-hash", "77777777", at))

    stale = KeyNote("number-hash", "3f9c01ab", at, older=("11111111",))
    assert await desk.store.note_key(stale) == "77777777"
    assert list(await desk.rows("SELECT name, key_id FROM key_use")) == [
        ("number-hash", "77777777")
    ]


async def test_the_key_that_was_noted_first_stays(desk: Desk) -> None:
    first = KeyNote("number-hash", "3f9c01ab", desk.clock.at)
    other = KeyNote("number-hash", "77777777", desk.clock.at)

    assert await desk.store.note_key(first) == "3f9c01ab"
    assert await desk.store.note_key(other) == "3f9c01ab"
    assert await desk.store.note_key(KeyNote("session", "77777777", desk.clock.at)) == "77777777"
