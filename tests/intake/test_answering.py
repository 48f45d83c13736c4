import asyncio
import dataclasses
import json
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Found, State
from sms_gateway.domain.ids import CanonicalKey, DoorName
from sms_gateway.domain.outcome import MtState
from sms_gateway.intake.around import AnsweringLimits
from sms_gateway.intake.at_once import Slots
from sms_gateway.ports import Answered, Late, Limits, NoReply
from tests.intake.intake_desk import (
    ASKED,
    DOORS,
    INLINE,
    PUSHING,
    IntakeDesk,
    Silent,
    opened,
    reply,
)
from tests.parts import AN, BINH, dossier, key_of, receipt_of
from tests.virtual_time import VirtualClock


async def never(_keys: Sequence[CanonicalKey]) -> None:
    await asyncio.Event().wait()


async def test_an_answer_is_written_with_all_that_it_was_made_from(desk: IntakeDesk) -> None:
    result = await desk.text("MCKH 170703-0001")
    (answer,) = desk.written
    assert answer.mo.id == result.id
    assert (answer.outcome, answer.reason, answer.intent) == ("answered", "S4", "lookup")
    assert (answer.key, answer.dossier_id) == (key_of(1), dossier(1).id)
    assert answer.agency == dossier(1).agency
    assert answer.rules_hash == desk.enquiry.rules.hash
    row = await desk.row(result.id)
    assert row.reply is not None
    assert (row.reply.state, row.reply.template, row.reply.alphabet) == ("sending", "S4", "gsm7")


async def test_the_snapshot_holds_the_facts_and_neither_phone_nor_secret(desk: IntakeDesk) -> None:
    result = await desk.text("MCKH 170703-0001")
    kept = (await desk.line(result.id)).snapshot
    assert kept is not None
    facts = json.loads(kept)
    assert (facts["receipt"], facts["state"]) == ("170703-0001", State.PROCESSING)
    assert facts["due_at"] == "2026-12-04T10:00:00Z"
    assert b"900000001" not in kept
    assert dossier(1).secret_hash.encode() not in kept
    assert set(facts).isdisjoint({"phones", "secret_hash"})


async def test_a_reply_for_a_door_that_pushes_is_queued_and_its_door_is_called(
    desk: IntakeDesk,
) -> None:
    result = await desk.text("MCKH 170703-0001", PUSHING)
    await desk.clock.settled()
    row = await desk.row(result.id)
    assert row.reply is not None
    assert row.reply.state is MtState.QUEUED
    assert desk.pushed == [PUSHING]


async def test_a_suppressed_text_has_an_outcome_and_no_reply(desk: IntakeDesk) -> None:
    results = [await desk.text("MCKH 170703-0001") for _ in range(4)]
    assert [type(result) for result in results] == [Answered] * 3 + [NoReply]
    assert await desk.ends() == ["answered:S4"] * 3 + ["suppressed:identical"]


async def test_texts_of_one_number_in_one_batch_count_one_after_the_other(desk: IntakeDesk) -> None:
    texts = [f"MCKH {receipt_of(number)}" for number in range(1, 13)]
    call = desk.call(*(desk.mo(text) for text in texts))
    await desk.clock.settled()
    said = [reply(result) for result in (await call).results]
    assert ["qua nhieu lan" in text for text in said] == [False] * 10 + [True] * 2
    assert len(desk.cases.asked) == 1


async def test_misses_of_one_batch_count_one_after_the_other(desk: IntakeDesk) -> None:
    guesses = [desk.mo(f"MCKH 999999-{number:04}") for number in range(7)]
    call = desk.call(*guesses, desk.mo("MCKH 170703-0001"))
    await desk.clock.settled()
    await call
    assert await desk.ends() == [
        "answered:E1",
        *["answered_with_help:F2"] * 3,
        "suppressed:identical",
        *["answered:E3"] * 3,
    ]


async def test_a_choice_holds_from_the_next_text_on(desk: IntakeDesk) -> None:
    await desk.text("MCKH EN")
    assert "being processed" in reply(await desk.text("MCKH 170703-0001"))


async def test_budgets_are_those_of_the_number_and_not_of_the_door(desk: IntakeDesk) -> None:
    for number in range(1, 11):
        await desk.text(f"MCKH {receipt_of(number)}", PUSHING)
    await desk.clock.settled()
    assert "qua nhieu lan" in reply(await desk.text("MCKH", INLINE))
    assert "qua nhieu lan" not in reply(await desk.text("MCKH", INLINE, BINH))


