"""`DK`: who is told of a dossier from now on, and who is not."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Found, State
from sms_gateway.domain.records import OptOutChange
from tests.parts import AN, BINH, SECRET_WORD, Desk, dossier, key_of, rules, words

FOLLOW = "MCKH DK 170703-0001"
STOP = "MCKH HUY 170703-0001"
STOPPED = OptOutChange(opted_out=True, dossier_id=dossier(1).id)
SECRET_COUNTS = {"DISCLOSURE__SECOND_SECRET": "true"}


def test_the_owner_is_told_again() -> None:
    verdict = Desk(rules(**SECRET_COUNTS), AN).text(FOLLOW)
    assert verdict.reason == "O4"
    assert verdict.opt_out == OptOutChange(opted_out=False, dossier_id=dossier(1).id)


def test_who_knows_the_second_secret_follows() -> None:
    verdict = Desk(rules(**SECRET_COUNTS), BINH).text(f"{FOLLOW} {SECRET_WORD}")
    assert verdict.reason == "O5"
    assert verdict.opt_out == OptOutChange(opted_out=False, dossier_id=dossier(1).id, follows=True)


def test_a_stranger_follows_nothing_and_is_told_how() -> None:
    verdict = Desk(rules(**SECRET_COUNTS), BINH).text(FOLLOW)
    assert (verdict.reason, verdict.opt_out, verdict.wrong_secret) == ("O6-secret", None, False)


def test_a_wrong_secret_counts_as_one() -> None:
    verdict = Desk(rules(**SECRET_COUNTS), BINH).text(f"{FOLLOW} A7K28")
    assert (verdict.reason, verdict.opt_out, verdict.wrong_secret) == ("O6-secret", None, True)


def test_of_a_dossier_guessed_at_too_often_no_secret_is_compared() -> None:
    desk = Desk(rules(**SECRET_COUNTS), BINH)
    desk.tried[dossier(1).id] = 10
    assert desk.text(f"{FOLLOW} {SECRET_WORD}").reason == "O6-secret"


def test_where_no_secret_counts_only_the_phones_of_the_dossier_are_told() -> None:
    verdict = Desk(rules(), BINH).text(f"{FOLLOW} {SECRET_WORD}")
    assert (verdict.reason, verdict.opt_out) == ("O6", None)


def test_of_a_closed_dossier_who_wants_to_follow_is_told_how_it_ended() -> None:
    desk = Desk(rules(**SECRET_COUNTS), BINH)
    desk.cases = {key_of(1): Found(replace(dossier(1, AN), state=State.RETURNED))}
    verdict = desk.text(f"{FOLLOW} {SECRET_WORD}")
    assert (verdict.reason, verdict.opt_out) == ("S10-undated", None)


def test_the_owner_who_stops_resumes_by_the_number_alone() -> None:
    verdict = Desk(rules(**SECRET_COUNTS), AN).text(STOP)
    assert (verdict.reason, verdict.opt_out) == ("O3", STOPPED)


def test_who_follows_and_stops_is_told_that_the_secret_is_wanted_again() -> None:
    desk = Desk(rules(**SECRET_COUNTS), BINH)
    assert desk.text(f"{FOLLOW} {SECRET_WORD}").reason == "O5"
    verdict = desk.text(STOP)
    assert (verdict.reason, verdict.opt_out) == ("O3-secret", STOPPED)
    told = words(verdict).partition("soan ")[2].partition(" gui 8083")[0]
    typed = told.replace("dau cach ma tra cuu", SECRET_WORD).replace("dau cach ma", "170703-0001")
    assert desk.text(typed).reason == "O5"


@pytest.mark.parametrize(
    "settings, changed",
    [({}, {}), (SECRET_COUNTS, {"secret_hash": ""}), (SECRET_COUNTS, {"state": State.RETURNED})],
)
def test_who_could_not_follow_again_is_not_told_how(
    settings: dict[str, str], changed: dict[str, object]
) -> None:
    desk = Desk(rules(**settings), BINH)
    desk.cases = {key_of(1): Found(replace(dossier(1, AN), **changed))}
    verdict = desk.text(STOP)
    assert (verdict.reason, verdict.opt_out) == ("O3-other", STOPPED)
    assert "soan" not in words(verdict)


@pytest.mark.parametrize(
    "typed",
    ["MCKH DK space 170703-0001 space A7K29", "MCKH DK dau cach 170703-0001 dau cach A7K29"],
)
def test_who_types_the_words_for_the_gaps_follows_as_well(typed: str) -> None:
    assert Desk(rules(**SECRET_COUNTS), BINH).text(typed).reason == "O5"


def test_who_stops_hears_no_more_of_the_state_than_who_asks() -> None:
    """Five states are hidden from strangers by one reply; `HUY` tells them apart no better."""
    answers: dict[str, set[str]] = {}
    for state in State:
        desk = Desk(rules(**SECRET_COUNTS), BINH)
        desk.cases = {key_of(1): Found(replace(dossier(1, AN), state=state))}
        answers.setdefault(desk.text("MCKH 170703-0001").reason, set()).add(desk.text(STOP).reason)
    assert {len(stopped) for stopped in answers.values()} == {1}


def test_a_dossier_without_a_secret_asks_for_none() -> None:
    desk = Desk(rules(**SECRET_COUNTS), BINH)
    desk.cases = {key_of(1): Found(replace(dossier(1, AN), secret_hash=""))}
    assert desk.text(FOLLOW).reason == "O6"
