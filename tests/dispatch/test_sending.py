import asyncio
import io
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import (
    Accepted,
    Deferred,
    MtState,
    Outcome,
    Rejected,
    Uncertain,
)
from sms_gateway.ports import Limits, Settled, StoreDownError
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import GRACE, SWEEP, DispatchDesk
from tests.intake.intake_desk import PUSHING

DOWN = StoreDownError("SQLITE_FULL")
HOUR = 3600


async def never(_messages: Sequence[MobileTerminated], _settled: Settled) -> None:
    await asyncio.Event().wait()


async def test_what_is_queued_is_sent_and_settled(desk: DispatchDesk) -> None:
    ids = await desk.sent(3)
    assert desk.telco.got == ids
    assert await desk.states() == [MtState.ACCEPTED] * 3
    (row, *_) = await desk.desk.rows()
    line = await desk.desk.line(row.id)
    assert [(a.result, a.telco_id) for a in line.attempts] == [("accepted", f"T{ids[0][-4:]}")]


async def test_it_leases_no_more_than_it_has_free_slots(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3))
    leave: dict[MessageId, Settled] = {}

    async def kept(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        leave.update({mt.id: settled for mt in messages})
        await asyncio.Event().wait()

    desk.telco.behaviour = kept
    ids = await desk.sent(8)
    await desk.clock.advance(10)
    assert desk.telco.got == ids[:3]
    assert (await desk.states()).count(MtState.SENDING) == 3
    leave[ids[1]](ids[1], Accepted())
    await desk.clock.settled()
    assert desk.telco.got == ids[:4]


async def test_a_long_queue_is_worked_off_without_waiting(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3))
    at = desk.clock.monotonic()
    await desk.sent(20)
    assert len(desk.telco.got) == 20
    assert set(desk.telco.times) == {at}


@pytest.mark.parametrize("per_second", [0.5, 2.0, 10.0])
async def test_the_pace_of_a_door_holds_in_every_second(
    dispatching: Open, per_second: float
) -> None:
    desk = dispatching(Limits(slots=50, per_second=per_second))
    await desk.sent(12)
    await desk.clock.advance(12 / per_second + 1)
    assert len(desk.telco.got) == 12
    steps = [after - before for before, after in pairwise(desk.telco.times)]
    assert min(steps) >= 1 / per_second - 1e-6
    assert max(steps) <= 1 / per_second + 1e-6


async def test_a_paced_door_without_messages_leases_nothing(dispatching: Open) -> None:
    desk = dispatching(Limits(per_second=2))
    await desk.clock.advance(10)
    assert "lease" not in desk.faults.calls


async def test_a_node_that_ceases_to_lead_a_paced_door_while_it_waits_for_its_turn_sends_no_more(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(per_second=0.1))
    await desk.sent(2)
    assert len(desk.telco.got) == 1
    desk.leads = False
    await desk.clock.advance(60)
    assert len(desk.telco.got) == 1
    desk.leads = True
    await desk.clock.advance(60)
    assert len(desk.telco.got) == 2


async def test_not_now_spends_no_retry(desk: DispatchDesk) -> None:
    desk.telco.answers = [Deferred("throttled")] * 10
    await desk.sent()
    await desk.clock.advance(HOUR)
    (row,) = await desk.rows()
    assert (row.state, row.failures) == (MtState.ACCEPTED, 0)
    assert desk.telco.times == [0, 5, 15, 35, 75, 155, 315, 615, 915, 1215, 1515]


async def test_the_telcos_wish_when_to_come_again_is_kept(desk: DispatchDesk) -> None:
    desk.telco.answers = [Deferred("throttled", timedelta(seconds=33))]
    await desk.sent()
    await desk.clock.advance(40)
    assert desk.telco.times == [0, 33]


async def test_a_message_refused_for_now_is_tried_by_the_table_and_then_given_up(
    dispatching: Open,
) -> None:
    seconds = (5, 30, 120)
    delays = tuple(timedelta(seconds=s) for s in seconds)
    desk = dispatching(table=RetryTable(delays, max_failures=4), sweep=600)
    desk.telco.answers = [Rejected("busy", permanent=False)] * 9
    await desk.sent()
    await desk.clock.advance(HOUR)
    assert desk.telco.times == [0, 5, 35, 155]
    assert await desk.states() == [MtState.FAILED]
    assert await desk.desk.ends() == ["parked:send_failed"]


