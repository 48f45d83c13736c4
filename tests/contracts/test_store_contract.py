"""What holds for every store: durability, one result per row, death of a run.

A fault of one row, a full disk and the sharing of commits are tested per dialect.
"""

import asyncio

import pytest
from msgspec.structs import replace

from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import Duplicate, New, PendingMo
from sms_gateway.ports import StoreDownError
from tests.contracts.store_desk import AN, BINH, DOOR, Desk, dialects, maker_of, pending


def test_every_dialect_has_a_maker_of_test_stores() -> None:
    assert "sqlite" in dialects()
    for dialect in dialects():
        maker_of(dialect)


async def test_an_mo_is_on_disk_when_record_returns(desk: Desk) -> None:
    mo = await desk.receive("MCKH_170703-0001")
    await desk.die()
    (again,) = await desk.store.lease_unanswered(10)
    assert again == replace(mo, attempt=2)


async def test_a_part_of_a_long_text_is_on_disk_when_record_returns(desk: Desk) -> None:
    from_before = desk.arrival("MCKH_17", part=desk.part_of(1, 2))
    await desk.record(from_before)
    await desk.die()
    last = desk.arrival("0703-0001", part=desk.part_of(2, 2))
    assert pending(await desk.record(last)).text == "MCKH_170703-0001"


async def test_a_repeated_delivery_is_known_after_a_death(desk: Desk) -> None:
    mo = await desk.record(desk.arrival(telco_id="T1"))
    await desk.die()
    assert await desk.record(desk.arrival(telco_id="T1")) == Duplicate(pending(mo).id)


