"""The judge of the campaign finds each way to break what is promised of texts nobody asked for."""

from dataclasses import replace

import pytest

from tests.acceptance.telco import Does, Mt
from tests.torture.changes import Change, Told
from tests.torture.judging import Evidence, Tally
from tests.torture.judging_changes import judge_changes

OWNER = "+84920100001"
CHANGE = Change("260101-0001", OWNER)
TOLD = Told("m1", OWNER, "accepted", "Ho so 260101-0001 da co ket qua", ("accepted",))
MT = Mt("ack", "m1", "0920100001", TOLD.text, "", "", "T1", Does.ACCEPT)
DOUBT = "uncertain timed_out"


def breaches(told: tuple[Told, ...], *mts: Mt, followed_up: tuple[Told, ...] = ()) -> list[str]:
    tally = Tally()
    evidence = Evidence((), (), (), told=told, followed_up=followed_up, unasked=mts)
    judge_changes([CHANGE], evidence, tally)
    return tally.breaches


def test_a_change_that_is_told_once_is_all_right() -> None:
    assert breaches((TOLD,), MT) == []


def test_a_doubt_that_shows_is_all_right_whether_it_arrived_or_not() -> None:
    doubtful = replace(TOLD, state="uncertain", results=(DOUBT,))
    assert breaches((doubtful,)) == []
    assert breaches((doubtful,), MT) == []


@pytest.mark.parametrize(
    "told, mts, said",
    [
        ((), (), "was to be told 0 times"),
        ((TOLD, replace(TOLD, mt_id="m2")), (MT, replace(MT, id="m2")), "was to be told 2 times"),
        ((replace(TOLD, text="Ho so khac"),), (replace(MT, text="Ho so khac"),), "do not name"),
        ((TOLD,), (replace(MT, text="Ho so khac"),), "other words"),
        ((TOLD,), (MT, MT), "arrived 2 times"),
        ((TOLD,), (), "never had it"),
        ((TOLD,), (replace(MT, did=Does.THROTTLE),), "never had it"),
        ((replace(TOLD, state="uncertain", results=()),), (), "without a doubt"),
        ((replace(TOLD, state="failed", results=(DOUBT,)),), (), "may have arrived"),
        ((replace(TOLD, state="queued", results=()),), (), "is queued in the end"),
    ],
)
def test_what_may_not_be_is_a_breach(
    told: tuple[Told, ...], mts: tuple[Mt, ...], said: str
) -> None:
    assert any(said in breach for breach in breaches(told, *mts))


def test_what_follows_by_smpp_is_told_by_number_and_words_and_may_come_once() -> None:
    following = replace(TOLD, mt_id="f1", owner="+84930100001", text="Ho so dang xu ly")
    mt = replace(MT, id="+84930100001", text="Ho so dang xu ly")
    assert breaches((TOLD,), MT, mt, followed_up=(following,)) == []
    assert breaches((TOLD,), MT, mt, mt, followed_up=(following,)) != []
    assert breaches((TOLD,), MT, followed_up=(following,)) != []
