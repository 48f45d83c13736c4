"""The sample dossiers: for trying out only, and never among dossiers of real people."""

import asyncio
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from sms_gateway.cli.cases_import import counted, read_rows
from sms_gateway.cli.group import Fault
from sms_gateway.cli.importing import import_rows, open_directory
from sms_gateway.cli.output import safe
from sms_gateway.commands import ImportOrder
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

SAMPLES = Path("samples") / "q3-2017.csv"

_PATIENCE_S = 60.0


def go_with(settings: Settings) -> bool:
    """Whether this is a gateway for trying out: it has a door of kind simulator."""
    return any(table["kind"] == "simulator" for table in settings.doors.values())


def init_command(settings: Settings) -> str:
    """The command that makes the data folder of this gateway as its owner will want it."""
    return f"sms-gateway init{' --samples' if go_with(settings) else ''}"


def load_samples(settings: Settings) -> None:
    """Load them where no dossier is there or was ever imported; says why not, or how many.

    A start that was killed while it loaded them does not count: they are loaded again.

    Raises:
        Fault: their file cannot be found or read.
        what opening and writing the databases raises.
    """
    if asyncio.run(_count(settings)):
        return
    imported = [name for name in asyncio.run(_imported(settings)) if name != SAMPLES.name]
    if not go_with(settings):
        click.echo("no samples: no door of kind simulator is configured")
    elif imported:
        click.echo(safe(f"no samples: {imported[-1]} was imported here; import it again"))
    else:
        file = _file(settings)
        rows = read_rows(settings, file)
        report = import_rows(settings, ImportOrder(file.name, len(rows), replace=False), rows)
        click.echo(f"loaded {file.name}: {counted(report)}")


async def _count(settings: Settings) -> int:
    # As long as it takes: a start that fails because a disk is slow would help nobody.
    patient = msgspec.structs.replace(settings.cases, timeout_s=_PATIENCE_S)
    calm = dataclasses.replace(settings, cases=patient)
    async with open_directory(calm, writable=False) as directory:
        return await directory.count()


async def _imported(settings: Settings) -> Sequence[str]:
    async with open_reading(settings.store_at) as reading:
        return await reading.imported()


def _file(settings: Settings) -> Path:
    for folder in (settings.config_dir, settings.shipped_dir):
        if (folder / SAMPLES).is_file():
            return folder / SAMPLES
    message = f"{SAMPLES} is not beside gateway.toml: restore it, or run init without --samples"
    raise Fault(message)
