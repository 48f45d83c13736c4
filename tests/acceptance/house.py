"""A gateway process, its loopback telco, and a look into its books."""

import asyncio
import contextlib
import fcntl
import json
import re
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.acceptance.telco import PATIENCE, Telco, open_telco
from tests.acceptance.telco_settings import write_settings
from tests.log_watch import leaks
from tests.real_process import Gateway, Program

_READ_LOCKS = (123, 5)
"""First octet and length of the locks for reading in a -shm file (sqlite.org/walformat.html)."""


@dataclass(slots=True)
class House:
    """All of them.

    Attributes:
        telco: the telco.
        program: starts processes.
        config, data: folders.
        gateway: the process that runs now, or ran last.
        env: more environment of each process.
    """

    telco: Telco
    program: Program
    config: Path
    data: Path
    gateway: Gateway | None = None
    env: Mapping[str, str] | None = None

    @property
    def process(self) -> Gateway:
        """The process that was started last."""
        assert self.gateway is not None
        return self.gateway

    async def start(self) -> None:
        """Start the gateway; the telco may call again."""
        self.gateway = await asyncio.to_thread(
            self.program, data=self.data, config=self.config, env=self.env
        )
        self.telco.connect(self.gateway.url)

    async def kill(self) -> None:
        """SIGKILL."""
        self.telco.disconnect()
        await asyncio.to_thread(self.process.kill)

    async def ended(self) -> int:
        """Wait until it has ended by itself; the exit status."""
        status = await asyncio.to_thread(self.process.wait)
        self.telco.disconnect()
        return status

    async def stop(self) -> int:
        """SIGTERM; the exit status."""
        self.telco.disconnect()
        return await asyncio.to_thread(self.process.stop)

    async def command(self, *args: str) -> str:
        """Output of a command that must succeed."""
        done = await asyncio.to_thread(self.program.run, *args, data=self.data, config=self.config)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the store holds, read as any other process may."""
        uri = f"{(self.data / 'gateway.db').as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
            return db.execute(sql, values).fetchall()

    async def until(self, wanted: object, sql: str, *values: object) -> None:
        """Wait until the first row is `wanted`; another process's commits give no signal."""
        found: object = None
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    rows = self.rows(sql, *values)
                    found = rows[0] if rows else None
                    if found == wanted:
                        return
                    await pause()
        except TimeoutError:
            message = f"still {found}, not {wanted}: {sql}"
            raise AssertionError(message) from None

    async def first_seen(self, dossiers: str, how_many: int = 1) -> None:
        """Wait until so many dossiers of that pattern are known: what changes now is a change."""
        sql = "SELECT count(*) FROM notice WHERE decided_at IS NOT NULL AND dossier_id LIKE ?"
        await self.until((how_many,), sql, dossiers)

    async def mo_is(self, mo: dict[str, object], outcome: str | None, reason: str) -> None:
        """Wait until an MO has ended so."""
        sql = "SELECT outcome, reason FROM inbox WHERE telco_id = ?"
        await self.until((outcome, reason), sql, mo["id"])

    async def mt_is(self, mo: dict[str, object], state: str) -> None:
        """Wait until the reply to an MO stands so."""
        sql = """SELECT state FROM outbox JOIN inbox ON inbox.id = outbox.inbox_id
                 WHERE inbox.telco_id = ?"""
        await self.until((state,), sql, mo["id"])

    def id_of(self, mo: dict[str, object]) -> str:
        """Our id of an MO."""
        ((found,),) = self.rows("SELECT id FROM inbox WHERE telco_id = ?", mo["id"])
        return str(found)

    def attempts(self, mo: dict[str, object]) -> list[tuple[Any, ...]]:
        """Result and reason of each attempt to send the reply to an MO."""
        return self.rows(
            """SELECT attempt.result, attempt.reason FROM attempt
               JOIN outbox ON outbox.id = attempt.outbox_id
               JOIN inbox ON inbox.id = outbox.inbox_id
               WHERE inbox.telco_id = ? ORDER BY attempt.at, attempt.attempt, attempt.part""",
            mo["id"],
        )

    async def figure(self, name: str, **labels: str) -> float:
        """One figure of `/metrics`; 0 where it is not there."""
        async with self.telco.session.get(f"{self.process.url}/metrics") as response:
            text = await response.text()
        for line in text.splitlines():
            found = re.fullmatch(rf"{name}(?:{{(.*)}})? (\S+)", line)
            said = dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) if found else {}
            said.pop("worker", None)
            if found and said == labels:
                return float(found[2])
        return 0.0

    async def ready(self) -> tuple[int, dict[str, Any]]:
        """Status and body of `/ready`."""
        async with self.telco.session.get(f"{self.process.url}/ready") as response:
            return response.status, await response.json()

    async def until_ready(self) -> None:
        """Wait until `/ready` says that everything works."""
        await self._until_ready_is(web.HTTPOk.status_code)

    async def until_not_ready(self) -> None:
        """Wait until `/ready` says that something does not work."""
        await self._until_ready_is(web.HTTPServiceUnavailable.status_code)

    async def _until_ready_is(self, status: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.ready())[0] != status:
                await pause()

    def fill_disk(self) -> None:
        """From now on no file of the process can be written, as on a full disk."""
        self._limit_files(0)

    def free_disk(self) -> None:
        """There is room again."""
        self._limit_files(resource.RLIM_INFINITY)

    def _limit_files(self, octets: int) -> None:
        limits = (octets, resource.RLIM_INFINITY)
        writer = self.process.writer
        assert writer is not None
        for number in (self.process.process.pid, writer):
            resource.prlimit(number, resource.RLIMIT_FSIZE, limits)

    @contextlib.contextmanager
    def full_disk(self) -> Iterator[None]:
        """A full disk until the block ends."""
        self.fill_disk()
        try:
            yield
        finally:
            self.free_disk()

    @contextlib.contextmanager
    def stuck_directory(self) -> Iterator[None]:
        """Nobody can read the case database: somebody else holds all its locks for reading."""
        with (self.data / "cases.db-shm").open("r+b") as shm:
            start, length = _READ_LOCKS
            fcntl.lockf(shm, fcntl.LOCK_EX, length, start)
            try:
                yield
            finally:
                fcntl.lockf(shm, fcntl.LOCK_UN, length, start)


