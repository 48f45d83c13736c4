"""A filled message store on SQLite, an empty database of PostgreSQL, and a copy between them.

What stands on both sides is read here by statements of this file alone, so that what the copy
skips or says twice is seen.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from sms_gateway.copying.copy import Copy
from sms_gateway.copying.plan import Compared, Database, Table
from sms_gateway.copying.source import open_source
from sms_gateway.copying.target import Target, nothing_noted, open_target
from sms_gateway.domain.ids import RunId
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.secret import Secret
from sms_gateway.store.opening import RunOf
from sms_gateway.store.operations.outbox import AuditNote
from sms_gateway.store.postgres.copied import noting
from sms_gateway.store.postgres.opening import SCHEMA, open_postgres
from sms_gateway.store.store import SqlStore
from sms_gateway.store.tables import messages
from tests.contracts.store_desk import BINH, START, Desk, maker_of

Rows = Mapping[str, Counter[tuple[object, ...]]]

DATABASE = messages()
NOTE = AuditNote(START, "os:an", "store.copy", SCHEMA, "rows=1")


class Cut(BaseException):
    """The process ends here."""


@dataclass(frozen=True, slots=True)
class CopyDesk:
    """Both sides.

    Attributes:
        file: the store on SQLite; nobody has it open.
        url: of the database.
        database: what the file holds.
    """

    file: Path
    url: str
    database: Database = DATABASE

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[Copy, Target]]:
        async with (
            open_source(self.file, self.database) as source,
            open_target(self.url, self.database, 1) as target,
        ):
            yield Copy(self.database, source, target), target

    async def copied(self, *, anew: bool = False) -> Sequence[Compared]:
        """The whole way, as the command goes it."""
        async with self.opened() as (work, target):
            far = await work.go_on(await work.begin(anew=anew), nobody_looks)
            compared = await work.compare(far, nobody_looks)
            await target.finish(noting(NOTE) if self.database is DATABASE else nothing_noted)
            return compared

    async def here(self) -> Rows:
        return await asyncio.to_thread(_on_sqlite, self.file, self.database)

    async def there(self) -> Rows:
        found = {}
        for table in self.database.tables:
            columns = ", ".join(
                f'"{name}"' for name in await asyncio.to_thread(self._columns, table)
            )
            rows = await self.rows(f"SELECT {columns} FROM {table.name}")  # noqa: S608  # our names
            found[table.name] = Counter(rows)
        return found

    async def rows(self, statement: str, *values: object) -> Sequence[tuple[object, ...]]:
        """What a statement finds in PostgreSQL, or what it does there."""
        connection = await asyncpg.connect(
            self.url, server_settings={"search_path": self.database.schema}
        )
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    async def change(self, statement: str, *values: object) -> None:
        """Do something to the file, as somebody else's program would."""
        await asyncio.to_thread(self._change, statement, values)

    @asynccontextmanager
    async def node(self) -> AsyncIterator[SqlStore]:
        """The first node that starts on PostgreSQL."""
        run = RunOf(RunId("run-new"), "node", "0.1.0", lambda: START)
        async with open_postgres(Secret(self.url), run, serving=True) as store:
            yield store

    def _change(self, statement: str, values: Sequence[object]) -> None:
        with closing(sqlite3.connect(self.file, isolation_level=None)) as db:
            db.execute(statement, values)

    def _columns(self, table: Table) -> Sequence[str]:
        with closing(sqlite3.connect(self.file)) as db:
            return _columns_of(db, table)


def nobody_looks(_done: int, _of: int) -> None:
    """Progress that is shown to nobody."""


def _on_sqlite(file: Path, database: Database) -> Rows:
    with closing(sqlite3.connect(file)) as db:
        return {
            table.name: Counter(
                db.execute(
                    f"SELECT {', '.join(map(_quoted, _columns_of(db, table)))} FROM {table.name}"  # noqa: S608  # our names
                )
            )
            for table in database.tables
        }


def _columns_of(db: sqlite3.Connection, table: Table) -> Sequence[str]:
    return [str(row[1]) for row in db.execute(f"PRAGMA table_info({table.name})")]


def _quoted(name: str) -> str:
    return f'"{name}"'


async def fill(folder: Path) -> Path:
    """A store in which every table holds rows, and messages stand in every state."""
    async with Desk(maker_of("sqlite"), folder) as desk:
        for number in range(30):
            mt = await desk.reply(MtState.QUEUED)
            await desk.sent(mt, f"T{number}")
            await desk.reported(f"T{number}", Delivery.DELIVERED)
        for state in (MtState.QUEUED, MtState.SENDING, MtState.HELD):
            await desk.reply(state)
        await desk.reply(MtState.QUEUED, text="Đã có kết quả 👍", language=Language.VI_ACCENTED)
        await desk.part("MCKH_", desk.part_of(1, 2), sender=BINH)
        await desk.receive("xin chào\r\n\t'\"\\ 💥")
        await desk.store.set_paused(desk.arrival().door, desk.clock.at, "os:an", paused=False)
        await desk.store.set_paused(desk.arrival().door, desk.clock.at, "os:an", paused=True)
    file = folder / "gateway.db"
    await asyncio.to_thread(_fill_the_rest, file)
    return file


