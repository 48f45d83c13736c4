"""Intake, answerer and sweep around a real store, as the service wires them."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from sms_gateway.domain.dossier import CaseLookup, NotFound
from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId, RunId, TelcoId, TraceId
from sms_gateway.domain.message import Item, MobileOriginated, MobileTerminated, PartOf
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import Answer, Figures
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.intake.accept import Call, Hands, Intake, Taken
from sms_gateway.intake.answering import Answerer
from sms_gateway.intake.around import AnsweringContext, AnsweringLimits
from sms_gateway.intake.elsewhere import Elsewhere
from sms_gateway.intake.sweep import Sweep, SweepContext
from sms_gateway.intake.waiting import Waiters
from sms_gateway.log_question import MessageFilter
from sms_gateway.ports import (
    Answered,
    AnswerStyle,
    Door,
    Limits,
    Route,
    Settled,
    Store,
    Unreadable,
    WebhookReply,
    WebhookRequest,
    WebhookResult,
)
from sms_gateway.reading import MoRow, Timeline
from sms_gateway.store.sqlite.opening import open_sqlite
from sms_gateway.store.store import RunOf, SqlStore
from tests.parts import AN, AN_IS_OWNER, CODE, HASHER, rules
from tests.virtual_time import Counting, VirtualClock

RULES = rules()
"""Read before a loop runs, because that reads files."""

INLINE, PUSHING, ASKED = DoorName("inline"), DoorName("pushing"), DoorName("asked")


class Cases:
    """A case directory that does as told.

    Attributes:
        known: what it knows.
        asked: the keys of each call.
        before: awaited before each answer; may raise or wait.
    """

    def __init__(self) -> None:
        self.known: Mapping[CanonicalKey, CaseLookup] = AN_IS_OWNER
        self.asked: list[Sequence[CanonicalKey]] = []
        self.before: Callable[[Sequence[CanonicalKey]], Awaitable[object]] | None = None

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        self.asked.append(list(keys))
        if self.before is not None:
            await self.before(keys)
        return {key: self.known.get(key, NotFound()) for key in keys}


class Side:
    """A webhook of one style; its octets are of no matter here."""

    def __init__(self, style: AnswerStyle) -> None:
        self.style = style
        self.routes: Sequence[Route] = ()

    def read(self, request: WebhookRequest, now: datetime) -> Sequence[Item]:
        raise NotImplementedError(request, now)

    def reply(self, results: Sequence[WebhookResult], request: WebhookRequest) -> WebhookReply:
        raise NotImplementedError(results, request)

    def redacted(self, request: WebhookRequest) -> bytes:
        raise NotImplementedError(request)


class Silent:
    """A way out that nobody takes in these tests."""

    def __init__(self) -> None:
        self.limits = Limits()

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        raise NotImplementedError(messages, settled)


def door(name: DoorName, style: AnswerStyle, *, sends: bool, within: float) -> Door:
    return Door(name, "test", Side(style), Silent() if sends else None, timedelta(seconds=within))


DOORS = {
    each.name: each
    for each in (
        door(INLINE, AnswerStyle.INLINE, sends=True, within=2),
        door(ASKED, AnswerStyle.INLINE, sends=False, within=2),
        door(PUSHING, AnswerStyle.ACKNOWLEDGE, sends=True, within=20),
    )
}
"""INLINE answers in the response and can push, ASKED cannot push, PUSHING only pushes."""


class IntakeDesk:
    """What the tests of this room hold in their hands."""

    def __init__(
        self,
        store: SqlStore,
        clock: VirtualClock,
        limits: AnsweringLimits = AnsweringLimits(),  # noqa: B008  # frozen
    ) -> None:
        self.clock = clock
        self.faults = Counting(store, clock)
        self.store = cast("Store", self.faults)
        self.reading = store.reading
        self.cases = Cases()
        self.waiters = Waiters()
        self.written: list[Answer] = []
        self.pushed: list[DoorName] = []
        self.parked: list[tuple[DoorName, str]] = []
        self.figures: list[Figures] = []
        self.new_id = Uuid7(clock.milliseconds, random.Random(8083).getrandbits)  # noqa: S311  # seeded
        self.enquiry = Enquiry(RULES)
        context = AnsweringContext(
            clock, self.new_id, limits, self.written.append, self._park, self.pushed.append
        )
        self.answerer = Answerer(self.store, self.cases, self.waiters, self.enquiry, DOORS, context)
        self.elsewhere = Elsewhere(self.store, self.waiters, clock)
        hands = Hands(
            self.answerer.offer,
            self.answerer.has_room,
            self.elsewhere.watch,
            HASHER,
            self.new_id,
            clock,
        )
        self.intake = Intake(self.store, self.waiters, hands)
        self.answering: asyncio.Task[None]
        sweeping = SweepContext(
            2.0, timedelta(seconds=120), timedelta(seconds=60), (), self._seen, self._park
        )
        self.sweep = Sweep(self.store, self.answerer, clock, sweeping)

    def narrow(self, name: DoorName, limits: Limits) -> None:
        """Let a door carry no more than this."""
        narrowed = Silent()
        narrowed.limits = limits
        doors = {**DOORS, name: replace(DOORS[name], sender=narrowed)}
        self.answerer._doors = doors  # noqa: SLF001  # as with other settings

    def _park(self, door: DoorName, intent: str) -> None:
        self.parked.append((door, intent))

    def _seen(self, figures: Figures | None, _now: datetime) -> None:
        assert figures is not None
        self.figures.append(figures)

    def mo(
        self,
        text: str = "MCKH 170703-0001",
        *,
        telco_id: str | None = None,
        sender: Address = AN,
        part: PartOf | None = None,
    ) -> MobileOriginated:
        """An MO; without an id of its own it gets a fresh one."""
        name = TelcoId(telco_id or self.new_id())
        return MobileOriginated(name, sender, CODE, text, part=part)

    async def accept(self, *items: Item | Unreadable, door: DoorName = INLINE) -> Taken:
        call = Call(DOORS[door], TraceId(self.new_id()), self.clock.now(), b"raw")
        return await self.intake.accept(call, items)

    def call(self, *items: Item | Unreadable, door: DoorName = INLINE) -> asyncio.Task[Taken]:
        """A call of a telco that goes on by itself."""
        return asyncio.create_task(self.accept(*items, door=door))

    async def text(self, text: str, door: DoorName = INLINE, sender: Address = AN) -> WebhookResult:
        """What the telco hears about one text, however long it takes."""
        return await self.result(self.call(self.mo(text, sender=sender), door=door))

    async def result(self, call: asyncio.Task[Taken]) -> WebhookResult:
        """The one result of a call; time passes until it is there."""
        for _ in range(300):
            await self.clock.settled()
            if call.done():
                break
            await self.clock.advance(0.1)
        (found,) = (await call).results
        return found

    async def row(self, mo_id: MessageId) -> MoRow:
        return next(row for row in await self.rows() if row.id == mo_id)

    async def rows(self) -> Sequence[MoRow]:
        """All MOs, oldest first."""
        with self.clock.working():
            found = await self.reading.messages(MessageFilter())
        return list(reversed(found))

    async def line(self, mo_id: MessageId) -> Timeline:
        """All that happened to one MO."""
        with self.clock.working():
            found = await self.reading.timeline(mo_id)
        assert found is not None
        return found

    async def ends(self) -> list[str]:
        """How the MOs ended, oldest first: `answered:S4`."""
        return [f"{row.outcome}:{row.reason}" for row in await self.rows()]


@asynccontextmanager
async def opened(
    folder: Path, clock: VirtualClock, limits: AnsweringLimits | None = None
) -> AsyncIterator[IntakeDesk]:
    """Intake and answerer at work on a new store."""
    run = RunOf(RunId("run-1"), "node", "0.1.0", clock.now)
    async with open_sqlite(folder / "gateway.db", run) as store:
        desk = IntakeDesk(store, clock, limits or AnsweringLimits())
        desk.answering = asyncio.create_task(desk.answerer.run())
        try:
            yield desk
        finally:
            desk.answering.cancel()
            await clock.advance(30)  # for look-ups that hang
            with contextlib.suppress(asyncio.CancelledError):
                await desk.answering


def reply(result: WebhookResult) -> str:
    """The words in the response."""
    assert isinstance(result, Answered), result
    return result.text
