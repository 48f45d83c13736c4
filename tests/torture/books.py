"""What the store holds, read as any other program may, and whether it is sound."""

import asyncio
import contextlib
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from sms_gateway.postgres.connecting import DOWN
from sms_gateway.store.postgres.opening import SCHEMA
from tests.postgres import Postgres
from tests.postgres_indexes import index_flaws
from tests.torture.changes import Told
from tests.torture.judging import Row

_TEXTS = """
SELECT i.telco_id, i.sender, i.outcome, i.attempt, o.id, o.recipient, o.state, o.delivery, o.text
FROM inbox AS i LEFT JOIN outbox AS o ON o.inbox_id = i.id
WHERE coalesce(i.telco_id, i.sender) LIKE $1 ORDER BY i.telco_id, i.sender
"""

_ATTEMPTS = """
SELECT a.outbox_id, a.result, a.reason
FROM attempt AS a
JOIN outbox AS o ON o.id = a.outbox_id
JOIN inbox AS i ON i.id = o.inbox_id
WHERE coalesce(i.telco_id, i.sender) LIKE $1 ORDER BY a.attempt, a.at
"""
"""Both dialects know this sign of a bound value."""

_PARTS = """
SELECT coalesce(p.telco_id, p.sender) FROM inbox_part AS p
WHERE coalesce(p.telco_id, p.sender) LIKE $1 AND p.joined_id IS NULL
"""

_TOLD = """
SELECT o.id, o.recipient, o.state, o.text, a.result, a.reason
FROM outbox AS o LEFT JOIN attempt AS a ON a.outbox_id = o.id
WHERE o.inbox_id IS NULL AND o.recipient LIKE $1 ORDER BY o.id, a.attempt, a.at
"""

_FOLLOWED_UP = """
SELECT o.id, o.recipient, o.state, o.text, a.result, a.reason
FROM follow_up AS f
JOIN inbox AS i ON i.id = f.mo_id
JOIN outbox AS o ON o.id = f.mt_id
LEFT JOIN attempt AS a ON a.outbox_id = o.id
WHERE coalesce(i.telco_id, i.sender) LIKE $1 ORDER BY o.id, a.attempt, a.at
"""

_OWED = """
SELECT f.mo_id FROM follow_up AS f JOIN inbox AS i ON i.id = f.mo_id
WHERE f.fate = '' AND coalesce(i.telco_id, i.sender) LIKE $1
"""

_SOUND = "ok"


class Books(Protocol):
    """A store of either dialect."""

    async def rows(self, sql: str, *values: str) -> Sequence[Sequence[Any]]:
        """What a statement gives, its values bound as $1, $2."""

    async def flaws(self) -> Sequence[str]:
        """What the database's own check finds wrong; empty if nothing is."""


class SqliteBooks:
    """Reads the file beside the gateway."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def rows(self, sql: str, *values: str) -> Sequence[Sequence[Any]]:
        """See `Books`."""
        return await asyncio.to_thread(self._read, sql, values)

    async def flaws(self) -> Sequence[str]:
        """See `Books`."""
        try:
            said = await self.rows("PRAGMA integrity_check")
        except sqlite3.DatabaseError as error:
            return [f"{type(error).__name__}: {error}"]
        return [str(line) for (line,) in said if line != _SOUND]

    def _read(self, sql: str, values: Sequence[str]) -> Sequence[Sequence[Any]]:
        uri = f"{self._path.as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
            named = {str(number): value for number, value in enumerate(values, 1)}
            return db.execute(sql, named).fetchall()


class PostgresBooks:
    """Reads one database of a server, not through any proxy."""

    def __init__(self, server: Postgres, url: str) -> None:
        self._server = server
        self._url = url

    async def rows(self, sql: str, *values: str) -> Sequence[Sequence[Any]]:
        """See `Books`."""
        connection = await asyncpg.connect(self._url, server_settings={"search_path": SCHEMA})
        try:
            return [tuple(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()

    async def flaws(self) -> Sequence[str]:
        """See `Books`: a dump reads every table, and each index is compared with its table."""
        try:
            await asyncio.to_thread(self._server.run, "pg_dump", "--file=/dev/null", self._url)
            return await index_flaws(self._url)
        except subprocess.CalledProcessError as error:
            return [f"pg_dump: {' '.join(error.output.split())}"]
        except (*DOWN, subprocess.SubprocessError) as error:
            return [f"{type(error).__name__}: {error}"]


async def rows_of(books: Books, mark: str) -> Sequence[Row]:
    """The MOs whose telco's id begins so, with their replies and attempts.

    SMPP gives neither text nor reply an id that both sides know: the citizen's number stands for
    both.
    """
    attempts: dict[str, list[str]] = {}
    for mt_id, result, reason in await books.rows(_ATTEMPTS, f"{mark}%"):
        attempts.setdefault(str(mt_id), []).append(f"{result} {reason}".strip())
    return [
        Row(
            telco_id=telco_id or sender,
            outcome=outcome,
            leases=leases,
            mt_id=None if mt_id is None else str(mt_id) if telco_id else recipient,
            state=state,
            delivery=delivery,
            text=text,
            results=tuple(attempts.get(str(mt_id), ())),
        )
        for telco_id, sender, outcome, leases, mt_id, recipient, state, delivery, text in (
            await books.rows(_TEXTS, f"{mark}%")
        )
    ]


async def told_of(books: Books, mark: str) -> Sequence[Told]:
    """What citizens were told by themselves, to the numbers that begin so."""
    return await _pushed(books, _TOLD, mark)


async def followed_up(books: Books, mark: str) -> Sequence[Told]:
    """What followed answers that were not the newest, to MOs whose telco's id begins so."""
    return await _pushed(books, _FOLLOWED_UP, mark)


async def still_owed(books: Books, mark: str) -> bool:
    """Whether something is still to follow."""
    return bool(await books.rows(_OWED, f"{mark}%"))


async def _pushed(books: Books, sql: str, mark: str) -> Sequence[Told]:
    found: dict[str, Told] = {}
    for mt_id, owner, state, text, result, reason in await books.rows(sql, f"{mark}%"):
        told = found.setdefault(str(mt_id), Told(str(mt_id), owner, state, text, ()))
        if result is not None:
            said = (*told.results, f"{result} {reason}".strip())
            found[str(mt_id)] = replace(told, results=said)
    return [*found.values()]


async def parts_left(books: Books, mark: str) -> Sequence[str]:
    """Whose parts still wait for the others of their text."""
    return [str(whose) for (whose,) in await books.rows(_PARTS, f"{mark}%")]
