"""The judge of the campaign finds each way to break what the gateway promises."""

import json
from dataclasses import replace

import pytest

from tests.acceptance.telco import Does, Heard, Mt
from tests.torture.judging import COLUMNS, Evidence, Row, Tally, Text, judge

REPLY = "Ho so 170703-0001 da co ket qua"
DOUBT = "uncertain timed_out"


def heard(body: bytes = b"OK", tries: int = 1) -> Heard:
    return Heard(200, body, {}, tries, ())


def said(status: str, reply: str | None = REPLY) -> Heard:
    return heard(json.dumps({"status": status, "reply": reply}).encode())


def pushed(door: str = "ack") -> Text:
    return Text(door, ("t1",), (heard(),))


def row(state: str | None = "accepted", *results: str) -> Row:
    results = results or ("accepted",)
    return Row("t1", "answered", 1, "m1", state, None, REPLY, results)


def mt(did: Does = Does.ACCEPT, *, text: str = REPLY, mt_id: str = "m1") -> Mt:
    return Mt("ack", mt_id, "0900000001", text, "free", "t1", "T1", did)


def judged(
    *texts: Text,
    rows: tuple[Row, ...],
    mts: tuple[Mt, ...],
    calm: bool = False,
    deaths: bool = True,
    reported: bool = False,
    parts: tuple[str, ...] = (),
) -> Tally:
    tally = Tally()
    receipts = frozenset(one.telco_id for one in mts) if reported else frozenset()
    judge(Evidence(texts, rows, mts, calm, deaths, receipts, parts), tally)
    return tally


def counts(tally: Tally) -> dict[str, int]:
    return {name: tally.counts[name] for name in COLUMNS if tally.counts[name]}


def test_a_text_that_was_answered_once_is_all_right() -> None:
    tally = judged(pushed(), rows=(row(),), mts=(mt(),), calm=True)
    assert counts(tally) == {"acknowledged": 1, "answered": 1}
    assert not tally.breaches


def test_calls_that_the_telco_made_again_are_counted() -> None:
    text = replace(pushed(), heard=(heard(tries=4), heard(tries=2)))
    assert judged(text, rows=(row(),), mts=(mt(),)).events["calls made again"] == 4


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (row(), replace(row(), mt_id="m2")),
        (replace(row(), outcome=None),),
        (replace(row(), mt_id=None, state=None),),
        (row("queued"),),
        (row("sending"),),
        (row("expired"),),
        (row("failed", "rejected 99"),),
    ],
)
def test_an_acknowledged_text_without_one_outcome_or_with_a_reply_that_goes_nowhere_is_lost(
    rows: tuple[Row, ...],
) -> None:
    tally = judged(pushed(), rows=rows, mts=())
    assert counts(tally) == {"acknowledged": 1, "lost": 1}
    assert tally.breaches


def test_a_reply_that_is_accepted_and_never_came_to_the_telco_is_lost() -> None:
    tally = judged(pushed(), rows=(row(),), mts=(mt(Does.BREAK),))
    assert counts(tally) == {"acknowledged": 1, "lost": 1}
    assert tally.breaches


def test_a_reply_whose_fate_nobody_knows_is_all_right_if_it_shows() -> None:
    for came in ((), (mt(Does.SILENT),)):
        tally = judged(pushed(), rows=(row("uncertain", DOUBT),), mts=came)
        assert counts(tally) == {"acknowledged": 1, "uncertain": 1}
        assert not tally.breaches


def test_an_uncertain_reply_without_a_doubtful_attempt_is_a_breach() -> None:
    assert judged(pushed(), rows=(row("uncertain", "accepted"),), mts=(mt(),)).breaches


def test_a_reply_that_only_a_report_proves_is_all_right_and_one_that_nothing_proves_is_not() -> (
    None
):
    for delivery, wrong in (("delivered", False), (None, True)):
        stands = replace(row("accepted", DOUBT), delivery=delivery)
        assert bool(judged(pushed(), rows=(stands,), mts=(mt(),)).breaches) is wrong


def test_a_word_that_came_late_proves_one_reply_and_explains_no_second_one() -> None:
    stands = row("accepted", DOUBT, "accepted answered_late")
    assert not judged(pushed(), rows=(stands,), mts=(mt(),)).breaches
    assert judged(pushed("ackresend"), rows=(stands,), mts=(mt(), mt())).breaches


@pytest.mark.parametrize("said", ["accepted", "accepted answered_late"])
def test_a_receipt_that_was_taken_shows_where_the_reply_was_said_to_be_taken(said: str) -> None:
    came, stands = mt(), row("accepted", DOUBT, said)
    assert judged(pushed(), rows=(stands,), mts=(came,), reported=True).breaches
    told = replace(stands, delivery="delivered")
    assert not judged(pushed(), rows=(told,), mts=(came,), reported=True).breaches


def test_a_receipt_of_a_reply_in_doubt_need_not_show() -> None:
    stands = row("uncertain", DOUBT)
    assert not judged(pushed(), rows=(stands,), mts=(mt(),), reported=True).breaches


def test_a_part_that_still_waits_when_its_text_is_answered_is_a_breach() -> None:
    assert judged(pushed(), rows=(row(),), mts=(mt(),), parts=("t1",)).breaches


