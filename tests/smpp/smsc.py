"""An SMSC of a few lines, over a real socket on loopback, that does only what a test says."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

from sms_gateway.smpp.codec import decode, encode
from sms_gateway.smpp.framing import Framer
from sms_gateway.smpp.pdus import Pdu


class Smsc:
    """One connection of an ESME, as the SMSC sees it.

    Attributes:
        reads: how many octets came with each read of the socket.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.reads: list[int] = []
        self._reader = reader
        self._framer = Framer()
        self._pdus: list[Pdu] = []

    async def next(self) -> Pdu:
        """The next PDU of the ESME.

        Raises:
            EOFError: the ESME closed the connection.
        """
        while not self._pdus:
            octets = await self._reader.read(1_000_000)
            if not octets:
                raise EOFError
            self.reads.append(len(octets))
            for frame in self._framer.feed(octets):
                assert isinstance(frame, bytes)
                pdu = decode(frame)
                assert isinstance(pdu, Pdu)
                self._pdus.append(pdu)
        return self._pdus.pop(0)

    def send(self, *pdus: Pdu) -> None:
        """All of them with one write."""
        self.writer.write(b"".join(map(encode, pdus)))


class Listening:
    """Attributes: port, of loopback."""

    def __init__(self, port: int, came: asyncio.Queue[Smsc]) -> None:
        self.port = port
        self._came = came

    async def accepted(self) -> Smsc:
        """The next connection."""
        return await self._came.get()


@contextlib.asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[Listening]:
    """An SMSC waits for connections; all of them are cut at the end."""
    came: asyncio.Queue[Smsc] = asyncio.Queue()
    writers: list[asyncio.StreamWriter] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        came.put_nowait(Smsc(reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    async with server:
        try:
            yield Listening(server.sockets[0].getsockname()[1], came)
        finally:
            for writer in writers:
                writer.transport.abort()
