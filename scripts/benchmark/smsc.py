"""An SMSC that costs little: it delivers texts over every bind that came, and takes the replies.

Headers are looked at and nothing else is decoded; what it writes is joined once a turn of the loop.
"""

import asyncio
import socket
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

from scripts.benchmark.figures import Latency, Saturation, load, percentiles
from scripts.benchmark.gateway import Running
from scripts.benchmark.processes import cpu_seconds
from scripts.benchmark.saturation import Pressure, server_cpu, server_load
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.framing import Framer
from sms_gateway.smpp.pdus import DeliverSm

_HEADER = 16
_PATIENCE_S = 20.0
_STRIDE = 7919  # prime: neighbours in time are no neighbours in the tables
_AHEAD = 4  # texts without a reply that are let loose, in windows
_BINDS = {CommandId.BIND_RECEIVER, CommandId.BIND_TRANSMITTER, CommandId.BIND_TRANSCEIVER}


@dataclass(slots=True)
class _Text:
    """One text: when it was to leave, was acknowledged, and its reply came; 0 for never."""

    planned: float
    receipt: bytes
    left: float = 0.0
    taken: float = 0.0
    replied: float = 0.0


@dataclass(slots=True)
class _Run:
    """What one measurement waits for.

    Attributes:
        salt: makes phones of this run unlike those of the runs before.
        dossiers: how many may be asked for.
        window: texts without an acknowledgement at one moment; 0 for any number.
        by_phone, by_sequence: those that have no reply, no acknowledgement.
        begun, refused, done: how many left, were not taken, got their reply.
        going: more may leave.
        wrong: replies that name another receipt.
        ended: those that have all that was to come, where each is looked at.
    """

    salt: int
    dossiers: int
    window: int
    by_phone: dict[bytes, _Text] = field(default_factory=dict)
    by_sequence: dict[int, _Text] = field(default_factory=dict)
    begun: int = 0
    refused: int = 0
    done: int = 0
    going: bool = True
    wrong: int = 0
    ended: deque[_Text] = field(default_factory=deque)


