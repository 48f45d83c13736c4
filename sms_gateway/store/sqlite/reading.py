"""The store on SQLite, as people read it."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sms_gateway.domain.acts import IMPORT_ACT
from sms_gateway.domain.ids import (
    DoorName,
    DossierId,
    MessageId,
    NumberHash,
)
from sms_gateway.domain.records import Citizen, Figures
from sms_gateway.ports import StoreDownError
from sms_gateway.reading import (
    KeptRequest,
    LogCounts,
    MessageFilter,
    MoRow,
    PartRow,
    ReceiptRow,
    RefusedFilter,
    RefusedRow,
    ReportFilter,
    Timeline,
)
from sms_gateway.sql.migrations import SchemaError, load_migrations
from sms_gateway.sql.statements import load_statements
from sms_gateway.sqlite.connection import ConnectionClosedError, SqliteConnection, open_reader
from sms_gateway.sqlite.migrate import check_schema, schema_version
from sms_gateway.store.sqlite.citizens import citizens, figures, wrong_secrets
from sms_gateway.store.sqlite.read_rows import (
    act_row,
    attempt_row,
    kept_request,
    mo_row,
    mt_row,
    receipt_row,
    refused_row,
)
from sms_gateway.store.sqlite.rows import first_id, json_list, moment, ms

T = TypeVar("T")

MIGRATIONS = "sms_gateway.store.sqlite.migrations"
_SQL = load_statements(__package__, "reading.sql")
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_OWN_INDEX = {
    "parked": "messages_parked",
    "unhandled": "messages_unhandled",
    "unanswered": "messages_unanswered",
}


@contextmanager
def store_errors() -> Iterator[None]:
    """What SQLite raises becomes StoreDownError; a row that cannot be read does not."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreDownError(getattr(error, "sqlite_errorname", type(error).__name__)) from error
    except ConnectionClosedError as error:
        message = "closed"
        raise StoreDownError(message) from error


class SqliteReading:
    """Implements `reading.Reading`."""

    def __init__(self, reader: SqliteConnection) -> None:
        self._reader = reader

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        """See `reading.Reading.messages`."""
        return await self._ask(lambda db: _messages(db, wanted))

    async def timeline(self, message_id: MessageId) -> Timeline | None:
        """See `reading.Reading.timeline`."""
        return await self._ask(lambda db: _timeline(db, message_id))

    async def reports(self, wanted: ReportFilter) -> Sequence[ReceiptRow]:
        """See `reading.Reading.reports`."""
        name = "reports_unmatched" if wanted.unmatched else "reports"
        after = first_id(wanted.since) if wanted.since else ""
        values = {"after": after, "door": wanted.door, "limit": wanted.limit}
        rows = await self._ask(lambda db: db.execute(_SQL[name], values).fetchall())
        return [receipt_row(row) for row in rows]

    async def refused(self, wanted: RefusedFilter) -> Sequence[RefusedRow]:
        """See `reading.Reading.refused`."""
        since = ms(wanted.since) if wanted.since else 0
        values = {"since": since, "door": wanted.door, "limit": wanted.limit}
        rows = await self._ask(lambda db: db.execute(_SQL["refused"], values).fetchall())
        return [refused_row(row) for row in rows]

    async def refused_requests(
        self, hash_prefix: str, door: DoorName | None
    ) -> Sequence[KeptRequest]:
        """See `reading.Reading.refused_requests`."""
        values = {"prefix": hash_prefix, "door": door}
        rows = await self._ask(lambda db: db.execute(_SQL["refused_requests"], values).fetchall())
        return [kept_request(row) for row in rows]

    async def counts(self) -> LogCounts:
        """See `reading.Reading.counts`."""
        return await self._ask(_counts)

    async def citizen(self, number: NumberHash, since: datetime) -> Citizen:
        """What an answer to this number may depend on; events after `since`."""
        known = await self._ask(lambda db: citizens(db, [number], since))
        return known.get(number, Citizen())

    async def wrong_secrets(
        self, dossiers: Collection[DossierId], since: datetime
    ) -> Mapping[DossierId, int]:
        """How many texts named a wrong second secret of these; on it too an answer may depend."""
        return await self._ask(lambda db: wrong_secrets(db, dossiers, since))

    async def imported(self) -> Sequence[str]:
        """Names of the files of dossiers that were imported, or tried, the last one last."""
        return await self._ask(_imported)

    async def figures(self) -> Figures:
        """Queue figures."""
        return await self._ask(figures)

    async def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        with store_errors():
            return await self._reader.work(question)


