"""The writer in a process of its own: what it survives, and what is told when it does not."""

import asyncio
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from sms_gateway.domain.ids import NO_TRACE, DoorName, RunId
from sms_gateway.domain.records import RefusedRequest
from sms_gateway.ports import StoreDownError
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.committing import BadRow, Call
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations.inbox import InboxWrites
from sms_gateway.store.sqlite.lock import LockHeldError, data_lock
from sms_gateway.store.sqlite.opening import MIGRATIONS
from sms_gateway.store.sqlite.process.__main__ import Writer, serve
from sms_gateway.store.sqlite.process.link import WriterLink, WriterLostError, writer_process
from sms_gateway.store.sqlite.process.wire import Wire

RUN = RunId("one")
NOON = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
KEEP = InboxWrites(RUN).keep_refused

GATEWAY = """
import asyncio, os, sys
from pathlib import Path
from sms_gateway.store.sqlite.lock import data_lock
from sms_gateway.store.sqlite.process.link import writer_process
async def main():
    with data_lock(Path(sys.argv[1])) as lock:
        async with writer_process(Path(sys.argv[1]), "one", [lock]) as link:
            os.kill(link.pid, 19)
            print(link.pid, flush=True)
            await asyncio.get_running_loop().create_future()
asyncio.run(main())
"""
"""Starts a writer and stops it in its tracks, as a hanging disk does."""


@dataclass
class Opened:
    """A writer with its database."""

    link: WriterLink
    group: GroupCommit
    path: Path

    async def kept(self) -> list[str]:
        return await asyncio.to_thread(self._kept)

    def _kept(self) -> list[str]:
        with closing(sqlite3.connect(self.path)) as db:
            return [row[0] for row in db.execute("SELECT body_hash FROM refused")]

    def refuse(self, name: str) -> None:
        """Let SQLite take no row of this name any more."""
        with closing(sqlite3.connect(self.path)) as db:
            db.execute(
                f"CREATE TRIGGER no BEFORE INSERT ON refused WHEN NEW.body_hash = '{name}' "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )

    async def largest(self) -> int:
        """Octets of the largest file."""
        paths = await asyncio.to_thread(lambda: list(self.path.parent.iterdir()))
        return max(path.stat().st_size for path in paths)


def refused(name: str, raw: bytes = b"", reason: str = "") -> RefusedRequest:
    return RefusedRequest(DoorName("telco"), name, NOON, reason, raw, NO_TRACE)


def migrated(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, load_migrations(MIGRATIONS), 1)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Opened]:
    path = folder / "gateway.db"
    await asyncio.to_thread(migrated, path)
    async with writer_process(path, RUN, []) as link:
        group = GroupCommit(link.write, 500)
        try:
            yield Opened(link, group, path)
        finally:
            await group.close()


