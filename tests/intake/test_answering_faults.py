import asyncio
import contextlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import cast

import pytest

from sms_gateway.domain.ids import MessageId, NumberHash, RunId
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import Answer, UsageEvent
from sms_gateway.enquiry.decide import Enquiry, Incoming, Question
from sms_gateway.ports import Answered, Late, Store, StoreDownError, WebhookResult
from sms_gateway.store.sqlite.opening import open_sqlite
from sms_gateway.store.store import RunOf
from tests.intake.intake_desk import INLINE, PUSHING, RULES, IntakeDesk, reply
from tests.parts import AN, BINH
from tests.virtual_time import VirtualClock

DOWN = StoreDownError("SQLITE_FULL")
POISON = "MCKH poison"


class Poisonable(Enquiry):
    """Breaks on one text, as a bug would."""

    def ask(
        self, incoming: Incoming, history: Sequence[UsageEvent], *, blocked: bool = False
    ) -> Question:
        if incoming.text == POISON:
            raise RuntimeError
        return super().ask(incoming, history, blocked=blocked)


@pytest.fixture
def broken(desk: IntakeDesk) -> IntakeDesk:
    """An answerer that one text breaks."""
    desk.answerer.enquiry = Poisonable(RULES)
    return desk


async def looked(desk: IntakeDesk, seconds: float, times: int = 1) -> None:
    """Let the sweep look around now and then."""
    for _ in range(times):
        await desk.clock.advance(seconds)
        with contextlib.suppress(StoreDownError):
            await desk.sweep.look()
        await desk.clock.settled()


async def test_a_text_that_breaks_us_costs_its_neighbours_nothing(broken: IntakeDesk) -> None:
    call = broken.call(
        broken.mo("MCKH", sender=BINH), broken.mo(POISON), broken.mo("MCKH 170703-0001")
    )
    await broken.clock.advance(2)
    first, second, third = (await call).results
    assert isinstance(first, Answered)
    assert isinstance(second, Late)
    assert "170703-0001 dang xu ly" in reply(third)


async def test_a_text_that_breaks_us_three_times_waits_for_a_person(broken: IntakeDesk) -> None:
    await broken.text(POISON, PUSHING)
    await looked(broken, 5)
    assert await broken.ends() == ["None:"]
    await looked(broken, 5, times=2)
    (row,) = await broken.rows()
    assert (row.outcome, row.reason, row.failures) == ("parked", "failed", 3)
    assert broken.parked == [(PUSHING, "")]


async def test_the_texts_of_one_number_stay_in_turn_when_one_breaks_us(broken: IntakeDesk) -> None:
    leave = asyncio.Event()
    broken.cases.before = lambda _keys: leave.wait()
    call = broken.call(broken.mo(POISON), broken.mo("MCKH 170703-0001"))
    await broken.clock.settled()
    later = broken.call(broken.mo("MCKH 170703-0001"))
    await broken.clock.settled()
    assert len(broken.cases.asked) == 1
    leave.set()
    await broken.clock.advance(3)
    await asyncio.gather(call, later)
    priced = [answer.mt.billing for answer in broken.written if answer.mt]
    assert priced == ["charge", "free"]


async def test_a_failure_that_cannot_be_counted_is_tried_again_when_the_store_is_back(
    broken: IntakeDesk,
) -> None:
    broken.faults.broken["fail"] = [DOWN]
    await broken.text(POISON, PUSHING)
    await broken.clock.settled()
    broken.answerer.enquiry = Enquiry(RULES)
    await broken.clock.advance(1)
    assert await broken.ends() == ["answered_with_help:E2"]


async def test_with_the_store_down_nothing_is_lost_and_all_is_answered_when_it_is_back(
    desk: IntakeDesk,
) -> None:
    leave = asyncio.Event()
    desk.cases.before = lambda _keys: leave.wait()
    calls = [
        desk.call(desk.mo("MCKH 170703-0001", sender=sender), door=PUSHING) for sender in (AN, BINH)
    ]
    await desk.clock.settled()
    desk.faults.down = DOWN
    leave.set()
    await desk.clock.advance(30)
    desk.faults.down = None
    assert await desk.ends() == ["None:", "None:"]
    await desk.clock.advance(1)
    assert await desk.ends() == ["answered:S4", "answered:E7"]
    await asyncio.gather(*calls)


