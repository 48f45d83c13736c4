"""Runs an open gateway until it is asked to stop."""

import asyncio
import contextlib
import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import structlog
from aiohttp import web

from sms_gateway.dispatch.sender import DoorDispatch
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.intake.elsewhere import Elsewhere
from sms_gateway.intake.sweep import Sweep
from sms_gateway.service.opening import open_gateway
from sms_gateway.service.wiring import Gateway, control
from sms_gateway.service.workers import end_with_parent
from sms_gateway.settings import Settings
from sms_gateway.signals import Stop
from sms_gateway.web.control import open_control
from sms_gateway.web.listening import listening
from sms_gateway.web.server import build_runner

_log = structlog.get_logger("service")


async def serve(
    settings: Settings,
    announce: Callable[[str], None],
    alarm: Callable[[int], object],
    worker: int = 0,
) -> None:
    """Run the gateway until SIGTERM or SIGINT; also a start is ended by them.

    Args:
        settings: see there.
        announce: called once with the base address when calls are taken.
        alarm: see `Stop`.
        worker: its number among those that share a port, from 1; 0 for one that shares none.

    Raises:
        what `open_gateway` raises; SocketTakenError where another process serves the data folder;
        ListenError where the port is taken.
    """
    stop = Stop(settings.dispatch.grace_s, alarm)
    if worker:
        end_with_parent()
    async with stop.cuts_short() as opened, open_gateway(settings, worker) as gateway:
        opened()
        async with _controlled(gateway, worker):
            await _run(gateway, announce, stop, shares_port=bool(worker))
    _log.info("service.stopped")


def _controlled(gateway: Gateway, worker: int) -> AbstractAsyncContextManager[None]:
    """The socket that commands use; of those that share a folder the first one has it."""
    if worker > 1:
        return contextlib.nullcontext()
    return open_control(control(gateway), gateway.settings.data_path)


async def _run(
    gateway: Gateway, announce: Callable[[str], None], stop: Stop, *, shares_port: bool
) -> None:
    settings = gateway.settings
    # What is open now stays open: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    runner = build_runner(gateway.app, settings.web.idle_timeout_s, settings.dispatch.grace_s)
    await runner.setup()
    try:
        with listening(settings.web.host, settings.web.port) as (host, port):
            await web.TCPSite(runner, host, port, reuse_port=shares_port or None).start()
        async with asyncio.TaskGroup() as group:
            answering, others = _start(group, gateway)
            announce(_address(runner))
            await stop.asked()
            _log.info("service.stopping")
            deadline = asyncio.get_running_loop().time() + settings.dispatch.grace_s
            # No more is leased, and what is being sent has the grace to end.
            for task in others:
                task.cancel()
            await runner.cleanup()
            await _drain(gateway, deadline)
            answering.cancel()
    finally:
        await runner.cleanup()


def _start(
    group: asyncio.TaskGroup, gateway: Gateway
) -> tuple[asyncio.Task[None], Sequence[asyncio.Task[None]]]:
    """The loop that answers, and those that bring work from the store."""
    gone_on = gateway.loops
    loops: dict[str, Sweep | CaseWatch | Elsewhere | DoorDispatch] = {
        "sweep": gone_on.sweep, "cases": gone_on.watch, "elsewhere": gone_on.elsewhere,
    }  # fmt: skip
    loops |= {f"dispatch-{name}": loop for name, loop in gateway.loops.dispatchers.items()}
    others = [group.create_task(loop.run(), name=name) for name, loop in loops.items()]
    others.append(group.create_task(gateway.store.lost(), name="store"))
    return group.create_task(gateway.loops.answerer.run(), name="answerer"), others


async def _drain(gateway: Gateway, deadline: float) -> None:
    """Let what is being answered end; the rest is on disk and goes on at the next start."""
    try:
        async with asyncio.timeout_at(deadline):
            await gateway.loops.answerer.drained()
            await gateway.loops.settler.drained()
    except TimeoutError:
        _log.warning("service.drain_incomplete", unanswered=gateway.loops.answerer.waiting)


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
