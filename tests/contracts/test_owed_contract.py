"""What every store does with texts that are owed the true state, and with who follows a dossier."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import NO_KEY, DossierId, MessageId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.owed import Fate, OwedEnd
from sms_gateway.domain.records import OptOutChange, PendingMo
from sms_gateway.domain.restores import HoldOrder
from sms_gateway.domain.retention import PurgeBatch, PurgedBatch, Walk
from tests.contracts.purge_desk import batch, store
from tests.contracts.store_desk import AN, BINH, DOOR, KEY, Desk, number
from tests.contracts.test_pushing_contract import notice

DOSSIER = DossierId("000.00.12.H32-170703-0001")


async def interrupted(desk: Desk, reason: str = "E4") -> PendingMo:
    """A text that could not be answered, and is owed the true state."""
    mo = await desk.receive()
    answer = replace(desk.answer(mo, desk.mt(mo)), reason=reason, owed=True)
    assert await desk.store.answer([answer]) == [True]
    return mo


def sent(desk: Desk, mo: PendingMo) -> OwedEnd:
    push = replace(notice(desk, f"follow:{mo.id}"), kind=MtKind.FOLLOW_UP, dossier_id=DOSSIER)
    return OwedEnd(mo.id, desk.clock.at, Fate.SENT, (mo.sender_hash,), KEY, DOSSIER, push=push)


async def owed(desk: Desk, after: MessageId | None = None) -> list[str]:
    return [one.mo.id for one in await desk.store.owed.owed(after, 10)]


async def test_a_text_is_owed_the_state_as_it_came(desk: Desk) -> None:
    mo = await interrupted(desk)
    (one,) = await desk.store.owed.owed(None, 10)
    assert (one.mo.id, one.mo.text, one.mo.sender, one.mo.door) == (mo.id, mo.text, AN, DOOR)
    assert one.at == desk.clock.at
    assert await owed(desk, mo.id) == []


async def test_a_text_that_was_answered_is_owed_nothing(desk: Desk) -> None:
    await desk.reply()
    assert await owed(desk) == []


async def test_it_is_told_once(desk: Desk) -> None:
    mo = await interrupted(desk)
    end = sent(desk, mo)
    assert await desk.store.owed.end([end, end]) == [Fate.SENT, None]
    assert await desk.store.owed.end([end]) == [None]
    leased = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert [mt.template for mt in leased] == ["S4", "S9"]  # the answer, then what follows it
    assert await owed(desk) == []


async def test_what_follows_stands_in_the_timeline_of_the_text(desk: Desk) -> None:
    mo = await interrupted(desk)
    waiting = await desk.line_of(mo.id)
    assert waiting.owed is not None
    assert waiting.owed.fate is None
    end = sent(desk, mo)
    await desk.store.owed.end([end])
    assert end.push is not None
    for asked in (mo.id, end.push.id):
        line = await desk.line_of(asked)
        assert line.mo is not None
        assert line.mo.id == mo.id
        assert [mt.kind for mt in line.mts] == [MtKind.REPLY, MtKind.FOLLOW_UP]
        assert line.owed is not None
        assert line.owed.fate is Fate.SENT


async def test_who_asked_again_and_was_told_is_not_told_twice(desk: Desk) -> None:
    mo = await interrupted(desk)
    desk.clock.step(600)
    await desk.reply()
    assert await desk.store.owed.end([sent(desk, mo)]) == [Fate.ANSWERED]
    leased = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert "S9" not in [mt.template for mt in leased]


async def test_who_asked_again_in_vain_is_told_once_for_the_last_text(desk: Desk) -> None:
    first = await interrupted(desk)
    desk.clock.step(600)
    second = await interrupted(desk, "E5")
    ends = [sent(desk, first), sent(desk, second)]
    assert await desk.store.owed.end(ends) == [Fate.ANSWERED, Fate.SENT]


async def test_who_was_told_by_a_notice_is_not_told_twice(desk: Desk) -> None:
    mo = await interrupted(desk)
    desk.clock.step(600)
    await desk.store.queue_pushes([replace(notice(desk), dossier_id=DOSSIER)])
    assert await desk.store.owed.end([sent(desk, mo)]) == [Fate.ANSWERED]


async def test_who_said_no_since_is_not_told(desk: Desk) -> None:
    mo = await interrupted(desk)
    desk.clock.step(60)
    no = await desk.receive("MCKH HUY")
    wants_none = replace(
        desk.answer(no, desk.mt(no)), key=NO_KEY, opt_out=OptOutChange(opted_out=True)
    )
    await desk.store.answer([wants_none])
    assert await desk.store.owed.end([sent(desk, mo)]) == [Fate.UNWANTED]
    assert "S9" not in [mt.template for mt in await desk.store.lease(DOOR, desk.clock.at, 10)]


async def test_another_dossier_or_number_that_was_told_does_not_count(desk: Desk) -> None:
    mo = await interrupted(desk)
    desk.clock.step(600)
    other = replace(notice(desk), recipient=BINH, recipient_hash=number(BINH))
    await desk.store.queue_pushes([replace(other, dossier_id=DOSSIER)])
    await desk.reply(mo=await desk.receive("MCKH 170703-0001", sender=BINH))
    assert await desk.store.owed.end([sent(desk, mo)]) == [Fate.SENT]


@pytest.mark.parametrize("fate", [Fate.LATE, Fate.NOTHING])
async def test_what_cannot_be_told_ends_without_a_text(desk: Desk, fate: Fate) -> None:
    mo = await interrupted(desk)
    assert await desk.store.owed.end([OwedEnd(mo.id, desk.clock.at, fate)]) == [fate]
    assert await owed(desk) == []


async def test_a_guess_that_was_read_late_counts_as_one(desk: Desk) -> None:
    mo = await interrupted(desk)
    since = desk.clock.at - timedelta(days=1)
    end = replace(sent(desk, mo), wrong_secret=True)
    before = await desk.store.wrong_secrets([DOSSIER], since)
    await desk.store.owed.end([end])
    after = await desk.store.wrong_secrets([DOSSIER], since)
    assert (before, after) == ({}, {DOSSIER: 1})


async def test_a_restored_copy_tells_nothing_that_may_have_been_told(desk: Desk) -> None:
    mo = await interrupted(desk)
    await desk.store.hold_restored(HoldOrder(desk.clock.at, "os:an", desk.clock.at))
    assert await owed(desk) == []
    assert await desk.store.owed.end([sent(desk, mo)]) == [None]


async def test_what_ended_long_ago_is_forgotten(desk: Desk) -> None:
    mo = await interrupted(desk)
    await interrupted(desk)
    await desk.store.owed.end([OwedEnd(mo.id, desk.clock.at, Fate.NOTHING)])
    assert await desk.store.owed.forget(desk.clock.at) == 0
    assert await desk.store.owed.forget(desk.clock.step(1)) == 1
    assert len(await owed(desk)) == 1


async def ripe_of(desk: Desk, before: datetime) -> int:
    looked = PurgeBatch(Walk.SUBSCRIPTIONS, before, "", 10, before)
    return (await store(desk).retention.ripe(looked)).purged


async def chosen(desk: Desk, *, follows: bool, opted_out: bool = False) -> PendingMo:
    mo = await desk.receive(sender=BINH)
    change = OptOutChange(opted_out=opted_out, dossier_id=DOSSIER, follows=follows)
    assert await desk.store.answer([replace(desk.answer(mo, desk.mt(mo)), opt_out=change)]) == [
        True
    ]
    desk.clock.step(1)
    return mo


async def test_a_number_follows_a_dossier_until_it_says_no(desk: Desk) -> None:
    mo = await chosen(desk, follows=True)
    (follower,) = await desk.store.owed.followers([DOSSIER])
    assert (follower.recipient, follower.recipient_hash) == (BINH, number(BINH))
    assert (follower.door, follower.short_code) == (mo.door, mo.short_code)
    await chosen(desk, follows=False, opted_out=True)
    assert await desk.store.owed.followers([DOSSIER]) == []
    left = await desk.rows("SELECT recipient FROM subscription")
    assert left == [("",)]


async def test_after_the_keys_were_rotated_a_no_is_still_heard(desk: Desk) -> None:
    await chosen(desk, follows=True)
    await desk.change("UPDATE subscription SET sender_hash = 'of-an-older-key'")
    await chosen(desk, follows=False, opted_out=True)
    assert await desk.store.owed.followers([DOSSIER]) == []


async def test_one_of_the_phones_of_a_dossier_does_not_follow_it_besides(desk: Desk) -> None:
    await chosen(desk, follows=False)
    assert await desk.store.owed.followers([DOSSIER]) == []


async def test_who_follows_a_dossier_that_never_ends_is_forgotten_after_a_time(
    desk: Desk,
) -> None:
    await chosen(desk, follows=True)
    desk.clock.step(86_400)
    before = desk.clock.at
    await chosen(desk, follows=True)
    assert await ripe_of(desk, before) == 0
    assert await batch(desk, Walk.SUBSCRIPTIONS, before) == PurgedBatch(0, "")
    assert len(await desk.store.owed.followers([DOSSIER])) == 1
    assert await ripe_of(desk, desk.clock.at) == 1
    assert await batch(desk, Walk.SUBSCRIPTIONS, desk.clock.at) == PurgedBatch(1, "")
    assert await desk.rows("SELECT recipient FROM subscription") == []


async def test_the_newest_text_decides_in_whatever_order_answers_come(desk: Desk) -> None:
    older = await desk.receive(sender=BINH)
    desk.clock.step(1)
    await chosen(desk, follows=False, opted_out=True)
    await chosen(desk, follows=True)
    late = OptOutChange(opted_out=True, dossier_id=DOSSIER)
    await desk.store.answer([replace(desk.answer(older, desk.mt(older)), opt_out=late)])
    assert len(await desk.store.owed.followers([DOSSIER])) == 1
