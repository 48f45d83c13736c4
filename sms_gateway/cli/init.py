"""`init`: the data folder, ready to serve."""

import asyncio
from pathlib import Path

import click

from sms_gateway.cli.cases_import import counted, read_rows
from sms_gateway.cli.changing import open_commands, running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.importing import import_rows, open_directory
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.commands import ImportOrder
from sms_gateway.folder import number_key, prepare_folder
from sms_gateway.settings import Settings

SAMPLES = Path("samples") / "q3-2017.csv"
_MARK = "samples.wanted"


@click.command(short_help="Make the data folder, its key and databases.")
@click.option(
    "--samples",
    is_flag=True,
    help="On the first start also load the sample dossiers; never again after that.",
)
@places
def init(*, samples: bool) -> None:
    """Make the data folder, the key of the number hashes, the message store and the case directory.

    What is there already is left as it is, except that databases of an older version are brought up
    to date. Run it as often as you like.
    """
    settings = load_settings()
    if running_service(settings.data_path) is not None:
        said = f"{settings.data_path} is being served by another process already: nothing was done"
        click.echo(f"sms-gateway: {said}", err=True)
        return
    paths = (settings.data_path, settings.store_path, settings.cases_path)
    missing = [path for path in paths if not path.exists()]
    prepare_folder(settings.data_path)
    number_key(settings.data_path)
    wanted = samples and _first_start(settings)
    asyncio.run(_make_databases(settings))
    for path in paths:
        click.echo(f"{'made' if path in missing else 'found'} {path}")
    if wanted:
        file = _samples_file(settings)
        rows = read_rows(settings, file)
        report = import_rows(settings, ImportOrder(file.name, len(rows), replace=False), rows)
        (settings.data_path / _MARK).unlink(missing_ok=True)
        click.echo(f"loaded {file.name}: {counted(report)}")


async def _make_databases(settings: Settings) -> None:
    async with open_commands(settings), open_directory(settings, writable=True):
        pass


def _first_start(settings: Settings) -> bool:
    """Whether no dossier was ever there: staff who remove the samples do not get them back.

    A mark stands until they are loaded, so that a start that was cut off is a first one still.
    """
    mark = settings.data_path / _MARK
    if not settings.cases_path.exists():
        mark.touch(mode=0o600)
    return mark.exists()


def _samples_file(settings: Settings) -> Path:
    for folder in (settings.config_dir, settings.shipped_dir):
        if (folder / SAMPLES).is_file():
            return folder / SAMPLES
    message = f"{SAMPLES} is not beside gateway.toml: restore it, or run init without --samples"
    raise Fault(message)
