"""What every store does with MTs: leased when due, settled once, expired, fetched, counted."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, MessageId, TelcoId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.records import ExpiredMt, Settlement
from tests.contracts.store_desk import AN, DOOR, VALID, Desk

OTHER = DoorName("other")


async def leased(desk: Desk, limit: int = 10) -> list[MessageId]:
    return [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, limit)]


async def outcome(desk: Desk, mt_id: MessageId) -> tuple[Outcome | None, str]:
    mo = (await desk.line_of(mt_id)).mo
    assert mo is not None
    return mo.outcome, mo.reason


async def test_a_leased_mt_carries_what_its_door_needs(desk: Desk) -> None:
    arrival = desk.arrival(telco_id="T1")
    await desk.record(arrival)
    await desk.die()
    (mo,) = await desk.store.lease_unanswered(1)
    reply = await desk.reply(mo=mo)
    (mt,) = await desk.store.lease(DOOR, desk.clock.at, 1)
    assert (mt.id, mt.door, mt.recipient, mt.short_code) == (reply.id, DOOR, AN, "8083")
    assert (mt.text, mt.alphabet, mt.segments) == (reply.text, "gsm7", 1)
    assert (mt.billing, mt.valid_until) == (reply.billing, reply.valid_until)
    assert (mt.attempt, mt.failures) == (1, 0)
    assert (mt.template, mt.params, mt.language) == ("S4", reply.params, reply.language)
    assert (mt.reply_to, mt.operator, mt.door_data) == ("T1", "VIETTEL", {"s": "1"})
    assert mt.mo_received_at == arrival.received_at


async def test_replies_go_before_notices_then_what_is_longest_due(desk: Desk) -> None:
    late = desk.clock.step(60)
    early = late - timedelta(seconds=30)
    notice = await desk.reply(kind=MtKind.NOTICE, priority=5, not_before=early)
    later = await desk.reply(not_before=late)
    sooner = await desk.reply(not_before=early)
    assert await leased(desk, 1) == [sooner.id]
    assert await leased(desk, 1) == [later.id]
    assert await leased(desk, 1) == [notice.id]


async def test_a_lease_hands_out_replies_first(desk: Desk) -> None:
    notice = await desk.reply(kind=MtKind.NOTICE, priority=5)
    reply = await desk.reply()
    assert await leased(desk) == [reply.id, notice.id]


async def test_only_what_is_due_is_leased(desk: Desk) -> None:
    mt = await desk.reply(not_before=desk.clock.at + timedelta(seconds=5))
    assert await leased(desk) == []
    assert await desk.store.next_due(DOOR) == mt.not_before
    desk.clock.step(4.999)
    assert await leased(desk) == []
    desk.clock.step(0.001)
    assert await leased(desk) == [mt.id]
    assert await desk.store.next_due(DOOR) is None


async def test_no_mt_is_leased_twice_or_beyond_the_limit(desk: Desk) -> None:
    mts = [await desk.reply() for _ in range(3)]
    assert await leased(desk, 2) == [mts[0].id, mts[1].id]
    assert await leased(desk, 2) == [mts[2].id]
    assert await leased(desk, 2) == []


async def test_a_door_gets_only_its_own_mts(desk: Desk) -> None:
    await desk.reply()
    assert await desk.store.lease(OTHER, desk.clock.at, 10) == []
    assert await desk.store.next_due(OTHER) is None


async def test_a_paused_door_gives_nothing_until_it_is_resumed(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.set_paused(DOOR, desk.clock.at, "an", paused=True)
    assert await leased(desk) == []
    assert await desk.store.next_due(DOOR) is None
    assert (await desk.store.figures()).paused == {DOOR}
    await desk.die()
    assert await leased(desk) == []
    await desk.store.set_paused(DOOR, desk.clock.at, "binh", paused=False)
    assert (await desk.store.figures()).paused == frozenset()
    assert await leased(desk) == [mt.id]


async def test_who_paused_and_resumed_is_audited(desk: Desk) -> None:
    await desk.store.set_paused(DOOR, desk.clock.at, "an", paused=True)
    await desk.store.set_paused(DOOR, desk.clock.at, "binh", paused=False)
    assert await desk.rows("SELECT by, act, subject FROM audit ORDER BY id") == [
        ("an", "door.pause", "telco"),
        ("binh", "door.resume", "telco"),
    ]


async def test_what_is_past_its_validity_is_not_leased(desk: Desk) -> None:
    await desk.reply()
    desk.clock.step(VALID.total_seconds())
    assert await leased(desk) == []


async def test_expiry_ends_an_mt_and_parks_its_mo(desk: Desk) -> None:
    mt = await desk.reply()
    notice = await desk.reply(kind=MtKind.NOTICE)
    desk.clock.step(VALID.total_seconds() - 0.001)
    assert await desk.store.expire(desk.clock.at) == []
    desk.clock.step(0.001)
    ended = await desk.store.expire(desk.clock.at)
    assert sorted(ended, key=lambda one: one.id) == [
        ExpiredMt(mt.id, DOOR, "Lookup"),
        ExpiredMt(notice.id, DOOR, ""),
    ]
    assert await desk.store.expire(desk.clock.at) == []
    assert (await desk.mt_row(mt.id)).state is MtState.EXPIRED
    assert await outcome(desk, mt.id) == (Outcome.PARKED, "reply_expired")
    assert await outcome(desk, notice.id) == (Outcome.ANSWERED, "S4")


async def test_what_is_being_sent_does_not_expire(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    late = desk.clock.step(VALID.total_seconds())
    assert await desk.store.expire(late) == []
    assert await desk.store.settle([desk.accepted(mt.id, 1)]) == [True]


async def test_an_accepted_mt_is_kept_with_the_telcos_ids_per_part(desk: Desk) -> None:
    mt = await desk.reply(segments=2)
    await leased(desk)
    assert await desk.store.settle([desk.accepted(mt.id, 1, "A1", "A2")]) == [True]
    row = await desk.mt_row(mt.id)
    assert (row.state, row.settled_at) == (MtState.ACCEPTED, desk.clock.at)
    attempts = (await desk.line_of(mt.id)).attempts
    assert [(a.part, a.telco_id, a.result) for a in attempts] == [
        (1, "A1", "accepted"),
        (2, "A2", "accepted"),
    ]


async def test_a_deferred_mt_is_tried_again_at_its_time_and_spends_no_retry(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    again = desk.clock.at + timedelta(seconds=30)
    deferred = replace(desk.settlement(mt.id, 1, MtState.QUEUED), not_before=again)
    assert await desk.store.settle([deferred]) == [True]
    assert await desk.store.next_due(DOOR) == again
    desk.clock.step(29.999)
    assert await leased(desk) == []
    desk.clock.step(0.001)
    (mt_again,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (mt_again.id, mt_again.attempt, mt_again.failures) == (mt.id, 2, 0)


async def test_of_deferrals_in_a_row_the_first_and_the_last_are_kept(desk: Desk) -> None:
    mt = await desk.reply()
    for attempt, result in enumerate(
        [*["deferred"] * 4, "rejected", "deferred", "rejected", *["deferred"] * 3, "accepted"], 1
    ):
        await leased(desk)
        state = MtState.ACCEPTED if result == "accepted" else MtState.QUEUED
        settlement = replace(desk.settlement(mt.id, attempt, state), result=result)
        assert await desk.store.settle([settlement]) == [True]
        desk.clock.step(1)
    attempts = (await desk.line_of(mt.id)).attempts
    assert [(a.attempt, a.result) for a in attempts] == [
        *[(1, "deferred"), (4, "deferred"), (5, "rejected"), (6, "deferred"), (7, "rejected")],
        *[(8, "deferred"), (10, "deferred"), (11, "accepted")],
    ]


async def test_a_rejected_mt_spends_a_retry(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    await desk.store.settle([replace(desk.settlement(mt.id, 1, MtState.QUEUED), failed=True)])
    (again,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (again.attempt, again.failures) == (2, 1)
    assert await desk.store.settle([desk.accepted(mt.id, 1)]) == [False]
    assert await desk.store.settle([desk.accepted(mt.id, 2)]) == [True]


@pytest.mark.parametrize(
    "state,reason", [(MtState.FAILED, "send_failed"), (MtState.EXPIRED, "reply_expired")]
)
async def test_an_mt_that_ends_without_the_telcos_yes_parks_its_mo(
    desk: Desk, state: MtState, reason: str
) -> None:
    mt = await desk.reply()
    await leased(desk)
    await desk.store.settle([desk.settlement(mt.id, 1, state)])
    assert (await desk.mt_row(mt.id)).state is state
    assert await outcome(desk, mt.id) == (Outcome.PARKED, reason)
    assert await leased(desk) == []


async def test_an_uncertain_mt_waits_and_leaves_its_mo_answered(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
    assert await outcome(desk, mt.id) == (Outcome.ANSWERED, "S4")
    assert await leased(desk) == []


async def test_a_held_mt_says_why(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    held = replace(desk.settlement(mt.id, 1, MtState.HELD), reason="uncertain")
    await desk.store.settle([held])
    assert (await desk.mt_row(mt.id)).hold_reason == "uncertain"


async def test_an_attempt_is_settled_once(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    assert await desk.store.settle([desk.accepted(mt.id, 1, "A1")]) == [True]
    late = [desk.settlement(mt.id, 1, MtState.FAILED), desk.settlement(mt.id, 1, MtState.QUEUED)]
    assert await desk.store.settle(late) == [False, False]
    assert (await desk.mt_row(mt.id)).state is MtState.ACCEPTED


async def test_an_attempt_is_settled_once_even_within_one_commit(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    twice = [desk.accepted(mt.id, 1, "A1"), desk.settlement(mt.id, 1, MtState.UNCERTAIN)]
    assert await desk.store.settle(twice) == [True, False]
    assert (await desk.mt_row(mt.id)).state is MtState.ACCEPTED


async def test_nothing_is_settled_that_was_not_leased(desk: Desk) -> None:
    mt = await desk.reply()
    unknown = desk.new_id()
    settlements = [desk.accepted(mt.id, 0), desk.accepted(mt.id, 1), desk.accepted(unknown, 1)]
    assert await desk.store.settle(settlements) == [False, False, False]
    assert (await desk.mt_row(mt.id)).state is MtState.QUEUED


async def test_an_id_that_cannot_be_written_does_not_keep_a_settlement_out(desk: Desk) -> None:
    """An unsettled MT would be sent again or held, although the telco took it."""
    bad, good = await desk.reply(), await desk.reply()
    await leased(desk)
    settlements: list[Settlement] = [desk.accepted(mt.id, 1, "A1") for mt in (bad, good)]
    settlements[0] = replace(settlements[0], telco_ids=(TelcoId("\ud800"),))
    assert await desk.store.settle(settlements) == [True, True]
    for mt in (bad, good):
        assert (await desk.mt_row(mt.id)).state is MtState.ACCEPTED
    assert [a.reason for a in (await desk.line_of(bad.id)).attempts] == ["unwritable"]


async def test_a_fetched_reply_is_accepted_and_its_first_response_settles_late(desk: Desk) -> None:
    mt = await desk.reply(MtState.SENDING)
    await desk.store.fetched([mt.id], desk.clock.at)
    assert (await desk.mt_row(mt.id)).state is MtState.ACCEPTED
    assert await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)]) == [False]


async def test_an_uncertain_reply_that_is_fetched_is_accepted_and_both_are_told(
    desk: Desk,
) -> None:
    mt = await desk.reply(MtState.SENDING)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
    at = desk.clock.step(5)
    await desk.store.fetched([mt.id, mt.id], at)
    await desk.store.fetched([mt.id], desk.clock.step(5))
    row = await desk.mt_row(mt.id)
    assert (row.state, row.settled_at) == (MtState.ACCEPTED, at)
    attempts = (await desk.line_of(mt.id)).attempts
    assert [(a.result, a.reason) for a in attempts] == [
        ("uncertain", "why"),
        ("accepted", "fetched"),
    ]


async def test_a_fetched_reply_that_had_no_way_back_ends_the_wait_of_its_mo(desk: Desk) -> None:
    mo = await desk.receive()
    mt = await desk.reply(MtState.HELD, mo)
    assert await outcome(desk, mt.id) == (Outcome.PARKED, "no_way_back")
    assert (await desk.store.figures()).parked == 1
    await desk.store.fetched([mt.id], desk.clock.at)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.hold_reason) == (MtState.ACCEPTED, "")
    assert await outcome(desk, mt.id) == (Outcome.ANSWERED, "fetched")
    assert (await desk.store.figures()).parked == 0
    assert (await desk.stored(mo.id)).inline


@pytest.mark.parametrize("state", [MtState.QUEUED, MtState.HELD])
async def test_a_reply_that_goes_another_way_is_not_settled_by_a_fetch(
    desk: Desk, state: MtState
) -> None:
    mt = await desk.reply(state, hold_reason="staff" if state is MtState.HELD else "")
    await desk.store.fetched([mt.id], desk.clock.at)
    assert (await desk.mt_row(mt.id)).state is state


async def test_a_pushed_reply_that_is_being_sent_is_not_settled_by_a_fetch(desk: Desk) -> None:
    mt = await desk.reply()
    await leased(desk)
    await desk.store.fetched([mt.id], desk.clock.at)
    assert (await desk.mt_row(mt.id)).state is MtState.SENDING


async def test_figures_count_what_waits(desk: Desk) -> None:
    empty = await desk.store.figures()
    assert (empty.unanswered, empty.oldest_unanswered, empty.queued) == (0, None, {})
    assert (empty.uncertain, empty.held, empty.parked, empty.paused) == (0, 0, 0, frozenset())
    oldest = await desk.receive()
    desk.clock.step(60)
    await desk.receive()
    uncertain = await desk.reply(MtState.SENDING)
    await desk.store.settle([desk.settlement(uncertain.id, 1, MtState.UNCERTAIN)])
    await desk.reply(MtState.HELD)
    for _ in range(3):
        await desk.reply()
    await leased(desk, 1)
    found = await desk.store.figures()
    assert (found.unanswered, found.oldest_unanswered) == (2, oldest.received_at)
    assert (found.queued, found.uncertain, found.held, found.parked) == ({DOOR: 2}, 1, 1, 1)


async def test_figures_count_what_waits_too_long(desk: Desk) -> None:
    first = await desk.receive()
    desk.clock.step(60)
    second = await desk.receive()
    late = [
        (await desk.store.figures(moment)).late
        for moment in (None, first.received_at, second.received_at, desk.clock.step(1))
    ]
    assert late == [0, 0, 1, 2]


async def test_a_probe_writes_and_leaves_nothing(desk: Desk) -> None:
    before = await desk.rows("SELECT run FROM node")
    await desk.store.probe()
    await desk.store.probe()
    assert await desk.rows("SELECT run FROM node") == before
