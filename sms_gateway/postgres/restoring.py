"""The mark of a schema that is being restored: it is there from the first moment to the last."""

from asyncpg import InterfaceError

from sms_gateway.postgres.connecting import PostgresConnection

_MARK = "CREATE TABLE restore_progress ()"
_UNMARK = "DROP TABLE restore_progress"
_MARKED = "SELECT to_regclass('restore_progress') IS NOT NULL"


class HalfRestoredError(InterfaceError):
    """The schema is being restored, or was left half restored: for a gateway it is not there."""

    def __init__(self) -> None:
        super().__init__("the database is being restored")


async def mark(connection: PostgresConnection) -> None:
    """From now on no gateway starts on the schema of a connection."""
    await connection.execute(_MARK)


async def unmark(connection: PostgresConnection) -> None:
    """It is restored, and gateways may start."""
    await connection.execute(_UNMARK)


async def half_restored(connection: PostgresConnection) -> bool:
    """Whether a restore into the schema of a connection was begun and is not finished."""
    there: bool = await connection.fetchval(_MARKED)
    return there


async def refuse_half_restored(connection: PostgresConnection) -> None:
    """See that no restore was begun that is not finished.

    Raises:
        HalfRestoredError: one was.
    """
    if await half_restored(connection):
        raise HalfRestoredError
