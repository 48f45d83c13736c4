"""A stub telco that takes every reply and costs little: octets in, octets out."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_REPLY_TO = re.compile(rb'"reply_to": ?"([^"]*)"')
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class StubTelco:
    """Counts replies, and tells whose they are.

    Attributes:
        taken: how many replies came.
        last_at: when the last of them did, by time.monotonic.
        on_reply: called with the telco's id of the text that a reply answers.
    """

    def __init__(self) -> None:
        self.taken = 0
        self.last_at = 0.0
        self.on_reply: Callable[[str], None] = lambda _reply_to: None
        self._url = ""

    @property
    def url(self) -> str:
        """Its base address, once it is open."""
        return self._url

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Take replies until the block ends."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self._url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()


class _Connection(asyncio.Protocol):
    def __init__(self, telco: StubTelco) -> None:
        self._telco = telco
        self._transport: asyncio.Transport | None = None
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._heard, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._heard) < whole:
                return
            body, self._heard = self._heard[end + 4 : whole], self._heard[whole:]
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        telco = self._telco
        telco.taken += 1
        telco.last_at = time.monotonic()
        if match := _REPLY_TO.search(body):
            telco.on_reply(match[1].decode())
        said = b'{"code":"00","id":"T%d"}' % telco.taken
        if self._transport is not None:
            self._transport.write(_HEAD % len(said) + said)