async def test_a_slow_directory_gets_an_inline_call_its_reply_before_the_deadline(
    desk: IntakeDesk,
) -> None:
    desk.cases.before = never
    result = await desk.text("MCKH 170703-0001")
    assert "He thong dang gian doan" in reply(result)
    assert desk.clock.monotonic() <= 2
    assert await desk.ends() == ["answered:E4"]
    assert desk.written[0].mt is not None
    assert desk.written[0].mt.billing == "free"


async def test_another_door_tries_until_its_own_deadline(desk: IntakeDesk) -> None:
    desk.cases.before = never
    await desk.text("MCKH 170703-0001", PUSHING)
    await desk.clock.advance(17)
    assert await desk.ends() == ["None:"]
    await desk.clock.advance(3)
    assert await desk.ends() == ["answered:E4"]
    assert 5 < len(desk.cases.asked) < 15


@pytest.mark.parametrize("error", [RuntimeError("boom"), ConnectionError(), KeyError("x")])
async def test_a_directory_that_breaks_is_one_that_cannot_say(
    desk: IntakeDesk, error: Exception
) -> None:
    async def broken(_keys: Sequence[CanonicalKey]) -> None:
        raise error

    desk.cases.before = broken
    assert "He thong dang gian doan" in reply(await desk.text("MCKH 170703-0001"))
    assert await desk.ends() == ["answered:E4"]


async def test_a_directory_that_comes_back_in_time_is_answered_from(desk: IntakeDesk) -> None:
    tries = 0

    async def down_twice(_keys: Sequence[CanonicalKey]) -> None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise ConnectionError

    desk.cases.before = down_twice
    assert "dang xu ly" in reply(await desk.text("MCKH 170703-0001"))
    assert tries == 3


async def test_an_inline_call_is_in_time_also_in_a_batch_with_texts_that_may_wait_longer(
    desk: IntakeDesk,
) -> None:
    desk.cases.before = never
    leave = asyncio.Event()
    desk.faults.held["record"] = leave.wait
    patient = desk.call(desk.mo("MCKH 170703-0002", sender=BINH), door=PUSHING)
    inline = desk.call(desk.mo("MCKH 170703-0001"))
    await desk.clock.settled()
    leave.set()
    result = await desk.result(inline)
    assert [len(keys) for keys in desk.cases.asked] == [2, 1]
    assert "He thong dang gian doan" in reply(result)
    assert desk.clock.monotonic() <= 2
    await patient


async def test_a_slow_look_up_does_not_hold_up_those_that_are_quick(desk: IntakeDesk) -> None:
    async def slow_for_one(keys: Sequence[CanonicalKey]) -> None:
        if key_of(2) in keys:
            await desk.clock.sleep(0.9)

    desk.cases.before = slow_for_one
    slow = desk.call(desk.mo("MCKH 170703-0002"))
    await desk.clock.settled()
    quick = desk.call(desk.mo("MCKH 170703-0001", sender=BINH))
    await desk.clock.settled()
    assert quick.done()
    assert not slow.done()
    await desk.clock.advance(1)
    assert "170703-0002 dang xu ly" in reply((await slow).results[0])


