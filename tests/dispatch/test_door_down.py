"""A door that fails again and again for a reason of its own: it is left alone but for one trial."""

import asyncio
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from sms_gateway.dispatch.faults import door_works
from sms_gateway.dispatch.health import MINUTES, DoorState
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Accepted, Deferred, MtState, Rejected, SendOutcome, Uncertain
from sms_gateway.intake.at_once import Slots
from sms_gateway.ports import Limits, Settled
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import DispatchDesk
from tests.intake.intake_desk import DOORS, PUSHING
from tests.parts import START

UNREACHABLE = Deferred("unreachable")
SILENT = Uncertain("timed_out")
BUSY = Deferred("unavailable")
TABLE = RetryTable(down_after=3)


def says(desk: DispatchDesk, outcome: SendOutcome) -> None:
    async def so(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        for mt in messages:
            settled(mt.id, outcome)

    desk.telco.behaviour = so


def sizes(desk: DispatchDesk) -> list[int]:
    return [len(messages) for _, messages in desk.telco.calls]


@pytest.mark.parametrize(
    "outcome, works",
    [
        (Accepted(), True),
        (Deferred("throttled"), True),
        (Deferred("shutdown"), None),
        (UNREACHABLE, False),
        (Deferred("not_bound"), False),
        (Deferred("door_refused"), False),
        (Deferred("door_refused ESME_RINVPASWD"), False),
        (Deferred("certificate"), False),
        (Deferred("token_refused"), False),
        (Rejected("no such number", permanent=True), True),
        (Rejected("absent", permanent=False), True),
        (BUSY, False),
        (SILENT, False),
        (Uncertain("cancelled"), None),
        (Deferred("door_refused http 404"), False),
        (Uncertain("unknown_answer"), False),
        (Uncertain("server_error 500"), False),
    ],
)
def test_only_what_the_next_message_would_meet_too_speaks_against_the_door(
    outcome: SendOutcome, *, works: bool | None
) -> None:
    assert door_works(outcome) is works


@pytest.mark.parametrize("outcome", [UNREACHABLE, SILENT, BUSY])
async def test_a_door_that_is_down_gets_one_message_per_rest(
    outcome: SendOutcome, dispatching: Open
) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, outcome)
    await desk.sent(20)
    await desk.clock.advance(40)
    assert sizes(desk)[:4] == [4, 1, 1, 1]
    assert [at for at, _ in desk.telco.calls][:4] == [0, 5, 15, 35]


async def test_a_door_that_takes_without_a_word_is_tried_more_and_more_seldom(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, SILENT)
    await desk.sent(20)
    await desk.clock.advance(300)
    states = await desk.states()
    assert [at for at, _ in desk.telco.calls] == [0, 5, 15, 35, 75, 135, 195, 255]
    assert states.count(MtState.UNCERTAIN) == 4 + 7


async def test_answers_that_no_setting_explains_bring_the_door_down(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, Uncertain("unknown_answer"))
    await desk.sent(20)
    assert sizes(desk) == [4]
    assert desk.health().state is DoorState.DOWN


async def test_one_that_comes_back_sends_everything_at_once(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, UNREACHABLE)
    await desk.sent(20)
    await desk.clock.advance(16)
    desk.telco.behaviour = None
    await desk.clock.advance(20)
    assert set(await desk.states()) == {MtState.ACCEPTED}
    assert desk.health().state is DoorState.WORKING


async def test_messages_that_the_telco_refuses_do_not_bring_its_door_down(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, Rejected("no such number", permanent=True))
    await desk.sent(20)
    assert sizes(desk) == [4] * 5
    health = desk.health()
    assert (health.state, health.in_a_row, health.errors) == (DoorState.WORKING, 20, 20)


