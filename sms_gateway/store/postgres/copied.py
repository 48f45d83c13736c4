"""What the store itself notes of a copy that is finished."""

from sms_gateway.copying.target import Closing
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store.operations.outbox import AuditNote, audit
from sms_gateway.store.postgres.driver import PostgresStatements


def noting(note: AuditNote) -> Closing:
    """Part of the transaction that finishes a copy: who made it."""

    async def close(connection: PostgresConnection) -> None:
        await audit(PostgresStatements(connection), *note)

    return close
