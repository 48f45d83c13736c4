"""What waits to be answered: in order for each sender, fair between them, at a cost of its own."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.ids import DoorName, MessageId, NumberHash, ShortCode, TraceId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import PendingMo
from sms_gateway.intake import backlog as module
from sms_gateway.intake.backlog import Backlog

START = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
SENDERS = 6


def mo(sender: int, number: int) -> PendingMo:
    return PendingMo(
        MessageId(f"{number:06}"), 1, 0, DoorName("telco"), Address("+84900000001"),
        NumberHash(f"sender-{sender}"), ShortCode("8083"), "MCKH", None, START, TraceId("trace"),
        inline=False, answer_by=START,
    )  # fmt: skip


def ids(mos: Sequence[PendingMo]) -> list[MessageId]:
    return [each.id for each in mos]


def senders(mos: Sequence[PendingMo]) -> list[NumberHash]:
    return [each.sender_hash for each in mos]


def test_what_was_offered_first_is_taken_first() -> None:
    backlog = Backlog()
    mos = [mo(sender, sender) for sender in range(5)]
    backlog.offer(mos)
    assert (backlog.next(3), backlog.next(3), backlog.next(3)) == (mos[:3], mos[3:], [])


def test_the_texts_of_one_sender_go_together_where_nobody_else_waits() -> None:
    backlog = Backlog()
    mos = [mo(1, number) for number in range(5)]
    backlog.offer(mos)
    assert backlog.next(3) == mos[:3]


def test_who_texts_once_is_not_held_up_by_who_texted_a_thousand_times() -> None:
    backlog = Backlog()
    backlog.offer([mo(1, number) for number in range(1000)])
    others = [mo(sender, 1000 + sender) for sender in (2, 3)]
    backlog.offer(others)
    assert senders(backlog.next(4)) == ["sender-1", "sender-2", "sender-3", "sender-1"]


def test_while_texts_of_a_sender_are_under_way_the_others_of_that_sender_wait() -> None:
    backlog = Backlog()
    first = [mo(1, 0)]
    backlog.offer(first)
    assert backlog.next(10) == first
    later, other = mo(1, 1), mo(2, 2)
    backlog.offer([later, other])
    assert (backlog.next(10), backlog.next(10)) == ([other], [])
    backlog.done([other])
    assert backlog.next(10) == []
    backlog.done(first)
    assert backlog.next(10) == [later]


def test_what_waits_is_counted_without_what_is_under_way() -> None:
    backlog = Backlog()
    backlog.offer([mo(1, 0), mo(1, 1), mo(2, 2)])
    assert backlog.waiting == 3
    batch = backlog.next(2)
    assert backlog.waiting == 1
    backlog.done(batch)
    assert backlog.waiting == 1


class Watch:
    """Does as it is told, and holds after each step what must hold of any backlog."""

    def __init__(self) -> None:
        self.backlog = Backlog()
        self.open: list[list[PendingMo]] = []
        self.offered: list[PendingMo] = []
        self.taken: list[PendingMo] = []
        self.passed: Counter[NumberHash] = Counter()

    def offer(self, sender: int) -> None:
        self.offered.append(mo(sender, len(self.offered)))
        self.backlog.offer(self.offered[-1:])

    def take(self, limit: int) -> None:
        free = self._free()
        batch = self.backlog.next(limit)
        assert len(batch) <= limit
        assert bool(batch) == bool(free)
        # Two batches never hold the same sender.
        assert set(senders(batch)) <= free
        # Nobody gets a second turn before all who could have got a first one.
        if set(senders(batch)) != free:
            assert len(set(senders(batch))) == limit
        for each in batch:
            self.passed.pop(each.sender_hash, None)
        self.passed.update(free - set(senders(batch)))
        # A batch takes `limit` of those who stand in line: whoever is passed over moves forward.
        assert all(times < SENDERS for times in self.passed.values())
        self.taken += batch
        if batch:
            self.open.append(batch)

    def end(self, pick: int) -> None:
        if self.open:
            self.backlog.done(self.open.pop(pick % len(self.open)))

    def _free(self) -> set[NumberHash]:
        """Who waits and has nothing under way."""
        left = Counter(senders(self.offered)) - Counter(senders(self.taken))
        return set(left) - {number for batch in self.open for number in senders(batch)}

    def hold(self) -> None:
        assert self.backlog.waiting == len(self.offered) - len(self.taken)
        for sender in set(senders(self.taken)):
            mine = [each.id for each in self.offered if each.sender_hash == sender]
            got = [each.id for each in self.taken if each.sender_hash == sender]
            assert got == mine[: len(got)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(Watch.offer), st.integers(1, SENDERS)),
        st.tuples(st.just(Watch.take), st.integers(1, 4)),
        st.tuples(st.just(Watch.end), st.integers(0, 9)),
    ),
    max_size=60,
)


@given(STEPS)
def test_order_holds_for_each_sender_and_nobody_starves(
    steps: list[tuple[Callable[[Watch, int], None], int]],
) -> None:
    watch = Watch()
    for step, figure in steps:
        step(watch, figure)
        watch.hold()
    while watch.open or watch.backlog.waiting:
        watch.end(0)
        watch.take(3)
        watch.hold()
    assert sorted(ids(watch.taken)) == ids(watch.offered)


@contextmanager
def operations() -> Iterator[Counter[str]]:
    """What is carried out in the module: instructions of Python, and calls of what is built in."""
    count: Counter[str] = Counter()

    def trace(frame: FrameType, event: str, _arg: object) -> object:
        if frame.f_code.co_filename != module.__file__:
            return None
        frame.f_trace_opcodes = True
        count["instructions"] += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]  # the stub knows no tracer that may be None
    try:
        yield count
    finally:
        sys.settrace(before)


def cost(waiting: int) -> tuple[int, int, int]:
    """Instructions of a wake-up, of a new text, and of an end, under one number's backlog."""
    backlog = Backlog()
    backlog.offer([mo(1, number) for number in range(waiting)])
    backlog.next(1)
    other = [mo(2, waiting)]
    with operations() as offered:
        backlog.offer(other)
    with operations() as taken:
        batch = backlog.next(200)
    assert batch == other
    with operations() as ended:
        backlog.done(batch)
    return (offered["instructions"], taken["instructions"], ended["instructions"])


