"""Messages on PostgreSQL, and the dossiers there or in a file, as what a backup is made of."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sms_gateway.backup.contents import Contents, copied_file, dossiers_of
from sms_gateway.backup.manifest import CASES, CASES_DUMP, STORE_DUMP, Kind
from sms_gateway.backup.postgres.dumping import NAME, asked, check_dump, dump, size_of
from sms_gateway.backup.postgres.programs import Programs
from sms_gateway.cases.embedded.copied import SCHEMA as CASES_SCHEMA
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.store.operations.copies import contents, keys_used
from sms_gateway.store.postgres.driver import PostgresStatements
from sms_gateway.store.postgres.opening import SCHEMA, check

DOSSIERS = "dossier"
"""The table of the dossiers."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Implements `Source`.

    Attributes:
        store: URL of the messages' database.
        cases: URL or file of the dossiers.
        programs: see there.
        beside: the data folder.
    """

    store: Secret
    cases: Secret | Path
    programs: Programs
    beside: Path

    @property
    def kind(self) -> Kind:
        """See `Source.kind`."""
        return "postgres"

    def size(self) -> int:
        """See `Source.size`."""
        return asyncio.run(size_of(self.store, SCHEMA)) + self._size_of_cases()

    def copied(self, work: Path) -> tuple[Mapping[str, Path], Contents]:
        """See `Source.copied`."""
        store = work / STORE_DUMP
        counts, found = asyncio.run(dump(self.store, SCHEMA, self.programs, store, _looked))
        check_dump(self.programs, store, counts)
        files, dossiers = self._copied_cases(work)
        if dossiers is not None:
            found = Contents(found.newest, {**found.rows, DOSSIERS: dossiers}, found.keys)
        return {STORE_DUMP: store, **files}, found

    def _size_of_cases(self) -> int:
        if isinstance(self.cases, Secret):
            return asyncio.run(size_of(self.cases, CASES_SCHEMA))
        return self.cases.stat().st_size if self.cases.exists() else 0

    def _copied_cases(self, work: Path) -> tuple[Mapping[str, Path], int | None]:
        """The copy of the dossiers, and how many they are; nothing where they lie elsewhere."""
        if isinstance(self.cases, Path):
            if not self.cases.exists():
                return {}, None
            copy = copied_file(self.cases, work / CASES)
            return {CASES: copy}, dossiers_of(copy)
        if not asyncio.run(is_there(self.cases, CASES_SCHEMA)):
            return {}, None
        copy = work / CASES_DUMP
        counts, _ = asyncio.run(dump(self.cases, CASES_SCHEMA, self.programs, copy, _nothing))
        check_dump(self.programs, copy, counts)
        return {CASES_DUMP: copy}, counts[DOSSIERS]


async def is_there(url: Secret, schema: str) -> bool:
    """Whether a database has a schema.

    Raises:
        what `connect` raises.
    """
    connection = await connect(url.value, schema, NAME)
    try:
        ((there,),) = await asked(connection, "there", schema=schema)
        return bool(there)
    finally:
        await connection.close()


async def _looked(connection: PostgresConnection) -> Contents:
    await check(connection)
    return await contents_of(connection)


async def contents_of(connection: PostgresConnection) -> Contents:
    """What the messages of a database hold."""
    statements = PostgresStatements(connection)
    rows, newest = await contents(statements)
    keys: Mapping[str, str] = await keys_used(statements)
    return Contents(newest, rows, keys)


async def _nothing(_connection: PostgresConnection) -> None:
    pass
