"""One dossier that cannot be told costs those that are asked for with it no answer."""

import asyncio
from collections.abc import Sequence

import pytest

from sms_gateway.cases.apart import QUESTIONS, told_apart
from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.untold import NOBODYS
from tests.cases.far_away import record
from tests.virtual_time import VirtualClock

KEYS = [CanonicalKey(f"C{n}") for n in range(40)]


class Choking:
    """A database that fails where one of some numbers is asked for.

    Attributes:
        sick: it also fails for nobody's number.
        slow: numbers for which it takes hours.
        questions: so many it was asked.
    """

    def __init__(self, *on: int, word: str = "broken") -> None:
        self._on = {KEYS[n] for n in on}
        self._word = word
        self.sick = False
        self.slow: set[CanonicalKey] = set()
        self.questions = 0

    async def ask(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        self.questions += 1
        if self.sick and NOBODYS in keys:
            return Away(self._word, "it chokes")
        if self.slow.intersection(keys) and len(keys) < len(KEYS):
            await asyncio.Event().wait()
        if self._on.intersection(keys):
            return Away(self._word, "it chokes")
        return Told([record(key) for key in keys])


async def told_by(choking: Choking, keys: Sequence[CanonicalKey] = KEYS) -> Told | Away:
    return await told_apart(keys, choking.ask, {"broken"}, 1.0)


@pytest.mark.parametrize("bad", [0, 19, 20, 39])
async def test_one_bad_dossier_of_forty_is_lost_and_all_others_are_told(bad: int) -> None:
    choking = Choking(bad)
    told = await told_by(choking)
    assert isinstance(told, Told)
    assert {one.texts[Field.ID] for one in told.records} == {*KEYS} - {KEYS[bad]}
    assert told.lost == {KEYS[bad]: "broken"}
    assert choking.questions <= 13


async def test_one_that_answers_is_asked_once() -> None:
    choking = Choking()
    assert isinstance(await told_by(choking), Told)
    assert choking.questions == 1


@pytest.mark.parametrize("bad", [(0, 39), (0, 1), (3, 21, 22), (0, 13, 26, 39)])
async def test_some_bad_dossiers_wherever_they_stand_cost_nobody_else_an_answer(
    bad: Sequence[int],
) -> None:
    choking = Choking(*bad)
    told = await told_by(choking)
    assert isinstance(told, Told)
    assert told.lost == {KEYS[n]: "broken" for n in bad}
    assert len(told.records) == 40 - len(bad)
    assert choking.questions <= QUESTIONS


async def test_one_that_answers_not_even_for_nobodys_number_is_asked_four_times() -> None:
    choking = Choking(*range(40))
    choking.sick = True
    assert await told_by(choking) == Away("broken", "it chokes")
    assert choking.questions == 4


async def test_where_all_are_bad_it_is_asked_no_more_often_than_for_each_alone() -> None:
    choking = Choking(*range(40))
    told = await told_by(choking)
    assert isinstance(told, Told)
    assert told.lost.keys() == {*KEYS}
    assert choking.questions <= QUESTIONS


async def test_what_was_told_in_time_is_not_thrown_away_with_what_was_not() -> None:
    clock, choking = VirtualClock(), Choking(0)
    choking.slow = {KEYS[0]}
    with clock.ruling():
        asked = asyncio.create_task(told_by(choking))
        await clock.advance(0.89)
        assert not asked.done()
        await clock.advance(0.1)
        assert asked.done()
        told = await asked
    assert isinstance(told, Told)
    assert {one.texts[Field.ID] for one in told.records} == {*KEYS[20:]}
    assert told.lost == dict.fromkeys(KEYS[:20], "slow")


async def test_one_that_is_down_is_not_asked_again() -> None:
    choking = Choking(1, word="down")
    assert isinstance(await told_by(choking), Away)
    assert choking.questions == 1


async def test_a_number_that_is_asked_for_alone_is_not_asked_for_again() -> None:
    choking = Choking(1)
    assert isinstance(await told_by(choking, KEYS[1:2]), Away)
    assert choking.questions == 1