async def test_an_answer_and_its_reply_are_on_disk_when_answer_returns(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.die()
    assert [m.id for m in await desk.store.lease(DOOR, desk.clock.at, 10)] == [mt.id]
    assert await desk.store.lease_unanswered(10) == []


async def test_a_settlement_is_on_disk_when_settle_returns(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "T9")
    await desk.die()
    assert (await desk.mt_row(mt.id)).state is MtState.ACCEPTED
    assert await desk.store.recover([], desk.clock.at) == (0, 0)


async def test_a_run_does_not_lease_what_it_holds(desk: Desk) -> None:
    await desk.receive()
    assert await desk.store.lease_unanswered(10) == []


async def test_mos_of_a_dead_run_are_leased_again_oldest_first(desk: Desk) -> None:
    mos: list[PendingMo] = []
    for sender in (BINH, AN, BINH):
        mos.append(await desk.receive(sender=sender))
        desk.clock.step(1)
    await desk.die()
    leased = await desk.store.lease_unanswered(2)
    assert [(mo.id, mo.attempt) for mo in leased] == [(mo.id, 2) for mo in mos[:2]]
    assert [mo.id for mo in await desk.store.lease_unanswered(10)] == [mos[2].id]


async def test_an_answer_from_before_a_death_changes_nothing(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.die()
    (again,) = await desk.store.lease_unanswered(10)
    late, right = desk.answer(mo, desk.mt(mo, text="late")), desk.answer(again, desk.mt(again))
    assert await desk.store.answer([late]) == [False]
    assert (await desk.stored(mo.id)).outcome is None
    assert await desk.store.answer([late, right]) == [False, True]
    assert [mt.id for mt in (await desk.line_of(mo.id)).mts] == [right.mt.id if right.mt else ""]


async def test_a_settlement_from_before_a_death_changes_nothing(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.die()
    assert await desk.store.recover([DOOR], desk.clock.at) == (0, 1)
    assert await desk.store.settle([desk.accepted(mt.id, 1)]) == [False]
    await desk.store.lease(DOOR, desk.clock.at, 1)
    assert await desk.store.settle([desk.accepted(mt.id, 1)]) == [False]
    assert (await desk.mt_row(mt.id)).state is MtState.SENDING
    assert await desk.store.settle([desk.accepted(mt.id, 2)]) == [True]


async def test_a_settlement_of_another_run_is_void_even_before_recovery(desk: Desk) -> None:
    pushed, inline = await desk.reply(), await desk.reply(MtState.SENDING)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.die()
    settlements = [desk.accepted(mt.id, 1) for mt in (pushed, inline)]
    assert await desk.store.settle(settlements) == [False, False]
    assert await desk.store.recover([], desk.clock.at) == (0, 2)


async def test_recovery_frees_mos_and_makes_open_sends_uncertain(desk: Desk) -> None:
    unanswered = await desk.receive()
    pushed, inline = await desk.reply(), await desk.reply(MtState.SENDING)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.die()
    assert await desk.store.recover([], desk.clock.at) == (1, 2)
    for mt in (pushed, inline):
        assert (await desk.mt_row(mt.id)).state is MtState.UNCERTAIN
        (attempt,) = (await desk.line_of(mt.id)).attempts
        assert (attempt.attempt, attempt.result, attempt.reason) == (
            *(1, "uncertain", "process_ended"),
        )
    assert [mo.id for mo in await desk.store.lease_unanswered(10)] == [unanswered.id]


async def test_recovery_sends_again_where_the_telco_knows_our_ids_but_never_an_inline_reply(
    desk: Desk,
) -> None:
    pushed, inline = await desk.reply(), await desk.reply(MtState.SENDING)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.die()
    assert await desk.store.recover([DOOR], desk.clock.at) == (0, 2)
    (again,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (again.id, again.attempt, again.failures) == (pushed.id, 2, 0)
    assert (await desk.mt_row(inline.id)).state is MtState.UNCERTAIN


async def test_recovery_leaves_what_this_run_holds(desk: Desk) -> None:
    await desk.receive()
    await desk.reply(MtState.SENDING)
    assert await desk.store.recover([], desk.clock.at) == (0, 0)


async def test_calls_that_wait_together_each_get_their_own_results(desk: Desk) -> None:
    calls = [[desk.arrival(f"text {i}-{j}") for j in range(i)] for i in range(1, 9)]
    results = await asyncio.gather(*(desk.store.record(call) for call in calls))
    for call, result in zip(calls, results, strict=True):
        assert [pending(r).id for r in result] == [a.id for a in call]


async def test_a_call_of_a_thousand_rows_is_answered_row_by_row_in_order(desk: Desk) -> None:
    arrivals = [desk.arrival(f"text {i}") for i in range(1000)]
    repeated = replace(arrivals[7], id=desk.new_id())
    results = await desk.store.record([*arrivals, repeated])
    assert [pending(r).text for r in results[:-1]] == [a.mo.text for a in arrivals]
    assert results[-1] == Duplicate(arrivals[7].id)
    mos = [pending(r) for r in results[:-1]]
    answers = [desk.answer(mo, desk.mt(mo, text=mo.text)) for mo in mos]
    assert await desk.store.answer(answers) == [True] * 1000
    stored = await desk.store.stored_answers([mo.id for mo in mos])
    assert [stored[mo.id].text for mo in mos] == [mo.text for mo in mos]


async def test_a_call_without_rows_writes_nothing(desk: Desk) -> None:
    assert await desk.store.record([]) == []
    assert await desk.store.answer([]) == []
    assert await desk.store.settle([]) == []
    assert await desk.store.stored_answers([]) == {}


async def test_a_caller_that_goes_away_does_not_take_its_mo_along(desk: Desk) -> None:
    gone = asyncio.create_task(desk.store.record([desk.arrival("of the one who left")]))
    stays = asyncio.create_task(desk.store.record([desk.arrival("of the one who stays")]))
    await asyncio.sleep(0)
    gone.cancel()
    (result,) = await stays
    assert isinstance(result, New)
    with pytest.raises(asyncio.CancelledError):
        await gone
    texts = [row[0] for row in await desk.rows("SELECT text FROM inbox ORDER BY id")]
    assert texts == ["of the one who left", "of the one who stays"]


async def test_an_mo_whose_caller_went_away_is_leased_again_by_the_same_run(desk: Desk) -> None:
    gone = asyncio.create_task(desk.store.record([desk.arrival()]))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    # Whatever the caller left behind is written before the next call's commit, or with it.
    await desk.receive("another")
    assert [mo.attempt for mo in await desk.store.lease_unanswered(10)] == [2]


async def test_a_lease_whose_caller_went_away_is_given_back(desk: Desk) -> None:
    first = await desk.receive()
    mt = await desk.reply()
    await desk.die()
    calls = [
        asyncio.create_task(desk.store.lease_unanswered(10)),
        asyncio.create_task(desk.store.lease(DOOR, desk.clock.at, 10)),
    ]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    await desk.receive("another")
    assert [mo.id for mo in await desk.store.lease_unanswered(10)] == [first.id]
    (again,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (again.id, again.failures) == (mt.id, 0)


async def test_a_closed_store_refuses(desk: Desk) -> None:
    await desk.store.close()
    with pytest.raises(StoreDownError):
        await desk.store.record([desk.arrival()])
    with pytest.raises(StoreDownError):
        await desk.store.lease(DOOR, desk.clock.at, 1)


async def test_closing_finishes_what_was_accepted(desk: Desk) -> None:
    waiting = [asyncio.create_task(desk.store.record([desk.arrival()])) for _ in range(5)]
    await asyncio.sleep(0)
    await desk.store.close()
    assert all(isinstance(result, New) for (result,) in await asyncio.gather(*waiting))


async def test_keys_that_have_expired_are_forgotten_and_others_kept(desk: Desk) -> None:
    await desk.record(desk.arrival(telco_id=None))
    await desk.record(desk.arrival(telco_id="A1"))
    desk.clock.step(3600)
    await desk.store.expire(desk.clock.at)
    assert len(await desk.rows("SELECT hash FROM mo_key")) == 1
