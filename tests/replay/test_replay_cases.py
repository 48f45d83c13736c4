"""Texts that staff keep as test cases: read by rules, and asked before a word comes in."""

from collections.abc import Sequence

import pytest

from sms_gateway.commands import CommandError
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.text_cases import TextCase, TextCaseBack
from sms_gateway.replay.cases import CaseCommands, WantedCase, checked
from sms_gateway.replay.synonyms import SynonymCommands, Worse
from tests.parts import CODE, START
from tests.replay.replay_desk import WORDS, Log, Wall

BY = "staff:an"


def case(text: str, intent: str, key: str = "") -> TextCase:
    return TextCase("t1", text, CODE, intent, CanonicalKey(key), "", START, BY)


class Shelf:
    """Where test cases are kept, in memory."""

    def __init__(self, *kept: TextCase, room: bool = True) -> None:
        self.kept = list(kept)
        self.room = room

    async def text_cases(self) -> Sequence[TextCase]:
        return self.kept

    async def add(self, added: TextCase) -> bool:
        self.kept += [added] if self.room else []
        return self.room

    async def remove(self, removed: TextCaseBack) -> bool:
        there = any(one.id == removed.id for one in self.kept)
        self.kept = [one for one in self.kept if one.id != removed.id]
        return there


def acts(shelf: Shelf) -> CaseCommands:
    return CaseCommands(shelf, lambda: START, lambda: "t1")


@pytest.mark.parametrize(
    "intent, key, passes",
    [
        ("lookup", "1707030001", True),
        ("lookup", "", True),
        ("lookup", "1707030002", False),
        ("help", "", False),
    ],
)
def test_a_case_passes_where_it_is_understood_as_it_must_be(
    intent: str, key: str, *, passes: bool
) -> None:
    (one,) = checked([case("MCKH_170703-0001", intent, key)], WORDS.grammars())
    assert one.passes is passes
    assert one.read.intent == "lookup"


async def test_a_word_that_breaks_a_case_is_not_added() -> None:
    shelf = Shelf(case("HOSOCUATOI", "malformed"), case("MCKH_170703-0001", "help"))
    wall = Wall()
    words = SynonymCommands(wall, Log(), WORDS, lambda: START, cases=shelf)
    done = await words.add("HOSOCUATOI", "MCKH", "", BY)
    assert isinstance(done, Worse)
    # The other one fails as it did before: no fault of the word.
    assert [one.case.text for one in done.trial.broken] == ["HOSOCUATOI"]
    assert done.trial.counts.worse == 1
    assert wall.kept == []


async def test_a_case_is_kept_with_the_number_as_it_is_looked_up() -> None:
    shelf = Shelf()
    wanted = WantedCase("mckh 170703 0001", CODE, "lookup", "170703-0001", " tờ  rơi ")
    made = await acts(shelf).add(wanted, BY)
    assert shelf.kept == [made]
    assert (made.key, made.note) == ("1707030001", "tờ rơi")
    await acts(shelf).remove("t1", BY)
    with pytest.raises(CommandError):
        await acts(shelf).remove("t1", BY)


@pytest.mark.parametrize(
    "wanted",
    [
        WantedCase(" ", CODE, "help"),
        WantedCase("x" * 1001, CODE, "help"),
        WantedCase("mckh", CODE, "nothing"),
        WantedCase("mckh", CODE, "lookup", "!!"),
        WantedCase("mckh", CODE, "lookup", "1" * 65),
    ],
)
async def test_what_says_nothing_is_no_case(wanted: WantedCase) -> None:
    shelf = Shelf()
    with pytest.raises(CommandError):
        await acts(shelf).add(wanted, BY)
    assert shelf.kept == []


async def test_there_is_an_end_to_them() -> None:
    with pytest.raises(CommandError, match="delete some"):
        await acts(Shelf(room=False)).add(WantedCase("mckh", CODE, "help"), BY)
