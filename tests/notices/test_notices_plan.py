"""What a plan of many changes costs the service that is asked for it."""

import asyncio
from dataclasses import replace
from itertools import pairwise

from sms_gateway.domain.changes import CaseChange
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.msisdn import Address
from sms_gateway.notices.planning import Planner
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import NoticesDesk, case


async def test_while_a_large_plan_is_made_the_service_goes_on(desk: Desk) -> None:
    notices, at = NoticesDesk(desk), desk.clock.at
    await notices.to_the_present()
    for number in range(1, 2_001):
        one = case(State.FINISHED, number, owners=(Address(f"+849{number:08}"),))
        notices.feed.now[one.dossier.id] = one
        before = State.PROCESSING
        notices.feed.entries.append(
            CaseChange(number, one, 2, State.FINISHED, before, "import", None, at)
        )
    made: list[MessageId] = []

    def new_id() -> MessageId:
        made.append(MessageId(str(len(made))))
        return made[-1]

    maker = replace(notices.maker, new_id=new_id)
    known = (notices.store.notices, notices.store, notices.feed, notices.plan, maker)
    plan = asyncio.create_task(Planner(*known, notices.watch, lambda: at).plan(24))
    counts = [0]
    while not plan.done():
        await asyncio.sleep(0)
        counts.append(len(made))
    planned = await plan
    assert (planned.changes, planned.texts, len(planned.samples)) == (2_000, 2_000, 5)
    assert max(later - sooner for sooner, later in pairwise(counts)) <= 100