@pytest.mark.parametrize("with_a_fresh_one", [False, True])
async def test_a_text_past_its_deadline_is_looked_up_like_any_other(
    desk: IntakeDesk, *, with_a_fresh_one: bool
) -> None:
    desk.faults.broken["citizens"] = [DOWN] * 25
    desk.cases.before = lambda _keys: desk.clock.sleep(0.6)
    overdue = desk.call(desk.mo("MCKH 170703-0001"), door=PUSHING)
    await desk.clock.advance(24.9)
    calls = [overdue]
    if with_a_fresh_one:
        desk.faults.broken["citizens"] = [DOWN]
        calls.append(desk.call(desk.mo("MCKH 170703-0001", sender=BINH), door=PUSHING))
    await desk.clock.advance(3)
    await asyncio.gather(*calls)
    assert set(await desk.ends()) <= {"answered:S4", "answered:E7"}


async def test_an_inline_call_is_answered_in_time_when_the_store_comes_back_in_time(
    desk: IntakeDesk,
) -> None:
    desk.faults.broken["answer"] = [DOWN]
    assert "dang xu ly" in reply(await desk.text("MCKH 170703-0001"))
    assert await desk.ends() == ["answered:S4"]


async def test_a_call_whose_reply_could_not_be_written_ends_at_its_deadline(
    desk: IntakeDesk,
) -> None:
    desk.faults.broken["answer"] = [DOWN] * 3
    late = await desk.text("MCKH 170703-0001")
    assert isinstance(late, Late)
    assert desk.clock.monotonic() < 2.2
    await desk.clock.advance(3)
    row = await desk.row(late.id)
    assert row.reply is not None
    assert row.reply.state is MtState.QUEUED


async def test_a_reply_that_took_too_long_to_write_is_shown_as_uncertain(desk: IntakeDesk) -> None:
    desk.faults.held["answer"] = lambda: desk.clock.sleep(7.5)
    mo = desk.mo(telco_id="T1")
    late = await desk.result(desk.call(mo))
    assert isinstance(late, Late)
    await desk.clock.advance(2)
    row = await desk.row(late.id)
    assert row.reply is not None
    assert row.reply.state is MtState.UNCERTAIN
    line = await desk.line(late.id)
    assert [(a.result, a.reason) for a in line.attempts] == [("uncertain", "call_ended")]


async def test_that_a_reply_may_not_have_come_is_written_with_the_next_answers_if_it_cannot_now(
    desk: IntakeDesk,
) -> None:
    desk.faults.held["answer"] = lambda: desk.clock.sleep(7.5)
    desk.faults.broken["settle"] = [DOWN]
    late = await desk.result(desk.call(desk.mo()))
    await desk.clock.advance(8)
    assert await _states(desk, late) == [MtState.SENDING]
    desk.faults.held.clear()
    await desk.text("MCKH 170703-0001", sender=BINH)
    assert await _states(desk, late) == [MtState.UNCERTAIN]


async def test_that_a_reply_may_not_have_come_is_written_by_the_sweep_if_nobody_texts_any_more(
    desk: IntakeDesk,
) -> None:
    desk.faults.held["answer"] = lambda: desk.clock.sleep(7.5)
    desk.faults.broken["settle"] = [DOWN, DOWN]
    late = await desk.result(desk.call(desk.mo()))
    await desk.clock.advance(8)
    with pytest.raises(StoreDownError):
        await desk.sweep.look()
    assert await _states(desk, late) == [MtState.SENDING]
    await desk.sweep.look()
    assert await _states(desk, late) == [MtState.UNCERTAIN]
    settled = desk.faults.calls.count("settle")
    await desk.sweep.look()
    assert desk.faults.calls.count("settle") == settled


async def _states(desk: IntakeDesk, told: WebhookResult) -> list[MtState]:
    assert isinstance(told, Late)
    return [mt.state for mt in (await desk.line(told.id)).mts]


