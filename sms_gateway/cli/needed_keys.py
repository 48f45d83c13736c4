"""Keys that messages were written by and that do not lie in the data folder."""

from collections.abc import Mapping

import click

from sms_gateway.folder import keys_here
from sms_gateway.settings import Settings


def tell_needed_keys(settings: Settings, used: Mapping[str, str]) -> None:
    """Name each key that is needed and not here, a line each on standard error.

    Args:
        settings: see there.
        used: name of a key to the id of the one that the messages were written by.
    """
    here = keys_here(settings.data_path)
    for name, key_id in used.items():
        if here.get(name) == key_id:
            continue
        what = f"another one, {here[name]}, lies there" if name in here else "it is not there"
        told = (
            f"sms-gateway: key {name} {key_id} is needed and {what}: put its copy into "
            f"{settings.data_path / 'keys'} before the gateway starts"
        )
        click.echo(told, err=True)