class BenchSmsc:
    """Waits for the gateway's binds."""

    def __init__(self) -> None:
        """Nothing listens yet."""
        self.port = 0
        self._bound = asyncio.Event()
        self._lines: list[_Line] = []
        self._run: _Run | None = None
        self._named = 0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Listen until the block ends."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Line(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def latency(
        self, gateway: Running, per_second: float, seconds: float, dossiers: int
    ) -> Latency:
        """Deliver at planned moments, whatever became of those before, and see how long each takes.

        Args:
            gateway: under load.
            per_second: planned texts per second.
            seconds: for how long.
            dossiers: how many may be asked for.
        """
        await self._ready(gateway)
        run = self._run = _Run(time.monotonic_ns() % 10**8, dossiers, 0)
        count, used = max(1, round(per_second * seconds)), time.process_time()
        begin = time.perf_counter() + 0.1
        for number in range(count):
            planned = begin + number / per_second
            if (wait := planned - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._deliver(run, planned)
        await self._all_done(run)
        used = time.process_time() - used
        texts = [*run.ended, *run.by_phone.values()]
        good = [text for text in texts if text.replied]
        if not good:
            sys.exit("no text was answered; try scripts/run to see why")
        return Latency(
            per_second=per_second,
            count=count,
            wrong=count - len(good) + run.wrong,
            reply=percentiles([text.replied - text.planned for text in good]),
            taken=percentiles([text.taken - text.planned for text in texts if text.taken]),
            late=percentiles([text.left - text.planned for text in texts]),
            generator=used / (count / per_second),
        )

    async def saturation(
        self, gateway: Running, pressure: Pressure, server: int | None
    ) -> Saturation:
        """Deliver as fast as texts are acknowledged, then wait for every reply.

        Args:
            gateway: under load.
            pressure: `connections` is the window, over all binds.
            server: process of the database server, or None.
        """
        await self._ready(gateway)
        window = pressure.connections
        run = self._run = _Run(time.monotonic_ns() % 10**8, pressure.dossiers, window)
        began, own = time.monotonic(), time.process_time()
        before, served = cpu_seconds(gateway.pid), server_cpu(server)
        self.more(run)
        await asyncio.sleep(pressure.seconds)
        run.going = False
        await self._all_done(run)
        seconds = time.monotonic() - began
        return Saturation(
            messages=run.done,
            seconds=seconds,
            errors=run.begun - run.done + run.wrong,
            gateway=load(before, cpu_seconds(gateway.pid), seconds),
            server=server_load(server, served, seconds),
            generator=(time.process_time() - own) / seconds,
            telco=None,
        )

    def more(self, run: _Run) -> None:
        """Let as many leave as the window allows."""
        while (
            run.going
            and len(run.by_sequence) < run.window
            and len(run.by_phone) < run.window * _AHEAD
        ):
            self._deliver(run, time.perf_counter())

    def bound(self, line: "_Line") -> None:
        """A bind is there."""
        self._lines.append(line)
        self._bound.set()

    def lost(self, line: "_Line") -> None:
        """It is gone."""
        if line in self._lines:
            self._lines.remove(line)

    def acknowledged(self, sequence: int, status: int) -> None:
        """A deliver_sm_resp came."""
        run = self._run
        if run is None or (text := run.by_sequence.pop(sequence, None)) is None:
            return
        if status:
            run.refused += 1
        text.taken = time.perf_counter()
        if run.window:
            self.more(run)

    def submitted(self, frame: bytes) -> int:
        """A submit_sm came; the number of its message id."""
        self._named += 1
        run = self._run
        # After the header and service_type: ton, npi, source, ton, npi, destination (clause 4.4.1).
        at = frame.index(0, frame.index(0, _HEADER) + 3) + 3
        phone = frame[at : frame.index(0, at)]
        if run is not None and (text := run.by_phone.pop(phone, None)) is not None:
            text.replied = time.perf_counter()
            run.done += 1
            run.wrong += text.receipt not in frame
            if run.window:
                self.more(run)
            else:
                run.ended.append(text)
        return self._named

    def _deliver(self, run: _Run, planned: float) -> None:
        run.begun += 1
        i = (run.salt + run.begun * _STRIDE) % run.dossiers
        receipt = f"{260000 + i // 1000:06d}-{i % 1000:04d}".encode()
        phone = f"849{(run.salt + run.begun) % 10**8:08d}"
        text = _Text(planned, receipt, time.perf_counter())
        run.by_phone[phone.encode()] = run.by_sequence[run.begun] = text
        pdu = DeliverSm(
            run.begun,
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=phone,
            destination_addr="8083",
            short_message=b"MCKH " + receipt,
        )
        self._lines[run.begun % len(self._lines)].write(encode(pdu))

    async def _ready(self, gateway: Running) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await self._bound.wait()
        if not self._lines:
            sys.exit(f"the gateway (process {gateway.pid}) did not bind")

    async def _all_done(self, run: _Run) -> None:
        until = time.monotonic() + _PATIENCE_S
        while run.done < run.begun - run.refused and time.monotonic() < until:  # noqa: ASYNC110  # counting costs least
            await asyncio.sleep(0.01)


class _Line(asyncio.Protocol):
    def __init__(self, smsc: BenchSmsc) -> None:
        self._smsc = smsc
        self._framer = Framer()
        self._transport: asyncio.Transport | None = None
        self._out: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        found = transport.get_extra_info("socket")
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._smsc.lost(self)

    def data_received(self, data: bytes) -> None:
        for frame in self._framer.feed(data):
            if isinstance(frame, bytes):
                self._hear(frame)

    def write(self, octets: bytes) -> None:
        """Write with the others of this turn."""
        if not self._out:
            asyncio.get_running_loop().call_soon(self._flush)
        self._out.append(octets)

    def _hear(self, frame: bytes) -> None:
        command, status = int.from_bytes(frame[4:8]), int.from_bytes(frame[8:12])
        if command == CommandId.DELIVER_SM_RESP:
            self._smsc.acknowledged(int.from_bytes(frame[12:16]), status)
        elif command == CommandId.SUBMIT_SM:
            self._answer(frame, b"%d\0" % self._smsc.submitted(frame))
        elif command in _BINDS:
            self._answer(frame, b"bench\0")
            self._smsc.bound(self)
        elif command in {CommandId.UNBIND, CommandId.ENQUIRE_LINK}:
            self._answer(frame, b"")

    def _answer(self, frame: bytes, body: bytes) -> None:
        length = (_HEADER + len(body)).to_bytes(4)
        self.write(length + b"\x80" + frame[5:8] + bytes(4) + frame[12:16] + body)

    def _flush(self) -> None:
        if self._transport is not None:
            self._transport.write(b"".join(self._out))
        self._out.clear()
