"""Words are written down behind whoever records texts, by one node of several."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.service.filling import BATCH, PAUSE_S, REST_S, SETTLED, WordFiller
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import Desk, maker_of


class DoneError(Exception):
    """The loop has been watched for long enough."""


class Steps:
    """A clock that notes how long the loop rests, and ends it."""

    def __init__(self, desk: Desk, most: int) -> None:
        self._desk = desk
        self._most = most
        self.rests: list[float] = []
        self.now = desk.clock.now

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        if len(self.rests) == self._most:
            raise DoneError


async def watched(desk: Desk, rests: int, leads: Callable[[], bool] = lambda: True) -> list[float]:
    assert isinstance(desk.store, SqlStore)
    clock = Steps(desk, rests)
    with pytest.raises(DoneError):
        await WordFiller(desk.store.words, leads, clock).run()
    return clock.rests


async def test_a_full_batch_is_followed_soon_and_others_are_not(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        await desk.store.record([desk.arrival(f"so {n}") for n in range(BATCH + 1)])
        desk.clock.step(SETTLED.total_seconds() + 1)
        assert await watched(desk, 3) == [PAUSE_S, REST_S, REST_S]
        assert await desk.rows("SELECT count(*) FROM text_word") == [(2 * (BATCH + 1),)]


async def test_what_another_node_may_still_write_before_is_waited_for(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        await desk.receive()
        desk.clock.step((SETTLED - timedelta(seconds=1)).total_seconds())
        await watched(desk, 1)
        assert await desk.rows("SELECT count(*) FROM text_word") == [(0,)]


async def test_a_node_that_does_not_lead_fills_nothing(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        await desk.receive()
        desk.clock.step(3600)
        assert await watched(desk, 2, lambda: False) == [REST_S, REST_S]
        assert await desk.rows("SELECT count(*) FROM text_word") == [(0,)]


async def test_a_store_that_is_down_is_asked_again_later(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        assert isinstance(desk.store, SqlStore)
        filler = WordFiller(desk.store.words, lambda: True, Steps(desk, 1))
    assert await filler.fill() == 0