@asynccontextmanager
async def open_sqlite_reading(path: Path) -> AsyncIterator[SqliteReading]:
    """Read a store that another process may be serving.

    Raises:
        SchemaError: it needs other code, or is still of an older version.
        sqlite3.Error: there is none, or it cannot be read.
    """
    reader = await open_reader(path)
    try:
        await reader.work(_check)
        yield SqliteReading(reader)
    finally:
        await reader.close()


def _check(db: sqlite3.Connection) -> None:
    migrations = load_migrations(MIGRATIONS)
    check_schema(db, migrations)
    version = schema_version(db)
    if version == 0:
        message = "no such table: the database is empty"
        raise sqlite3.OperationalError(message)
    if version < len(migrations):
        message = (
            "the database is of an older version: restart the gateway, or run sms-gateway init "
            "where none is running"
        )
        raise SchemaError(message)


def _messages(db: sqlite3.Connection, wanted: MessageFilter) -> Sequence[MoRow]:
    values = {
        "sender_hash": wanted.sender_hash,
        "after": first_id(wanted.since) if wanted.since else "",
        "before": wanted.before or (first_id(wanted.until) if wanted.until else _LAST_ID),
        "outcome": wanted.outcome,
        "reply": wanted.reply,
        "limit": wanted.limit,
    }
    # What is wanted most has a small index of its own.
    name = _OWN_INDEX.get(wanted.outcome or "", "messages")
    if wanted.reply is not None:
        name = "messages_of_reply"
    if wanted.code_key is not None:
        name = "messages_of_code"
    if wanted.sender_hash is not None:
        name = "messages_of_sender"
    # Each number by itself, so that each is a walk along the index that ends at the limit.
    numbers = [(wanted.code_key, None), *wanted.also]
    rows = {
        row[0]: row
        for key, dossier in numbers
        for row in db.execute(_SQL[name], {**values, "code_key": key, "dossier": dossier})
    }
    return [mo_row(rows[mo_id]) for mo_id in sorted(rows, reverse=True)[: wanted.limit]]


def _timeline(db: sqlite3.Connection, message_id: MessageId) -> Timeline | None:
    row = db.execute(_SQL["owner"], {"id": message_id}).fetchone()
    values = {"id": message_id, "owner": row[0] if row else ""}
    parts = [
        PartRow(MessageId(i), moment(at), number, total, reference)
        for i, at, number, total, reference in db.execute(_SQL["parts"], values)
    ]
    mts = [mt_row(mt) for mt in db.execute(_SQL["mts"], values)]
    mo = _one_mo(db, row[0]) if row else None
    trace = {"trace_id": mo.trace_id if mo else message_id}
    refused = [kept_request(found) for found in db.execute(_SQL["refused_of_call"], trace)]
    if mo is None and not parts and not mts and not refused:
        return None
    owner = {"id": row[0] if row else message_id}
    ids = {"ids": json_list(mt.id for mt in mts)}
    own = {"ids": json_list([owner["id"], *(mt.id for mt in mts)])}
    raw = db.execute(_SQL["raw"], owner).fetchone()
    snapshot = db.execute(_SQL["snapshot"], owner).fetchone()
    return Timeline(
        mo=mo,
        parts=parts,
        mts=mts,
        attempts=[attempt_row(a) for a in db.execute(_SQL["attempts"], ids)],
        receipts=[receipt_row(r) for r in db.execute(_SQL["receipts"], ids)],
        acts=[act_row(a) for a in db.execute(_SQL["acts"], own)],
        raw=raw[0] if raw else None,
        snapshot=snapshot[0] if snapshot else None,
        refused=refused,
    )


def _one_mo(db: sqlite3.Connection, mo_id: str) -> MoRow:
    values = {"after": mo_id, "before": mo_id + "~", "outcome": None, "limit": 1}
    return mo_row(db.execute(_SQL["messages"], values).fetchone())


def _imported(db: sqlite3.Connection) -> Sequence[str]:
    return [name for (name,) in db.execute(_SQL["imported"], {"act": IMPORT_ACT})]


def _counts(db: sqlite3.Connection) -> LogCounts:
    return LogCounts(
        outcomes=dict(db.execute(_SQL["count_outcomes"]).fetchall()),
        states=dict(db.execute(_SQL["count_states"]).fetchall()),
        refused=db.execute(_SQL["count_refused"]).fetchone()[0],
        unmatched=db.execute(_SQL["count_unmatched"]).fetchone()[0],
    )
