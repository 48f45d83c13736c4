"""A team of processes, each of which stands for a gateway."""

import asyncio
import signal
import sys

import pytest

from sms_gateway.service import workers
from sms_gateway.service.supervisor import LIVES, PING, Supervisor
from sms_gateway.service.workers import Team, run_team

PATIENCE_S = 30.0
DEAF = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("{LIVES}", "{PING}", "ready: http://here", sep="\\n", flush=True)
signal.pause()
"""
UNHEARD = Supervisor(lambda _state: None, 0.0)


def team(stop_s: float) -> Team:
    return Team(1, [sys.executable, "-c", DEAF], stop_s)


async def test_a_worker_that_does_not_stop_is_ended() -> None:
    def announce(_address: str) -> None:
        signal.raise_signal(signal.SIGTERM)

    async with asyncio.timeout(PATIENCE_S):
        assert await run_team(team(0.05), 1, announce, UNHEARD) == 0


async def test_a_worker_that_stands_still_is_ended_and_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "LOOK_S", 0.01)
    monkeypatch.setattr(workers, "_FIRST_AGAIN_S", 0.0)
    again, ended = asyncio.Semaphore(0), list[str]()

    class Watched(workers._Worker):  # noqa: SLF001  # to see what becomes of it
        def kill(self, still: str) -> None:
            ended.append(still)
            super().kill(still)
            again.release()

    monkeypatch.setattr(workers, "_Worker", Watched)
    running = asyncio.create_task(run_team(team(0.05), 1, lambda _address: None, UNHEARD))
    async with asyncio.timeout(PATIENCE_S):
        await again.acquire()
        await again.acquire()
        signal.raise_signal(signal.SIGTERM)
        assert await running == 0
    assert set(ended) == {"loop"}