async def test_a_second_text_of_a_number_waits_for_the_first(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.cases.before = lambda _keys: leave.wait()
    first = desk.call(desk.mo("MCKH 170703-0001"))
    await desk.clock.settled()
    second = desk.call(desk.mo("MCKH 170703-0001"))
    other = desk.call(desk.mo("MCKH", sender=BINH))
    await desk.clock.settled()
    assert (first.done(), second.done(), other.done()) == (False, False, True)
    leave.set()
    await asyncio.gather(first, second)
    assert [answer.mt.billing for answer in desk.written if answer.mt] == ["free", "charge", "free"]


async def test_a_late_answer_is_pushed_where_the_door_can(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.faults.held["citizens"] = leave.wait
    late = await desk.text("MCKH 170703-0001")
    assert isinstance(late, Late)
    leave.set()
    await desk.clock.settled()
    assert await desk.ends() == ["answered:S4"]
    assert desk.pushed == [INLINE]


async def test_a_late_answer_without_a_way_back_waits_for_a_person(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.faults.held["citizens"] = leave.wait
    late = await desk.text("MCKH 170703-0001", ASKED)
    leave.set()
    await desk.clock.settled()
    row = await desk.row(late.id)
    assert (row.outcome, row.reason) == ("parked", "no_way_back")
    assert row.reply is not None
    assert (row.reply.state, row.reply.hold_reason) == ("held", "no_way_back")


async def test_a_text_that_outlived_its_validity_waits_for_a_person(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.faults.held["citizens"] = leave.wait
    call = desk.call(desk.mo(), door=PUSHING)
    await desk.clock.settled()
    await call
    await desk.clock.advance(6 * 3600 + 1)
    leave.set()
    await desk.clock.settled()
    assert await desk.ends() == ["parked:too_late"]
    assert desk.pushed == []


async def test_a_text_of_a_door_that_is_no_longer_configured_waits_for_a_person(
    desk: IntakeDesk,
) -> None:
    desk.faults.held["record"] = desk.clock.settled
    desk.answerer._doors = {}  # noqa: SLF001  # as after a restart with other settings
    await desk.text("MCKH 170703-0001", PUSHING)
    await desk.clock.settled()
    assert await desk.ends() == ["parked:no_way_back"]


async def test_what_the_door_cannot_carry_is_not_composed(desk: IntakeDesk) -> None:
    await desk.text("MCKH CODAU", PUSHING)
    desk.cases.known = {key_of(1): Found(replace(dossier(1, AN), state=State.FINISHED))}
    desk.narrow(PUSHING, Limits(max_segments=1))
    await desk.text("MCKH 170703-0001", PUSHING)
    await desk.clock.settled()
    assert desk.written[-1].mt is not None
    assert desk.written[-1].mt.segments == 1


async def test_a_reply_fits_every_door_that_it_may_leave_by(desk: IntakeDesk) -> None:
    await desk.text("MCKH CODAU", PUSHING)
    desk.cases.known = {key_of(1): Found(replace(dossier(1, AN), state=State.FINISHED))}
    other = Silent()
    other.limits = Limits(max_segments=1, refused_characters=frozenset("/"))
    carriers = [
        DOORS[PUSHING],
        dataclasses.replace(DOORS[PUSHING], name=DoorName("other"), sender=other),
    ]
    desk.answerer.at_once._slots = Slots(carriers=lambda _door: carriers)  # noqa: SLF001  # as with other settings
    await desk.text("MCKH 170703-0001", PUSHING)
    await desk.clock.settled()
    mt = desk.written[-1].mt
    assert mt is not None
    assert mt.segments == 1
    assert "/" not in mt.text


async def test_it_is_drained_when_every_text_has_its_answer(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.cases.before = lambda _keys: leave.wait()
    await desk.answerer.drained()
    call = desk.call(desk.mo(), door=PUSHING)
    await desk.clock.settled()
    drained = asyncio.create_task(desk.answerer.drained())
    await desk.clock.settled()
    assert not drained.done()
    leave.set()
    await drained
    assert await desk.ends() == ["answered:S4"]
    await call


async def test_it_ends_only_after_the_batches_under_way(
    tmp_path_factory: pytest.TempPathFactory, clock: VirtualClock
) -> None:
    leave = asyncio.Event()
    async with opened(tmp_path_factory.mktemp("ending"), clock) as desk:
        desk.cases.before = lambda _keys: leave.wait()
        call = desk.call(desk.mo(), door=PUSHING)
        await clock.settled()
        asyncio.get_running_loop().call_soon(leave.set)
        await call
    assert [answer.reason for answer in desk.written] == ["S4"]


async def test_the_queue_has_room_again_when_it_was_worked_off(
    tmp_path_factory: pytest.TempPathFactory, clock: VirtualClock
) -> None:
    limits = AnsweringLimits(queue=1, batches=1)
    leave = asyncio.Event()
    async with opened(tmp_path_factory.mktemp("room"), clock, limits) as desk:
        desk.cases.before = lambda _keys: leave.wait()
        calls = []
        for sender in (AN, BINH):
            calls.append(desk.call(desk.mo(sender=sender), door=PUSHING))
            await clock.settled()
        assert (desk.answerer.waiting, desk.answerer.has_room()) == (1, False)
        leave.set()
        await clock.settled()
        assert desk.answerer.has_room()
        await asyncio.gather(*calls)


async def test_guessing_ends_also_where_most_guesses_are_answered_by_silence(
    desk: IntakeDesk,
) -> None:
    for number in range(6):
        await desk.text(f"MCKH 999999-{number:04}")
    assert "qua nhieu lan" in reply(await desk.text("MCKH 170703-0001"))
    assert (await desk.ends())[4:] == ["suppressed:identical", "answered:E3", "answered:E3"]
