"""The one file of this room with a socket: a session's octets over TCP, or TLS.

No task and no timer for each PDU: what a read tells goes on as one batch, what is to be written in
one turn of the loop is written at once, and one timer waits for the session's deadline.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar, cast

from sms_gateway.smpp.events import Closed, Event
from sms_gateway.smpp.session import EsmeSession

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)

# A peer that sends and does not read makes answers pile up here: it is cut off, not waited for.
_MOST_UNSENT: Final = 10_000
# How long what was written may still take after the end, before the connection is cut.
_LINGER_S: Final = 5.0


class Session(Protocol[E_co]):
    """What both sides of a session have: `EsmeSession` and `SmscSession`."""

    @property
    def unsent(self) -> int:
        """How many PDUs `output` would return."""

    def output(self) -> bytes:
        """Everything to be written now."""

    def receive(self, octets: bytes, now: float) -> Sequence[E_co]:
        """What the octets of the peer tell."""

    def tick(self, now: float) -> Sequence[E_co]:
        """What the time that passed tells."""

    def deadline(self) -> float | None:
        """When `tick` is wanted next."""

    def lost(self, now: float) -> Sequence[E_co]:
        """The connection is gone."""


class Connection(asyncio.Protocol, Generic[E]):
    """A session on a connection. Made by `connect`, or by a server for each that comes.

    Attributes:
        closed: done when the connection is gone and every event has been handed over.
    """

    def __init__(
        self,
        session: Session[E],
        on_events: Callable[[Sequence[E]], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.closed: asyncio.Future[None] = loop.create_future()
        self._session = session
        self._on_events = on_events
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._linger: asyncio.TimerHandle | None = None
        self._flushing = False
        self._paused = False

    def flush(self) -> None:
        """Write what the session has to say at the end of this turn; to be called after each use.

        As often as wanted: a turn of the loop writes once.
        """
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._write)

    def close(self) -> None:
        """End the connection, with what is still to be written; `unbind` first, to be polite."""
        transport = self._transport
        if transport is None or self._linger is not None:
            return
        if not transport.is_closing():
            self._send()
            transport.close()
        # A peer that does not read would keep the connection open for ever, whoever closed it.
        self._linger = self._loop.call_later(_LINGER_S, transport.abort)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast("asyncio.Transport", transport)
        found = transport.get_extra_info("socket")
        if found is not None:
            # Without it Nagle's algorithm holds back an answer until the peer's delayed ACK.
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._hand_over(self._session.receive(data, self._loop.time()))
        self.flush()

    def eof_received(self) -> None:
        """Called by the loop, which closes the connection after it, when all we wrote is read."""
        self._loop.call_soon(self.close)

    def pause_writing(self) -> None:
        """Called by the loop: the peer does not read as fast as we write."""
        self._paused = True

    def resume_writing(self) -> None:
        """Called by the loop."""
        self._paused = False
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - all are alike
        """Called by the loop, once."""
        for timer in (self._timer, self._linger):
            if timer is not None:
                timer.cancel()
        self._timer = self._linger = self._transport = None
        try:
            self._hand_over(self._session.lost(self._loop.time()))
        finally:
            if not self.closed.done():
                self.closed.set_result(None)

    def _hand_over(self, events: Sequence[E]) -> None:
        if not events:
            return
        self._on_events(events)
        if isinstance(events[-1], Closed):
            self.close()

    def _write(self) -> None:
        self._flushing = False
        if self._transport is None:
            return
        if self._paused:
            if self._session.unsent > _MOST_UNSENT:
                self._transport.abort()
        else:
            self._send()
        self._wait()

    def _send(self) -> None:
        if self._transport is not None and self._session.unsent:
            self._transport.write(self._session.output())

    def _wait(self) -> None:
        """See to it that the timer goes off by the deadline; one that is early looks again."""
        deadline = self._session.deadline()
        if deadline is None:
            return
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._hand_over(self._session.tick(self._loop.time()))
        self._write()


async def connect(  # noqa: PLR0913  # where, whom, for whom, and how safely
    host: str,
    port: int,
    session: EsmeSession,
    on_events: Callable[[Sequence[Event]], None],
    *,
    tls: ssl.SSLContext | None = None,
    server_name: str | None = None,
    connect_s: float,
) -> Connection[Event]:
    """Connect a session to an SMSC. Its moments are those of the running loop's `time()`.

    Args:
        host: name or address.
        port: of TCP.
        session: one that was never connected; it may have been asked to bind.
        on_events: takes each batch of events, in order, inside the loop; must not raise or wait.
        tls: None for plain TCP.
        server_name: that the certificate must carry; the host where it is None.
        connect_s: for name look-up, TCP and TLS together.

    Raises:
        TimeoutError: it took longer than connect_s.
        OSError: no connection, or no TLS (ssl.SSLError is one).
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(connect_s):
        _, connection = await loop.create_connection(
            lambda: Connection(session, on_events, loop),
            host,
            port,
            ssl=tls,
            server_hostname=(server_name or host) if tls else None,
        )
    return connection