async def test_a_text_whose_turn_is_anothers_is_answered_once_also_where_its_batch_failed(
    desk: IntakeDesk,
) -> None:
    answered: list[MessageId] = []
    store = cast("Store", desk.faults.inner)

    async def first_one_only(numbers: Sequence[NumberHash]) -> Collection[NumberHash]:
        desk.faults.instead.pop("take_turns")
        return numbers[:1]

    async def noted(answers: Sequence[Answer]) -> Sequence[bool | None]:
        answered.extend(answer.mo.id for answer in answers)
        with desk.clock.working():
            return await store.answer(answers)

    desk.faults.instead["take_turns"] = first_one_only
    desk.faults.instead["answer"] = noted
    desk.faults.broken["answer"] = [DOWN]
    call = desk.call(desk.mo(sender=AN), desk.mo(sender=BINH), door=PUSHING)
    await desk.clock.advance(10)
    await call
    assert sorted(answered) == sorted(row.id for row in await desk.rows())


async def test_an_uncertain_reply_is_fetched_by_the_telcos_retry(desk: IntakeDesk) -> None:
    desk.faults.held["answer"] = lambda: desk.clock.sleep(7.5)
    mo = desk.mo(telco_id="T1")
    await desk.result(desk.call(mo))
    await desk.clock.advance(2)
    taken = await desk.accept(mo)
    assert "170703-0001" in reply(taken.results[0])
    assert [sent.fetched for sent in taken.in_response] == [True]


async def test_an_answer_that_was_written_although_the_disk_hung_is_given_once(
    desk: IntakeDesk,
) -> None:
    async def hung() -> None:
        desk.faults.held.clear()
        raise DOWN

    desk.faults.held["answer"] = hung
    assert "dang xu ly" in reply(await desk.text("MCKH 170703-0001"))
    assert await desk.ends() == ["answered:S4"]
    (row,) = await desk.rows()
    assert (await desk.line(row.id)).mts == [row.reply]


async def test_an_answer_that_another_run_took_over_is_void(desk: IntakeDesk) -> None:
    async def void(answers: Sequence[object]) -> list[bool]:
        desk.faults.instead.clear()
        return [False for _ in answers]

    desk.faults.instead["answer"] = void
    late = await desk.text("MCKH 170703-0001")
    assert isinstance(late, Late)
    assert desk.clock.monotonic() < 2.2
    assert desk.written == []


async def test_an_answer_that_alone_cannot_be_written_counts_as_a_failure(desk: IntakeDesk) -> None:
    async def bad(answers: Sequence[object]) -> list[bool | None]:
        desk.faults.instead.clear()
        return [None for _ in answers]

    desk.faults.instead["answer"] = bad
    late = await desk.text("MCKH 170703-0001")
    assert isinstance(late, Late)
    await looked(desk, 3)
    row = await desk.row(late.id)
    assert (row.outcome, row.failures) == ("answered", 1)


async def test_what_a_dead_run_left_is_answered_by_the_next_one(
    tmp_path_factory: pytest.TempPathFactory, clock: VirtualClock
) -> None:
    folder: Path = tmp_path_factory.mktemp("dead")
    async with open_sqlite(folder / "gateway.db", _run("run-1", clock)) as store:
        desk = IntakeDesk(store, clock)
        call = desk.call(desk.mo(), door=PUSHING)
        await clock.settled()
        await call
    async with open_sqlite(folder / "gateway.db", _run("run-2", clock)) as store:
        with clock.working():
            await store.recover([], clock.now())
        desk = IntakeDesk(store, clock)
        answering = asyncio.create_task(desk.answerer.run())
        await desk.sweep.look()
        await clock.settled()
        assert await desk.ends() == ["answered:S4"]
        assert desk.pushed == [PUSHING]
        answering.cancel()
        await asyncio.wait([answering])


def _run(name: str, clock: VirtualClock) -> RunOf:
    return RunOf(RunId(name), "node", "0.1.0", clock.now)


async def test_the_reply_of_a_call_that_was_cancelled_is_pushed(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.cases.before = lambda _keys: leave.wait()
    call = desk.call(desk.mo())
    await desk.clock.settled()
    call.cancel()
    await asyncio.wait([call])
    leave.set()
    await desk.clock.settled()
    assert desk.pushed == [INLINE]
