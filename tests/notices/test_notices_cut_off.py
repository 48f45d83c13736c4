"""A look at a very large batch may be cut off anywhere: nothing is lost or comes twice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sms_gateway.domain.dossier import State
from tests.contracts.store_desk import Desk, maker_of
from tests.notices.notices_desk import Noted, NoticesDesk

ALL, SOME = 900, 300
ENDS_WITHIN_S = 5.0
"""Half the grace of a shutdown."""


class Signalling(Noted):
    """Says when some are decided of."""

    def __init__(self) -> None:
        super().__init__()
        self.some = asyncio.Event()

    def decided(self, fate: str, reason: str) -> None:
        super().decided(fate, reason)
        if len(self.decisions) == SOME:
            self.some.set()


@pytest.fixture
async def notices(tmp_path: Path) -> AsyncIterator[NoticesDesk]:
    """A bulk fix that is to be looked at, on a store whose writer is a process of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite", "apart"), folder) as desk:
        made = NoticesDesk(desk, most=20)
        await made.to_the_present()
        for number in range(ALL):
            made.change(State.PROCESSING, number)
        await made.look(60)
        for number in range(ALL):
            made.change(State.FINISHED, number)
        await made.look(0)
        desk.clock.step(60)
        made.noted = Signalling()
        made.begin()
        yield made


async def begun(notices: NoticesDesk) -> "asyncio.Task[None]":
    """A look that has decided of some of them."""
    task = asyncio.create_task(notices.watch.look())
    assert isinstance(notices.noted, Signalling)
    await notices.noted.some.wait()
    assert not task.done()
    return task


async def held(notices: NoticesDesk) -> tuple[object, ...]:
    """How many texts there are, dossiers and batches of them; how many are not held."""
    (row,) = await notices.desk.rows(
        "SELECT count(*), count(DISTINCT dossier_id), count(DISTINCT batch_id),"
        " sum(state <> 'held') FROM outbox WHERE kind = 'notice'"
    )
    return row


async def test_a_look_at_many_ends_when_the_service_stops_and_goes_on_later(
    notices: NoticesDesk,
) -> None:
    task = await begun(notices)
    task.cancel()
    async with asyncio.timeout(ENDS_WITHIN_S):
        with contextlib.suppress(asyncio.CancelledError):
            await task
    texts, *_ = await held(notices)
    assert SOME <= int(str(texts)) < ALL
    notices.begin()
    await notices.look(0)
    assert await held(notices) == (ALL, ALL, 1, 0)
    assert notices.noted.stands == {"standing": 0, "blast": ALL}


async def test_a_look_at_many_that_is_killed_goes_on_later(notices: NoticesDesk) -> None:
    task = await begun(notices)
    await notices.desk.die()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    notices.begin()
    await notices.look(0)
    assert await held(notices) == (ALL, ALL, 1, 0)
    assert notices.noted.stands == {"standing": 0, "blast": ALL}