def test_texts_by_smpp_are_counted_and_never_answered_twice() -> None:
    stands = row("uncertain", DOUBT, DOUBT)
    tally = judged(pushed("smsc"), rows=(stands,), mts=(mt(), mt()))
    assert tally.events["by SMPP"] == 1
    assert tally.breaches


def test_a_double_after_a_doubt_is_counted_where_the_door_sends_again() -> None:
    stands = row("accepted", DOUBT, "accepted")
    tally = judged(pushed("ackresend"), rows=(stands,), mts=(mt(Does.SILENT), mt()))
    assert counts(tally) == {"acknowledged": 1, "answered": 1, "doubles": 1}
    assert not tally.breaches


def test_a_double_that_no_doubt_explains_is_a_breach() -> None:
    assert judged(pushed("ackresend"), rows=(row(),), mts=(mt(), mt())).breaches


@pytest.mark.parametrize("door", ["ack", "ackone"])
def test_a_double_at_a_door_that_holds_is_a_breach_whatever_was_in_doubt(door: str) -> None:
    stands = row("uncertain", DOUBT, DOUBT)
    assert judged(pushed(door), rows=(stands,), mts=(mt(), mt())).breaches


def test_what_the_telco_refused_is_no_double() -> None:
    stands = row("accepted", "rejected http 500", "accepted")
    tally = judged(pushed(), rows=(stands,), mts=(mt(Does.BREAK), mt()))
    assert counts(tally) == {"acknowledged": 1, "answered": 1}
    assert not tally.breaches


def test_a_reply_that_the_telco_refused_for_good_waits_for_a_person() -> None:
    stands = replace(row("failed", "rejected 99"), outcome="parked")
    tally = judged(pushed(), rows=(stands,), mts=(mt(Does.REJECT),))
    assert counts(tally) == {"acknowledged": 1, "parked": 1}
    assert not tally.breaches


def test_a_reply_that_failed_after_a_doubt_hides_that_the_citizen_may_have_it() -> None:
    stands = replace(row("failed", DOUBT, "rejected 99"), outcome="parked")
    came = (mt(Does.SILENT), mt(Does.REJECT))
    assert judged(pushed("ackresend"), rows=(stands,), mts=came).breaches


def test_a_suppressed_text_that_is_answered_is_a_breach() -> None:
    stands = replace(row(), outcome="suppressed")
    assert judged(pushed(), rows=(stands,), mts=(mt(),)).breaches
    silent = replace(stands, mt_id=None, state=None, text=None, results=())
    assert not judged(pushed(), rows=(silent,), mts=()).breaches


def test_what_was_taken_from_the_dead_is_a_breach_where_nobody_died() -> None:
    stands = row("uncertain", "uncertain process_ended")
    assert not judged(pushed(), rows=(stands,), mts=(mt(),)).breaches
    assert judged(pushed(), rows=(stands,), mts=(mt(),), deaths=False).breaches


def test_a_row_that_no_telco_handed_over_is_a_breach() -> None:
    assert judged(pushed(), rows=(row(), replace(row(), telco_id="t2")), mts=(mt(),)).breaches


def test_other_words_than_the_store_holds_and_replies_to_nothing_are_breaches() -> None:
    assert judged(pushed(), rows=(row(),), mts=(mt(text="else"),)).breaches
    assert judged(pushed(), rows=(row(),), mts=(mt(), mt(mt_id="m9"))).breaches


def test_an_inline_reply_that_the_same_call_fetches_again_is_all_right() -> None:
    for first in (said("answered"), said("late", None)):
        text = Text("local", ("t1",), (first,), said("answered"))
        tally = judged(text, rows=(row(),), mts=())
        assert counts(tally) == {"acknowledged": 1, "answered": 1}
        assert not tally.breaches


@pytest.mark.parametrize(
    "text, stands",
    [
        (Text("local", ("t1",), (said("answered"),), said("late", None)), row()),
        (Text("local", ("t1",), (said("answered"),), said("answered", "else")), row()),
        (Text("local", ("t1",), (said("answered", "else"),), said("answered")), row()),
        (
            Text("local", ("t1",), (said("answered"), said("answered", "else")), said("answered")),
            row(),
        ),
        (Text("local", ("t1",), (said("answered"),), said("answered")), row("uncertain")),
    ],
)
def test_an_inline_reply_that_cannot_be_fetched_or_is_another_one_is_a_breach(
    text: Text, stands: Row
) -> None:
    assert judged(text, rows=(stands,), mts=()).breaches


def test_a_text_in_parts_is_one_text_by_whichever_part_completed_it() -> None:
    text = replace(pushed(), ids=("t0", "t1"))
    assert not judged(text, rows=(row(),), mts=(mt(),)).breaches
    both = (row(), replace(row(), telco_id="t0", mt_id="m2"))
    assert judged(text, rows=both, mts=(mt(), mt(mt_id="m2"))).breaches


@pytest.mark.parametrize(
    "stands, came",
    [
        (replace(row(), leases=2), (mt(),)),
        (row("accepted", DOUBT, "accepted"), (mt(Does.SILENT), mt())),
        (row("accepted", "rejected http 500", "accepted"), (mt(),)),
    ],
)
def test_where_nothing_may_cost_a_second_try_each_one_is_a_breach(
    stands: Row, came: tuple[Mt, ...]
) -> None:
    text = pushed("ackresend")
    assert not judged(text, rows=(stands,), mts=came).breaches
    assert judged(text, rows=(stands,), mts=came, calm=True).breaches
