"""What is given back by a caller that went away is written also where the store was down."""

from collections.abc import AsyncIterator, Sequence

import pytest

from sms_gateway.ports import StoreDownError, StoreLostError
from sms_gateway.store.committing import Call, Outcome
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.statements import Statements
from tests.virtual_time import VirtualClock

LIMIT = 10


class Disk:
    """Stands for what writes; `trouble` says why it does not."""

    def __init__(self) -> None:
        self.trouble: StoreDownError | None = None
        self.tries = 0
        self.written: list[object] = []

    async def write(self, group: Sequence[Call]) -> Sequence[Outcome]:
        self.tries += 1
        if self.trouble is not None:
            return [self.trouble] * len(group)
        self.written += [row for call in group for row in call.rows]
        return [[None] * len(call.rows) for call in group]


async def free(_db: Statements, rows: Sequence[str]) -> Sequence[None]:
    raise AssertionError(rows)


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    clock = VirtualClock()
    with clock.ruling():
        yield clock


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def group(disk: Disk) -> GroupCommit:
    return GroupCommit(disk.write, LIMIT)


async def test_it_is_written_once_when_the_store_is_back(
    group: GroupCommit, disk: Disk, clock: VirtualClock
) -> None:
    disk.trouble = StoreDownError("away")
    group.post(free, ["text"])
    await clock.advance(5)
    assert (disk.tries, disk.written) == (6, [])
    disk.trouble = None
    await clock.advance(60)
    assert disk.written == ["text"]


async def test_it_is_not_tried_without_end(
    group: GroupCommit, disk: Disk, clock: VirtualClock
) -> None:
    disk.trouble = StoreDownError("away")
    group.post(free, ["text"])
    await clock.advance(3_600)
    tries = disk.tries
    await clock.advance(3_600)
    assert disk.tries == tries


async def test_a_store_that_is_lost_is_not_asked_again(
    group: GroupCommit, disk: Disk, clock: VirtualClock
) -> None:
    disk.trouble = StoreLostError("gone")
    group.post(free, ["text"])
    await clock.advance(60)
    assert disk.tries == 1


async def test_a_store_that_was_closed_meanwhile_is_not_opened_again(
    group: GroupCommit, disk: Disk, clock: VirtualClock
) -> None:
    disk.trouble = StoreDownError("away")
    group.post(free, ["text"])
    await clock.advance(0.5)
    await group.close()
    tries = disk.tries
    await clock.advance(60)
    assert disk.tries == tries