async def test_what_was_committed_is_on_disk_and_the_writer_ends_with_its_gateway(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as writer:
        assert await writer.group.run(KEEP, [refused("a"), refused("b")]) == [None, None]
        assert await writer.kept() == ["a", "b"]
    with pytest.raises(ProcessLookupError):
        os.kill(writer.link.pid, 0)


async def test_a_killed_writer_is_a_store_that_is_down_for_good(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        await writer.group.run(KEEP, [refused("a")])
        lost = asyncio.create_task(writer.link.lost())
        os.kill(writer.link.pid, signal.SIGSTOP)
        waiting = asyncio.create_task(writer.group.run(KEEP, [refused("b")]))
        await asyncio.wait([lost, waiting], timeout=0)
        os.kill(writer.link.pid, signal.SIGKILL)
        for ended in (waiting, asyncio.create_task(writer.group.run(KEEP, [refused("c")]))):
            with pytest.raises(StoreDownError, match="WriterLostError"):
                await ended
        with pytest.raises(WriterLostError, match="start the gateway again"):
            await lost
    assert await writer.kept() == ["a"]


async def test_an_answer_that_nobody_waits_for_is_never_taken_for_that_of_another_question(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as writer:
        await writer.group.run(KEEP, [refused("a")])
        os.kill(writer.link.pid, signal.SIGSTOP)
        asking = asyncio.create_task(writer.link.write([Call(KEEP, [refused("b")])]))
        await asyncio.wait([asking], timeout=0)
        asking.cancel()
        os.kill(writer.link.pid, signal.SIGCONT)
        with pytest.raises(asyncio.CancelledError):
            await asking
        with pytest.raises(WriterLostError):
            await writer.link.lost()
        with pytest.raises(WriterLostError):
            await writer.link.write([Call(KEEP, [refused("c")])])


async def test_the_writer_gets_none_of_the_settings_that_may_be_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_DOORS__LOCAL__TOKEN", "hush")
    async with opened(tmp_path) as writer:
        await writer.group.run(KEEP, [refused("a")])
        environment = Path(f"/proc/{writer.link.pid}/environ")
        assert b"hush" not in await asyncio.to_thread(environment.read_bytes)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_signals_meant_for_the_gateway_do_not_end_its_writer(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C reaches every process of a terminal, and there are texts to write down yet."""
    async with opened(tmp_path) as writer:
        await writer.group.run(KEEP, [refused("a")])
        os.kill(writer.link.pid, number)
        await writer.group.run(KEEP, [refused("b")])
        assert await writer.kept() == ["a", "b"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_signals_do_not_end_a_writer_that_is_not_yet_ready_for_them(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Python needs a while before the first line of the writer's own runs."""
    async with opened(tmp_path) as writer:
        os.kill(writer.link.pid, number)
        await writer.group.run(KEEP, [refused("a")])
        assert await writer.kept() == ["a"]


def test_a_line_that_a_killed_gateway_did_not_read_to_its_end_is_no_fault_of_the_writer(
    tmp_path: Path,
) -> None:
    gateway, line = socket.socketpair()
    line.sendall(b"an answer that nobody reads")
    gateway.close()
    serve(line, Writer(tmp_path / "gateway.db", Wire(RUN)))
    assert line.fileno() == -1
    assert list(tmp_path.iterdir()) == []


async def test_a_row_that_cannot_even_be_handed_over_keeps_no_other_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        rows = [refused("a"), refused("b", reason="\ud800"), refused("c")]
        calls = [Call(KEEP, rows, each=True), Call(KEEP, rows), Call(KEEP, [refused("d")])]
        alone, together, other = await writer.link.write(calls)
        assert alone == [None, BadRow("UnicodeEncodeError"), None]
        assert (type(together), str(together)) == (StoreDownError, "UnicodeEncodeError")
        assert other == [None]
        assert sorted(await writer.kept()) == ["a", "c", "d"]


async def test_a_row_that_is_not_what_it_says_keeps_no_other_out(tmp_path: Path) -> None:
    """The types of rows are checked by nobody until they cross to the writer."""
    async with opened(tmp_path) as writer:
        rows = [refused("a"), refused("b", reason=cast("str", 7)), refused("c")]
        calls = [Call(KEEP, rows, each=True), Call(KEEP, [refused("d")])]
        alone, other = await writer.link.write(calls)
        assert alone == [None, BadRow("ValidationError"), None]
        assert other == [None]
        assert sorted(await writer.kept()) == ["a", "c", "d"]


async def test_a_row_that_sqlite_refuses_keeps_no_other_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        await asyncio.to_thread(writer.refuse, "b")
        rows = [refused("a"), refused("b"), refused("c")]
        calls = [Call(KEEP, rows, each=True), Call(KEEP, rows), Call(KEEP, [refused("d")])]
        alone, together, other = await writer.link.write(calls)
        assert alone == [None, BadRow("IntegrityError"), None]
        assert (type(together), str(together)) == (StoreDownError, "IntegrityError")
        assert other == [None]
        assert sorted(await writer.kept()) == ["a", "c", "d"]


@pytest.mark.parametrize("odd", [object(), [("", object())], 1 << 70], ids=["thing", "list", "int"])
async def test_a_row_of_what_nothing_can_be_made_of_keeps_no_other_out(
    tmp_path: Path, odd: object
) -> None:
    async with opened(tmp_path) as writer:
        bad = refused("b", reason=cast("str", odd))
        bad_call, good_call = Call(KEEP, [bad], each=True), Call(KEEP, [refused("a")])
        alone, other = await writer.link.write([bad_call, good_call])
        assert isinstance(alone, list)
        assert [type(result) for result in alone] == [BadRow]
        assert other == [None]
        assert await writer.kept() == ["a"]


async def test_a_disk_that_takes_nothing_is_told_and_taken_up_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        await writer.group.run(KEEP, [refused("a")])
        largest = await writer.largest()
        everything = resource.prlimit(writer.link.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(writer.link.pid, resource.RLIMIT_FSIZE, (largest + 100, everything[1]))
        with pytest.raises(StoreDownError, match=r"SQLITE_IOERR_WRITE|SQLITE_FULL"):
            await writer.group.run(KEEP, [refused("b", b"x" * 900_000)])
        assert await writer.kept() == ["a"]
        resource.prlimit(writer.link.pid, resource.RLIMIT_FSIZE, everything)
        await writer.group.run(KEEP, [refused("b", b"x" * 900_000)])
        assert await writer.kept() == ["a", "b"]


@pytest.mark.parametrize("folder", [".", "nowhere"])
async def test_a_database_that_is_not_there_is_a_store_that_is_down_and_none_is_made(
    tmp_path: Path, folder: str
) -> None:
    path = tmp_path / folder / "gateway.db"
    async with writer_process(path, RUN, []) as link:
        (outcome,) = await link.write([Call(KEEP, [refused("a")])])
    assert (type(outcome), str(outcome)) == (StoreDownError, "SQLITE_CANTOPEN")
    assert not await asyncio.to_thread(path.exists)


async def test_a_database_that_was_deleted_is_a_store_that_is_down(tmp_path: Path) -> None:
    """SQLite would go on writing into a file that nobody finds again."""
    async with opened(tmp_path) as writer:
        await writer.group.run(KEEP, [refused("a")])
        await asyncio.to_thread(writer.path.unlink)
        with pytest.raises(StoreDownError):
            await writer.group.run(KEEP, [refused("b")])


def test_the_writer_of_a_killed_gateway_holds_its_lock_and_the_next_one_waits_for_it(
    tmp_path: Path,
) -> None:
    database = tmp_path / "gateway.db"
    command = [sys.executable, "-c", GATEWAY, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as gateway:  # noqa: S603  # the lines above
        assert gateway.stdout is not None
        writer = int(gateway.stdout.readline())
        try:
            with pytest.raises(LockHeldError), data_lock(database):
                pass
            gateway.kill()
            gateway.wait()
            with pytest.raises(LockHeldError), data_lock(database, patience_s=0):
                pass
        finally:
            os.kill(writer, signal.SIGCONT)
        with data_lock(database):
            pass
