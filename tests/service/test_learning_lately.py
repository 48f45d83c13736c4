"""Whether a node knows what changed in somebody else's case database."""

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from sms_gateway.cases.opening import CaseEnds
from sms_gateway.clock import SystemClock
from sms_gateway.domain.learned import Tally
from sms_gateway.service.learning import Learning, wire_learning
from sms_gateway.settings import load
from sms_gateway.store.store import SqlStore
from sms_gateway.web.metrics import Metrics
from tests.parts import ROOT

SETTINGS = load(None, None, {}, ROOT)


class Ground:
    """A case database that is read by a loop, and a clock."""

    def __init__(self) -> None:
        self.leads = True
        self.tally = Tally()
        self.clock = SystemClock()
        self.now = self.clock.now()

    def learning(self, *, remote: object = object()) -> Learning:
        learner = SimpleNamespace(run=None)
        ends = SimpleNamespace(
            remote=remote, learner=learner, tally=self.tally, rules=None, copy=None
        )
        store = SimpleNamespace(leads=lambda _what: self.leads)
        metrics = SimpleNamespace(learned=lambda _tally: None)
        clock = SimpleNamespace(now=lambda: self.now)
        return wire_learning(
            SETTINGS, cast("CaseEnds", ends), cast("Metrics", metrics),
            cast("SqlStore", store), cast("SystemClock", clock),
        )  # fmt: skip


def test_a_node_has_caught_up_for_an_hour_after_it_read_all_changes() -> None:
    ground = Ground()
    learning = ground.learning()
    assert not learning.caught_up()
    ground.tally.read(ground.now)
    assert learning.caught_up()
    ground.now += timedelta(hours=1)
    assert not learning.caught_up()


def test_while_changes_cannot_be_read_a_node_has_not_caught_up() -> None:
    ground = Ground()
    learning = ground.learning()
    ground.tally.read(ground.now)
    assert learning.poll is not None
    learning.poll.failing = "away"
    assert not learning.caught_up()


@pytest.mark.parametrize("remote", [None, object()])
def test_who_does_not_read_changes_waits_for_none(remote: object) -> None:
    ground = Ground()
    ground.leads = False
    assert ground.learning(remote=remote).caught_up()
