"""Nobody leads longer than the server can be trusted to let nobody else lead."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from sms_gateway.postgres.connecting import DEAD_PEER_S, PostgresConnection
from sms_gateway.store.postgres.life import BEAT_S, LEAD_S, LIMITS, Life
from tests.virtual_time import VirtualClock


class Line:
    """A connection whose server gives every lock, once `answer` has ended."""

    def __init__(self, answer: Callable[[], Awaitable[None]]) -> None:
        self._answer = answer
        self.closed = False

    async def execute(self, _statement: str) -> str:
        await self._answer()
        if self.closed:
            raise ConnectionResetError
        return "SELECT 1"

    async def fetchval(self, statement: str, *_values: object) -> bool:
        await self.execute(statement)
        return True

    def is_closed(self) -> bool:
        return self.closed

    async def close(self, *, timeout: float) -> None:  # noqa: ASYNC109  # asyncpg's name
        del timeout
        self.closed = True

    def terminate(self) -> None:
        self.closed = True


class Server:
    """Gives such connections; `seconds` is how long an answer takes."""

    def __init__(self, clock: VirtualClock) -> None:
        self.seconds = 0.0
        self._clock = clock
        self.lines: list[Line] = []

    async def connect(self) -> PostgresConnection:
        self.lines.append(Line(lambda: self._clock.sleep(self.seconds)))
        found: PostgresConnection = self.lines[-1]  # type: ignore[assignment]  # as much of it as is used
        return found


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def server(clock: VirtualClock) -> AsyncIterator[Server]:
    with clock.ruling():
        yield Server(clock)


async def leading(server: Server) -> Life:
    life = Life(server.connect)
    assert not life.leads("door")
    await life.beat()
    assert life.leads("door")
    return life


def test_a_lead_ends_here_before_the_server_may_give_it_to_another_node() -> None:
    assert LEAD_S < DEAD_PEER_S
    assert int(LIMITS["idle_session_timeout"]) / 1000 > LEAD_S
    assert int(LIMITS["statement_timeout"]) / 1000 + BEAT_S < LEAD_S


async def test_a_run_whose_loop_stood_still_leads_no_more_when_it_goes_on(
    server: Server, clock: VirtualClock
) -> None:
    life = await leading(server)
    await clock.advance(LEAD_S - 0.01)
    assert life.leads("door")
    await clock.advance(0.01)
    assert not life.leads("door")
    # The lock was never lost: the connection is the same.
    await life.beat()
    assert life.leads("door")


async def test_a_lead_is_as_old_as_the_sign_of_life_when_it_was_sent(
    server: Server, clock: VirtualClock
) -> None:
    life = await leading(server)
    server.seconds = 2.0
    beating = asyncio.create_task(life.beat())
    await clock.advance(2.0)
    await beating
    await clock.advance(LEAD_S - 2.0 - 0.01)
    assert life.leads("door")
    await clock.advance(0.01)
    assert not life.leads("door")


async def test_a_run_whose_connection_is_closed_does_not_lead_in_that_moment(
    server: Server,
) -> None:
    life = await leading(server)
    server.lines[-1].closed = True
    assert not life.leads("door")


async def test_after_all_locks_may_be_lost_nobody_leads_before_others_have_noticed(
    server: Server, clock: VirtualClock
) -> None:
    life = await leading(server)
    server.lines[-1].closed = True
    with pytest.raises(ConnectionResetError):
        await life.beat()
    back_at = clock.monotonic()
    await life.beat()
    while not life.leads("door"):
        await clock.advance(BEAT_S)
        await life.beat()
    assert clock.monotonic() - back_at == LEAD_S


async def test_a_run_whose_sign_of_life_has_broken_down_ceases_to_lead(
    server: Server, clock: VirtualClock
) -> None:
    async with Life.begun(server.connect) as life:
        life.leads("door")
        await clock.advance(BEAT_S)
        assert life.leads("door")
        (beating,) = (task for task in asyncio.all_tasks() if task.get_name() == "store-life")
        beating.cancel()
        await clock.advance(LEAD_S)
        assert not life.leads("door")