async def test_a_trial_under_way_is_the_only_one(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, UNREACHABLE)
    await desk.sent(20)
    told = asyncio.Event()

    async def slow(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        await told.wait()
        for mt in messages:
            settled(mt.id, Accepted())

    desk.telco.behaviour = slow
    await desk.clock.advance(60)
    assert sizes(desk) == [4, 1]
    told.set()
    await desk.clock.advance(1)
    assert set(await desk.states()) == {MtState.ACCEPTED}


async def test_a_trial_that_says_nothing_is_followed_by_a_rest_and_another(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, UNREACHABLE)
    await desk.sent(6)
    says(desk, Uncertain("cancelled"))
    await desk.clock.advance(16)
    assert [at for at, _ in desk.telco.calls] == [0, 5, 15]
    assert desk.health().state is DoorState.DOWN


async def test_what_was_under_way_when_it_went_down_neither_tries_nor_lengthens_the_rest(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=8), TABLE)
    told = asyncio.Event()

    async def slow(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        for mt in messages[:4]:
            settled(mt.id, SILENT)
        await told.wait()
        for mt in messages[4:]:
            settled(mt.id, SILENT)

    desk.telco.behaviour = slow
    await desk.sent(20)
    await desk.clock.advance(2)
    told.set()
    await desk.clock.advance(2)
    says(desk, SILENT)
    await desk.clock.advance(12)
    assert [at for at, _ in desk.telco.calls] == [0, 5, 15]


async def test_a_door_that_fails_again_while_its_trial_is_under_way_is_tried_once_more(
    dispatching: Open,
) -> None:
    """What was under way before comes in the worst order: one taken, then again too many not."""
    desk = dispatching(Limits(slots=8), TABLE)
    told, tried = asyncio.Event(), asyncio.Event()

    async def slow(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        for mt in messages[:3]:
            settled(mt.id, SILENT)
        await told.wait()
        settled(messages[3].id, Accepted())
        for mt in messages[4:]:
            settled(mt.id, SILENT)

    async def trial(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        await tried.wait()
        for mt in messages:
            settled(mt.id, SILENT)

    desk.telco.behaviour = slow
    await desk.sent(20)
    desk.telco.behaviour = trial
    await desk.clock.advance(6)
    assert sizes(desk) == [8, 1]
    told.set()
    await desk.clock.advance(1)
    tried.set()
    desk.telco.behaviour = None
    await desk.clock.advance(60)
    assert MtState.QUEUED not in await desk.states()


async def test_a_door_tells_how_it_does(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=1), TABLE)
    health = desk.health
    assert (health().state, health().since) == (DoorState.UNPROVEN, START)
    await desk.clock.advance(60)
    await desk.sent()
    minute = START + timedelta(minutes=1)
    found = health()
    assert (found.state, found.since, found.last_accepted) == (DoorState.WORKING, minute, minute)
    assert (found.attempts, found.errors, found.reason) == (1, 0, "")
    desk.telco.answers = [Deferred("throttled")]
    await desk.sent()
    found = health()
    assert (found.state, found.reason, found.in_a_row) == (DoorState.RESTING, "throttled", 1)
    await desk.clock.advance(10)
    assert health().state is DoorState.WORKING
    assert health(paused_since=START).state is DoorState.PAUSED
    assert (health().attempts, health().errors) == (3, 1)


async def test_what_the_telco_was_not_asked_proves_nothing_of_its_door(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    unasked = Rejected("no template registered", permanent=True, asked=False)
    desk.telco.answers = [unasked]
    await desk.sent()
    assert (desk.health().state, desk.health().in_a_row) == (DoorState.UNPROVEN, 1)
    says(desk, UNREACHABLE)
    await desk.sent(20)
    assert desk.health().state is DoorState.DOWN
    desk.telco.behaviour = None
    desk.telco.answers = [unasked] * 3
    await desk.clock.advance(60)
    assert desk.telco.answers == []
    assert desk.health().state is DoorState.WORKING


async def test_a_rest_that_is_over_proves_nothing_yet(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=1), TABLE)
    desk.telco.answers = [Deferred("throttled", timedelta(seconds=9))]
    await desk.sent()
    desk.leads = False
    await desk.clock.advance(9)
    assert desk.health().state is DoorState.UNPROVEN


async def test_the_error_rate_is_that_of_the_last_minutes(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=1))
    desk.telco.answers = [Rejected("x", permanent=True)]
    await desk.sent()
    await desk.clock.advance(60)
    await desk.sent()
    health = desk.health
    assert (health().attempts, health().errors) == (2, 1)
    await desk.clock.advance((MINUTES - 1) * 60)
    assert (health().attempts, health().errors) == (1, 0)
    await desk.clock.advance(60)
    assert (health().attempts, health().errors) == (0, 0)


async def test_each_change_is_one_line_of_the_log(
    dispatching: Open, captured_logs: io.StringIO
) -> None:
    desk = dispatching(Limits(slots=4), TABLE)
    says(desk, UNREACHABLE)
    await desk.sent(20)
    await desk.clock.advance(100)
    desk.telco.behaviour = None
    await desk.clock.advance(60)
    said = [json.loads(line) for line in captured_logs.getvalue().splitlines()]
    lines = [(line["event"], line.get("reason")) for line in said if "door." in line["event"]]
    assert lines == [("door.down", "unreachable"), ("door.up", None)]


async def test_a_door_that_carries_nothing_for_a_while_is_down_until_it_does(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=0), TABLE)
    desk.others = [replace(DOORS[PUSHING], name=DoorName("other"))]
    desk.desk.answerer.at_once._slots = Slots(leaves_by=lambda door, _template: door)  # noqa: SLF001  # as in the service
    await desk.sent()
    await desk.clock.advance(8)
    assert desk.health().state is DoorState.UNPROVEN
    assert desk.called == []
    await desk.clock.advance(4)
    found = desk.health()
    assert (found.state, found.reason) == (DoorState.DOWN, "not_bound")
    assert desk.called == ["other"]
    desk.telco.limits = Limits(slots=2)
    await desk.clock.advance(2)
    await desk.sent()
    assert desk.health().state is DoorState.WORKING


async def test_one_that_is_taken_ends_what_was_not_taken_in_a_row(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=1), TABLE)
    await desk.sent()
    desk.telco.answers = [Rejected("no such number", permanent=True)] * 3
    await desk.sent(3)
    assert (desk.health().in_a_row, desk.health().reason) == (3, "no such number")
    await desk.sent()
    assert (desk.health().in_a_row, desk.health().reason) == (0, "")
