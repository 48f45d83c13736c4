"""One door's loop around a real store, and the telco behind it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from sms_gateway.dispatch.context import DispatchContext
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.dispatch.sender import DoorDispatch
from sms_gateway.dispatch.settling import Settler
from sms_gateway.dispatch.ways import Ways
from sms_gateway.domain.ids import DoorName, MessageId, TelcoId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Accepted, MtState, SendOutcome
from sms_gateway.domain.records import Settlement
from sms_gateway.ports import Door, Limits, Settled
from sms_gateway.reading import MtRow
from tests.intake.intake_desk import DOORS, PUSHING, IntakeDesk

GRACE = 10.0
SWEEP = 2.0

Behaviour = Callable[[Sequence[MobileTerminated], Settled], Awaitable[object]]


class Telco:
    """A way out that does as told; without being told it takes everything at once.

    Attributes:
        calls: the messages of each call, and when it came.
        answers: what it says to each message, the first first; then it accepts.
        behaviour: stands for all of this.
    """

    def __init__(self, desk: IntakeDesk, limits: Limits) -> None:
        self.limits = limits
        self.calls: list[tuple[float, Sequence[MobileTerminated]]] = []
        self.answers: list[SendOutcome] = []
        self.behaviour: Behaviour | None = None
        self._desk = desk

    @property
    def got(self) -> list[MessageId]:
        return [mt.id for _, messages in self.calls for mt in messages]

    @property
    def times(self) -> list[float]:
        return [at for at, messages in self.calls for _ in messages]

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        self.calls.append((self._desk.clock.monotonic(), messages))
        if self.behaviour is not None:
            await self.behaviour(messages, settled)
            return
        for mt in messages:
            accepted = Accepted((TelcoId(f"T{mt.id[-4:]}"),))
            settled(mt.id, self.answers.pop(0) if self.answers else accepted)


class DispatchDesk:
    """The loop of one door."""

    def __init__(  # noqa: PLR0913, PLR0917  # each is what some test is about
        self,
        desk: IntakeDesk,
        limits: Limits,
        table: RetryTable,
        sweep: float = SWEEP,
        door: DoorName = PUSHING,
        apart: float = 0,
        automatic: float = 1,
    ) -> None:
        self.desk = desk
        self.clock = desk.clock
        self.faults = desk.faults
        self.telco = Telco(desk, limits)
        self.settler = Settler(desk.store, desk.clock)
        self.said: list[tuple[MobileTerminated, Settlement]] = []
        self.leads = True
        self.door = door
        self.others: Sequence[Door] = ()
        self.called: list[DoorName] = []
        self.elsewhere: Callable[[DoorName], Sequence[Door]] = lambda _door: self.others
        self.any_other: Callable[[DoorName], Sequence[Door]] = lambda _door: self.others
        self.queued: Callable[[DoorName], None] = self.called.append
        self.record = HealthRecord(door, desk.clock, table)
        self.health = self.record.health
        context = DispatchContext(
            *(desk.clock, table, sweep, GRACE),
            lambda mt, what: self.said.append((mt, what)),
            self.record,
            lambda: self.leads,
            self._elsewhere,
            self._any_other,
            self._queued,
            apart=apart,
            automatic=automatic,
        )
        self.way = replace(DOORS[PUSHING], name=door, sender=self.telco)
        self.dispatch = DoorDispatch(self.way, self.telco, desk.store, self.settler, context)
        self.running = asyncio.create_task(self.dispatch.run())

    def goes(self, ways: Ways, queued: Callable[[DoorName], None]) -> None:
        """From now on the other doors are those of `ways`."""
        self.elsewhere, self.any_other, self.queued = ways.elsewhere, ways.others, queued

    async def queue(self, count: int = 1) -> list[MessageId]:
        """Replies of as many citizens, waiting to be sent; nobody tells the loop."""
        queued = len(await self.desk.rows())
        for number in range(queued, queued + count):
            sender = Address(f"+849000{number:05}")
            await self.desk.accept(self.desk.mo("MCKH", sender=sender), door=PUSHING)
        await self.clock.settled()
        return [row.reply.id for row in (await self.desk.rows())[queued:] if row.reply]

    async def sent(self, count: int = 1) -> list[MessageId]:
        """The same, and the loop is told."""
        ids = await self.queue(count)
        self.dispatch.wake()
        await self.clock.settled()
        return ids

    async def rows(self) -> list[MtRow]:
        return [row.reply for row in await self.desk.rows() if row.reply]

    async def states(self) -> list[MtState]:
        return [row.state for row in await self.rows()]

    def _elsewhere(self, door: DoorName) -> Sequence[Door]:
        return self.elsewhere(door)

    def _any_other(self, door: DoorName) -> Sequence[Door]:
        return self.any_other(door)

    def _queued(self, door: DoorName) -> None:
        self.queued(door)

    async def stop(self) -> None:
        """Stop, and let time pass until it has."""
        self.running.cancel()
        for _ in range(100):
            if self.running.done():
                break
            await self.clock.advance(1)
        await asyncio.wait([self.running])
