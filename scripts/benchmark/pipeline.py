"""The pipeline without a telco's socket: recorded, answered, leased, settled, from this process.

Store, case directory, rules and the writer's process are the real ones. What is missing is HTTP, in
both directions.
"""

import asyncio
import gc
import os
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from scripts.benchmark.figures import Saturation, load
from scripts.benchmark.place import Place
from scripts.benchmark.processes import cpu_seconds
from scripts.benchmark.saturation import server_cpu, server_load
from sms_gateway import settings
from sms_gateway.clock import SystemClock
from sms_gateway.dispatch.context import DispatchContext
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.dispatch.sender import DoorDispatch
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode, TelcoId, TraceId
from sms_gateway.domain.message import MobileOriginated, MobileTerminated
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.outcome import Accepted
from sms_gateway.domain.uuid7 import PooledBits, Uuid7
from sms_gateway.folder import number_key
from sms_gateway.intake.accept import Call, Hands, Intake
from sms_gateway.intake.answering import Answerer
from sms_gateway.intake.around import AnsweringContext, AnsweringLimits
from sms_gateway.intake.waiting import Waiters
from sms_gateway.made_up.dossiers import phone, receipt
from sms_gateway.ports import Door, Limits, Settled
from sms_gateway.service.opening import open_gateway
from sms_gateway.service.wiring import Gateway

_DOOR = DoorName("bench")
_STRIDE = 7919
_IN_FLIGHT = 2_000
_SLOTS = 500
_TOGETHER = 32  # calls that come in one turn of the loop
_RAW = b"POST /mo/bench\n\n{}"


@dataclass(frozen=True, slots=True)
class _TakesAll:
    """A sender whose telco takes everything at once."""

    limits: Limits = field(default_factory=lambda: Limits(slots=_SLOTS))

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        """See `ports.Sender.send`."""
        for mt in messages:
            settled(mt.id, Accepted((TelcoId(mt.id),)))


async def pipeline(place: Place, seconds: int, dossiers: int, server: int | None) -> Saturation:
    """Let texts through for so long; what is under way then is waited for.

    Args:
        place: with a door that acknowledges.
        seconds: for how long.
        dossiers: how many may be asked for.
        server: process of the database server, or None.
    """
    read = settings.load(place.config, place.data, place.environment, Path.cwd())
    async with open_gateway(read) as gateway:
        hasher = Hasher(number_key(read.data_path))
        room = asyncio.Semaphore(_IN_FLIGHT)
        door = replace(gateway.doors[_DOOR], sender=_TakesAll())
        intake, loops = _wired(gateway, door, hasher)
        gateway.loops.sending.settler.written = lambda count: _released(room, count)
        tasks = [asyncio.create_task(loop) for loop in loops]
        gc.collect()
        gc.freeze()
        began, before = time.monotonic(), cpu_seconds(os.getpid())
        served = server_cpu(server)
        made = await _press(intake, door, dossiers, room, began + seconds)
        for _ in range(_IN_FLIGHT):
            await room.acquire()
        took = time.monotonic() - began
        after = cpu_seconds(os.getpid())
        served_by = server_load(server, served, took)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return Saturation(made, took, 0, load(before, after, took), served_by, 0.0, None)


def _released(room: asyncio.Semaphore, count: int) -> None:
    for _ in range(count):
        room.release()


def _wired(
    gateway: Gateway, door: Door, hasher: Hasher
) -> tuple[Intake, Sequence[Coroutine[None, None, None]]]:
    """Intake, answerer and dispatch as the service wires them, with a sender of ours."""
    clock = SystemClock()
    new_id = Uuid7(clock.milliseconds, PooledBits(os.urandom))
    table = RetryTable(delays=(timedelta(seconds=5),), max_failures=6, resend_uncertain=False)
    health = HealthRecord(door.name, clock, table)
    sending = DispatchContext(clock, table, 2.0, 10.0, lambda _mt, _settlement: None, health)
    sender = door.sender
    assert sender is not None  # noqa: S101  # it was given one just now
    dispatch = DoorDispatch(door, sender, gateway.store, gateway.loops.sending.settler, sending)
    waiters = Waiters()
    context = AnsweringContext(
        clock,
        new_id,
        AnsweringLimits(),
        answered=lambda _answer: None,
        parked=lambda _door, _intent: None,
        queued=lambda _door: dispatch.wake(),
    )
    doors = {door.name: door}
    enquiry = gateway.loops.answerer.enquiry
    answerer = Answerer(gateway.store, gateway.directory, waiters, enquiry, doors, context)
    hands = Hands(answerer.offer, answerer.has_room, _nobody, hasher, new_id, clock)
    return Intake(gateway.store, waiters, hands), (answerer.run(), dispatch.run())


def _nobody(_mo: MessageId) -> None:
    """No call waits for a reply here."""


async def _press(
    intake: Intake, door: Door, dossiers: int, room: asyncio.Semaphore, until: float
) -> int:
    """Hand over texts as long as there is room; how many."""
    clock = SystemClock()
    new_id = Uuid7(clock.milliseconds, PooledBits(os.urandom))
    salt = time.monotonic_ns()
    made = 0
    async with asyncio.TaskGroup() as calls:
        while time.monotonic() < until:
            await room.acquire()
            made += 1
            asked = (salt + made * _STRIDE) % dossiers
            words = f"MCKH_{receipt(asked)}"
            telco_id = TelcoId(f"p{salt}-{made}")
            mo = MobileOriginated(telco_id, phone(asked), ShortCode("8083"), words)
            call = Call(door, TraceId(new_id()), clock.now(), _RAW)
            calls.create_task(_hand_over(intake, call, mo))
            if made % _TOGETHER == 0:
                await asyncio.sleep(0)
    return made


async def _hand_over(intake: Intake, call: Call, mo: MobileOriginated) -> None:
    await intake.accept(call, [mo])
