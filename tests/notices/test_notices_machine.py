"""Whatever happens to dossiers: each step is told once at most, none at night, none to who said no.

The process dies in between, the clock steps, copies are restored, older dossiers are put in place
and told once more, keys of hashes are rotated, and staff let held texts go or drop them.
"""

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.changes import Case
from sms_gateway.domain.dossier import ReturnVia, State
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import BACKWARD, CONFIRM_ACT, DROP_ACT, RELEASE_ACT
from sms_gateway.domain.pushes import NOTICE_PRIORITY
from tests.contracts.store_desk import Desk, maker_of
from tests.notices.notices_desk import NoticesDesk, dossier_id
from tests.parts import AN, BINH

STATES = st.sampled_from(State)
NUMBERS = st.integers(1, 3)
NOTHING = st.none()
TOLD = st.tuples(st.just("told"), NUMBERS, STATES)
"""A state that stands: most of what happens, or nothing would ever be sent here."""
WAITS = st.sampled_from([5, 30, 60, 3_600, 5 * 3_600, 40_000])
ACTS = st.lists(
    st.one_of(
        TOLD, TOLD, TOLD, TOLD,
        st.tuples(st.just("state"), NUMBERS, STATES),
        st.tuples(st.just("again"), NUMBERS, NOTHING),
        st.tuples(st.just("look"), WAITS, NOTHING),
        st.tuples(st.just("clock"), st.sampled_from([-7_200, -60, 60, 90_000]), NOTHING),
        st.tuples(st.just("die"), st.just(0), NOTHING),
        st.tuples(st.just("out"), st.integers(0, 3), NOTHING),
        st.tuples(st.just("in"), st.integers(0, 3), NOTHING),
        st.tuples(st.just("older"), st.integers(0, 1), NOTHING),
        st.tuples(st.just("rotate"), st.just(0), NOTHING),
        st.tuples(st.just("staff"), st.just(0), NOTHING),
        st.tuples(st.just("staff"), st.just(1), NOTHING),
        st.tuples(st.just("restored"), st.just(0), NOTHING),
        st.tuples(st.just("released"), st.just(0), NOTHING),
        st.tuples(st.just("released"), st.just(0), NOTHING),
    ),
    min_size=15,
    max_size=40,
)  # fmt: skip


