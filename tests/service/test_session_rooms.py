from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from sms_gateway.alarms.senses import Senses
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door, Inbound, Kept, Limits, Session
from sms_gateway.service.sessions import SessionRooms, wire_sessions
from sms_gateway.web.metrics import Metrics

TELCO = DoorName("telco")


class Way:
    """A way out as wide as told."""

    limits = Limits(slots=0)


class Line:
    """A connection that is only there."""

    async def run(self, inbound: Inbound) -> None:
        raise NotImplementedError(inbound)

    def state(self) -> str:
        return ""

    def kept(self) -> Kept:
        return Kept.NONE


class Swept:
    worked_at = 0.0
    over = False


class Standing:
    """What the session of one door is wired to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.leads = True
        self.swept = Swept()
        self.way = Way()
        self.queued: list[DoorName] = []
        self.senses = Senses(lambda _door, _at: None)
        door = Door(TELCO, "test", None, cast("Any", self.way), timedelta(seconds=1))
        rooms = SessionRooms(
            store=cast("Any", None),
            hands=cast("Any", None),
            metrics=Metrics([TELCO]),
            senses=self.senses,
            clock=cast("Any", self),
            sweep=cast("Any", self.swept),
            sweep_s=2.0,
            leads=lambda _door: lambda: self.leads,
            queued=self.queued.append,
            late=cast("Any", None),
        )
        session: Session = Line()
        doors = {TELCO: replace(door, session=session)}
        self.inbound: Inbound = wire_sessions(doors, rooms)[TELCO].intake

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def standing() -> Standing:
    return Standing()


def test_a_node_whose_store_does_not_answer_keeps_no_connection(standing: Standing) -> None:
    assert standing.inbound.may_be_open()
    standing.now = 7.1
    assert not standing.inbound.may_be_open()
    standing.swept.worked_at = 7.0
    assert standing.inbound.may_be_open()


def test_a_gateway_that_stops_keeps_it_until_what_is_being_sent_has_ended(
    standing: Standing,
) -> None:
    standing.now, standing.swept.over = 60.0, True
    assert standing.inbound.may_be_open()


def test_of_many_nodes_only_the_one_that_leads_keeps_it(standing: Standing) -> None:
    standing.leads = False
    assert not standing.inbound.may_be_open()


def test_a_connection_that_cannot_be_opened_counts_for_the_alarm_of_failing_sends(
    standing: Standing,
) -> None:
    for _ in range(3):
        standing.inbound.failed()
    assert standing.senses.failing == {TELCO: 3}
    standing.way.limits = Limits(slots=10)
    standing.inbound.changed()
    assert standing.senses.failing == {TELCO: 0}
    assert standing.queued == [TELCO]


def test_one_bind_of_several_that_fails_is_no_failing_door(standing: Standing) -> None:
    standing.way.limits = Limits(slots=10)
    standing.inbound.failed()
    assert standing.senses.failing == {}
