"""Of several nodes one sends through a door; whoever has lost that does not send what it took."""

import asyncio
from dataclasses import replace

import pytest

from sms_gateway.domain.outcome import MtState
from sms_gateway.ports import Limits
from tests.dispatch.dispatch_desk import SWEEP, DispatchDesk
from tests.intake.intake_desk import DOORS, PUSHING, Silent


@pytest.mark.parametrize(
    "per_second, one_node, led",
    [(None, False, False), (2.0, False, True), (None, True, True), (2.0, True, True)],
)
def test_one_node_sends_through_a_door_that_has_a_pace_or_takes_one_connection(
    *, per_second: float | None, one_node: bool, led: bool
) -> None:
    sender = Silent()
    sender.limits = Limits(per_second=per_second)
    assert replace(DOORS[PUSHING], sender=sender, one_node=one_node).led is led


@pytest.mark.parametrize("limits", [Limits(per_day=5), Limits(per_number_per_day=5)])
def test_one_node_sends_through_a_door_with_a_limit_of_a_day(limits: Limits) -> None:
    sender = Silent()
    sender.limits = limits
    assert replace(DOORS[PUSHING], sender=sender).led


async def test_a_node_that_does_not_lead_sends_nothing_until_it_does(desk: DispatchDesk) -> None:
    desk.leads = False
    await desk.sent()
    await desk.clock.advance(2 * SWEEP)
    assert desk.telco.got == []
    desk.leads = True
    await desk.clock.advance(SWEEP)
    assert len(desk.telco.got) == 1


async def test_what_a_lease_gives_after_the_lead_is_lost_goes_back_for_whoever_has_it(
    desk: DispatchDesk,
) -> None:
    """The store may take its time, and another node may have sent for long meanwhile."""
    await desk.clock.settled()
    answers = asyncio.Event()
    desk.faults.held["lease"] = answers.wait
    (mt_id,) = await desk.sent()
    assert await desk.states() == [MtState.SENDING]
    desk.leads = False
    answers.set()
    await desk.clock.settled()
    assert desk.telco.got == []
    assert await desk.states() == [MtState.QUEUED]
    assert desk.said == []
    # At once, and it was nobody's failure.
    desk.leads = True
    await desk.clock.advance(SWEEP)
    assert desk.telco.got == [mt_id]
    assert [row.failures for row in await desk.rows()] == [0]
