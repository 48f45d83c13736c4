"""What look-ups saw of somebody else's case database is learned behind the answers."""

import asyncio
import enum
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.learning import BATCH, WAITING, Learner
from sms_gateway.cases.reading import read_records
from tests.cases.far_away import RULES, KeptCopy, record


class Lessons:
    """A learner, and what it counted."""

    def __init__(self) -> None:
        self.copy = KeptCopy()
        self.counted: Counter[str] = Counter()
        self.learner = Learner(self.copy, "sql", self.count)
        self.was_counted = asyncio.Event()

    def count(self, name: str, number: int) -> None:
        self.counted[name] += number
        self.was_counted.set()

    def rows(self, count: int, state: str = "4") -> Sequence[Row]:
        return read_records([record(f"C{n}", state) for n in range(count)], RULES).rows


async def test_what_was_seen_is_learned_behind_in_batches_the_newest_of_each() -> None:
    lessons = Lessons()
    lessons.learner.saw(lessons.rows(BATCH + 1))
    lessons.learner.saw(lessons.rows(1, "9"))
    assert lessons.copy.batches == []
    task = asyncio.create_task(lessons.learner.run())
    while len(lessons.copy.rows) <= BATCH:
        await lessons.copy.learned.wait()
        lessons.copy.learned.clear()
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert lessons.copy.batches == [BATCH, 1]
    assert lessons.copy.rows["C0"].state == 9
    assert lessons.counted == {"new": BATCH + 1}


async def test_of_two_look_ups_that_wait_to_be_learned_the_one_that_began_later_counts() -> None:
    lessons = Lessons()
    (old,), (new,) = lessons.rows(1, "4"), lessons.rows(1, "9")
    lessons.learner.saw([replace(new, read_at=2_000)])
    lessons.learner.saw([replace(old, read_at=1_000)])
    task = asyncio.create_task(lessons.learner.run())
    await lessons.copy.learned.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert lessons.copy.rows["C0"].state == 9


async def test_more_than_can_wait_is_forgotten_from_the_oldest_on() -> None:
    lessons = Lessons()
    lessons.learner.saw(lessons.rows(WAITING + 5))
    assert lessons.counted == {"forgotten": 5}


async def test_a_copy_that_cannot_be_written_ends_nothing() -> None:
    lessons = Lessons()
    lessons.copy.down = True
    task = asyncio.create_task(lessons.learner.run())
    lessons.learner.saw(lessons.rows(2))
    await lessons.was_counted.wait()
    lessons.copy.down = False
    lessons.learner.saw(lessons.rows(1))
    await lessons.copy.learned.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert lessons.counted["forgotten"] == 2
    assert set(lessons.copy.rows) == {"C0"}


async def test_a_fault_of_ours_while_learning_ends_nothing(captured_logs: io.StringIO) -> None:
    lessons = Lessons()
    learn = lessons.copy.learn

    async def broken(*_args: object) -> Sequence[enum.Enum]:
        raise OverflowError

    lessons.copy.learn = broken  # type: ignore[assignment,method-assign]  # for as long as it is broken
    task = asyncio.create_task(lessons.learner.run())
    lessons.learner.saw(lessons.rows(1))
    await lessons.was_counted.wait()
    lessons.copy.learn = learn  # type: ignore[method-assign]  # and now it works again
    lessons.learner.saw(lessons.rows(1))
    await lessons.copy.learned.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert lessons.counted["forgotten"] == 1
    assert captured_logs.getvalue().count("cases.broke") == 1