async def test_a_message_that_is_not_worth_sending_any_more_is_not_sent(
    dispatching: Open,
) -> None:
    desk = dispatching(sweep=600)
    desk.telco.answers = [Deferred("closed", timedelta(hours=7))]
    await desk.sent()
    await desk.clock.advance(8 * HOUR)
    assert len(desk.telco.got) == 1


async def test_a_sender_that_breaks_leaves_its_messages_uncertain_and_its_door_open(
    desk: DispatchDesk, captured_logs: io.StringIO
) -> None:
    async def broken(_messages: Sequence[MobileTerminated], _settled: Settled) -> None:
        message = "to 0900000001"
        raise RuntimeError(message)

    desk.telco.behaviour = broken
    await desk.sent(2)
    desk.telco.behaviour = None
    await desk.sent()
    assert await desk.states() == [MtState.UNCERTAIN] * 2 + [MtState.ACCEPTED]
    assert "send.broke" in captured_logs.getvalue()


async def test_a_sender_that_forgets_a_message_leaves_that_one_uncertain(
    desk: DispatchDesk,
) -> None:
    async def forgetful(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        settled(messages[0].id, Accepted())

    desk.telco.behaviour = forgetful
    await desk.sent(2)
    assert await desk.states() == [MtState.ACCEPTED, MtState.UNCERTAIN]


async def test_only_the_first_word_about_a_message_counts(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=1))

    async def babbling(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        for mt in messages:
            settled(mt.id, Accepted())
            settled(mt.id, Rejected("no", permanent=True))
            settled(MessageId("unknown"), Accepted())

    desk.telco.behaviour = babbling
    await desk.sent(3)
    assert await desk.states() == [MtState.ACCEPTED] * 3
    assert [len(messages) for _, messages in desk.telco.calls] == [1, 1, 1]


async def test_an_uncertain_message_is_sent_again_where_the_door_says_so(dispatching: Open) -> None:
    desk = dispatching(table=RetryTable(resend_uncertain=True))
    desk.telco.answers = [Uncertain("timeout")]
    await desk.sent()
    await desk.clock.advance(10)
    assert await desk.states() == [MtState.ACCEPTED]
    assert [mt.attempt for _, messages in desk.telco.calls for mt in messages] == [1, 2]


async def test_an_uncertain_message_is_held_otherwise(dispatching: Open) -> None:
    desk = dispatching(sweep=600)
    desk.telco.answers = [Uncertain("timeout")]
    await desk.sent()
    await desk.clock.advance(5 * HOUR)
    assert await desk.states() == [MtState.UNCERTAIN]
    assert len(desk.telco.got) == 1


async def test_a_paused_door_sends_nothing_until_it_is_resumed(desk: DispatchDesk) -> None:
    async def pause(*, paused: bool) -> None:
        with desk.clock.working():
            await desk.desk.store.set_paused(PUSHING, desk.clock.now(), "an", paused=paused)

    await pause(paused=True)
    await desk.sent(2)
    await desk.clock.advance(60)
    assert desk.telco.got == []
    await pause(paused=False)
    desk.dispatch.wake()
    await desk.clock.settled()
    assert len(desk.telco.got) == 2


async def test_a_store_that_is_down_in_between_loses_nothing(desk: DispatchDesk) -> None:
    await desk.queue(2)
    desk.faults.down = DOWN
    desk.dispatch.wake()
    await desk.clock.advance(30)
    assert desk.telco.got == []
    desk.faults.down = None
    await desk.clock.advance(1 + SWEEP)
    assert await desk.states() == [MtState.ACCEPTED] * 2


async def test_what_was_sent_while_the_store_went_down_is_settled_when_it_is_back(
    desk: DispatchDesk,
) -> None:
    async def then_down(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        desk.faults.down = DOWN
        for mt in messages:
            settled(mt.id, Accepted())

    desk.telco.behaviour = then_down
    await desk.sent(2)
    await desk.clock.advance(30)
    desk.faults.down = None
    await desk.clock.advance(5)
    assert await desk.states() == [MtState.ACCEPTED] * 2
    assert len(desk.telco.got) == 2


async def test_at_shutdown_running_sends_end_within_the_grace(desk: DispatchDesk) -> None:
    async def slow(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        await desk.clock.sleep(GRACE - 1)
        for mt in messages:
            settled(mt.id, Accepted())

    desk.telco.behaviour = slow
    await desk.sent()
    await desk.stop()
    assert await desk.states() == [MtState.ACCEPTED]


async def test_after_the_grace_sends_are_cancelled_and_say_what_they_know(
    desk: DispatchDesk,
) -> None:
    async def cautious(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            settled(messages[0].id, Uncertain("cancelled"))
            settled(messages[1].id, Deferred("shutdown"))

    desk.telco.behaviour = cautious
    await desk.sent(2)
    await desk.stop()
    assert desk.clock.monotonic() <= GRACE + 1
    assert await desk.states() == [MtState.UNCERTAIN, MtState.QUEUED]


async def test_a_cancelled_sender_that_says_nothing_leaves_its_messages_uncertain(
    desk: DispatchDesk,
) -> None:
    desk.telco.behaviour = never
    await desk.sent()
    await desk.stop()
    assert await desk.states() == [MtState.UNCERTAIN]


async def test_with_the_store_down_it_ends_all_the_same(desk: DispatchDesk) -> None:
    async def then_down(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        desk.faults.down = DOWN
        settled(messages[0].id, Accepted())

    desk.telco.behaviour = then_down
    await desk.sent()
    at = desk.clock.monotonic()
    await desk.stop()
    assert desk.clock.monotonic() - at <= 2 * GRACE + 1
    desk.faults.down = None
    await desk.clock.advance(2)


async def test_each_time_the_store_is_down_is_told_once(
    desk: DispatchDesk, captured_logs: io.StringIO
) -> None:
    for _ in range(2):
        desk.faults.down = DOWN
        await desk.clock.advance(HOUR)
        desk.faults.down = None
        await desk.clock.advance(2 * SWEEP)
    await desk.sent()
    assert captured_logs.getvalue().count("dispatch.store_down") == 2
    assert await desk.states() == [MtState.ACCEPTED]


async def test_a_settlement_that_cannot_be_written_is_told_once(
    desk: DispatchDesk, captured_logs: io.StringIO
) -> None:
    async def then_down(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        desk.faults.down = DOWN
        settled(messages[0].id, Accepted())

    desk.telco.behaviour = then_down
    await desk.sent()
    await desk.clock.advance(HOUR)
    desk.faults.down = None
    await desk.clock.advance(2)
    assert captured_logs.getvalue().count("settle.store_down") == 1
    assert await desk.states() == [MtState.ACCEPTED]


async def test_it_ends_only_after_what_it_sent_is_settled(desk: DispatchDesk) -> None:
    leave = asyncio.Event()
    desk.faults.held["settle"] = leave.wait
    await desk.sent()
    desk.running.cancel()
    await desk.clock.settled()
    assert not desk.running.done()
    leave.set()
    await desk.clock.settled()
    assert desk.running.done()


async def test_each_attempt_is_told_to_the_metrics(desk: DispatchDesk) -> None:
    desk.telco.answers = [Deferred("throttled")]
    await desk.sent()
    await desk.clock.advance(6)
    assert [what.result for _, what in desk.said] == ["deferred", "accepted"]
    assert desk.said[0][0].mo_received_at is not None


async def test_a_no_after_a_send_of_unknown_fate_leaves_it_to_a_person(dispatching: Open) -> None:
    table = RetryTable(resend_uncertain=True)
    desk = dispatching(None, table)
    desk.telco.answers = [Uncertain("timed_out"), Rejected("duplicate id", permanent=True)]
    await desk.sent()
    await desk.clock.advance(HOUR)
    assert len(desk.telco.got) == 2
    assert await desk.states() == [MtState.UNCERTAIN]
    (mo,) = await desk.desk.rows()
    assert mo.outcome is Outcome.ANSWERED_WITH_HELP