OF_THE_DESK = """
    INSERT INTO rules VALUES ('synonym', 'HOSO', 'Hồ sơ', 'MCKH', 'tờ rơi', 5, 'os:an');
    INSERT INTO test_case VALUES ('t1', 'hồ sơ 12', '8083', 'lookup', '12', '', 5, 'staff:an');
    INSERT INTO template_version VALUES ('v1', 'S4', '', 0, 'Hồ sơ {code}.', '', '{code}.', '',
        'a1', 'b2', 'ngắn hơn', 9, 5, 'staff:an', 'p1', 'approved', 6, 'staff:ba', '', 9);
    INSERT INTO staff VALUES ('p1', 'an', 'An', 'clerk', '["H32"]', 'en', 0,
        '$argon2id$', 'JBSWY3DPEHPK3PXP', '', 7, 1, 'os:an', 2, NULL, 1, 'https://sso', 'sub-1');
    INSERT INTO staff_session VALUES ('s1', 'hash', 'p1', 1, 2, '10.0.0.7', 1);
    INSERT INTO staff_invite VALUES ('p1', 'hash', 1, 2, 'os:an');
    INSERT INTO staff_attempt VALUES ('account:hash', 3, 1, 0, 2);
    INSERT INTO api_token VALUES ('t1', 'portal', 'hash', '["messages:read"]', NULL, 5,
        'os:an', NULL, 6, NULL);
    INSERT INTO webhook VALUES ('w1', 'portal', 'https://a', 's', '[]', NULL, 0, 1, 1, 5,
        'os:an', 200, NULL);
    INSERT INTO webhook_event VALUES ('w1', 'message.parked', 'm1', 5, 6, 'dead', 8, 500);
    INSERT INTO webhook_mark VALUES ('texts', 'm1');
    INSERT INTO webhook_wait VALUES ('m2');
    INSERT INTO webhook_late VALUES ('r2');
    INSERT INTO saved_view VALUES ('v1', 's1', 'Phường Bến Thành', 'agency=1&q=giấy', 3);
    INSERT INTO citizen_order VALUES ('n1', 1, 5, 'staff:an', 'quấy rối', 7);
    INSERT INTO text_word VALUES (-42, 'm1');
    INSERT INTO word_part VALUES (-7, -42);
    UPDATE word_mark SET upto = 'm1';
"""
"""What staff write down at the console."""


def _fill_the_rest(file: Path) -> None:
    """What takes long to cause, and what older versions or other programs may have written."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.executescript(
            """
            INSERT INTO citizen VALUES ('n1', 'en', 'm1', 1), ('n2', 'vi', 'm2', -1);
            INSERT INTO opt_out VALUES ('n1', '', 1, 'm1', 1), ('n1', 'd', 0, 'm2', 2);
            INSERT INTO restore_hold VALUES ('everything', 2, 'os:an', 1);
            INSERT INTO key_use VALUES ('number-hash', '3f9c01ab', 1);
            INSERT INTO incident VALUES ('i1', 'silent', 'telco', 90, 1, NULL, 2, NULL, 3, NULL);
            INSERT INTO traffic VALUES ('telco', 0, 497955, 3, 1), ('telco', 1, 497955, 1, 2);
            INSERT INTO case_snapshot VALUES ('s1', x'00ff007b'), ('s2', x'');
            INSERT INTO legal_hold VALUES ('code', '1707030001', 'court', 1, 'os:an');
            INSERT INTO purge_mark VALUES ('texts', 'm1', 1);
            INSERT INTO purge_left VALUES ('texts', 'm0');
            INSERT INTO purge_count VALUES ('texts', 7);
            INSERT INTO audit_anchor VALUES (-2, -1, 'b', 'h', 1, '3f9c01ab', 'm');
            INSERT INTO calendar_day VALUES ('2026-08-22', 'worked', 'thay 31/08', 5, 'os:an');
            INSERT INTO complaint VALUES ('c1', 'm1', 'n1', 'desk', 'bị trừ tiền', 5, 6, 'os:an',
                NULL, '', '');
            INSERT INTO subscription VALUES ('n1', 'd', '+849000002', '8083', 'telco', 1, 'm1', 1);
            INSERT INTO follow_up VALUES ('m1', 'n1', 1, '', NULL, NULL);
            INSERT INTO survey VALUES ('d', 'a', '1', 'n1', 1, 't1', 4, 2, 'm1');
            INSERT INTO notice_mark VALUES ('changes', 42, 1);
            INSERT INTO notice VALUES ('p1', 'd1', 'a', '9#3', 42, 4, 9, 1, 2, 1, 'standing', '',
                NULL, NULL, '', NULL);
            INSERT INTO incident_window VALUES ('w1', 1, NULL, 'sự cố máy chủ', '818/SNgV-VP', 0, 1,
                2, 'os:an', '', NULL, '', '');
            INSERT INTO late_cause VALUES ('d1', 1, 'w1', '', '', 1, 'os:an'),
                ('d1', 2, NULL, 'mất điện', 'cả tầng', 2, 'os:an');
            INSERT INTO refused (door, body_hash, reason, request, first_at, last_at, times)
                VALUES ('telco', 'h', 'field text is missing', x'ff00', 1, 9007199254740993, 3);
            """
        )
        db.executescript(OF_THE_DESK)


def cutting(after: int, *, written: bool) -> Callable[..., object]:
    """In the place of `Target.write`: the process ends at the batch of that number."""
    whole, left = Target.write, after

    async def write(target: Target, table: Table, *what: object) -> None:
        nonlocal left
        left -= 1
        if left > 0 or written:
            await whole(target, table, *what)  # type: ignore[arg-type]  # as it came
        if left <= 0:
            raise Cut

    return write
