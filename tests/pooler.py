"""A pooler in transaction mode on the loopback, as PgBouncer is one.

Each transaction of a caller goes to another session of the server. PostgreSQL 18, chapter 54, is
the protocol.
"""

import asyncio
import contextlib
import enum
import itertools
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

_PROTOCOL_3 = 196_608
_ASKS_FOR_TLS = 80_877_103
_KEY = struct.pack("!II", 4_000_001, 1)
"""Of its own: number and secret by which a caller would cancel (clause 54.2.8)."""


class Settings(enum.Enum):
    """What becomes of the settings of a session that a caller asks for."""

    REFUSED = "refused"
    """As PgBouncer does with those that it does not know."""

    IGNORED = "ignored"
    """As by its `ignore_startup_parameters`."""

    KEPT = "kept"
    """Each session of the server gets them."""


@dataclass(frozen=True, slots=True)
class Pooler:
    """What it does with what callers ask of it.

    Attributes:
        settings: see there.
        own_key: callers get a number of the pooler's; else that of the first session they have.
    """

    settings: Settings
    own_key: bool = True

    @asynccontextmanager
    async def before(self, url: str) -> AsyncIterator[str]:
        """Stand before a server; gives the address to call instead."""
        at = urlsplit(url)
        links: set[asyncio.Task[None]] = set()

        async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            link = asyncio.current_task()
            assert link is not None
            links.add(link)
            caller = _End(reader, writer)
            try:
                # Cancelled by the end of the block below alone.
                with contextlib.suppress(
                    OSError, asyncio.IncompleteReadError, asyncio.CancelledError
                ):
                    await self._serve(caller, at.hostname or "", at.port or 0)
            finally:
                await caller.close()

        listening = await asyncio.start_server(called, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        try:
            yield at._replace(netloc=f"{at.username}@127.0.0.1:{port}").geturl()
        finally:
            listening.close()
            for link in links:
                link.cancel()
            await asyncio.gather(*links, return_exceptions=True)

    async def _serve(self, caller: "_End", host: str, port: int) -> None:
        asked = await _begun(caller)
        known = {name: asked[name] for name in ("user", "database")}
        if self.settings is Settings.REFUSED and set(asked) > set(known):
            fields = (b"SFATAL", b"VFATAL", b"C08P01", b"Munsupported startup parameter", b"")
            caller.say(b"E", b"\0".join(fields) + b"\0")
            return
        ours = asked if self.settings is Settings.KEPT else known
        sessions = [
            _End(*await asyncio.open_connection(host, port)),
            _End(*await asyncio.open_connection(host, port)),
        ]
        try:
            greetings = [await _greeted(session, ours) for session in sessions]
            for kind, body in greetings[0]:
                caller.say(kind, _KEY if kind == b"K" and self.own_key else body)
            for session in itertools.cycle(sessions):
                await _transaction(caller, session)
        finally:
            for session in sessions:
                await session.close()


@dataclass(frozen=True, slots=True)
class _End:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hear(self) -> tuple[bytes, bytes]:
        kind = await self.reader.readexactly(1)
        return kind, await self.rest()

    async def rest(self) -> bytes:
        (length,) = struct.unpack("!I", await self.reader.readexactly(4))
        return await self.reader.readexactly(length - 4)

    def say(self, kind: bytes, body: bytes) -> None:
        self.writer.write(kind + struct.pack("!I", len(body) + 4) + body)

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


async def _begun(caller: _End) -> Mapping[str, str]:
    """What a caller asks for at its start."""
    body = await caller.rest()
    while struct.unpack("!I", body[:4]) == (_ASKS_FOR_TLS,):
        caller.writer.write(b"N")
        body = await caller.rest()
    words = body[4:].decode().rstrip("\0").split("\0")
    return dict(zip(words[::2], words[1::2], strict=True))


async def _greeted(session: _End, asked: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Open a session of the server; all that it says until it is ready."""
    words = "".join(f"{name}\0{value}\0" for name, value in asked.items())
    session.say(b"", struct.pack("!I", _PROTOCOL_3) + words.encode() + b"\0")
    said = [await session.hear()]
    while said[-1][0] != b"Z":
        said.append(await session.hear())
    return said


async def _transaction(caller: _End, session: _End) -> None:
    """Carry what both say until the server is in no transaction any more."""
    asks = asyncio.create_task(_carry(caller, session))
    try:
        while True:
            kind, body = await session.hear()
            caller.say(kind, body)
            if (kind, body) == (b"Z", b"I"):
                return
    finally:
        asks.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asks


async def _carry(caller: _End, session: _End) -> None:
    while True:
        session.say(*await caller.hear())
