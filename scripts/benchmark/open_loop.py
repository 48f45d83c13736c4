"""Latency by an open loop: texts leave at planned moments, whatever became of those before them.

A span begins at the planned moment. So a stall of the gateway is paid for by all texts that queue
behind it, and not only by the one that happened to be under way.
"""

import asyncio
import contextlib
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from scripts.benchmark.figures import Latency, percentiles
from scripts.benchmark.gateway import Running
from scripts.benchmark.telco import StubTelco

CONNECTIONS = 64
_PATIENCE_S = 20.0
_STRIDE = 7919  # prime: neighbours in time are no neighbours in the tables
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_OK = b"HTTP/1.1 200"


@dataclass(slots=True)
class _Text:
    """One text.

    Attributes:
        id: the telco's.
        receipt: what it asks for.
        octets: the call.
        planned: when it is to leave.
        left, taken, replied: when it left, the telco heard OK, its reply came; 0 for never.
    """

    id: str
    receipt: bytes
    octets: bytes
    planned: float
    left: float = 0.0
    taken: float = 0.0
    replied: float = 0.0


@dataclass(slots=True)
class _Ends:
    """What connections share with the loop that plans.

    Attributes:
        free: connections that wait for a text.
        due: texts that wait for a connection.
        left_over: how many texts have not ended.
        done: set when none is left.
        inline: the reply is in the response.
    """

    inline: bool
    left_over: int
    free: list["_Connection"] = field(default_factory=list)
    due: deque[_Text] = field(default_factory=deque)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def ended(self) -> None:
        """One more text has all that was to come."""
        self.left_over -= 1
        if self.left_over == 0:
            self.done.set()


class _Connection(asyncio.Protocol):
    def __init__(self, ends: _Ends) -> None:
        self._ends = ends
        self._transport: asyncio.Transport | None = None
        self._text: _Text | None = None
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self._ends.free.append(self)

    def send(self, text: _Text) -> None:
        self._text = text
        text.left = time.perf_counter()
        if self._transport is not None:
            self._transport.write(text.octets)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        end = self._heard.find(b"\r\n\r\n")
        length = _LENGTH.search(self._heard, 0, end)
        text = self._text
        if text is None or length is None or len(self._heard) < end + 4 + int(length[1]):
            return
        text.taken = time.perf_counter()
        if self._ends.inline:
            if self._heard.startswith(_OK) and text.receipt in self._heard:
                text.replied = text.taken
            self._ends.ended()
        self._heard = b""
        if self._ends.due:
            self.send(self._ends.due.popleft())
        else:
            self._ends.free.append(self)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def latency(
    gateway: Running, per_second: float, seconds: float, dossiers: int, telco: StubTelco | None
) -> Latency:
    """Send texts at a steady rate and see how long each takes.

    Args:
        gateway: under load.
        per_second: planned texts per second.
        seconds: for how long.
        dossiers: how many may be asked for.
        telco: takes the replies; None where they go back in the response.
    """
    count = max(1, round(per_second * seconds))
    ends = _Ends(telco is None, count)
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: _Connection(ends), gateway.host, gateway.port))[1]
        for _ in range(CONNECTIONS)
    ]
    salt = time.monotonic_ns()
    begin = time.perf_counter() + 0.1
    texts = [_text(gateway, salt, i, dossiers, begin + i / per_second) for i in range(count)]
    if telco is not None:
        telco.on_reply = _replied({text.id: text for text in texts}, ends)
    used = time.process_time()
    await _leave(texts, ends)
    used = time.process_time() - used
    for connection in connections:
        connection.close()
    return _figures(texts, per_second, used, inline=ends.inline)


def _text(gateway: Running, salt: int, number: int, dossiers: int, planned: float) -> _Text:
    i = (salt + number * _STRIDE) % dossiers
    receipt = f"{260000 + i // 1000:06d}-{i % 1000:04d}"
    name = f"l{salt}-{number}"
    body = f'{{"id":"{name}","from":"09{i:08d}","to":"8083","text":"MCKH_{receipt}"}}'
    head = (
        f"POST /mo/bench HTTP/1.1\r\nHost: {gateway.host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return _Text(name, receipt.encode(), (head + body).encode(), planned)


async def _leave(texts: list[_Text], ends: _Ends) -> None:
    """Let each text leave at its moment, and wait until all have ended, but not for ever."""
    for text in texts:
        if (wait := text.planned - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        if ends.free:
            ends.free.pop().send(text)
        else:
            ends.due.append(text)
    with contextlib.suppress(TimeoutError):  # what is missing then counts as wrong
        async with asyncio.timeout(_PATIENCE_S):
            await ends.done.wait()


def _replied(texts: Mapping[str, _Text], ends: _Ends) -> Callable[[str], None]:
    def on_reply(name: str) -> None:
        text = texts.get(name)
        if text is not None and not text.replied:
            text.replied = time.perf_counter()
            ends.ended()

    return on_reply


def _figures(texts: list[_Text], per_second: float, used: float, *, inline: bool) -> Latency:
    good = [text for text in texts if text.replied]
    if not good:
        sys.exit("no text was answered; try scripts/run to see why")
    return Latency(
        per_second=per_second,
        count=len(texts),
        wrong=len(texts) - len(good),
        reply=percentiles([text.replied - text.planned for text in good]),
        taken=None if inline else percentiles([t.taken - t.planned for t in texts if t.taken]),
        late=percentiles([text.left - text.planned for text in texts if text.left]),
        generator=used / (len(texts) / per_second),
    )
