"""Which dialect speaks to a database; imported only when it is wanted."""

import asyncio
from importlib import import_module
from typing import cast

from sms_gateway.cases.embedded.tables import Dialect, Location, Standing
from sms_gateway.cases.embedded.trouble import CaseTablesError
from sms_gateway.domain.secret import Secret

_SQLITE = "sms_gateway.cases.embedded.sqlite.opening"
_POSTGRES = "sms_gateway.cases.embedded.postgres.opening"


async def dialect_of(at: Location) -> Dialect:
    """The dialect of a database.

    Raises:
        CaseTablesError: what it needs is not installed; one line for people.
    """
    module = _POSTGRES if isinstance(at, Secret) else _SQLITE
    try:
        # Outside the loop, because files are read.
        return cast("Dialect", await asyncio.to_thread(import_module, module))
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        message = "PostgreSQL needs one package more: pip install 'sms-gateway[postgres]'"
        raise CaseTablesError(message, "missing") from error


async def migrate_cases(at: Location, at_ms: int) -> int:
    """Bring the schema of the dossiers up to date; how many steps were made.

    Args:
        at: where they lie; on SQLite the file is made where it is missing, and must be nobody's.
        at_ms: now, milliseconds since the epoch.

    Raises:
        CaseTablesError: it cannot be done; one line for people.
    """
    return await (await dialect_of(at)).migrate_cases(at, at_ms)


async def standing_of(at: Location) -> Standing:
    """How far the schema of the dossiers has come; changes nothing.

    Raises:
        CaseTablesError: it cannot be read, or needs other code; one line for people.
    """
    return await (await dialect_of(at)).standing_of(at)
