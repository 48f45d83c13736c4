import asyncio
import io

import pytest

from sms_gateway.domain.message import PartOf
from sms_gateway.domain.outcome import MtState
from sms_gateway.ports import StoreDownError
from tests.intake.intake_desk import PUSHING, IntakeDesk
from tests.parts import BINH

HOUR = 3600


def is_down(desk: IntakeDesk) -> bool:
    return bool(desk.sweep.store_down)


async def test_a_long_text_whose_last_part_never_comes_is_answered_as_it_is(
    desk: IntakeDesk,
) -> None:
    await desk.accept(desk.mo("MCKH 170703-0001", part=PartOf(7, 2, 1)))
    await desk.clock.advance(120)
    await desk.sweep.look()
    assert await desk.rows() == []
    await desk.clock.advance(1)
    await desk.sweep.look()
    await desk.sweep.look()
    await desk.clock.settled()
    assert await desk.ends() == ["answered:S4"]


async def test_a_reply_past_its_validity_is_ended(desk: IntakeDesk) -> None:
    result = await desk.text("MCKH 170703-0001", PUSHING)
    await desk.clock.advance(6 * HOUR)
    await desk.sweep.look()
    row = await desk.row(result.id)
    assert row.reply is not None
    assert (row.reply.state, row.reason) == (MtState.EXPIRED, "reply_expired")
    assert desk.parked == [(PUSHING, "lookup")]
    await desk.sweep.look()
    assert len(desk.parked) == 1


async def test_each_look_tells_the_figures(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.cases.before = lambda _keys: leave.wait()
    call = desk.call(desk.mo(), door=PUSHING)
    await desk.clock.settled()
    await desk.sweep.look()
    leave.set()
    await desk.clock.settled()
    await desk.sweep.look()
    assert [figures.unanswered for figures in desk.figures] == [1, 0]
    assert desk.figures[1].queued == {PUSHING: 1}
    await call


async def test_a_text_without_answer_for_over_a_minute_is_an_alarm_once_per_incident(
    desk: IntakeDesk, captured_logs: io.StringIO
) -> None:
    def alarms() -> int:
        return captured_logs.getvalue().count("mo.unanswered_too_long")

    leave = asyncio.Event()
    desk.faults.held["citizens"] = leave.wait
    await desk.result(desk.call(desk.mo(), door=PUSHING))
    await desk.clock.advance(60)
    await desk.sweep.look()
    assert alarms() == 0
    for _ in range(3):
        await desk.clock.advance(1)
        await desk.sweep.look()
    assert alarms() == 1
    leave.set()
    await desk.clock.settled()
    await desk.sweep.look()
    leave.clear()
    await desk.result(desk.call(desk.mo(sender=BINH), door=PUSHING))
    await desk.clock.advance(61)
    await desk.sweep.look()
    assert alarms() == 2
    leave.set()


@pytest.mark.parametrize("said", ["SQLITE_FULL", ""])
async def test_a_store_that_is_down_is_known_until_it_is_back(desk: IntakeDesk, said: str) -> None:
    sweeping = asyncio.create_task(desk.sweep.run())
    await desk.clock.settled()
    assert not is_down(desk)
    desk.faults.down = StoreDownError(said)
    await desk.clock.advance(10)
    assert is_down(desk)
    desk.faults.down = None
    await desk.clock.advance(2)
    assert not is_down(desk)
    sweeping.cancel()
    await asyncio.wait([sweeping])


async def test_when_the_store_last_worked_is_known_while_it_is_down(desk: IntakeDesk) -> None:
    sweeping = asyncio.create_task(desk.sweep.run())
    await desk.clock.advance(10)
    worked = desk.clock.monotonic()
    assert desk.sweep.worked_at == worked
    desk.faults.down = StoreDownError("SQLITE_FULL")
    await desk.clock.advance(10)
    assert desk.sweep.worked_at == worked
    desk.faults.down = None
    await desk.clock.advance(2)
    assert desk.sweep.worked_at == desk.clock.monotonic()
    sweeping.cancel()
    await asyncio.wait([sweeping])


async def test_a_store_that_is_down_is_logged_once(
    desk: IntakeDesk, captured_logs: io.StringIO
) -> None:
    sweeping = asyncio.create_task(desk.sweep.run())
    desk.faults.down = StoreDownError("SQLITE_FULL")
    await desk.clock.advance(10)
    assert captured_logs.getvalue().count("store.down") == 1
    sweeping.cancel()
    await asyncio.wait([sweeping])


async def test_with_a_full_queue_no_further_text_is_taken_over(
    desk: IntakeDesk,
) -> None:
    desk.answerer._resting = 20_000  # noqa: SLF001  # they wait for their next try
    await desk.sweep.look()
    assert "lease_unanswered" not in desk.faults.calls
    desk.answerer._resting = 0  # noqa: SLF001  # as above
