"""Any store under any mixture of what a day brings, against a model of a few dictionaries."""

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from sms_gateway.domain.acts import Handled, HandleOrder, SettleAs, Settled, SettleOrder
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.records import Arrival, Duplicate, PendingMo, Recorded
from tests.contracts.store_desk import DOOR, Desk, Maker, examples, pending
from tests.contracts.store_model import PARK_AFTER, Mo, Model

T = TypeVar("T")

EXAMPLES, STEPS = 40, 30
NAMES = [f"T{i}" for i in range(12)]
WAYS = [MtState.SENDING, MtState.QUEUED, MtState.HELD]
FATES = [MtState.ACCEPTED, MtState.QUEUED, MtState.UNCERTAIN, MtState.FAILED]
picks = st.integers(0, 1_000)


class StoreMachine(RuleBasedStateMachine):
    def __init__(self, maker: Maker) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        # The folder goes with the machine; its store is closed before.
        self.folder = tempfile.TemporaryDirectory()
        (Path(self.folder.name) / "data").mkdir()
        self.desk = Desk(maker, Path(self.folder.name) / "data")
        self.run(self.desk.__aenter__())
        self.model = Model()
        self.leases: list[PendingMo] = []
        self.sends: list[tuple[MessageId, int]] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            self.run(self._end())
        finally:
            self.run(self.desk.__aexit__())
            self.runner.close()
            self.folder.cleanup()

    async def _end(self) -> None:
        """After a last death every MO without an outcome is there to be answered, once."""
        await self.desk.die()
        self.desk.clock.step(3600)
        leased = await self.desk.store.lease_unanswered(1_000)
        assert sorted(mo.id for mo in leased) == sorted(self.model.unanswered())
        written = await self.desk.store.answer([self.desk.answer(mo) for mo in leased])
        assert written == [True] * len(leased)
        assert (await self.desk.store.figures()).unanswered == 0
        assert await self.desk.sound()

    @initialize(ways=st.lists(st.sampled_from([None, *WAYS]), min_size=4, max_size=8))
    def a_day_is_under_way(self, ways: list[MtState | None]) -> None:
        """Else most examples would have nothing to work on."""
        for number, way in enumerate(ways):
            self.record([f"E{number}"], apart=False)
            if way is not None:
                self.answer(len(self.leases) - 1, way)

    # MOs

    @rule(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), apart=st.booleans())
    def record(self, names: list[str], *, apart: bool) -> None:
        """New MOs and repeated ones, in one call or in calls that wait together."""
        arrivals = [self.desk.arrival(telco_id=name) for name in names]
        results = self.run(self._apart(arrivals) if apart else self._at_once(arrivals))
        for name, arrival, result in zip(names, arrivals, results, strict=True):
            if name in self.model.firsts:
                assert result == Duplicate(self.model.firsts[name])
                continue
            mo = pending(result)
            assert mo.id == arrival.id
            self.model.firsts[name] = mo.id
            self.model.mos[mo.id] = Mo(self.model.run)
            self.leases.append(mo)

    async def _apart(self, arrivals: list[Arrival]) -> list[Recorded]:
        return await asyncio.gather(*(self.desk.record(arrival) for arrival in arrivals))

    async def _at_once(self, arrivals: list[Arrival]) -> list[Recorded]:
        return list(await self.desk.store.record(arrivals))

    @rule(limit=st.integers(1, 3))
    def lease_unanswered(self, limit: int) -> None:
        expected = self.model.leasable(self.desk.clock.at)
        leased = self.run(self.desk.store.lease_unanswered(limit))
        assert {mo.id for mo in leased} <= set(expected)
        assert len(leased) == min(limit, len(expected))
        for mo in leased:
            known = self.model.mos[mo.id]
            assert mo.attempt == known.attempt + 1
            known.attempt, known.run = mo.attempt, self.model.run
            self.leases.append(mo)

    @precondition(lambda self: self.leases)
    @rule(pick=picks, way=st.sampled_from(WAYS))
    def answer(self, pick: int, way: MtState) -> None:
        """Under any lease there ever was; only the one that holds counts."""
        mo = self.leases[pick % len(self.leases)]
        mt = self.desk.mt(mo, way)
        (written,) = self.run(self.desk.store.answer([self.desk.answer(mo, mt)]))
        assert written is self.model.holds(mo)
        if written:
            self.model.answer(mo, mt)
            if way is MtState.SENDING:
                self.sends.append((mt.id, 1))

    @precondition(lambda self: self.leases)
    @rule(pick=picks)
    def fail(self, pick: int) -> None:
        mo = self.leases[pick % len(self.leases)]
        self.run(self.desk.store.fail([mo], self.desk.clock.at, PARK_AFTER))
        if self.model.holds(mo):
            self.model.fail(mo, self.desk.clock.at)

    # MTs

    @rule(limit=st.integers(1, 3))
    def lease(self, limit: int) -> None:
        leased = self.run(self.desk.store.lease(DOOR, self.desk.clock.at, limit))
        assert [mt.id for mt in leased] == sorted(self.model.due(self.desk.clock.at)[:limit])
        for mt in leased:
            known = self.model.mts[mt.id]
            assert not known.taken
            assert mt.attempt == known.attempt + 1
            known.state, known.run = MtState.SENDING, self.model.run
            known.attempt = mt.attempt
            self.sends.append((mt.id, mt.attempt))

    @precondition(lambda self: self.sends)
    @rule(pick=picks, fate=st.sampled_from(FATES), later=st.sampled_from([0, 30]))
    def settle(self, pick: int, fate: MtState, later: int) -> None:
        """Any send there ever was; only the attempt that is open counts."""
        mt_id, attempt = self.sends[pick % len(self.sends)]
        if self.model.mts[mt_id].inline and fate in (MtState.QUEUED, MtState.FAILED):
            return  # a response is written, or nobody knows
        settlement = self.desk.accepted(mt_id, attempt, f"A-{mt_id}")
        if fate is not MtState.ACCEPTED:
            settlement = self.desk.settlement(mt_id, attempt, fate)
        if fate is MtState.QUEUED:
            due = self.desk.clock.at + timedelta(seconds=later)
            settlement = replace(settlement, not_before=due)
        (written,) = self.run(self.desk.store.settle([settlement]))
        assert written is self.model.sends(mt_id, attempt)
        if written:
            self.model.settle(mt_id, fate, settlement.not_before)

    @precondition(lambda self: self.model.mts)
    @rule(pick=picks)
    def fetch(self, pick: int) -> None:
        mt_id = list(self.model.mts)[pick % len(self.model.mts)]
        self.run(self.desk.store.fetched([mt_id], self.desk.clock.at))
        self.model.fetch(mt_id)

    @precondition(lambda self: self.sends)
    @rule(pick=picks, delivery=st.sampled_from(Delivery))
    def report(self, pick: int, delivery: Delivery) -> None:
        """Before, after or without a settlement; it never changes where an MT stands."""
        mt_id, _ = self.sends[pick % len(self.sends)]
        self.run(self.desk.reported(f"A-{mt_id}", delivery))

    # Staff

    @precondition(lambda self: self.model.mts)
    @rule(pick=picks, way=st.sampled_from(SettleAs))
    def settle_by_hand(self, pick: int, way: SettleAs) -> None:
        mt_id = list(self.model.mts)[pick % len(self.model.mts)]
        now = self.desk.clock.at
        order = SettleOrder(mt_id, way, now, "os:an", frozenset([DOOR]))
        result = self.run(self.desk.store.settle_by_hand(order))
        assert isinstance(result, Settled) is self.model.settle_by_hand(mt_id, way, now)

    @precondition(lambda self: self.model.mos)
    @rule(pick=picks)
    def handle(self, pick: int) -> None:
        mo_id = list(self.model.mos)[pick % len(self.model.mos)]
        order = HandleOrder(mo_id, self.desk.clock.at, "os:an", "")
        result = self.run(self.desk.store.handle(order))
        assert isinstance(result, Handled) is self.model.handle(mo_id)

    @rule()
    def expire(self) -> None:
        now = self.desk.clock.at
        assert len(self.run(self.desk.store.expire(now))) == self.model.expire(now)

    # The world

    @rule(seconds=st.sampled_from([0.5, 2, 2, 60, 60, -30, 7 * 3600]))
    def step_the_clock(self, seconds: float) -> None:
        self.desk.clock.step(seconds)

    @rule(resend=st.booleans())
    def crash(self, *, resend: bool) -> None:
        self.run(self.desk.die())
        self.model.die()
        doors = [DOOR] if resend else []
        found = self.run(self.desk.store.recover(doors, self.desk.clock.at))
        assert found == self.model.recover(resend=resend)

    @invariant()
    def the_store_holds_what_it_should(self) -> None:
        found = self.run(
            self.desk.rows(
                "SELECT id, outcome, reason, attempt, failures, lease_owner FROM inbox ORDER BY id"
            )
        )
        mos = [(*row[:-1], int(row[-1] == self.desk.store.run)) for row in found]
        assert mos == self.model.inbox()
        mts = self.run(
            self.desk.rows("SELECT id, state, attempt, inbox_id FROM outbox ORDER BY id")
        )
        assert mts == self.model.outbox()
        figures = self.run(self.desk.store.figures())
        assert (figures.uncertain, figures.held, figures.parked) == self.model.waiting()


def test_whatever_happens_no_mo_is_lost_and_no_mt_is_sent_twice_unknowingly(maker: Maker) -> None:
    class OfThisDialect(StoreMachine):
        def __init__(self) -> None:
            super().__init__(maker)

    run_state_machine_as_test(
        OfThisDialect,
        settings=settings(
            max_examples=examples(maker, EXAMPLES),
            stateful_step_count=STEPS,
            deadline=None,
            phases=set(Phase) - {Phase.explain},  # it takes longer than a test may
        ),
    )
