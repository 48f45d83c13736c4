"""One bind: connects, binds, hands over what comes, and connects again when it is lost."""

import asyncio
import enum
import errno
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

import structlog

from sms_gateway.channels.smpp.reading import PduReader
from sms_gateway.channels.smpp.repeats import Repeats
from sms_gateway.channels.smpp.settings import SmppDoor
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.ports import Clock, Inbound
from sms_gateway.seldom import Seldom
from sms_gateway.smpp.commands import command_name
from sms_gateway.smpp.connection import Connection, connect
from sms_gateway.smpp.events import (
    BindRefused,
    Bound,
    Closed,
    Event,
    Incoming,
    PeerUnbound,
    Responded,
    RespondedLate,
    StillThere,
    Unanswered,
)
from sms_gateway.smpp.pdus import (
    BindReceiver,
    BindTransceiver,
    BindTransmitter,
    SubmitSm,
    Unreadable,
)
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import Timers as SessionTimers
from sms_gateway.smpp.status import Status, status_name

_log = structlog.get_logger("channels")

_LOOK_SECONDS = 1.0
_NOT_OURS = "no_lead_or_no_store"
_VERSION = 0x34  # SMPP 3.4 clause 5.2.4

Fates = Callable[[Sequence[Responded | Unanswered]], None]
Late = Callable[[RespondedLate], tuple[MobileTerminated, TelcoId | None] | None]


class State(enum.StrEnum):
    """How a bind stands."""

    WAITING = "waiting"
    BOUND = "bound"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Account:
    """Where one bind goes, and as whom.

    Attributes:
        name: of the bind, for the log: `1`, `2` and so on.
        host, port: of the SMSC.
        tls: None for a plain connection.
        server_name: in the telco's certificate.
        bind: the first PDU.
    """

    name: str
    host: str
    port: int
    tls: ssl.SSLContext | None
    server_name: str | None
    bind: BindTransceiver | BindTransmitter | BindReceiver

    @property
    def smsc(self) -> str:
        """Which SMSC it is: two may stand behind one host."""
        return f"{self.host.lower()}:{self.port}"

    @property
    def sends(self) -> bool:
        """Whether MTs may go this way."""
        return not isinstance(self.bind, BindReceiver)


@dataclass(slots=True, eq=False)
class _Line:
    """One connection of a bind; `connection` is there once it is."""

    session: EsmeSession
    connection: Connection[Event] | None = None

    def flush(self) -> None:
        """Write what the session has to say."""
        if self.connection is not None:
            self.connection.flush()


