"""The gateway's end: starts the writer, hands it groups, notices when it is gone."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import cast

from sms_gateway.domain.ids import RunId
from sms_gateway.ports import StoreDownError, StoreLostError
from sms_gateway.store.committing import BadRow, Call, Outcome
from sms_gateway.store.sqlite.process.wire import (
    LENGTH_OCTETS,
    NOT_FOR_THE_WRITER,
    UNFIT,
    UNREADABLE,
    Wire,
)

END_S = 10.0
"""How long a writer may take to close its database, in seconds."""

_BUFFER_OCTETS = 1 << 20  # a large group in few system calls


class WriterLostError(StoreLostError):
    """The writer ended by itself; what it had answered is on disk, of the rest nobody knows."""

    def __init__(self) -> None:
        super().__init__(
            "the process that writes the database ended, perhaps killed for want of memory: "
            "start the gateway again"
        )


class _Line(asyncio.Protocol):
    """One question and one answer at a time."""

    def __init__(self) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answer: asyncio.Future[bytes] | None = None
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # No check by isinstance: another loop's transports need not inherit from asyncio's.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) < LENGTH_OCTETS:
            return
        end = LENGTH_OCTETS + int.from_bytes(self._buffer[:LENGTH_OCTETS], "little")
        if len(self._buffer) >= end and self._answer is not None:
            frame = bytes(self._buffer[LENGTH_OCTETS:end])
            del self._buffer[:end]
            if not self._answer.done():
                self._answer.set_result(frame)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.closed.set_result(None)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(WriterLostError())

    async def ask(self, frame: bytes) -> bytes:
        """Send a frame, wait for its answer.

        Raises:
            WriterLostError: there is nobody at the other end.
        """
        if self.closed.done():
            raise WriterLostError
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(frame)
        try:
            return await self._answer
        except asyncio.CancelledError:
            # The next answer would pass for that of the next question.
            self._transport.abort()
            raise

    def hang_up(self) -> None:
        self._transport.close()


class WriterLink:
    """A running writer.

    Args:
        line: to it.
        wire: see there.
        pid: of its process.
    """

    def __init__(self, line: _Line, wire: Wire, pid: int) -> None:
        self._line = line
        self._wire = wire
        self.pid = pid

    async def write(self, group: Sequence[Call]) -> Sequence[Outcome]:
        """Commit a group; a `CommitGroup`.

        Raises:
            WriterLostError: the writer is gone.
        """
        try:
            frame, batches = self._wire.ask(group)
        except UNFIT:
            return await self._write_what_fits(group)
        if (answer := await self._line.ask(frame)) == UNREADABLE:
            return await self._write_what_fits(group)
        answered = self._wire.answered(answer, batches)
        return [answered[id(call)] for call in group]

    async def _write_what_fits(self, group: Sequence[Call]) -> Sequence[Outcome]:
        """The same where a row cannot even be handed over: it is a bad row like any other."""
        faults = [self._wire.unfit(call) for call in group]
        if not any(map(any, faults)):
            return [StoreDownError("unreadable")] * len(group)
        kept = [_without(call, found) for call, found in zip(group, faults, strict=True)]
        outcomes = await self.write(kept)
        return [_with(*each) for each in zip(group, faults, outcomes, strict=True)]

    async def lost(self) -> None:
        """Wait until the writer ended by itself.

        Raises:
            WriterLostError: it did.
        """
        await asyncio.shield(self._line.closed)
        raise WriterLostError


def _without(call: Call, faults: Sequence[str]) -> Call:
    rows = [row for row, fault in zip(call.rows, faults, strict=True) if not fault]
    return Call(call.operation, rows if call.each or not any(faults) else (), call.each)


def _with(call: Call, faults: Sequence[str], outcome: Outcome) -> Outcome:
    if isinstance(outcome, StoreDownError) or not any(faults):
        return outcome
    if not call.each:
        return StoreDownError(next(filter(None, faults)))
    results = iter(outcome)
    return [BadRow(fault) if fault else next(results) for fault in faults]


@asynccontextmanager
async def writer_process(path: Path, run: RunId, keep: Sequence[int]) -> AsyncIterator[WriterLink]:
    """Start the writer of a database, and end it.

    Args:
        path: of the database, migrated.
        run: who writes.
        keep: open files that it holds as long as it lives, the database's lock above all: a
            gateway that is killed leaves a writer in the middle of a commit.

    Raises:
        OSError: no process can be started.
    """
    wire = Wire(run)
    ours, process = await asyncio.to_thread(_started, path, run, keep)
    try:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(_Line, sock=ours)
        try:
            yield WriterLink(line, wire, process.pid)
        finally:
            line.hang_up()
    finally:
        ours.close()
        await asyncio.to_thread(_ended, process)


def _started(
    path: Path, run: RunId, keep: Sequence[int]
) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_OCTETS)
    with theirs:
        number = theirs.fileno()
        command = [sys.executable, "-P", "-m", __package__, str(path.absolute()), run, str(number)]
        try:
            with _signals_held_back():
                process = subprocess.Popen(  # noqa: S603  # ourselves
                    command,
                    env=_environment(),
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=(number, *keep),
                )  # fmt: skip
        except BaseException:
            ours.close()
            raise
    return ours, process


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """What this thread starts meanwhile is not ended by signals that are meant for the gateway.

    The writer ignores them, but Python needs a while before the writer's first line runs.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, NOT_FOR_THE_WRITER)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _environment() -> Mapping[str, str]:
    """Ours without settings, among which are secrets; with our own places to import from."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("SMS_GATEWAY_")
    }
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        # Its disk hangs; to SQLite this is a power cut, which loses nothing that was answered.
        process.kill()
        process.wait()
