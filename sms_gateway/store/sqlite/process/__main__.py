"""The writer: waits for frames, commits, answers; ends when the gateway closes the line or dies.

Started by `link.py` with the database, the run and the number of a socket.
"""

import contextlib
import gc
import signal
import socket
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sms_gateway.domain.ids import RunId
from sms_gateway.ports import StoreDownError
from sms_gateway.sqlite.connecting import connect_writer
from sms_gateway.sqlite.driving import driven
from sms_gateway.sqlite.place import Place
from sms_gateway.store.committing import Call, Outcome, commit
from sms_gateway.store.sqlite.driver import SqliteDatabase, word_of
from sms_gateway.store.sqlite.process.wire import LENGTH_OCTETS, NOT_FOR_THE_WRITER, Wire, framed


class Writer:
    """The one connection that writes.

    Args:
        path: of the database, which is migrated.
        wire: see there.
    """

    def __init__(self, path: Path, wire: Wire) -> None:
        self._path = path
        self._wire = wire
        self._open: tuple[sqlite3.Connection, Place] | None = None

    def commit(self, frame: bytes) -> bytes:
        """Do what a frame asks for, in one transaction."""
        try:
            batches = self._wire.asked(frame)
        except msgspec.DecodeError:
            return framed(None)
        outcomes = iter(self._written([call for calls in batches for call in calls]))
        return self._wire.answer([(calls, [next(outcomes) for _ in calls]) for calls in batches])

    def _written(self, group: Sequence[Call]) -> Sequence[Outcome]:
        if self._open is None:
            try:
                self._open = connect_writer(self._path, create=False), Place(self._path)
            except sqlite3.Error as error:
                return [StoreDownError(word_of(error))] * len(group)
        connection, place = self._open
        return driven(commit(SqliteDatabase(connection, place.check), group))

    def close(self) -> None:
        """Close the database."""
        if self._open is not None:
            self._open[0].close()


def serve(line: socket.socket, writer: Writer) -> None:
    """Answer frames until the other end is closed, by whatever."""
    # A gateway that is killed before it has read an answer resets the line: no fault of ours.
    with line, line.makefile("rb") as frames, contextlib.suppress(ConnectionError):
        while len(head := frames.read(LENGTH_OCTETS)) == LENGTH_OCTETS:
            size = int.from_bytes(head, "little")
            if len(frame := frames.read(size)) < size:
                break
            line.sendall(writer.commit(frame))


def main(database: str, run: str, line: str) -> None:
    """Run the writer."""
    for number in NOT_FOR_THE_WRITER:
        signal.signal(number, signal.SIG_IGN)
    writer = Writer(Path(database), Wire(RunId(run)))
    gc.collect()
    gc.freeze()
    try:
        serve(socket.socket(fileno=int(line)), writer)
    except Exception as error:  # noqa: BLE001  # a bug: the gateway sees the line closed
        # Never its message, which may quote a row.
        sys.exit(f"the writer of {database} broke: {type(error).__name__}")
    finally:
        writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
