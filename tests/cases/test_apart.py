"""One dossier that cannot be told costs those that are asked for with it no answer."""

from collections.abc import Sequence

import pytest

from sms_gateway.cases.apart import told_apart
from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey
from tests.cases.far_away import record

KEYS = [CanonicalKey(f"C{n}") for n in range(40)]


class Choking:
    """A database that fails where one of some numbers is asked for."""

    def __init__(self, *on: int, word: str = "broken") -> None:
        self._on = {KEYS[n] for n in on}
        self._word = word
        self.questions = 0

    async def ask(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        self.questions += 1
        if self._on.intersection(keys):
            return Away(self._word, "it chokes")
        return Told([record(key) for key in keys])


async def told_by(choking: Choking, keys: Sequence[CanonicalKey] = KEYS) -> Told | Away:
    return await told_apart(keys, choking.ask, {"broken"})


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


async def test_one_that_answers_nothing_is_asked_three_times() -> None:
    choking = Choking(*range(40))
    assert await told_by(choking) == Away("broken", "it chokes")
    assert choking.questions == 3


async def test_one_that_is_down_is_not_asked_again() -> None:
    choking = Choking(1, word="down")
    assert isinstance(await told_by(choking), Away)
    assert choking.questions == 1


async def test_a_number_that_is_asked_for_alone_is_not_asked_for_again() -> None:
    choking = Choking(1)
    assert isinstance(await told_by(choking, KEYS[1:2]), Away)
    assert choking.questions == 1