async def pause() -> None:
    """Between two looks at another process, or two calls of a telco."""
    await asyncio.sleep(0.02)  # between two looks at another process, whose commits give no signal


@asynccontextmanager
async def open_house(  # noqa: PLR0913  # each is named, and most callers need two
    folder: Path,
    samples: Path,
    *,
    max_unanswered: int = 20_000,
    inline_s: float = 2.0,
    env: Mapping[str, str] | None = None,
    known: Telco | None = None,
    more: str = "",
) -> AsyncIterator[House]:
    """A house with its gateway running; ended, and its log checked, at the end of the block.

    Args:
        folder: of everything; made.
        samples: a data folder to start from.
        max_unanswered: see `write_settings`.
        inline_s: see there.
        env: more environment of each process.
        known: a telco that is there already.
        more: of `gateway.toml`.
    """
    async with contextlib.nullcontext(known) if known else open_telco() as telco:
        config = write_settings(
            folder / "config",
            telco.url,
            max_unanswered=max_unanswered,
            inline_s=inline_s,
            more=more,
        )
        program = Program(folder, samples)
        house = House(telco, program, config, program.new_data(), env=env)
        try:
            await house.start()
            yield house
        finally:
            statuses = await asyncio.to_thread(program.end)
        assert not any(statuses), f"ended with {statuses}:\n{program.output[-2000:]}"
        assert not leaks(program.output), leaks(program.output)


def reply_of(body: bytes) -> dict[str, Any]:
    """The inline door's response."""
    found: dict[str, Any] = json.loads(body)
    return found
