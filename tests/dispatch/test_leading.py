"""Of several nodes one sends through a door; whoever has lost that does not send what it took."""

import asyncio

from sms_gateway.domain.outcome import MtState
from tests.dispatch.dispatch_desk import SWEEP, DispatchDesk


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
