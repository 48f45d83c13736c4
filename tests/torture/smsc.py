"""The campaign's SMSC: hands texts over until they are taken, takes replies, and keeps a record."""

import asyncio
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sms_gateway.gsm import alphabet as gsm7
from sms_gateway.gsm.udh import Concatenation, write_udh
from sms_gateway.smpp.connection import Connection
from sms_gateway.smpp.events import (
    BindAnswered,
    Closed,
    Reason,
    Responded,
    SmscEvent,
    Submitted,
    Unanswered,
)
from sms_gateway.smpp.pdus import AnyBind, DeliverSm, SubmitSm
from sms_gateway.smpp.smsc_session import SmscSession
from sms_gateway.smpp.states import BOUND, Timers
from sms_gateway.smpp.status import Status, status_name
from tests.acceptance.telco import SHORT_CODE, Does, Heard, Mt
from tests.fault_proxy import FaultProxy, open_proxy
from tests.torture.manners import BUSY_INSIDE, PLAIN, THROTTLING, Manners
from tests.torture.moments import PATIENCE

_TIMERS = Timers(response_s=5.0, enquire_link_s=10.0, inactivity_s=0.0, bind_s=5.0)
_WINDOW = 50
_TRIES = 400
_AGAIN_S = 0.05
_UDHI = 0x40
_UCS2 = 8

FOR_NOW = frozenset({Status.RX_T_APPN, Status.RINVBNDSTS, Status.RTHROTTLED, Status.RMSGQFUL})
"""What a gateway may answer a text with: the SMSC keeps it and comes again."""


@dataclass(slots=True, eq=False)
class Bind:
    """One connection of a gateway; `door` is there once it has bound, `end` when it is over."""

    session: SmscSession
    connection: Connection[SmscEvent]
    door: str = ""
    end: Reason | None = None


