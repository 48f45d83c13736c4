"""What every store does with MOs: written down once, answered once, parked after failures."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, DossierId, TraceId
from sms_gateway.domain.outcome import Billing, MtState, Outcome
from sms_gateway.domain.records import (
    Arrival,
    Duplicate,
    New,
    Recorded,
    RefusedRequest,
    StoredAnswer,
)
from sms_gateway.ports import StoreDownError
from tests.contracts.store_desk import AN, BINH, DOOR, Desk, pending


async def test_a_new_mo_is_handed_back_as_it_was_recorded_and_leased(desk: Desk) -> None:
    arrival = desk.arrival("mckh 170703-0001 \u1ea5 \U0001f600")
    mo = pending(await desk.record(arrival))
    assert (mo.id, mo.attempt, mo.failures, mo.door) == (arrival.id, 1, 0, DOOR)
    assert (mo.sender, mo.sender_hash) == (AN, arrival.sender_hash)
    assert (mo.text, mo.short_code) == (arrival.mo.text, arrival.mo.short_code)
    assert (mo.telco_time, mo.received_at) == (arrival.mo.telco_time, arrival.received_at)
    assert (mo.inline, mo.answer_by, mo.trace_id) == (True, arrival.answer_by, arrival.trace_id)


async def test_the_same_telco_id_twice_is_one_mo_and_names_the_first(desk: Desk) -> None:
    first = desk.arrival(telco_id="T1")
    assert isinstance(await desk.record(first), New)
    desk.clock.step(3600)
    for _ in range(2):
        assert await desk.record(desk.arrival("other", telco_id="T1")) == Duplicate(first.id)
    assert await desk.rows("SELECT count(*) FROM inbox") == [(1,)]


async def test_the_same_content_without_an_id_is_the_same_mo_only_within_its_window(
    desk: Desk,
) -> None:
    first = desk.arrival("MCKH 1", telco_id=None)
    await desk.record(first)
    desk.clock.step(9.999)
    assert await desk.record(desk.arrival("MCKH 1", telco_id=None)) == Duplicate(first.id)
    desk.clock.step(0.001)
    second = desk.arrival("MCKH 1", telco_id=None)
    assert pending(await desk.record(second)).id == second.id
    desk.clock.step(9.999)
    assert await desk.record(desk.arrival("MCKH 1", telco_id=None)) == Duplicate(second.id)


async def test_the_same_content_asked_anew_is_another_mo_and_what_comes_then_is_that_one(
    desk: Desk,
) -> None:
    first = pending(await desk.record(desk.arrival(telco_id=None)))
    anew = replace(desk.arrival(telco_id=None), anew=True)
    second = pending(await desk.record(anew))
    assert second.id == anew.id != first.id
    # By whomever, also after a restart: nothing but the key tells.
    desk.clock.at += timedelta(seconds=5)
    assert await desk.record(desk.arrival(telco_id=None)) == Duplicate(second.id)


async def test_content_asked_anew_takes_its_own_key_only(desk: Desk) -> None:
    other = pending(await desk.record(desk.arrival("MCKH 2", telco_id=None)))
    await desk.record(replace(desk.arrival("MCKH 1", telco_id=None), anew=True))
    assert await desk.record(desk.arrival("MCKH 2", telco_id=None)) == Duplicate(other.id)


async def test_different_senders_and_texts_are_different_mos(desk: Desk) -> None:
    arrivals = [
        desk.arrival("MCKH 1", telco_id="T1"),
        desk.arrival("MCKH 1", telco_id="T1", sender=BINH),
        desk.arrival("MCKH 1", telco_id=None),
        desk.arrival("MCKH 2", telco_id=None),
        desk.arrival("MCKH 1", telco_id=None, sender=BINH),
    ]
    assert all(isinstance(r, New) for r in await desk.store.record(arrivals))


async def test_duplicates_inside_one_call_are_one_mo(desk: Desk) -> None:
    arrivals = [desk.arrival(telco_id=name) for name in ("T1", "T2", "T1", "T1")]
    first, second, *others = await desk.store.record(arrivals)
    assert pending(first).id == arrivals[0].id
    assert pending(second).id == arrivals[1].id
    assert others == [Duplicate(arrivals[0].id)] * 2


async def test_duplicates_in_calls_that_wait_together_are_one_mo(desk: Desk) -> None:
    arrivals = [desk.arrival(telco_id="T1") for _ in range(6)]
    results = await asyncio.gather(*(desk.record(arrival) for arrival in arrivals))
    assert [r for r in results if isinstance(r, New)] == results[:1]
    assert results[1:] == [Duplicate(arrivals[0].id)] * 5


async def test_a_key_that_expires_between_two_mos_of_one_call_makes_two_mos(desk: Desk) -> None:
    first = desk.arrival("MCKH 1", telco_id=None)
    desk.clock.step(10)
    later = desk.arrival("MCKH 1", telco_id=None)
    results = await desk.store.record([first, later])
    assert [pending(result).id for result in results] == [first.id, later.id]


async def test_a_later_mo_of_the_same_call_does_not_end_the_window_of_an_earlier_one(
    desk: Desk,
) -> None:
    first = desk.arrival("MCKH 1", telco_id=None)
    await desk.record(first)
    desk.clock.step(9)
    repeated = desk.arrival("MCKH 1", telco_id=None)
    desk.clock.step(9)
    others = [desk.arrival(f"other {i}") for i in range(20)]
    results = await desk.store.record([repeated, *others])
    assert results[0] == Duplicate(first.id)


async def test_the_request_is_kept_with_its_first_mo(desk: Desk) -> None:
    first = desk.arrival(telco_id="T1")
    await desk.record(first)
    await desk.record(desk.arrival(telco_id="T1"))
    assert (await desk.line_of(first.id)).raw == first.raw
    assert await desk.rows("SELECT count(*) FROM raw_exchange") == [(1,)]


async def test_an_mo_is_answered_once(desk: Desk) -> None:
    mo = await desk.receive()
    first, second = (desk.answer(mo, desk.mt(mo, text=text)) for text in ("first", "second"))
    assert await desk.store.answer([first]) == [True]
    assert await desk.store.answer([second]) == [False]
    assert (await desk.stored(mo.id)).text == "first"


async def test_an_mo_is_answered_once_even_within_one_commit(desk: Desk) -> None:
    mo = await desk.receive()
    first = desk.answer(mo, desk.mt(mo, text="first"))
    second = replace(desk.answer(mo, desk.mt(mo, text="second")), reason="S5")
    assert await desk.store.answer([first, second]) == [True, False]
    row = (await desk.line_of(mo.id)).mo
    assert row is not None
    assert row.reason == "S4"


async def test_a_second_reply_with_the_same_key_is_not_stored(desk: Desk) -> None:
    one, two = await desk.receive(), await desk.receive()
    replies = [replace(desk.mt(mo), dedupe_key="once") for mo in (one, two)]
    answers = [desk.answer(mo, mt) for mo, mt in zip((one, two), replies, strict=True)]
    assert await desk.store.answer(answers) == [True, True]
    assert [m.id for m in await desk.store.lease(DOOR, desk.clock.at, 9)] == [replies[0].id]
    assert (await desk.stored(two.id)).mt_id is None


async def test_a_reply_that_cannot_be_written_leaves_its_mo_unanswered(desk: Desk) -> None:
    """The answer and its reply are one commit."""
    good, bad = await desk.receive(), await desk.receive()
    unwritable = desk.answer(bad, desk.mt(bad, text="\ud800"))
    answers = [desk.answer(good, desk.mt(good)), unwritable]
    assert await desk.store.answer(answers) == [True, None]
    assert (await desk.stored(good.id)).outcome is Outcome.ANSWERED
    assert await desk.stored(bad.id) == StoredAnswer(outcome=None)
    assert await desk.rows("SELECT count(*) FROM outbox") == [(1,)]
    assert await desk.store.answer([desk.answer(bad, desk.mt(bad))]) == [True]


async def test_an_mo_that_failed_waits_longer_each_time_and_is_parked_at_last(desk: Desk) -> None:
    mo = await desk.receive()
    for failures, wait in ((1, 1), (2, 2)):
        assert await desk.store.fail([mo], desk.clock.at, 3) == [False]
        desk.clock.step(wait - 0.001)
        assert await desk.store.lease_unanswered(10) == []
        desk.clock.step(0.001)
        (mo,) = await desk.store.lease_unanswered(10)
        assert (mo.attempt, mo.failures) == (failures + 1, failures)
    assert await desk.store.fail([mo], desk.clock.at, 3) == [True]
    desk.clock.step(3600)
    assert await desk.store.lease_unanswered(10) == []
    row = (await desk.line_of(mo.id)).mo
    assert row is not None
    assert (row.outcome, row.reason, row.failures) == (Outcome.PARKED, "failed", 3)


async def test_a_late_failure_counts_nothing(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.die()
    (again,) = await desk.store.lease_unanswered(10)
    assert await desk.store.fail([mo], desk.clock.at, 1) == [False]
    assert await desk.store.answer([desk.answer(again)]) == [True]
    assert await desk.store.fail([again], desk.clock.at, 1) == [False]
    assert (await desk.stored(mo.id)).outcome is Outcome.SUPPRESSED


async def test_a_failed_mo_is_no_longer_answered_under_its_old_lease(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.store.fail([mo], desk.clock.at, 3)
    assert await desk.store.answer([desk.answer(mo)]) == [False]


async def test_a_repeated_delivery_is_told_to_wait_while_its_mo_is_unanswered(desk: Desk) -> None:
    mo = await desk.receive()
    assert await desk.stored(mo.id) == StoredAnswer(outcome=None)


async def test_a_suppressed_mo_has_an_outcome_and_no_reply(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.store.answer([desk.answer(mo)])
    assert await desk.stored(mo.id) == StoredAnswer(outcome=Outcome.SUPPRESSED)


@pytest.mark.parametrize("state", [MtState.SENDING, MtState.QUEUED, MtState.HELD])
async def test_a_stored_answer_is_the_reply_as_it_was_made(desk: Desk, state: MtState) -> None:
    """It goes into a response unless it went, or goes, as a push."""
    mt = await desk.reply(state, text="Da xong", billing=Billing.REFUND)
    mo_id = (await desk.rows("SELECT id FROM inbox"))[0][0]
    held = state is MtState.HELD
    assert await desk.store.stored_answers([mt.id]) == {}
    assert (await desk.store.stored_answers([desk.id_of(mo_id)]))[desk.id_of(mo_id)] == (
        StoredAnswer(
            outcome=Outcome.PARKED if held else Outcome.ANSWERED,
            mt_id=mt.id,
            attempt=1 if state is MtState.SENDING else 0,
            text="Da xong",
            billing=Billing.REFUND,
            state=state,
            inline=state is not MtState.QUEUED,
        )
    )


async def test_a_reply_held_for_another_reason_does_not_go_into_a_response(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.reply(MtState.HELD, mo, hold_reason="staff")
    assert not (await desk.stored(mo.id)).inline


@pytest.mark.parametrize("state", [MtState.ACCEPTED, MtState.UNCERTAIN])
async def test_a_stored_answer_tells_where_an_inline_reply_stands(
    desk: Desk, state: MtState
) -> None:
    mo = await desk.receive()
    mt = await desk.reply(MtState.SENDING, mo)
    await desk.store.settle([desk.settlement(mt.id, 1, state)])
    stored = await desk.stored(mo.id)
    assert (stored.state, stored.inline, stored.text) == (state, True, mt.text)


async def test_the_end_of_an_mo_is_kept_with_what_it_was_decided_by(desk: Desk) -> None:
    mo = await desk.receive()
    answer = replace(
        desk.answer(mo, desk.mt(mo)), snapshot=b'{"id":"x"}', dossier_id=DossierId("x")
    )
    await desk.store.answer([answer])
    line = await desk.line_of(mo.id)
    assert line.mo is not None
    assert (line.mo.intent, line.mo.code_key, line.mo.agency) == (
        *(answer.intent, answer.key, answer.agency),
    )
    assert (line.mo.dossier_id, line.mo.answered_at, line.snapshot) == (
        *("x", answer.at, answer.snapshot),
    )
    assert await desk.rows("SELECT rules_hash FROM inbox") == [("rules",)]


async def test_what_cannot_be_kept_does_not_pass_for_kept(desk: Desk) -> None:
    good = RefusedRequest(DOOR, "h1", desk.clock.at, "why", b"body", TraceId("t"))
    bad = replace(good, body_hash="h2", reason="half an emoji \ud83d")
    with pytest.raises(StoreDownError):
        await desk.store.keep_refused([good, bad])
    assert await desk.rows("SELECT body_hash FROM refused") == [("h1",)]


async def test_what_could_not_be_read_is_kept_once_by_its_hash_with_a_count(desk: Desk) -> None:
    request = RefusedRequest(
        DOOR, "h1", desk.clock.at, "unreadable: field text", b"body", TraceId("t")
    )
    await desk.store.keep_refused([request, request])
    desk.clock.step(60)
    await desk.store.keep_refused(
        [
            replace(request, at=desk.clock.at),
            replace(request, body_hash="h2"),
            replace(request, door=DoorName("other")),
        ]
    )
    assert await desk.rows(
        "SELECT door, body_hash, times, last_at - first_at FROM refused ORDER BY door, body_hash"
    ) == [("other", "h1", 1, 0), ("telco", "h1", 3, 60_000), ("telco", "h2", 1, 0)]
    assert (await desk.reading.counts()).refused == 3


async def test_one_unwritable_mo_of_a_call_leaves_nothing_of_that_call(desk: Desk) -> None:
    """The telco hears no OK and sends the whole call again; nothing may wait that nobody knows."""
    good, bad, neighbour = (desk.arrival(text) for text in ("good", "\ud800", "neighbour"))
    results: list[Recorded | BaseException] = []

    async def record(arrivals: list[Arrival]) -> None:
        try:
            results.extend(await desk.store.record(arrivals))
        except Exception as error:  # noqa: BLE001  # which error it is, is asserted below
            results.append(error)

    await asyncio.gather(record([good, bad]), record([neighbour]))
    errors = [r for r in results if isinstance(r, BaseException)]
    assert [type(error).__name__ for error in errors] == ["StoreDownError"]
    assert await desk.rows("SELECT text FROM inbox") == [("neighbour",)]
    assert isinstance(await desk.record(good), New)
