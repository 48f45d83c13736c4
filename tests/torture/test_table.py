"""What the campaign prints and orders."""

from collections import Counter

from tests.torture.campaign import choice_of
from tests.torture.faults import FAULTS
from tests.torture.judging import Tally
from tests.torture.table import events, table


def test_each_fault_has_a_line_with_its_counts() -> None:
    tally = Tally(3, Counter(acknowledged=12, answered=10, uncertain=2), ["what"])
    head, line = table({"sigterm": tally}).splitlines()
    assert head.split() == [
        "fault", "rounds", "acknowledged", "answered", "uncertain", "parked", "suppressed",
        "doubles", "lost", "breaches",
    ]  # fmt: skip
    assert line.split() == ["sigterm", "3", "12", "10", "2", "0", "0", "0", "0", "1"]


def test_what_happened_besides_is_told() -> None:
    tally = Tally(events=Counter({"struck writer": 2, "ended in order": 1}))
    assert events({"sigterm": tally}) == ["sigterm: ended in order 1, struck writer 2"]


def test_without_names_every_fault_strikes_that_the_store_can_suffer() -> None:
    assert list(choice_of([], "postgres")) == list(FAULTS)
    of_nodes = {"postgres-killed", "cut-off", "node-killed", "node-clock"}
    assert set(FAULTS) - set(choice_of([], "sqlite")) == of_nodes
    of_smscs = {"smsc", "smsc-killed", "smsc-busy"}
    assert set(FAULTS) - set(choice_of([], "postgres", "http")) == of_smscs
    assert set(FAULTS) - set(choice_of([], "postgres", "smpp")) == {"telco"}
    assert list(choice_of(["sigterm"], "sqlite")) == ["sigterm"]
    assert not choice_of(["postgres-killed"], "sqlite")
