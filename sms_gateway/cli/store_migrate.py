"""`store migrate`: the tables that this version of the code needs."""

import asyncio
from pathlib import Path

import click

from sms_gateway.cases.embedded import migrate_cases
from sms_gateway.cli.changing import open_commands, running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.clock import SystemClock
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import Settings
from sms_gateway.store.opening import postgres


@click.command(short_help="Make or renew the tables, for this version.")
@places
def migrate() -> None:
    """Make the tables of messages and dossiers, or bring them to what this version needs.

    On PostgreSQL do this once, before the first node of a new version starts; nodes of the version
    before go on meanwhile, and may be started again one by one. On SQLite the gateway does it by
    itself when it starts. Doing it again changes nothing.
    """
    settings = load_settings()
    if isinstance(settings.store_at, Path) and running_service(settings.data_path) is not None:
        message = "the gateway is running on this database: it was migrated when it started"
        raise Fault(message)
    steps = asyncio.run(migrate_store(settings))
    if steps is None:
        click.echo("the tables are those of this version")
    else:
        click.echo(f"{steps} steps made" if steps else "nothing to do: all steps were made before")


async def migrate_store(settings: Settings) -> int | None:
    """Make what is missing, also for dossiers on PostgreSQL; those on SQLite come when opened.

    How many steps were made; None where both are made when they are opened.

    Raises:
        SchemaError: it needs other code.
        what opening it raises.
    """
    now = SystemClock().milliseconds()
    made: int | None = None
    if isinstance(settings.store_at, Secret):
        # Outside the loop, because files are read.
        dialect = await asyncio.to_thread(postgres)
        made = await dialect.migrate_postgres(settings.store_at, now)
    else:
        async with open_commands(settings):
            pass
    if isinstance(settings.cases_at, Secret):
        made = (made or 0) + await migrate_cases(settings.cases_at, now)
    return made