@dataclass(slots=True)
class Smsc:
    """One SMSC, whose doors are told by their system_id.

    Attributes:
        line: gateways connect through it; where it leads nowhere the SMSC is dead.
        chance: seeded.
        on_event: told of `handed`, `mt` and `replied`.
        manners: how it behaves now.
        busy: it throttles everything.
        refuses: so many binds are refused, for it is still starting.
        mts: all that arrived, in order.
        reported: ids of replies whose receipt the gateway has taken.
        answers: what the gateway said to texts and receipts that it did not take.
        binds: those that are open.
    """

    line: FaultProxy
    chance: random.Random
    on_event: Callable[[str], None] = lambda _what: None
    manners: Manners = PLAIN
    busy: bool = False
    refuses: int = 0
    mts: list[Mt] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    binds: list[Bind] = field(default_factory=list)
    _scripts: dict[str, list[Does]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _open: set[asyncio.Task[None]] = field(default_factory=set)
    _next: Any = field(default_factory=lambda: defaultdict(itertools.count))

    # what it hands over

    def parts(self, number: str, *words: str) -> Sequence[DeliverSm]:
        """A text, or all parts of it (TS 23.040 clause 9.2.3.24.1)."""
        reference = self.chance.randrange(256)
        return [
            DeliverSm(
                source_addr=number,
                destination_addr=SHORT_CODE,
                esm_class=_UDHI if len(words) > 1 else 0,
                short_message=(
                    write_udh(Concatenation(reference, len(words), part)) if len(words) > 1 else b""
                )
                + gsm7.encode(one),
            )
            for part, one in enumerate(words, 1)
        ]

    async def deliver(self, door: str, pdu: DeliverSm) -> Heard:
        """Hand a text or a receipt over until the gateway has taken it.

        Raises:
            AssertionError: it was refused for good.
            TimeoutError: nobody ever took it.
        """
        refusals: list[int] = []
        for tries in range(1, _TRIES + 1):
            status = await self._handed(door, pdu)
            if status == Status.ROK:
                return Heard(status, b"", {}, tries, tuple(refusals))
            if status is not None:
                self.answers[status_name(status)] += 1
                assert status in FOR_NOW, f"a text was refused for good: {status_name(status)}"
            refusals.append(status or 0)
            await asyncio.sleep(_AGAIN_S)  # a telco's retry schedule, shortened
        message = f"{door}: the gateway never took a text"
        raise TimeoutError(message)

    async def _handed(self, door: str, pdu: DeliverSm) -> int | None:
        """Hand it over once; None where there was no answer."""
        bind = await self._receiver(door)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[int | None] = loop.create_future()
        bind.session.deliver(pdu, answer, loop.time())
        bind.connection.flush()
        loop.call_soon(self.on_event, "handed")
        return await answer

    async def _receiver(self, door: str) -> Bind:
        async with asyncio.timeout(PATIENCE):
            while not (ready := [b for b in self.binds if b.door == door and b.session.room > 0]):
                self._news.clear()
                await self._news.wait()
        return self.chance.choice(ready)

    # what it takes

    def came(self) -> Connection[SmscEvent]:
        """The end of a connection that is being made; for the loop's `create_server`."""
        loop = asyncio.get_running_loop()
        session = SmscSession(_TIMERS, _WINDOW, loop.time(), self._admit)
        bind: Bind
        connection: Connection[SmscEvent]
        connection = Connection(session, lambda events: self._heard(bind, events), loop)
        bind = Bind(session, connection)
        self.binds.append(bind)
        return connection

    def _admit(self, _bind: AnyBind) -> int:
        self.refuses -= 1
        return Status.RBINDFAIL if self.refuses >= 0 else Status.ROK

    def _heard(self, bind: Bind, events: Sequence[SmscEvent]) -> None:
        for event in events:
            match event:
                case BindAnswered(pdu=pdu, status=Status.ROK):
                    bind.door = pdu.system_id
                case Submitted():
                    self._take(bind, event)
                case Responded(token=asyncio.Future() as answer, status=status):
                    _tell(answer, status)
                case Unanswered(token=asyncio.Future() as answer):
                    _tell(answer, None)
                case Closed(reason=reason):
                    bind.end = reason
                    self.binds.remove(bind)
                case _:
                    pass  # what comes too late was handed over again, or will be
        self._news.set()

    def _take(self, bind: Bind, submitted: Submitted) -> None:
        pdu = submitted.pdu
        assert isinstance(pdu, SubmitSm)
        assert not pdu.esm_class, "a reply in parts: the record knows whole ones only"
        number = pdu.destination_addr
        script = self._scripts.setdefault(number, self.manners.script(self.chance))
        does = script.pop(0) if script else Does.ACCEPT
        mt = Mt(
            door=bind.door,
            id=f"+{number}",  # the only sign of whom it answers: each citizen texts once
            to=number,
            text=_said(pdu),
            billing="",
            reply_to="",
            telco_id=f"S{next(self._ids):07X}",
            did=Does.THROTTLE if self.busy else does,
        )
        self.mts.append(mt)
        self.on_event("mt")
        self._answer(bind, submitted, mt, pdu)

    def _answer(self, bind: Bind, submitted: Submitted, mt: Mt, pdu: SubmitSm) -> None:
        match mt.did:
            case Does.ACCEPT | Does.REPORT_FIRST:
                self._soon(self._accept(bind, submitted, mt, pdu))
            case Does.THROTTLE:
                self._say(bind, submitted, self.chance.choice(THROTTLING))
            case Does.BREAK:
                self._say(bind, submitted, self.chance.choice(BUSY_INSIDE))
            case Does.REJECT:
                self._say(bind, submitted, Status.RINVDSTADR)
            case Does.CLOSE:
                bind.connection.close()
            case Does.SILENT:
                bind.session.forget(submitted)

    def _say(self, bind: Bind, submitted: Submitted, status: int, message_id: str = "") -> None:
        bind.session.answer(submitted, status, message_id)
        bind.connection.flush()
        asyncio.get_running_loop().call_soon(self.on_event, "replied")

    async def _accept(self, bind: Bind, submitted: Submitted, mt: Mt, pdu: SubmitSm) -> None:
        receipts = self.manners.receipts_of(pdu, mt.telco_id, self.chance)
        wait_s = self.manners.wait_s(self.chance)
        if mt.did is Does.REPORT_FIRST:
            for receipt in receipts:
                self._soon(self._report(mt, receipt))
        if wait_s:
            await asyncio.sleep(wait_s)  # a slow telco, which also answers out of order
        self._say(bind, submitted, Status.ROK, mt.telco_id)
        if mt.did is Does.ACCEPT:
            for receipt in receipts:
                self._soon(self._report(mt, receipt))

    async def _report(self, mt: Mt, receipt: DeliverSm) -> None:
        await self.deliver(mt.door, receipt)
        self.reported.add(mt.telco_id)

    def _soon(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._open.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        # What broke is kept, for `quiet` to raise.
        if not task.cancelled() and task.exception() is None:
            self._open.discard(task)

    async def quiet(self) -> None:
        """Wait until each answer and receipt has gone out. Raises what went wrong with one."""
        while self._open:
            await asyncio.gather(*self._open)

    def behave(self, manners: Manners) -> None:
        """From now on, also with replies to those who have texted."""
        self.manners = manners
        self._scripts.clear()

    def end(self) -> None:
        """Say nothing more."""
        for task in self._open:
            task.cancel()

    def forget(self) -> None:
        """Begin a new record."""
        self.mts.clear()
        self.reported.clear()
        self._scripts.clear()

    @property
    def bound(self) -> Sequence[Bind]:
        """Those who are bound now."""
        return [bind for bind in self.binds if bind.session.state in BOUND]


def _tell(answer: "asyncio.Future[int | None]", status: int | None) -> None:
    if not answer.done():
        answer.set_result(status)


def _said(pdu: SubmitSm) -> str:
    octets = pdu.octets()
    return octets.decode("utf-16-be") if pdu.data_coding == _UCS2 else gsm7.decode(octets)


@asynccontextmanager
async def open_smsc(chance: random.Random) -> AsyncIterator[Smsc]:
    """An SMSC behind a line, until the block ends."""
    async with open_proxy() as line:
        smsc = Smsc(line, chance)
        server = await asyncio.get_running_loop().create_server(smsc.came, "127.0.0.1", 0)
        line.target = server.sockets[0].getsockname()[:2]
        try:
            yield smsc
        finally:
            smsc.end()
            server.close()
