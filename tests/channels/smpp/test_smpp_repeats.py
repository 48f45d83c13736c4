"""The same words again over SMPP: one that the telco delivers again, or one asked again."""

import pytest

from sms_gateway.channels.smpp.repeats import PROMPT_S, Repeats
from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.message import MobileOriginated
from sms_gateway.domain.msisdn import Address
from sms_gateway.ports import Handed
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.events import Closed, Reason
from sms_gateway.smpp.pdus import EnquireLink
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import Timers
from tests.channels.smpp.conftest import Open
from tests.channels.smpp.telco import Telco
from tests.channels.smpp.test_smpp_door import MO

WINDOW, ECHO = 120.0, 10.0


def session() -> EsmeSession:
    return EsmeSession(Timers(10, 30, 0, 10), 10, 0.0)


def text(words: str = "MCKH 1") -> Handed:
    mo = MobileOriginated(
        telco_id=None, sender=Address("+84900000001"), short_code=ShortCode("8083"), text=words
    )
    return Handed(mo, b"")


class Desk:
    """One door's memory, and its one line."""

    def __init__(self) -> None:
        self.repeats = Repeats(WINDOW, ECHO)
        self.line = session()

    def comes(self, at: float, answered: float | None = 0.01, words: str = "MCKH 1") -> int:
        told = self.repeats.told(text(words), self.line, at)
        if answered is not None:
            self.repeats.answered([told], self.line, at + answered)
        return told.ordinal

    def breaks(self, at: float) -> None:
        assert self.line.lost(at) == [Closed(Reason.CONNECTION_LOST)]
        self.line = session()


def test_words_that_the_telco_heard_we_took_are_a_new_question_when_they_come_again() -> None:
    desk = Desk()
    assert [desk.comes(at) for at in (0.0, 30.0, 60.0)] == [0, 1, 2]


def test_other_words_are_counted_apart() -> None:
    desk = Desk()
    desk.comes(0.0)
    assert desk.comes(30.0, words="MCKH 2") == 0


def test_after_a_broken_line_they_are_the_delivery_that_the_telco_may_not_have_heard_of() -> None:
    desk = Desk()
    desk.comes(0.0)
    assert desk.comes(30.0) == 1
    desk.breaks(31.0)
    assert desk.comes(40.0) == 1


@pytest.mark.parametrize("answered", [None, PROMPT_S + 0.1])
def test_what_was_answered_late_or_not_at_all_may_be_delivered_again(
    answered: float | None,
) -> None:
    desk = Desk()
    desk.comes(0.0, answered)
    assert desk.comes(30.0) == 0
    # That one was answered in time.
    assert desk.comes(60.0) == 1


def test_by_another_line_they_are_the_same_while_the_first_one_may_be_dead_without_a_word() -> None:
    desk = Desk()
    desk.comes(0.0)
    desk.line = session()
    assert desk.comes(30.0) == 0


def test_by_another_line_they_are_new_where_the_first_one_was_heard_of_since_the_answer() -> None:
    desk = Desk()
    desk.comes(0.0)
    desk.line.receive(encode(EnquireLink(1)), 5.0)
    desk.line = session()
    assert desk.comes(30.0) == 1


def test_within_seconds_they_are_an_echo_whatever_the_telco_heard() -> None:
    desk = Desk()
    assert [desk.comes(at) for at in (0.0, 9.9)] == [0, 0]


def test_an_answer_that_was_due_to_a_lost_line_is_none() -> None:
    desk = Desk()
    told, old = desk.repeats.told(text(), desk.line, 0.0), desk.line
    desk.breaks(0.1)
    desk.repeats.answered([told], old, 0.2)
    assert desk.comes(30.0) == 0


def test_after_the_window_counting_begins_anew() -> None:
    desk = Desk()
    desk.comes(0.0)
    assert desk.comes(30.0) == 1
    assert desk.comes(30.0 + WINDOW + 1) == 0


def test_a_window_of_nothing_counts_nothing() -> None:
    repeats, line = Repeats(0, 0), session()
    for at in (0.0, 30.0):
        told = repeats.told(text(), line, at)
        repeats.answered([told], line, at)
        assert told.ordinal == 0


def test_no_more_is_kept_than_is_bounded() -> None:
    desk = Desk()
    for number in range(20_100):
        desk.comes(0.0, words=f"MCKH {number}")
    assert desk.comes(30.0, words="MCKH 20099") == 1
    assert desk.comes(30.0, words="MCKH 0") == 0


async def test_a_door_tells_the_second_question_from_the_first(opened: Open, telco: Telco) -> None:
    house = await opened(echo_s=0)
    for number in (0, 1):
        telco.lines[0].send(MO)
        handed = await house.desk.handed.get()
        assert handed.ordinal == number
        await telco.answers.get()


async def test_a_line_that_broke_before_makes_them_the_same(opened: Open, telco: Telco) -> None:
    house = await opened(echo_s=0, timers={"reconnect_s": 0.01})
    telco.lines[0].send(MO)
    assert (await house.desk.handed.get()).ordinal == 0
    await telco.answers.get()
    telco.lines[0].writer.transport.abort()
    for _ in range(2):  # it is lost, and bound again
        await house.desk.changes.get()
    telco.lines[0].send(MO)
    assert (await house.desk.handed.get()).ordinal == 0
