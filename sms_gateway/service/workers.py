"""Several gateways on one machine that share a port: starts them, and starts again what ends.

One that stands still is ended: the kernel would go on handing it calls, and PostgreSQL would take
it for alive. The kernel shares out the connections (SO_REUSEPORT, socket(7)). Each worker is a node
of its own; they know one another by the database alone.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from sms_gateway.clock import SystemClock
from sms_gateway.service.signs import LOOK_S, Signs, look_at
from sms_gateway.service.supervisor import LIVES, PING, STOPPING, Supervisor
from sms_gateway.web.listening import listening
from sms_gateway.web.parts import Listener

_log = structlog.get_logger("service")

_FIRST_AGAIN_S = 1.0
_LONGEST_AGAIN_S = 30.0
_READY = b"ready: "
_WORKS = f"{PING}\n".encode()
_LIVES = f"{LIVES}\n".encode()
_ENDS = f"{STOPPING}\n".encode()


@dataclass(frozen=True, slots=True)
class Team:
    """How workers are started.

    Attributes:
        count: how many.
        command: starts one; its number and the port are added.
        stop_s: seconds after which one that was asked to stop is ended.
    """

    count: int
    command: Sequence[str]
    stop_s: float


@contextlib.contextmanager
def reserved(listener: Listener) -> Iterator[int]:
    """Keep a port for the workers without listening on it; gives its number.

    Raises:
        ListenError: it is taken by somebody else, or cannot be had.
    """
    host = listener.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with listening(listener) as at:
            place.bind(at)
        yield int(place.getsockname()[1])


async def run_team(
    team: Team, port: int, announce: Callable[[str], None], supervisor: Supervisor
) -> int:
    """Run the workers until SIGTERM or SIGINT; then the status is 0.

    Args:
        team: see there.
        port: that they share.
        announce: called once with the address when each of them takes calls.
        supervisor: hears of us while the store of any of them works.

    Returns:
        0, or 1 where a worker ended before it had ever taken calls: it said why.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    workers = [_Worker(team, number, port) for number in range(1, team.count + 1)]
    running = [asyncio.create_task(worker.run(stop)) for worker in workers]
    ready: asyncio.Future[Any] = asyncio.gather(*(worker.ready.wait() for worker in workers))
    stopped = asyncio.create_task(stop.wait())
    around = [asyncio.create_task(loop) for loop in (_ping(supervisor, workers), _watch(workers))]
    try:
        first: list[asyncio.Future[Any]] = [ready, stopped, *running]
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and not stop.is_set():
            announce(workers[0].address)
            supervisor.ready()
            await asyncio.wait(first[1:], return_when=asyncio.FIRST_COMPLETED)
        failed = not stop.is_set()
    finally:
        supervisor.stopping()
        stop.set()
        for ended in (ready, *around):
            ended.cancel()
        await asyncio.gather(ready, stopped, *around, *running, return_exceptions=True)
    return int(failed)


async def _ping(supervisor: Supervisor, workers: Sequence["_Worker"]) -> None:
    # As often as we ping, each of them tells us that it works.
    often = supervisor.seconds
    await supervisor.ping(lambda: max(one.worked_at for one in workers), often, SystemClock())


async def _watch(workers: Sequence["_Worker"]) -> None:
    """End those that stand still; they are started again like any that ends."""
    while True:
        await asyncio.sleep(LOOK_S)
        look_at([one.signs for one in workers])
        for one in workers:
            if still := one.signs.stands_still():
                one.kill(still)


class _Worker:
    def __init__(self, team: Team, number: int, port: int) -> None:
        self._team = team
        words = ["--worker", str(number), "--port", str(port)]
        self._command = [*team.command, *words]
        self._number = number
        self.ready = asyncio.Event()
        self.address = ""
        self.worked_at = SystemClock().monotonic()
        self.signs = Signs()
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Keep it running; ends by `stop`, or where its first start fails."""
        again = _FIRST_AGAIN_S
        while not stop.is_set():
            status = await self._once(stop)
            if stop.is_set() or not self.ready.is_set():
                return
            _log.error("worker.ended", worker=self._number, result=status)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), again)
            again = min(again * 2, _LONGEST_AGAIN_S)

    async def _once(self, stop: asyncio.Event) -> int:
        async with self._started() as process:
            ended = asyncio.create_task(process.wait())
            asked = asyncio.create_task(stop.wait())
            await asyncio.wait([ended, asked], return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            if not ended.done():
                process.terminate()
                # What is stopped or hangs deep down hears of nothing, not even of its own alarm.
                await asyncio.wait([ended], timeout=self._team.stop_s)
                self._kill()
            return await ended

    def kill(self, still: str) -> None:
        """End it, for it stands still."""
        _log.error("worker.stands_still", worker=self._number, reason=still)
        self.signs.unwatched()
        self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None and self._process.returncode is None:
                self._process.kill()

    @asynccontextmanager
    async def _started(self) -> AsyncIterator[asyncio.subprocess.Process]:
        # It ends with us, however we end: it listens to its standard input for that. In a session
        # of its own, so that a Ctrl-C is heard once.
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self.signs.unwatched()
        self._process = process
        heard = asyncio.create_task(self._hear(process))
        try:
            yield process
        finally:
            self._kill()
            await heard

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101  # asked for above
        async for line in process.stdout:
            if line == _WORKS:
                self.worked_at = SystemClock().monotonic()
            if line in (_WORKS, _LIVES):
                self.signs.lives(works=line == _WORKS)
            if line == _ENDS:
                # What it has begun it may finish; it keeps its own time.
                self.signs.unwatched()
            if line.startswith(_READY):
                self.address = line.removeprefix(_READY).decode().strip()
                self.ready.set()
                self.signs.takes_calls()


def end_with_parent() -> None:
    """Ask this process to stop as soon as whoever started it is gone."""
    loop = asyncio.get_running_loop()

    def gone() -> None:
        loop.remove_reader(sys.stdin.fileno())
        signal.raise_signal(signal.SIGTERM)

    loop.add_reader(sys.stdin.fileno(), gone)
