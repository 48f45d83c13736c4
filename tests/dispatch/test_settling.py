import asyncio
import io
from collections.abc import AsyncIterator
from typing import cast

import pytest

from sms_gateway.dispatch.settling import Settler
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import Settlement
from sms_gateway.ports import Outbox, StoreDownError, StoreLostError
from tests.parts import START
from tests.virtual_time import VirtualClock

DOWN = StoreDownError("SQLITE_FULL")
LOST = StoreLostError("WriterLostError")


class Ledger:
    """An outbox that remembers what it was told, commit by commit."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.down = False
        self.lost = False
        self.leave = asyncio.Event()
        self.leave.set()

    async def settle(self, settlements: list[Settlement]) -> list[bool]:
        await self._commit([s.id for s in settlements])
        return [True] * len(settlements)

    async def fetched(self, ids: list[MessageId], _at: object) -> None:
        await self._commit([f"fetched {mt_id}" for mt_id in ids])

    async def settle_late(self, settlements: list[Settlement]) -> None:
        await self._commit([f"late {s.id}" for s in settlements])

    async def _commit(self, what: list[str]) -> None:
        await self.leave.wait()
        if self.lost:
            raise LOST
        if self.down:
            raise DOWN
        self.commits.append(what)


def about(name: str) -> Settlement:
    return Settlement(MessageId(name), 1, START, MtState.ACCEPTED, "accepted")


@pytest.fixture
async def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def settler(ledger: Ledger, clock: VirtualClock) -> AsyncIterator[Settler]:
    """Writes into the ledger."""
    settler = Settler(cast("Outbox", ledger), clock)
    yield settler
    ledger.down = False
    ledger.leave.set()
    await clock.advance(2)
    assert settler.idle


async def test_what_comes_during_a_commit_goes_together_into_the_next(
    settler: Settler, ledger: Ledger
) -> None:
    ledger.leave.clear()
    settler.settle(about("1"))
    await asyncio.sleep(0)
    for name in ("2", "3"):
        settler.settle(about(name))
    ledger.leave.set()
    await settler.drained()
    assert ledger.commits == [["1"], ["2", "3"]]


async def test_what_was_fetched_is_written_too(settler: Settler, ledger: Ledger) -> None:
    settler.fetched(MessageId("1"))
    await settler.drained()
    assert ledger.commits == [["fetched 1"]]


async def test_nothing_is_lost_while_the_store_is_down(
    settler: Settler, ledger: Ledger, clock: VirtualClock
) -> None:
    ledger.down = True
    settler.settle(about("1"))
    settler.fetched(MessageId("2"))
    await clock.advance(5)
    settler.settle(about("3"))
    await clock.advance(5)
    assert not settler.idle
    ledger.down = False
    await clock.advance(1)
    assert ledger.commits == [["1", "3"], ["fetched 2"]]
    assert settler.idle


async def test_a_store_that_will_not_come_back_is_not_waited_for(
    settler: Settler, ledger: Ledger, captured_logs: io.StringIO
) -> None:
    """No time passes here: whoever drains it would wait for ever."""
    ledger.lost = True
    settler.settle(about("1"))
    await settler.drained()
    settler.settle(about("2"))
    settler.fetched(MessageId("3"))
    assert settler.idle
    assert ledger.commits == []
    assert captured_logs.getvalue().count("settle.store_down") == 1


async def test_it_says_how_much_it_has_written(settler: Settler) -> None:
    written: list[int] = []
    settler.written = written.append
    settler.settle(about("1"))
    settler.settle(about("2"))
    settler.fetched(MessageId("3"))
    await settler.drained()
    assert sum(written) == 3


async def test_what_comes_while_it_is_drained_is_waited_for(
    settler: Settler, ledger: Ledger, clock: VirtualClock
) -> None:
    ledger.leave.clear()
    settler.settle(about("1"))
    drained = asyncio.create_task(settler.drained())
    await clock.settled()
    settler.settle(about("2"))
    ledger.leave.set()
    await drained
    assert [name for commit in ledger.commits for name in commit] == ["1", "2"]


async def test_a_late_yes_is_written_behind_what_was_settled_and_waits_for_the_store(
    settler: Settler, ledger: Ledger, clock: VirtualClock
) -> None:
    ledger.down = True
    settler.settle(about("one"))
    settler.late(about("one"))
    await clock.advance(3)
    assert ledger.commits == []
    ledger.down = False
    await clock.advance(3)
    assert ledger.commits == [["one"], ["late one"]]
