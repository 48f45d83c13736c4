"""Better, worse, other or the same: what a text is understood as, before and after."""

from dataclasses import replace

import pytest

from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.message import Language
from sms_gateway.replay.judging import Judgement, Understood, judged, recorded, understood
from tests.parts import CODE, START
from tests.replay.replay_desk import WORDS, row

A, B = CanonicalKey("A1234"), CanonicalKey("B1234")
UNREAD, MACHINE, HELP = Understood("malformed"), Understood("not_a_citizen"), Understood("help")
STOP_ALL = Understood("opt_out")
CHOOSES_EN = Understood("language", language=Language.EN)
CHOOSES_VI = Understood("language", language=Language.VI)


def asks(*keys: CanonicalKey, exact: int = 9, language: Language | None = None) -> Understood:
    return Understood("lookup", keys, min(exact, len(keys)), language)


@pytest.mark.parametrize(
    "before, after, judgement",
    [
        (UNREAD, asks(A), "better"),
        (UNREAD, HELP, "better"),
        (UNREAD, STOP_ALL, "better"),
        (asks(A), UNREAD, "worse"),
        (HELP, UNREAD, "worse"),
        (asks(A), asks(B), "worse"),
        (asks(A), asks(B, A), "worse"),
        (asks(A), asks(A, exact=0), "worse"),
        (asks(A), HELP, "worse"),
        (HELP, STOP_ALL, "worse"),
        (STOP_ALL, Understood("opt_out", (A,), 1), "worse"),
        (CHOOSES_EN, CHOOSES_VI, "worse"),
        (MACHINE, asks(A), "worse"),
        (asks(A), MACHINE, "worse"),
        (UNREAD, MACHINE, "other"),
        (MACHINE, UNREAD, "other"),
        (HELP, asks(A), "other"),
        (asks(A), asks(A, B), "other"),
        (asks(A), asks(A, language=Language.EN), "other"),
        (asks(A), asks(A), "same"),
        (UNREAD, UNREAD, "same"),
    ],
)  # fmt: skip
def test_each_change_is_judged_as_the_head_of_the_room_says(
    before: Understood, after: Understood, judgement: str
) -> None:
    assert judged(before, after) == judgement


def test_the_log_knows_one_number_and_any_reading_that_holds_it_is_the_same() -> None:
    known = recorded(row("MCKH A1234", code="A1234"))
    assert known is not None
    assert judged(known, asks(B, A)) is Judgement.SAME
    assert judged(known, asks(B)) is Judgement.WORSE
    assert judged(known, UNREAD) is Judgement.WORSE


def test_where_a_budget_refused_the_number_nobody_knows_it_and_the_intent_decides() -> None:
    known = recorded(row("MCKH A1234", code=""))
    assert known is not None
    assert judged(known, asks(B)) is Judgement.SAME
    assert judged(known, HELP) is Judgement.WORSE


def test_what_was_purged_is_unanswered_or_a_probe_cannot_be_compared() -> None:
    assert recorded(replace(row(""), purged_at=START)) is None
    assert recorded(row("MCKH A1234", intent="")) is None
    assert recorded(row("MCKH A1234", intent="probe")) is None


def test_a_text_is_understood_with_the_reply_that_hangs_on_no_dossier() -> None:
    grammar = WORDS.grammars()[CODE]
    assert understood("MCKH", grammar).template == "H1"
    assert understood("xin chao hom nay", grammar).template in ("E2", "H1")
    found = understood("MCKH 170703-0001", grammar)
    assert (found.keys, found.exact, found.template) == (("1707030001",), 1, "")
    assert understood("id:1 sub:001 dlvrd:001 stat:DELIVRD err:000", grammar) == MACHINE
