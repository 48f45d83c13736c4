"""The composition root: opens everything in order, runs it, closes it in reverse.

A lost telco or a lost store is weather and handled where it happens; any other exception that
escapes a loop is a bug, ends the process with a non-zero status, and loses nothing, because what
was acknowledged is on disk.
"""

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from sms_gateway.cases import opener
from sms_gateway.cases.embedded import EmbeddedDirectory
from sms_gateway.cases.embedded.upload import CaseUpload
from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.commands import Commands
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.dispatch.sender import DispatchContext, DoorDispatch
from sms_gateway.dispatch.settling import Settler
from sms_gateway.domain.ids import DoorName, RunId
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.uuid7 import PooledBits, Uuid7
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.folder import number_key, prepare_folder
from sms_gateway.intake.accept import Hands, Intake
from sms_gateway.intake.answering import Answerer, AnsweringContext, AnsweringLimits
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.intake.sweep import Sweep, SweepContext
from sms_gateway.intake.waiting import Waiters
from sms_gateway.ports import CaseDirectory, Door
from sms_gateway.rules import load_rules
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.signals import Stop
from sms_gateway.store.opening import RunOf, open_store
from sms_gateway.store.sqlite.store import SqliteStore
from sms_gateway.web.addresses import shared
from sms_gateway.web.app import Front, build_app
from sms_gateway.web.control import Controls, build_control, open_control
from sms_gateway.web.listening import listening
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.noting import Noting
from sms_gateway.web.peers import Proxies
from sms_gateway.web.server import build_runner
from sms_gateway.web.webhooks import Shell

_log = structlog.get_logger("service")

VERSION = version("sms-gateway")
"""Of the installed code; looked up once, because that reads files."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that is open.

    Attributes:
        settings: what it was opened with.
        store, directory, doors: the ends.
        answerer, sweep, watch, dispatchers, settler: the loops between them.
        app: the HTTP application.
    """

    settings: Settings
    store: SqliteStore
    directory: EmbeddedDirectory
    doors: Mapping[DoorName, Door]
    answerer: Answerer
    sweep: Sweep
    watch: CaseWatch
    dispatchers: Mapping[DoorName, DoorDispatch]
    settler: Settler
    app: web.Application


@asynccontextmanager
async def open_doors(
    settings: Settings, clock: SystemClock
) -> AsyncIterator[Mapping[DoorName, Door]]:
    """Every configured door, in the order of the settings.

    Raises:
        SettingsError: one of them cannot be opened.
    """
    context = DoorContext(
        region=settings.gateway.region,
        clock=clock,
        timezone=ZoneInfo(settings.gateway.timezone),
        inline_s=settings.intake.inline_deadline_s,
        acknowledge_s=settings.intake.acknowledge_deadline_s,
    )
    async with AsyncExitStack() as stack:
        doors = {}
        for key, raw in settings.doors.items():
            name = DoorName(key)
            try:
                opener_of = door_opener(str(raw["kind"]))
            except SettingsError as error:
                message = f"doors.{name}: {error}"
                raise SettingsError(message) from None
            opened = opener_of(name, raw, context)
            doors[name] = await stack.enter_async_context(opened)
        yield doors


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[Gateway]:
    """Open store, case directory and doors, and wire the rooms; nothing runs yet.

    Raises:
        SettingsError, LockHeldError, SchemaError, OSError, sqlite3.Error: it cannot be opened.
    """
    clock = SystemClock()
    new_id = Uuid7(clock.milliseconds, PooledBits(os.urandom))
    prepare_folder(settings.data_path)
    hasher = Hasher(number_key(settings.data_path))
    enquiry = Enquiry(load_rules(settings, hasher))
    node = settings.gateway.node or socket.gethostname()
    run = RunOf(RunId(new_id()), node, VERSION, clock.now)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(settings.store_path, run, settings.store.group_limit, apart=True)
        )
        directory = await stack.enter_async_context(_open_directory(settings, clock))
        doors = await stack.enter_async_context(open_doors(settings, clock))
        for told in shared(doors.values()):
            raise SettingsError(told)
        resend = [door.name for door in doors.values() if door.resend_uncertain]
        freed, uncertain = await store.recover(resend, clock.now())
        if freed or uncertain:
            _log.warning("store.recovered", unanswered=freed, uncertain=uncertain)
        assert isinstance(directory, EmbeddedDirectory)  # noqa: S101  # the only kind for now
        yield _wire(settings, Ends(store, directory, doors, enquiry, hasher, clock, new_id))


def _open_directory(
    settings: Settings, clock: SystemClock
) -> AbstractAsyncContextManager[CaseDirectory]:
    open_directory = opener(settings.cases.kind)
    limit = settings.cases.timeout_s
    return open_directory(settings.cases_path, clock, writable=True, time_limit=limit)


@dataclass(frozen=True, slots=True)
class Ends:
    """What the rooms are wired between."""

    store: SqliteStore
    directory: EmbeddedDirectory
    doors: Mapping[DoorName, Door]
    enquiry: Enquiry
    hasher: Hasher
    clock: SystemClock
    new_id: Uuid7


