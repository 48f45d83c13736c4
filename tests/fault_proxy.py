"""A TCP proxy on the loopback that does to connections what networks and ill machines do."""

import asyncio
import contextlib
import enum
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_PIECE_OCTETS = 64 * 1024
_DELAY_S = 0.3
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no seconds: closing sends RST instead of FIN (socket(7))."""


class Does(enum.Enum):
    """What becomes of one piece of what one end says to the other."""

    PASS = "pass"
    DELAY = "delay"
    HALF = "half"
    CLOSE = "close"
    RESET = "reset"


Chooser = Callable[[bytes], Does]


@dataclass(slots=True, eq=False)
class _Link:
    """One connection through the proxy.

    Attributes:
        ends: both sockets' writers; the caller's first.
        pumps: what carries octets between them.
    """

    ends: list[asyncio.StreamWriter] = field(default_factory=list)
    pumps: list[asyncio.Task[None]] = field(default_factory=list)

    def end(self, *, reset: bool) -> None:
        for pump in self.pumps:
            pump.cancel()
        for end in self.ends:
            if reset:
                _abort(end)
            else:
                end.close()


class _BrokenError(Exception):
    """This link is over; `reset` says how."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__()
        self.reset = reset


async def _some_time() -> None:
    await asyncio.sleep(_DELAY_S)  # the slow network that this stands for


class FaultProxy:
    """Passes octets on, unless told otherwise; each order holds until the opposite one.

    Attributes:
        target: host and port where connections go; may change at any time.
        on_call: asked what becomes of each piece that callers say.
        on_answer: the same for each piece that the target says.
        delay: awaited where the choice is `Does.DELAY`.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.on_call: Chooser = lambda _piece: Does.PASS
        self.on_answer: Chooser = lambda _piece: Does.PASS
        self.delay: Callable[[], Awaitable[None]] = _some_time
        self.address = ("127.0.0.1", 0)
        self._links: set[_Link] = set()
        self._dead: set[_Link] = set()
        self._is_cut = False
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        """Its address for callers that speak HTTP."""
        return "http://{}:{}".format(*self.address)

    def calm(self) -> None:
        """Do nothing to anybody from now on."""
        self.on_call = self.on_answer = lambda _piece: Does.PASS
        self.flow()
        self.mend()

    def stall(self) -> None:
        """What is said from now on waits on its way, both ways, until `flow`."""
        self._flows.clear()

    def flow(self) -> None:
        """Deliver what waits."""
        self._flows.set()

    def cut(self) -> None:
        """Pull the cable: what is open is dead and neither end is told; new calls meet silence."""
        self._is_cut = True
        for link in self._links:
            for pump in link.pumps:
                pump.cancel()
        self._dead |= self._links
        self._links.clear()

    def mend(self) -> None:
        """Put the cable back: new calls pass; what had died is reset."""
        self._is_cut = False
        for link in self._dead:
            link.end(reset=True)
        self._dead.clear()

    def go_round(self) -> None:
        """New calls pass by another way; what had died stays dead and silent."""
        self._is_cut = False

    def break_all(self) -> None:
        """Reset every connection that is open now."""
        for link in self._links:
            link.end(reset=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        link = _Link([writer])
        if self._is_cut:
            self._dead.add(link)
            return
        self._links.add(link)
        try:
            there, out = await asyncio.open_connection(*self.target)
        except OSError:
            link.end(reset=True)
            self._links.discard(link)
            return
        link.ends.append(out)
        if link in self._dead:
            return
        link.pumps = [
            asyncio.create_task(self._pump(reader, out, "on_call")),
            asyncio.create_task(self._pump(there, writer, "on_answer")),
        ]
        await self._until_over(link)

    async def _until_over(self, link: _Link) -> None:
        done, _ = await asyncio.wait(link.pumps, return_when=asyncio.FIRST_EXCEPTION)
        if link in self._dead:
            return
        self._links.discard(link)
        faults = [fault for pump in done if not pump.cancelled() and (fault := pump.exception())]
        link.end(reset=any(getattr(fault, "reset", True) for fault in faults))

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, chooser: str
    ) -> None:
        """Carry one direction; its end is passed on, and the other direction goes on."""
        while piece := await source.read(_PIECE_OCTETS):
            await self._flows.wait()
            match getattr(self, chooser)(piece):
                case Does.PASS:
                    sink.write(piece)
                case Does.DELAY:
                    await self.delay()
                    sink.write(piece)
                case Does.HALF:
                    sink.write(piece[: len(piece) // 2])
                    await sink.drain()
                    raise _BrokenError(reset=False)
                case Does.CLOSE:
                    raise _BrokenError(reset=False)
                case Does.RESET:
                    raise _BrokenError(reset=True)
            await sink.drain()
        await self._flows.wait()
        sink.write_eof()

    def end(self) -> None:
        """Reset everything."""
        self._flows.set()
        for link in self._links | self._dead:
            link.end(reset=True)


def _abort(end: asyncio.StreamWriter) -> None:
    taken = end.get_extra_info("socket")
    with contextlib.suppress(OSError):
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    end.transport.abort()


@asynccontextmanager
async def open_proxy(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[FaultProxy]:
    """A proxy on a free port of the loopback, until the block ends.

    Args:
        host: where connections go.
        port: there; a target that is not known yet is set later.
    """
    proxy = FaultProxy((host, port))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=_PIECE_OCTETS)
    proxy.address = server.sockets[0].getsockname()[:2]
    try:
        yield proxy
    finally:
        server.close()
        proxy.end()
