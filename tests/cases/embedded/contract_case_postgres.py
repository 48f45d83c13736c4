"""What the contract of case directories needs to know of the embedded one on PostgreSQL."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sms_gateway.cases.embedded import migrate_cases, open_embedded
from sms_gateway.cases.embedded.postgres.opening import SCHEMA
from sms_gateway.domain.dossier import Dossier
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import CaseDirectory
from sms_gateway.postgres.connecting import connect
from tests.cases.embedded.exports import SetClock, row_of
from tests.contracts.case_ground import Ground
from tests.postgres import postgres

TIME_LIMIT = 0.3


async def _database(ground: Ground, *, migrated: bool = True) -> Secret:
    assert ground.server is not None
    at = Secret(await asyncio.to_thread(ground.server.database))
    if migrated:
        await migrate_cases(at, 0)
    return at


@asynccontextmanager
async def open_with(ground: Ground, dossiers: Sequence[Dossier]) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(await _database(ground), SetClock()) as directory:
        await directory.import_rows([row_of(dossier) for dossier in dossiers])
        yield directory


def _reader(at: Secret) -> AbstractAsyncContextManager[CaseDirectory]:
    return open_embedded(at, SetClock(), writable=False, time_limit=TIME_LIMIT)


async def _change(at: Secret, statement: str) -> None:
    connection = await connect(at.value, SCHEMA, "a test")
    await connection.execute(statement)
    await connection.close()


def _port_of_nobody() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _no_server(_ground: Ground) -> AsyncIterator[CaseDirectory]:
    at = Secret(f"postgresql://gateway@127.0.0.1:{_port_of_nobody()}/gateway")
    async with _reader(at) as directory:
        yield directory


@asynccontextmanager
async def _no_database(ground: Ground) -> AsyncIterator[CaseDirectory]:
    assert ground.server is not None
    async with _reader(Secret(ground.server.url("nothing"))) as directory:
        yield directory


@asynccontextmanager
async def _nobody(ground: Ground) -> AsyncIterator[CaseDirectory]:
    at = (await _database(ground)).value.replace("gateway@", "nobody@")
    async with _reader(Secret(at)) as directory:
        yield directory


@asynccontextmanager
async def _no_rights(ground: Ground) -> AsyncIterator[CaseDirectory]:
    at = await _database(ground)
    user = f"reader_{at.value.rpartition('_')[2]}"
    await _change(at, f"CREATE USER {user}")
    async with _reader(Secret(at.value.replace("gateway@", f"{user}@"))) as directory:
        yield directory


@asynccontextmanager
async def _silent(_ground: Ground) -> AsyncIterator[CaseDirectory]:
    """Something takes the connection and says nothing, as a server that hangs does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with _reader(Secret(f"postgresql://g@127.0.0.1:{port}/gateway")) as directory:
            yield directory


@asynccontextmanager
async def _locked(ground: Ground) -> AsyncIterator[CaseDirectory]:
    at = await _database(ground)
    holder = await connect(at.value, SCHEMA, "a test")
    await holder.execute("BEGIN; LOCK TABLE dossier")
    async with _reader(at) as directory:
        yield directory
    await holder.close()


@asynccontextmanager
async def _no_schema(ground: Ground) -> AsyncIterator[CaseDirectory]:
    async with _reader(await _database(ground, migrated=False)) as directory:
        yield directory


@asynccontextmanager
async def _half_a_schema(ground: Ground) -> AsyncIterator[CaseDirectory]:
    at = await _database(ground)
    await _change(at, "DROP TABLE dossier_number")
    async with _reader(at) as directory:
        yield directory


@asynccontextmanager
async def _older_schema(ground: Ground) -> AsyncIterator[CaseDirectory]:
    at = await _database(ground)
    await _change(at, "DELETE FROM schema_meta")
    async with _reader(at) as directory:
        yield directory


@asynccontextmanager
async def _newer_schema(ground: Ground) -> AsyncIterator[CaseDirectory]:
    at = await _database(ground)
    await _change(at, "INSERT INTO schema_meta VALUES (3, 'later', 'x', 3, 0)")
    async with _reader(at) as directory:
        yield directory


@asynccontextmanager
async def _killed(_ground: Ground) -> AsyncIterator[CaseDirectory]:
    with postgres() as server:
        at = Secret(server.url())
        await migrate_cases(at, 0)
        async with _reader(at) as directory:
            await directory.find_many([])
            server.kill()
            yield directory


@asynccontextmanager
async def _closed(ground: Ground) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(await _database(ground), SetClock()) as directory:
        pass
    yield directory


FAILURES: Mapping[str, Callable[[Ground], AbstractAsyncContextManager[CaseDirectory]]] = {
    "no_server": _no_server,
    "no_database": _no_database,
    "nobody": _nobody,
    "no_rights": _no_rights,
    "silent": _silent,
    "locked": _locked,
    "no_schema": _no_schema,
    "half_a_schema": _half_a_schema,
    "older_schema": _older_schema,
    "newer_schema": _newer_schema,
    "killed": _killed,
    "closed": _closed,
}