class Link:
    """Keeps one bind.

    Args:
        door: name of the door, for the log.
        account: where it goes.
        settings: of the door.
        reader: reads what comes.
        repeats: of all binds of the door.
        clock: time.

    Attributes:
        account, state, reason: see there; why it is not bound.
        fates: told what became of each `submit`.
        changed: told when it is bound, and when it is not any more.
        late: gives the message that a late answer says is taken.
    """

    def __init__(
        self,
        door: str,
        account: Account,
        settings: SmppDoor,
        reader: PduReader,
        repeats: Repeats,
        clock: Clock,
    ) -> None:
        self._door = door
        self.account = account
        self._window = settings.window
        self._timers = settings.timers
        self._longest = settings.longest_pdu
        self._reader = reader
        self._repeats = repeats
        self._clock = clock
        self._seldom = Seldom(clock.monotonic)
        self._line: _Line | None = None
        self._refused = ""
        self.state = State.WAITING
        self.reason = ""
        self.fates: Fates = lambda _fates: None
        self.changed: Callable[[], None] = lambda: None
        self.late: Late = lambda _fate: None

    @property
    def open(self) -> bool:
        """Whether MTs may go now."""
        return self.state is State.BOUND and self.account.sends

    @property
    def room(self) -> int:
        """How many more submit_sm the telco takes now."""
        return self._line.session.room if self._line is not None and self.open else 0

    def submit(self, pdu: SubmitSm, token: object) -> None:
        """Send, with the other PDUs of this turn; only where there is room."""
        line = self._line
        assert line is not None  # noqa: S101  # there is room
        line.session.submit(pdu, token, _now())
        line.flush()

    async def run(self, inbound: Inbound) -> None:
        """Keep it until cancelled; then unbind."""
        wait = self._timers.reconnect_s
        while True:
            if not inbound.may_be_open():
                self._says(State.WAITING, _NOT_OURS)
                await self._clock.sleep(_LOOK_SECONDS)
                continue
            if await self._once(inbound):
                wait = self._timers.reconnect_s
            else:
                inbound.failed()
            await self._clock.sleep(wait)
            wait = min(wait * 2, self._timers.reconnect_most_s)

    async def _once(self, inbound: Inbound) -> bool:
        """One connection, from its begin to its end; whether it was bound."""
        line = self._line = _Line(self._new_session())
        self._refused, account = "", self.account
        # Before the connection: the answer may come with the last octets of the handshake.
        line.session.bind(account.bind, _now())
        try:
            line.connection = await connect(
                account.host,
                account.port,
                line.session,
                lambda events: self._heard(events, line, inbound),
                tls=account.tls,
                server_name=account.server_name,
                connect_s=self._timers.connect_s,
            )
        except (OSError, TimeoutError) as error:
            self._line = None
            self._says(State.LOST, unreachable(error))
            return False
        line.flush()
        try:
            await self._until_closed(line.connection, inbound)
            bound = self.state is State.BOUND
        finally:
            await self._leave(line.session, line.connection)
            inbound.changed()
        return bound

    async def _until_closed(self, connection: Connection[Event], inbound: Inbound) -> None:
        while not connection.closed.done():
            await asyncio.wait([connection.closed], timeout=_LOOK_SECONDS)
            if not connection.closed.done() and not inbound.may_be_open():
                self._refused = _NOT_OURS
                return

    async def _leave(self, session: EsmeSession, connection: Connection[Event]) -> None:
        """Unbind where the line is still there, for a short time at most."""
        try:
            if self.state is State.BOUND and not connection.closed.done():
                session.unbind(_now())
                connection.flush()
                await asyncio.wait([connection.closed], timeout=self._timers.unbind_s)
        finally:
            self._says(State.LOST, self._refused or "left")
            self._line = None
            connection.close()
            self.changed()

    def _new_session(self) -> EsmeSession:
        timers = self._timers
        own = SessionTimers(
            response_s=timers.response_s,
            enquire_link_s=timers.enquire_link_s,
            inactivity_s=timers.inactivity_s,
            # It is asked for before the connection is there.
            bind_s=timers.connect_s + timers.session_s,
        )
        return EsmeSession(own, self._window, _now(), self._longest)

    def _heard(self, events: Sequence[Event], line: _Line, inbound: Inbound) -> None:
        """What the telco said, and what became of PDUs: one call per turn of the loop."""
        taken: list[Incoming] = []
        fates: list[Responded | Unanswered] = []
        for event in events:
            if isinstance(event, Incoming):
                taken.append(event)
            elif isinstance(event, Unanswered) or type(event) is Responded:
                fates.append(event)
            else:
                self._note(event, inbound)
        if taken:
            self._take(taken, line, inbound)
        if fates:
            self.fates(fates)

    def _note(self, event: Event, inbound: Inbound) -> None:
        match event:
            case Bound():
                self._says(State.BOUND, "")
                self.changed()
                inbound.changed()
            case BindRefused(status=status):
                self._refused = f"bind_refused {status_name(status)}"
            case PeerUnbound():
                self._refused = "peer_unbound"
            case Closed(reason=reason):
                self._refused = self._refused or reason.name.lower()
            case Unreadable():
                self._unreadable(event)
            case RespondedLate():
                if found := self.late(event):
                    inbound.taken_late(*found)
            case Incoming() | Responded() | Unanswered():
                pass  # many at a time
            case StillThere():
                pass  # the session looks to it
            case _:
                assert_never(event)

    def _take(self, taken: Sequence[Incoming], line: _Line, inbound: Inbound) -> None:
        begun, session, smsc = _now(), line.session, self.account.smsc
        told = [
            self._repeats.told(self._reader.read(one.pdu, one.frame, smsc), session.read, begun)
            for one in taken
        ]

        def done(written: bool) -> None:  # noqa: FBT001  # the port's
            # With ROK (SMPP 3.4 clause 4.6.2) the telco forgets the text, so it is on disk.
            status = Status.ROK if written else Status.RX_T_APPN
            now = _now()
            for one in taken:
                session.answer(one, status, now)
            line.flush()
            for _, delivery in told:
                if delivery is not None:
                    delivery.answered(now, taken=written)

        inbound.record([handed for handed, _ in told], done)

    def _unreadable(self, event: Unreadable) -> None:
        command, reason = command_name(event.command_id), status_name(event.status)
        # A peer may send twenty thousand of them in a second.
        if count := self._seldom.due(reason):
            _log.warning(
                "smpp.unreadable", door=self._door, bind=self.account.name, command=command,
                reason=reason, count=count,
            )  # fmt: skip

    def _says(self, state: State, reason: str) -> None:
        """One line of the log per change, however often it is tried again."""
        if (state, reason) == (self.state, self.reason):
            return
        self.state, self.reason = state, reason
        log = _log.bind(door=self._door, bind=self.account.name, state=state)
        if state is State.BOUND:
            log.info("smpp.bound")
        else:
            log.warning("smpp.not_bound", reason=reason)


def _now() -> float:
    """Moments of sessions are those of the loop, whose timers move them."""
    return asyncio.get_running_loop().time()


def unreachable(error: OSError | TimeoutError) -> str:
    """Why there is no connection: a word or two, for the log and for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "unreachable in_time"
    return f"unreachable {errno.errorcode.get(error.errno or 0, type(error).__name__)}"
