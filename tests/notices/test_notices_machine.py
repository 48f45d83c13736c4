"""Whatever happens to dossiers: each step is told once at most, none at night, none to who said no.

The process dies in between, the clock steps, and copies are restored.
"""

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.dossier import ReturnVia, State
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

    async def act(self, kind: str, number: int, state: State | None) -> None:
        notices, clock = self.notices, self.notices.desk.clock
        owners = (AN, BINH)
        match kind:
            case "state" | "told":
                assert state is not None
                fresh = {"state_at": clock.at, "return_via": ReturnVia.POST}
                notices.change(state, number, owners=owners, **fresh)
                if kind == "told":
                    await notices.look(60)
            case "again":
                if case := notices.feed.now.get(dossier_id(number)):
                    notices.feed.put(case, clock.at)
            case "look":
                await notices.look(number)
            case "clock":
                clock.step(number)
            case "die":
                await notices.desk.die()
                notices.begin()
            case "out" | "in":
                # The store orders choices by when their texts came.
                clock.at = self.chosen_at = max(clock.at, self.chosen_at) + timedelta(seconds=1)
                await self._choose(number, out=kind == "out")
            case "restored":
                await notices.hold_restored()
                self.held = True
            case _:
                await notices.release_restored()
                self.held = False
        await self.leave()
        clock.step(2)  # the pace lets the second recipient's text go
        await self.leave()

    async def _choose(self, number: int, *, out: bool) -> None:
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
            assert mt.recipient != AN or not (self.all_out or number in self.out)


async def play(acts: list[tuple[str, int, State | None]], folder: Path) -> None:
    async with Desk(maker_of("sqlite"), folder) as desk:
        notices = NoticesDesk(desk)
        await notices.to_the_present()
        machine = Machine(notices)
        for kind, number, state in acts:
            await machine.act(kind, number, state)
        keys = [
            key for (key,) in await desk.rows("SELECT dedupe_key FROM outbox WHERE kind = 'notice'")
        ]
        assert len(keys) == len(set(keys))
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
