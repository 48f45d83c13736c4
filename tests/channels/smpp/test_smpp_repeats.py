"""The same words again over SMPP: one that the telco delivers again, or one asked anew."""

import pytest

from sms_gateway.channels.smpp.repeats import PROMPT_S, Delivery, Repeats
from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.message import MobileOriginated, PartOf
from sms_gateway.domain.msisdn import Address
from sms_gateway.ports import Handed, Unreadable
from sms_gateway.smpp.side import Read
from tests.channels.smpp.conftest import Open
from tests.channels.smpp.telco import Telco
from tests.channels.smpp.test_smpp_door import MO
from tests.contracts.test_sender_contract import Fates, message

WINDOW, ECHO = 120.0, 10.0
AN, BINH = "+84900000001", "+84900000002"


def text(words: str = "MCKH 1", sender: str = AN, part: PartOf | None = None) -> Handed:
    mo = MobileOriginated(
        telco_id=None, sender=Address(sender), short_code=ShortCode("8083"), text=words, part=part
    )
    return Handed(mo, b"")


class Desk:
    """One door's memory, and its one line."""

    def __init__(self) -> None:
        self.repeats = Repeats(WINDOW, ECHO)
        self.line = Read()

    def comes(self, at: float, what: Handed | None = None) -> tuple[bool, Delivery]:
        handed, delivery = self.repeats.told(what or text(), self.line, at)
        assert delivery is not None
        return handed.anew, delivery

    def asked(self, at: float, what: Handed | None = None) -> bool:
        """Whether it is anew; it is answered at once, and the telco reads that."""
        anew, delivery = self.comes(at, what)
        delivery.answered(at + 0.01, taken=True)
        self.line.until = at + 0.02
        return anew


def test_words_that_the_telco_heard_we_took_are_asked_anew_when_they_come_again() -> None:
    desk = Desk()
    assert [desk.asked(at) for at in (0.0, 30.0, 60.0)] == [False, True, True]


@pytest.mark.parametrize(
    "other", [text("MCKH 2"), text(sender=BINH), text(part=PartOf(1, 2, 1))], ids=repr
)
def test_other_words_phones_and_parts_are_apart(other: Handed) -> None:
    desk = Desk()
    desk.asked(0.0)
    assert not desk.asked(30.0, other)


def test_as_long_as_the_telco_did_not_show_that_it_read_our_answer_it_delivers_again() -> None:
    desk = Desk()
    _, delivery = desk.comes(0.0)
    delivery.answered(0.01, taken=True)
    assert not desk.comes(30.0)[0]


def test_what_the_telco_read_before_our_answer_shows_nothing() -> None:
    desk = Desk()
    _, delivery = desk.comes(0.0)
    delivery.answered(0.01, taken=True)
    desk.line.until = 0.01
    assert not desk.comes(30.0)[0]


def test_a_line_that_broke_afterwards_takes_nothing_back() -> None:
    desk = Desk()
    desk.asked(0.0)
    desk.line = Read()
    assert desk.asked(30.0)


def test_what_was_answered_late_may_be_delivered_again() -> None:
    desk = Desk()
    _, delivery = desk.comes(0.0)
    delivery.answered(PROMPT_S + 0.1, taken=True)
    desk.line.until = PROMPT_S + 1
    assert not desk.asked(30.0)
    # That one was answered in time.
    assert desk.asked(60.0)


def test_an_answer_to_an_earlier_delivery_says_nothing_of_the_next_one() -> None:
    desk = Desk()
    _, first = desk.comes(0.0)
    _, second = desk.comes(5.0)
    first.answered(5.1, taken=True)
    desk.line.until = 6.0
    assert not second.heard
    assert not desk.comes(20.0)[0]


def test_a_new_question_that_could_not_be_stored_is_one_when_the_telco_comes_again() -> None:
    desk = Desk()
    desk.asked(0.0)
    anew, refused = desk.comes(30.0)
    assert anew
    refused.answered(30.1, taken=False)
    assert desk.asked(31.0)


def test_a_first_question_that_could_not_be_stored_is_no_new_one_when_it_comes_again() -> None:
    desk = Desk()
    _, refused = desk.comes(0.0)
    refused.answered(0.1, taken=False)
    desk.line.until = 1.0
    assert not desk.asked(30.0)


def test_within_seconds_they_are_an_echo_whatever_the_telco_heard() -> None:
    desk = Desk()
    assert [desk.asked(at) for at in (0.0, 9.9)] == [False, False]


def test_after_the_window_they_are_nothing_that_is_known() -> None:
    desk = Desk()
    desk.asked(0.0)
    assert not desk.asked(WINDOW + 1)


def test_a_window_of_nothing_counts_nothing() -> None:
    repeats = Repeats(0, 0)
    assert repeats.told(text(), Read(), 0.0) == (text(), None)


def test_what_is_no_text_is_none_of_its_business() -> None:
    unreadable = Handed(Unreadable("field text is missing", b"00"), b"")
    assert Repeats(WINDOW, ECHO).told(unreadable, Read(), 0.0) == (unreadable, None)


def test_what_is_older_than_the_window_is_forgotten_and_of_the_rest_the_oldest_beyond_a_bound() -> (
    None
):
    desk = Desk()
    for number in range(20_100):
        desk.asked(0.0, text(f"MCKH {number}"))
    assert len(desk.repeats._last) == 20_000  # noqa: SLF001  # memory shows nowhere else
    assert desk.asked(30.0, text("MCKH 20099"))
    assert not desk.asked(30.0, text("MCKH 0"))
    desk.asked(WINDOW + 29)
    assert len(desk.repeats._last) == 3  # noqa: SLF001  # as above


async def test_a_door_knows_by_an_answer_to_its_reply_that_the_telco_heard(
    opened: Open, telco: Telco
) -> None:
    house = await opened(echo_s=0)
    for anew in (False, True):
        telco.lines[0].send(MO)
        assert (await house.desk.handed.get()).anew is anew
        await telco.answers.get()
        # The reply, and the telco's word that it has it: it read our answer before.
        await house.sender.send([message(1)], Fates())


async def test_without_any_answer_of_the_telco_since_the_words_are_delivered_again(
    opened: Open, telco: Telco
) -> None:
    house = await opened(echo_s=0)
    for _ in range(2):
        telco.lines[0].send(MO)
        assert not (await house.desk.handed.get()).anew
        await telco.answers.get()


async def test_what_was_not_stored_is_told_to_the_memory(opened: Open, telco: Telco) -> None:
    house = await opened(echo_s=0)
    telco.lines[0].send(MO)
    await house.desk.handed.get()
    await telco.answers.get()
    await house.sender.send([message(1)], Fates())
    for written in (False, True):
        house.desk.written = written
        telco.lines[0].send(MO)
        assert (await house.desk.handed.get()).anew
        await telco.answers.get()