def _wire(settings: Settings, ends: Ends) -> Gateway:
    store, clock, doors = ends.store, ends.clock, ends.doors
    metrics = Metrics(doors)
    noting = Noting(metrics)
    settler = Settler(store, clock)
    dispatchers: dict[DoorName, DoorDispatch] = {}
    waiters = Waiters()

    def queued(door: DoorName) -> None:
        if dispatcher := dispatchers.get(door):
            dispatcher.wake()

    context = AnsweringContext(
        clock, ends.new_id, _limits(settings), noting.answered, noting.parked, queued
    )
    watch = CaseWatch(ends.directory, clock, metrics.looked_up, settings.cases.timeout_s)
    answerer = Answerer(store, watch, waiters, ends.enquiry, doors, context)
    for door in doors.values():
        if door.sender is not None:
            sending = _dispatch_context(settings, door, clock, noting)
            dispatchers[door.name] = DoorDispatch(door, door.sender, store, settler, sending)
    hands = Hands(answerer.offer, answerer.has_room, ends.hasher, ends.new_id, clock)
    intake = Intake(store, waiters, hands)
    proxies = Proxies(settings.web.trusted_proxies)
    seconds = settings.web.request_timeout_s
    shell = Shell(intake, settler, store, metrics, clock, ends.new_id, proxies, seconds)
    sweep = Sweep(store, answerer, clock, _sweep_context(settings, metrics, noting))

    async def ready() -> Mapping[str, str]:
        unfinished = ends.directory.unfinished
        return {"store": sweep.store_down, "cases": watch.failing, "import": unfinished}

    front = Front(store.reading, ends.hasher, clock, metrics, ready)
    app = build_app(doors, shell, front)
    return Gateway(
        settings, store, ends.directory, doors, answerer, sweep, watch, dispatchers, settler, app
    )


def _control(gateway: Gateway) -> web.Application:
    """What commands of the command line reach while the gateway runs."""

    def woken(door: DoorName) -> None:
        if dispatcher := gateway.dispatchers.get(door):
            dispatcher.wake()

    async def status() -> Mapping[str, object]:
        figures = await gateway.store.figures()
        return {
            "version": VERSION,
            "pid": os.getpid(),
            "doors": sorted(gateway.doors),
            "paused": sorted(figures.paused),
            "unanswered": figures.unanswered,
            "cases": gateway.watch.failing,
            "import": gateway.directory.unfinished,
        }

    commands = Commands(gateway.store, gateway.doors, SystemClock().now, woken, gateway.dispatchers)
    return build_control(Controls(commands, lambda: CaseUpload(gateway.directory), status))


def _limits(settings: Settings) -> AnsweringLimits:
    return AnsweringLimits(
        look_up=settings.cases.timeout_s,
        park_after=settings.intake.park_after_failures,
        valid=timedelta(seconds=settings.dispatch.valid_s),
        queue=settings.store.max_unanswered,
    )


def _dispatch_context(
    settings: Settings, door: Door, clock: SystemClock, noting: Noting
) -> DispatchContext:
    table = RetryTable(
        delays=tuple(timedelta(seconds=s) for s in settings.dispatch.retry_delays_s),
        max_failures=settings.dispatch.max_failures,
        resend_uncertain=door.resend_uncertain,
    )
    limits = settings.dispatch
    return DispatchContext(clock, table, limits.sweep_s, limits.grace_s, noting.sent)


def _sweep_context(settings: Settings, metrics: Metrics, noting: Noting) -> SweepContext:
    return SweepContext(
        seconds=settings.dispatch.sweep_s,
        parts_wait=timedelta(seconds=settings.intake.parts_wait_s),
        alarm=timedelta(seconds=settings.intake.unanswered_alarm_s),
        seen=metrics.show,
        parked=noting.parked,
    )


async def serve(
    settings: Settings, announce: Callable[[str], None], alarm: Callable[[int], object]
) -> None:
    """Run the gateway until SIGTERM or SIGINT; also a start is ended by them.

    Args:
        settings: see there.
        announce: called once with the base address when calls are taken.
        alarm: see `Stop`.

    Raises:
        what `open_gateway` raises; SocketTakenError where another process serves the data folder;
        ListenError where the port is taken.
    """
    stop = Stop(settings.dispatch.grace_s, alarm)
    async with stop.cuts_short() as opened, open_gateway(settings) as gateway:
        opened()
        async with open_control(_control(gateway), settings.data_path):
            await _run(gateway, announce, stop)
    _log.info("service.stopped")


async def _run(gateway: Gateway, announce: Callable[[str], None], stop: Stop) -> None:
    settings = gateway.settings
    # What is open now stays open: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    runner = build_runner(gateway.app, settings.web.idle_timeout_s, settings.dispatch.grace_s)
    await runner.setup()
    try:
        with listening(settings.web.host, settings.web.port) as (host, port):
            await web.TCPSite(runner, host, port).start()
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
    loops: dict[str, Sweep | CaseWatch | DoorDispatch] = {
        "sweep": gateway.sweep, "cases": gateway.watch,
    }  # fmt: skip
    loops |= {f"dispatch-{name}": loop for name, loop in gateway.dispatchers.items()}
    others = [group.create_task(loop.run(), name=name) for name, loop in loops.items()]
    others.append(group.create_task(gateway.store.lost(), name="store"))
    return group.create_task(gateway.answerer.run(), name="answerer"), others


async def _drain(gateway: Gateway, deadline: float) -> None:
    """Let what is being answered end; the rest is on disk and goes on at the next start."""
    try:
        async with asyncio.timeout_at(deadline):
            await gateway.answerer.drained()
            await gateway.settler.drained()
    except TimeoutError:
        _log.warning("service.drain_incomplete", unanswered=gateway.answerer.waiting)


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


__all__ = ["Gateway", "open_doors", "open_gateway", "serve"]