def test_a_wake_up_costs_the_same_however_much_one_sender_has_waiting() -> None:
    assert min(cost(20)) > 10
    assert cost(20) == cost(20_000)


def test_a_batch_costs_what_it_holds_however_much_stays_behind() -> None:
    def of(waiting: int) -> int:
        backlog = Backlog()
        backlog.offer([mo(number % 400, number) for number in range(waiting)])
        with operations() as count:
            batch = backlog.next(200)
            backlog.done(batch)
        assert len(batch) == 200
        return count["instructions"]

    assert of(20_000) <= of(800) * 1.01


def test_odd_ones_share_a_batch_with_one_another_only_and_each_kind_has_its_turn() -> None:
    backlog = Backlog()
    backlog.offer([mo(0, 0), mo(1, 1)], odd=True)
    backlog.offer([mo(2, 2), mo(3, 3), mo(4, 4)])
    taken = [[one.id[-1] for one in backlog.next(2)] for _ in range(4)]
    assert taken == [["0", "1"], ["2", "3"], ["4"], []]
    assert backlog.waiting == 0


def test_odd_ones_of_many_let_the_others_go_between() -> None:
    backlog = Backlog()
    backlog.offer([mo(0, 0), mo(1, 1), mo(2, 2)], odd=True)
    backlog.offer([mo(3, 3), mo(4, 4)])
    assert [[one.id[-1] for one in backlog.next(1)] for _ in range(5)] == [
        ["0"], ["3"], ["1"], ["4"], ["2"],
    ]  # fmt: skip


def test_an_odd_one_behind_another_of_its_sender_comes_in_no_batch_of_others() -> None:
    backlog = Backlog()
    backlog.offer([mo(0, 0)])
    backlog.offer([mo(0, 1)], odd=True)
    first = backlog.next(9)
    assert ids(first) == ["000000"]
    backlog.done(first)
    backlog.offer([mo(1, 2)])
    assert ids(backlog.next(9)) == ["000001"]
    assert ids(backlog.next(9)) == ["000002"]
