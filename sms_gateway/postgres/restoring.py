"""The mark of a schema that is being restored: it is there from the first moment to the last."""

from sms_gateway.postgres.connecting import PostgresConnection

_MARK = "CREATE TABLE restore_progress ()"
_UNMARK = "DROP TABLE restore_progress"
_MARKED = "SELECT to_regclass('restore_progress') IS NOT NULL"


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
