"""A flood leaves one line a minute, and none of it uncounted."""

from sms_gateway.seldom import SECONDS, Seldom


class Hand:
    """The hand of a clock, moved by the test."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_the_first_of_its_kind_is_told_at_once() -> None:
    seldom = Seldom(Hand())
    assert seldom.due("queue_full") == 1
    assert seldom.due("store_down") == 1


def test_within_a_minute_nothing_more_is_told() -> None:
    hand = Hand()
    seldom = Seldom(hand)
    seldom.due("queue_full")
    hand.at = SECONDS - 0.001
    assert [seldom.due("queue_full") for _ in range(500)] == [0] * 500


def test_after_a_minute_one_line_stands_for_all_of_them() -> None:
    hand = Hand()
    seldom = Seldom(hand)
    told = [seldom.due("queue_full") for _ in range(501)]
    hand.at = SECONDS
    told.append(seldom.due("queue_full"))
    assert sum(told) == 502
    assert told[-1] == 501
    assert seldom.due("queue_full") == 0
