"""`store status`: what database this is, and which version's tables it has."""

import asyncio
from pathlib import Path

import click

from sms_gateway.cases.embedded import standing_of
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json
from sms_gateway.domain.secret import Secret
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.connection import open_reader
from sms_gateway.sqlite.migrate import schema_version
from sms_gateway.store.opening import postgres
from sms_gateway.store.sqlite.opening import MIGRATIONS


@click.command(short_help="Show which version's tables are there.")
@as_json
@places
def status(*, as_json: bool) -> None:
    """Show what database the message store is, and how many steps of its schema were made.

    The same of the dossiers, where they are on PostgreSQL. With --json an object with the keys
    dialect (sqlite, postgres), made and known: the steps that were made, and those that this
    version knows; and cases, null or such an object. The status is 1 where steps are missing.
    """
    settings = load_settings()
    require_store(settings)
    at = settings.store_at
    made, known = asyncio.run(_steps(at))
    told: dict[str, object] = {"dialect": dialect_of(at), "made": made, "known": known}
    lines = [f"{dialect_of(at)}: {made} steps of the schema made, {known} known"]
    told["cases"], missing = None, made < known
    if isinstance(settings.cases_at, Secret):
        cases = asyncio.run(standing_of(settings.cases_at))
        told["cases"] = {"dialect": "postgres", "made": cases.version, "known": cases.known}
        lines.append(f"dossiers: {cases.version} steps of the schema made, {cases.known} known")
        missing |= cases.version < cases.known
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(lines))
    if missing:
        message = "steps are missing: run sms-gateway store migrate before the gateway starts"
        raise Fault(message)


def dialect_of(at: Path | Secret) -> str:
    """Its name."""
    return "sqlite" if isinstance(at, Path) else "postgres"


async def _steps(at: Path | Secret) -> tuple[int, int]:
    if isinstance(at, Secret):
        # Outside the loop, because files are read.
        dialect = await asyncio.to_thread(postgres)
        made, known = await dialect.state_of(at)
        return made, len(known)
    steps = await asyncio.to_thread(load_migrations, MIGRATIONS)
    reader = await open_reader(at)
    try:
        return await reader.work(schema_version), len(steps)
    finally:
        await reader.close()
