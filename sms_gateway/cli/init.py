"""`init`: the data folder, ready to serve."""

import asyncio
from pathlib import Path

import click

from sms_gateway.cli.changing import running_service
from sms_gateway.cli.copies_checks import keys_used
from sms_gateway.cli.importing import open_directory
from sms_gateway.cli.needed_keys import tell_needed_keys
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.cli.samples import load_samples
from sms_gateway.cli.store_migrate import migrate_store
from sms_gateway.folder import key_file, number_key, prepare_folder
from sms_gateway.settings import Settings


@click.command(short_help="Make the data folder, its key and databases.")
@click.option(
    "--samples",
    is_flag=True,
    help="Also load the sample dossiers, if a simulator is configured and none was ever imported.",
)
@places
def init(*, samples: bool) -> None:
    """Make the data folder, the key of the number hashes, the message store and the case directory.

    What is there already is left as it is, except that databases of an older version are brought up
    to date. Run it as often as you like. It says what it made. Where the messages were written by
    another key than the one that lies there, it names the one that is needed.
    """
    settings = load_settings()
    if running_service(settings.data_path) is not None:
        said = f"{settings.data_path} is being served by another process already: nothing was done"
        click.echo(f"sms-gateway: {said}", err=True)
        return
    folder = settings.data_path
    files = (folder, key_file(folder), settings.store_at, settings.cases_at)
    paths = [path for path in files if isinstance(path, Path)]
    missing = [path for path in paths if not path.exists()]
    prepare_folder(folder)
    number_key(folder)
    asyncio.run(_make_databases(settings))
    for path in paths:
        click.echo(f"{'made' if path in missing else 'found'} {path}")
    # A restored folder has messages and no key yet: a new one finds none of them.
    tell_needed_keys(settings, asyncio.run(keys_used(settings)))
    if samples:
        load_samples(settings)


async def _make_databases(settings: Settings) -> None:
    await migrate_store(settings)
    async with open_directory(settings, writable=True):
        pass
