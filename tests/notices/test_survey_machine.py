"""Whatever happens to dossiers: about each one somebody is asked once at most, and never at night.

The process dies in between, the clock steps, people opt out, and copies are restored.
"""

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.dossier import State
from tests.contracts.store_desk import Desk, maker_of
from tests.notices.notices_desk import dossier_id
from tests.notices.survey_desk import DAY, HOUR, SurveyDesk
from tests.parts import AN, BINH

OWNERS = {1: AN, 2: AN, 3: BINH}
STATES = st.sampled_from([State.PROCESSING, State.FINISHED, State.RETURNED])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("state"), st.integers(1, 3), STATES),
        st.tuples(st.just("returned"), st.integers(1, 3), st.none()),
        st.tuples(st.just("look"), st.sampled_from([60, HOUR, 10 * HOUR, DAY]), st.none()),
        st.tuples(st.just("look"), st.sampled_from([8 * DAY]), st.none()),
        st.tuples(st.just("clock"), st.sampled_from([-2 * HOUR, -60, 60]), st.none()),
        st.tuples(st.just("die"), st.just(0), st.none()),
        st.tuples(st.just("out"), st.just(0), st.none()),
        st.tuples(st.just("in"), st.just(0), st.none()),
        st.tuples(st.just("answer"), st.integers(1, 5), st.none()),
        st.tuples(st.just("restored"), st.just(0), st.none()),
        st.tuples(st.just("released"), st.just(0), st.none()),
    ),
    min_size=1,
    max_size=25,
)


class Machine:
    """What is done, and what must hold after each act."""

    def __init__(self, survey: SurveyDesk) -> None:
        self.survey = survey
        self.out = False
        self.held = False
        self.chosen_at = survey.desk.clock.at

    async def act(self, kind: str, number: int, state: State | None) -> None:
        survey, notices = self.survey, self.survey.notices
        match kind:
            case "state":
                assert state is not None
                notices.change(state, number, owners=(OWNERS[number],))
            case "returned":
                survey.returned(number, owners=(OWNERS[number],))
            case "look":
                await survey.look(number)
            case "clock":
                survey.desk.clock.step(number)
            case "die":
                await survey.desk.die()
                notices.begin()
                survey.begin()
            case "out" | "in":
                # The store orders choices by when their texts came.
                clock = survey.desk.clock
                clock.at = self.chosen_at = max(clock.at, self.chosen_at) + timedelta(seconds=1)
                await notices.opt_out(out=kind == "out")
                self.out = kind == "out"
            case "answer":
                await survey.answered(dossier_id(1), number)
            case "restored":
                await notices.hold_restored()
                self.held = True
            case _:
                await notices.release_restored()
                self.held = False
        await self.leave()

    async def leave(self) -> None:
        """Take what a door takes now, and look at it."""
        notices = self.survey.notices
        mts = await notices.leased()
        night = notices.quiet.over(notices.desk.clock.at) != notices.desk.clock.at
        for mt in mts:
            assert not self.held
            assert not night
            assert mt.recipient != AN or not self.out


async def play(acts: list[tuple[str, int, State | None]], folder: Path) -> Counter[str]:
    async with Desk(maker_of("sqlite"), folder) as desk:
        survey = SurveyDesk(desk)
        await survey.look()
        machine = Machine(survey)
        for kind, number, state in acts:
            await machine.act(kind, number, state)
        asked = Counter(mt.params["code"] for mt in survey.notices.texted)
        assert not [code for code, times in asked.items() if times > 1]
        stored = await desk.rows("SELECT dossier_id FROM outbox WHERE kind = 'survey'")
        assert sorted(one.dossier_id for one in await survey.rows()) == sorted(
            str(dossier) for (dossier,) in stored
        )
        return asked


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_about_a_dossier_somebody_is_asked_once_at_most(
    acts: list[tuple[str, int, State | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        asyncio.run(play(acts, data))


def test_such_a_walk_reaches_questions(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    acts: list[tuple[str, int, State | None]] = [
        ("returned", 1, None), ("returned", 3, None), ("look", DAY, None), ("clock", 60, None),
        ("returned", 1, None), ("look", 8 * DAY, None),
    ]  # fmt: skip
    assert asyncio.run(play(acts, data)) == {"170703-0001": 1, "170703-0003": 1}
