"""A telco that says "not now": the whole door rests, longer each time, and no retry is spent."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Accepted, Deferred, MtState
from sms_gateway.ports import Limits, Settled
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import DispatchDesk

HOUR = 3600
THROTTLED = Deferred("throttled")
RESTS = [0, 5, 15, 35, 65, 95, 125, 155, 185]


async def always(messages: Sequence[MobileTerminated], settled: Settled) -> None:
    for mt in messages:
        settled(mt.id, THROTTLED)


def calls(desk: DispatchDesk) -> list[float]:
    return [at for at, _ in desk.telco.calls]


async def test_a_throttled_door_asks_more_and_more_seldom_whatever_waits(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=3))
    desk.telco.behaviour = always
    await desk.sent(40)
    await desk.clock.advance(200)
    assert calls(desk) == RESTS
    assert len(desk.telco.got) == 3 * len(RESTS)
    assert set(await desk.states()) == {MtState.QUEUED}


async def test_every_message_of_a_throttled_door_has_its_turn(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=2))
    desk.telco.behaviour = always
    ids = await desk.sent(6)
    await desk.clock.advance(40)
    assert set(desk.telco.got) == set(ids)


async def test_a_new_message_does_not_wake_a_door_that_rests(desk: DispatchDesk) -> None:
    desk.telco.answers = [Deferred("throttled", timedelta(seconds=33))]
    await desk.sent()
    await desk.clock.advance(10)
    await desk.sent()
    await desk.clock.advance(22)
    assert calls(desk) == [0]
    await desk.clock.advance(1)
    assert calls(desk)[1:] == [33]
    assert await desk.states() == [MtState.ACCEPTED] * 2


async def test_one_message_put_off_for_long_holds_the_others_for_five_minutes_at_most(
    desk: DispatchDesk,
) -> None:
    desk.telco.answers = [Deferred("throttled", timedelta(hours=1))]
    await desk.sent()
    await desk.sent()
    await desk.clock.advance(299)
    assert calls(desk) == [0]
    await desk.clock.advance(1)
    assert calls(desk)[1:] == [300]
    await desk.clock.advance(HOUR)
    assert calls(desk)[2:] == [HOUR]


async def test_what_was_under_way_when_the_rest_began_makes_it_no_longer(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=2))
    told = asyncio.Event()

    async def slow(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        await told.wait()
        await always(messages, settled)

    desk.telco.behaviour = slow
    await desk.sent()
    await desk.sent()
    assert calls(desk) == [0, 0]
    told.set()
    await desk.clock.advance(16)
    assert calls(desk)[2:] == [5, 15]


async def test_a_telco_that_takes_something_again_is_asked_as_soon_as_at_first(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=1))
    desk.telco.answers = [*[THROTTLED] * 3, Accepted(), THROTTLED]
    await desk.sent(2)
    await desk.clock.advance(36)
    assert calls(desk) == [0, 5, 15, 35, 35]
    await desk.sent()
    await desk.clock.advance(10)
    assert calls(desk)[5:] == [40]


async def test_one_message_that_is_always_put_off_does_not_hold_the_others_for_long(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=1))
    (stubborn,) = await desk.queue()

    async def but_one(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        for mt in messages:
            settled(mt.id, THROTTLED if mt.id == stubborn else Accepted())

    desk.telco.behaviour = but_one
    at: list[float] = []
    for _ in range(40):
        start = desk.clock.monotonic()
        (new,) = await desk.sent()
        while new not in desk.telco.got:
            await desk.clock.advance(1)
        at.append(desk.clock.monotonic() - start)
        await desk.clock.advance(30)
    assert max(at) <= 30
    assert desk.telco.got.count(stubborn) <= 12


async def test_hours_of_not_now_leave_a_short_timeline(dispatching: Open) -> None:
    desk = dispatching(sweep=600)
    desk.telco.behaviour = always
    await desk.sent()
    await desk.clock.advance(5 * HOUR)
    (row,) = await desk.desk.rows()
    attempts = (await desk.desk.line(row.id)).attempts
    asked = len(desk.telco.calls)
    assert asked > 50
    assert [(a.attempt, a.result) for a in attempts] == [(1, "deferred"), (asked, "deferred")]
    assert row.reply is not None
    assert row.reply.failures == 0