class Machine:
    """What is done, and what must hold after each act."""

    def __init__(self, notices: NoticesDesk) -> None:
        self.notices = notices
        self.out: set[int] = set()
        self.all_out = False
        self.held = False
        self.chosen_at = notices.desk.clock.at
        self.happened: dict[DossierId, set[tuple[int, State]]] = {}
        self.told: Counter[tuple[DossierId, Address]] = Counter()

    async def act(self, kind: str, number: int, state: State | None) -> None:
        if state is not None:
            await self._change(number, state, stands=kind == "told")
        elif kind in ("out", "in"):
            await self._choose(number, out=kind == "out")
        elif kind in ("look", "clock", "die", "rotate"):
            await self._run(kind, number)
        elif kind in ("again", "older"):
            await self._tell_again(kind, number)
        else:
            await self._staff(kind, number)
        for one in self.notices.feed.entries:
            happened = self.happened.setdefault(one.case.dossier.id, set())
            happened.add((one.ordinal, one.state))
        await self.leave()
        self.notices.desk.clock.step(2)  # the pace lets the second recipient's text go
        await self.leave()

    async def _change(self, number: int, state: State, *, stands: bool) -> None:
        since = self.notices.desk.clock.at
        fresh = {"state_at": since, "return_via": ReturnVia.POST}
        self.notices.change(state, number, owners=(AN, BINH), **fresh)
        if stands:
            await self.notices.look(60)

    async def _run(self, kind: str, seconds: int) -> None:
        if kind == "look":
            await self.notices.look(seconds)
        elif kind == "clock":
            self.notices.desk.clock.step(seconds)
        elif kind == "rotate":
            self.notices.rotate()
        else:
            await self.notices.desk.die()
            self.notices.begin()

    async def _tell_again(self, kind: str, number: int) -> None:
        feed = self.notices.feed
        if kind == "older":
            await self._put_older_dossiers_in_place(looks=number == 1)
        elif case := feed.now.get(dossier_id(number)):
            feed.put(case, self.notices.desk.clock.at)

    async def _staff(self, kind: str, number: int) -> None:
        """A restored copy is held back or let go; held texts are let go or dropped."""
        notices = self.notices
        if kind == "restored":
            await notices.hold_restored()
            self.held = True
        elif kind == "released":
            await notices.release_restored()
            self.held = False
        else:
            for batch in await notices.store.notices.batches():
                act = CONFIRM_ACT if batch.reason == BACKWARD else RELEASE_ACT
                order = notices.order(batch.id, act if number else DROP_ACT, batch.reason)
                assert (await notices.store.notices.end_batch(order)).texts == batch.texts

    async def _put_older_dossiers_in_place(self, *, looks: bool) -> None:
        """Half of the history is gone; the one-stop software tells the rest once more."""
        feed = self.notices.feed
        newer = feed.entries[len(feed.entries) // 2 :]
        del feed.entries[len(feed.entries) // 2 :]
        feed.now = {one.case.dossier.id: in_state(one.case, one.state) for one in feed.entries}
        if looks:
            await self.notices.look(60)
        for one in newer:
            feed.put(in_state(one.case, one.state), self.notices.desk.clock.at)

    async def _choose(self, number: int, *, out: bool) -> None:
        clock = self.notices.desk.clock
        # The store orders choices by when their texts came.
        clock.at = self.chosen_at = max(clock.at, self.chosen_at) + timedelta(seconds=1)
        await self.notices.opt_out(dossier_id(number) if number else "", out=out)
        if number == 0:
            self.all_out, self.out = out, set()
        elif out:
            self.out.add(number)
        else:
            self.out.discard(number)
            if self.all_out:
                # Who wants this one again wants the others no more than before.
                self.out |= {1, 2, 3} - {number}
                self.all_out = False

    async def leave(self) -> None:
        """Take what a door takes now, and look at it."""
        mts = await self.notices.leased()
        night = self.notices.quiet.over(self.notices.desk.clock.at) != self.notices.desk.clock.at
        for mt in mts:
            ((dossier, priority),) = await self.notices.desk.rows(
                f"SELECT dossier_id, priority FROM outbox WHERE id = '{mt.id}'"  # noqa: S608  # ours
            )
            assert not self.held
            assert not night or int(str(priority)) < NOTICE_PRIORITY
            number = int(str(dossier)[-4:])
            which = DossierId(str(dossier))
            self.told[which, mt.recipient] += 1
            assert self.told[which, mt.recipient] <= len(self.happened[which])
            assert mt.recipient != AN or not (self.all_out or number in self.out)


def in_state(case: Case, state: State) -> Case:
    return replace(case, dossier=replace(case.dossier, state=state))


async def play(acts: list[tuple[str, int, State | None]], folder: Path) -> None:
    async with Desk(maker_of("sqlite"), folder) as desk:
        notices = NoticesDesk(desk)
        await notices.to_the_present()
        machine = Machine(notices)
        for kind, number, state in acts:
            await machine.act(kind, number, state)
        ids = Counter(mt.id for mt in notices.texted)
        assert not [one for one, times in ids.items() if times > 1]
        twice = await desk.rows(
            "SELECT dossier_id, transition FROM notice GROUP BY 1, 2 HAVING count(*) > 1"
        )
        assert twice == []


async def test_what_is_played_does_send_texts(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite"), folder) as desk:
        machine = Machine(NoticesDesk(desk))
        await machine.notices.to_the_present()
        for state in (State.PAPERS_NEEDED, State.FEE_DUE):
            await machine.act("told", 1, state)
        assert len(machine.notices.texted) == 4


@settings(max_examples=20, deadline=None)
@given(ACTS)
def test_each_step_is_told_once_at_most_by_day_and_to_who_wants_it(
    acts: list[tuple[str, int, State | None]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        folder.mkdir()
        asyncio.run(play(acts, folder))
