"""Opens the store on PostgreSQL."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sms_gateway.copying.target import unfinished
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Nodes
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.migrate import applied, migrate
from sms_gateway.postgres.restoring import half_restored, refuse_half_restored
from sms_gateway.sql.migrations import Migration, SchemaError, check_applied, load_migrations
from sms_gateway.store import tables
from sms_gateway.store.alone import Alone
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.postgres import asking, hints, life, nodes, writing
from sms_gateway.store.postgres.asking import PostgresAsk
from sms_gateway.store.postgres.driver import PostgresStatements
from sms_gateway.store.postgres.hints import Hints
from sms_gateway.store.postgres.life import Life
from sms_gateway.store.postgres.nodes import PostgresNodes
from sms_gateway.store.postgres.writing import Connect, PostgresWriter
from sms_gateway.store.rows import ms
from sms_gateway.store.store import GROUP_LIMIT, RunOf, SqlStore

SCHEMA = tables.SCHEMA
MIGRATIONS = "sms_gateway.store.postgres.migrations"

_STEPS = load_migrations(MIGRATIONS)


@asynccontextmanager
async def open_postgres(
    url: Secret, run: RunOf, group_limit: int = GROUP_LIMIT, *, serving: bool = False
) -> AsyncIterator[SqlStore]:
    """Open the store as one node of however many; the schema must be there.

    Args:
        url: `postgresql://...`.
        run: who opens it.
        group_limit: most rows in one commit.
        serving: this run leases and sends, so others must be able to tell whether it lives.

    Raises:
        SchemaError: the database needs `store migrate`, or other code.
        PostgresRefusedError: the server or the way to it cannot be used.
        asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError: it cannot be reached.
    """

    def line(limits: Mapping[str, str], *, writes: bool = False) -> Connect:
        if serving:
            return lambda: _serving(url, run, limits, writes=writes)
        return lambda: _connected(url, run, limits)

    await _begin(url, run, serving=serving)
    async with AsyncExitStack() as stack:
        among: Nodes = Alone()
        if serving:
            lives = await stack.enter_async_context(Life.begun(line(life.LIMITS)))
            told = await stack.enter_async_context(Hints.begun(line(hints.LIMITS)))
            turns = PostgresNodes(line(nodes.LIMITS), lives, told)
            stack.push_async_callback(turns.close)
            among = turns
        writer = PostgresWriter(line(writing.LIMITS, writes=True), run.id)
        stack.push_async_callback(writer.close)
        ask = PostgresAsk(line(asking.LIMITS))
        stack.push_async_callback(ask.close)
        store = SqlStore(GroupCommit(writer.write, group_limit), ask, run, among)
        stack.push_async_callback(store.close)
        stack.callback(writer.closing)
        yield store


async def _connected(url: Secret, run: RunOf, limits: Mapping[str, str]) -> PostgresConnection:
    name = f"sms-gateway {run.node}"
    return await connect(url.value, SCHEMA, name, by_index=True, limits=limits)


async def _serving(
    url: Secret, run: RunOf, limits: Mapping[str, str], *, writes: bool
) -> PostgresConnection:
    """A connection that holds the lock of its run, to a schema that is not being restored.

    Raises:
        HalfRestoredError: it is, and what waits in it is not held back yet.
        what `connect` raises.
    """
    connection = await _connected(url, run, limits)
    try:
        # In this order: whoever restores marks the schema first, and then looks for locks.
        await _show_life(connection, run)
        await refuse_half_restored(connection)
        if writes:
            await _note_run(connection, run)
    except BaseException:
        # Also where its run ends in that moment.
        connection.terminate()
        raise
    return connection


async def _show_life(connection: PostgresConnection, run: RunOf) -> None:
    await PostgresStatements(connection).rows("life_lock", {"run": run.id})


async def _note_run(connection: PostgresConnection, run: RunOf) -> None:
    """Its commits are numbered in its row, which a copy that was restored meanwhile lacks."""
    values = {"run": run.id, "name": run.node, "at": ms(run.now()), "version": run.version}
    await PostgresStatements(connection).change("node_insert", values)


async def _begin(url: Secret, run: RunOf, *, serving: bool) -> None:
    """See that the schema is this code's, and note the run where it serves."""
    connection = await _connected(url, run, writing.LIMITS)
    try:
        if serving:
            await _show_life(connection, run)
        await check(connection)
        if serving:
            await _note_run(connection, run)
    finally:
        await connection.close()


