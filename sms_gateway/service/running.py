"""Runs an open gateway until it is asked to stop."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import structlog

from sms_gateway.clock import SystemClock
from sms_gateway.service.api_tokens import add_tokens
from sms_gateway.service.audited import AuditWatch
from sms_gateway.service.filling import LEADS, WordFiller
from sms_gateway.service.first_administrator import offer_first
from sms_gateway.service.listeners import open_listeners
from sms_gateway.service.opening import open_gateway
from sms_gateway.service.supervisor import Supervisor, of_this_process
from sms_gateway.service.webhooks import add_webhook_acts, wire_webhooks
from sms_gateway.service.wiring import Gateway, control
from sms_gateway.service.workers import end_with_parent
from sms_gateway.settings import Settings
from sms_gateway.signals import Stop
from sms_gateway.tasks import ended_by
from sms_gateway.web.control import open_control
from sms_gateway.web.parts import Part


class Loop(Protocol):
    """What goes on by itself."""

    async def run(self) -> None:
        """Go on until cancelled."""


Announce = Callable[[Mapping[Part, str], Path | None], None]

_log = structlog.get_logger("service")


async def serve(
    settings: Settings, announce: Announce, alarm: Callable[[int], object], worker: int = 0
) -> None:
    """Run the gateway until SIGTERM or SIGINT; also a start is ended by them.

    Args:
        settings: see there.
        announce: called once when calls are taken, with the base address of each listener by the
            section of the settings that it comes from, and the file that holds the link of the
            first administrator, None where there is staff.
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
            await _run(gateway, announce, stop, worker)
    _log.info("service.stopped")


def _controlled(gateway: Gateway, worker: int) -> AbstractAsyncContextManager[None]:
    """The socket that commands use; of those that share a folder the first one has it."""
    if worker > 1:
        return contextlib.nullcontext()
    app = control(gateway, worker)
    add_tokens(app, gateway.settings, gateway.store.api)
    add_webhook_acts(app, gateway.settings, gateway.store.webhooks)
    return open_control(app, gateway.settings.data_path)


async def _run(gateway: Gateway, announce: Announce, stop: Stop, worker: int) -> None:
    settings = gateway.settings
    # What is open now stays open: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    supervisor = of_this_process(_say if worker else None)
    audited = AuditWatch(gateway.store, SystemClock())
    listening = open_listeners(gateway.apps, settings, shares_port=bool(worker))
    async with listening as heard, asyncio.TaskGroup() as group:
        answering, others = _start(group, gateway, supervisor, audited)
        sessions = [
            group.create_task(session.run(), name=f"session-{name}")
            for name, session in gateway.loops.sessions.items()
        ]
        announce(heard.addresses, await _first(gateway, heard.addresses, worker))
        supervisor.ready()
        await stop.asked()
        _log.info("service.stopping")
        supervisor.stopping()
        deadline = asyncio.get_running_loop().time() + settings.dispatch.grace_s
        # No more is leased, and what is being sent has the grace to end.
        for task in others:
            task.cancel()
        await heard.close()
        await _drain(gateway, deadline)
        # What is being sent through a kept connection needs it to the end.
        await ended_by(deadline, others)
        for task in sessions:
            task.cancel()
        answering.cancel()
    await audited.stopped()


async def _first(gateway: Gateway, addresses: Mapping[Part, str], worker: int) -> Path | None:
    if worker > 1:
        return None
    here = addresses.get(Part.STAFF, addresses[Part.TELCOS])
    base = gateway.settings.console.base_url.rstrip("/") or here
    return await offer_first(gateway.access, gateway.settings.data_path, base)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _start(
    group: asyncio.TaskGroup, gateway: Gateway, supervisor: Supervisor, audited: AuditWatch
) -> tuple[asyncio.Task[None], Sequence[asyncio.Task[None]]]:
    """The loop that answers, and those that bring work from the store."""
    gone_on = gateway.loops
    loops: dict[str, Loop] = {
        "sweep": gone_on.sweep, "cases": gone_on.watch, "elsewhere": gone_on.elsewhere,
        "follow-ups": gone_on.follow_ups,
        "surroundings": gone_on.surroundings, "copies": gone_on.copies, "states": gone_on.states,
        "days": gone_on.days, "rules": gone_on.rules, "windows": gone_on.windows,
        "alarms": gone_on.alarms, "alarm-posts": gone_on.poster, "audit": audited,
    }  # fmt: skip
    store = gateway.store
    loops["words"] = WordFiller(store.words, lambda: store.leads(LEADS), SystemClock())
    loops["webhooks"] = wire_webhooks(gateway.settings, store, SystemClock())
    loops |= {f"dispatch-{name}": loop for name, loop in gateway.loops.sending.dispatchers.items()}
    if gone_on.nightly is not None:
        loops["purge"] = gone_on.nightly
    loops |= gone_on.notices
    others = [group.create_task(loop.run(), name=name) for name, loop in loops.items()]
    others += [group.create_task(run(), name=name) for name, run in gone_on.learning.loops.items()]
    others.append(group.create_task(gateway.store.lost(), name="store"))
    sweep, seconds = gone_on.sweep, gateway.settings.dispatch.sweep_s
    pings = supervisor.ping(lambda: sweep.worked_at, seconds, SystemClock())
    others.append(group.create_task(pings, name="supervisor"))
    return group.create_task(gateway.loops.answerer.run(), name="answerer"), others


async def _drain(gateway: Gateway, deadline: float) -> None:
    """Let what is being answered end; the rest is on disk and goes on at the next start."""
    try:
        async with asyncio.timeout_at(deadline):
            await gateway.loops.answerer.drained()
            await gateway.loops.sending.settler.drained()
    except TimeoutError:
        _log.warning("service.drain_incomplete", unanswered=gateway.loops.answerer.waiting)