@asynccontextmanager
async def open_postgres_reading(url: Secret) -> AsyncIterator[StoreReading]:
    """Read a store that nodes may be serving.

    Raises:
        what `open_postgres` raises.
    """

    async def connected() -> PostgresConnection:
        name = "sms-gateway reading"
        return await connect(url.value, SCHEMA, name, by_index=True, limits=asking.LIMITS)

    connection = await connected()
    try:
        await check(connection)
    finally:
        await connection.close()
    ask = PostgresAsk(connected)
    try:
        yield StoreReading(ask)
    finally:
        await ask.close()


async def check(connection: PostgresConnection) -> None:
    """Refuse a database whose schema this code must not use, or that is not migrated yet.

    Raises:
        SchemaError: with what to do.
    """
    if await half_restored(connection):
        message = "the restore into this database is not finished: run sms-gateway restore again"
        raise SchemaError(message)
    steps = await applied(connection)
    check_applied(steps, _STEPS)
    if len(steps) < len(_STEPS):
        message = "the database has not this version's tables yet: run sms-gateway store migrate"
        raise SchemaError(message)
    if await unfinished(connection):
        message = "the copy into this database is not finished: run sms-gateway store copy again"
        raise SchemaError(message)


async def migrate_postgres(url: Secret, at_ms: int) -> int:
    """Make or renew the schema; how many steps were applied.

    Raises:
        what `open_postgres` raises.
    """
    connection = await connect(url.value, SCHEMA, "sms-gateway migrate")
    try:
        return await migrate(connection, SCHEMA, _STEPS, at_ms)
    finally:
        await connection.close()


async def state_of(url: Secret) -> tuple[int, Sequence[Migration]]:
    """How many steps were applied, and all that this code knows.

    Raises:
        what `open_postgres` raises.
    """
    connection = await connect(url.value, SCHEMA, "sms-gateway status")
    try:
        return len(await applied(connection)), _STEPS
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class Seen:
    """A database as it looks from outside.

    Attributes:
        version: of the server.
        made, known: steps of the schema, there and in this code.
        mebibytes: how large the database is.
        connections: of ours, this one not counted.
        gateways: those of them that serve.
        unsafe: settings of the server that trade durability away, with their values.
    """

    version: str
    made: int
    known: int
    mebibytes: int
    connections: int
    gateways: int
    unsafe: Mapping[str, str]


async def gateways(connection: PostgresConnection) -> int:
    """How many connections of gateways that serve the database has.

    Raises:
        asyncpg.PostgresError: it cannot be asked.
    """
    ((found,),) = await PostgresStatements(connection).rows("gateways")
    return int(found)


async def look(url: Secret) -> Seen:
    """Look at a database without changing it.

    Raises:
        what `open_postgres` raises; SchemaError: it needs other code.
    """
    connection = await connect(url.value, SCHEMA, "sms-gateway doctor")
    try:
        steps = await applied(connection)
        check_applied(steps, _STEPS)
        asked = PostgresStatements(connection)
        ((version, size, connections),) = await asked.rows("server")
        settings = {str(name): str(value) for name, value in await asked.rows("server_settings")}
        unsafe = {name: value for name, value in settings.items() if value == "off"}
        serve = await gateways(connection)
        return Seen(version, len(steps), len(_STEPS), size >> 20, connections, serve, unsafe)
    finally:
        await connection.close()
