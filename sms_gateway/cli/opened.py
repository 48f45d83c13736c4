"""What commands open: the settings that the command line names, and what follows from them."""

import os
from pathlib import Path

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.options import CONFIG, DATA
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import Settings, load


def load_settings() -> Settings:
    """The settings, by `--config` and `--data` of the command that runs.

    Raises:
        SettingsError: they cannot be used.
    """
    meta = click.get_current_context().meta
    return load(meta.get(CONFIG), meta.get(DATA), os.environ, Path.cwd())


def first_short_code(settings: Settings) -> str:
    """The short code that is meant where none is said: our first one."""
    if settings.gateway.short_codes:
        return settings.gateway.short_codes[0]
    codes = settings.keywords.get("short_codes")
    return next(iter(codes), _ANY) if isinstance(codes, dict) else _ANY


def require_store(settings: Settings) -> None:
    """See that the message store can be asked.

    Raises:
        Fault: it is a file, and there is none yet.
    """
    if not stored(settings):
        where = settings.store_at
        message = f"{where} is not there: run sms-gateway init, or name the folder with --data"
        raise Fault(message)


def stored(settings: Settings) -> bool:
    """Whether there is a message store."""
    return is_there(settings.store_at)


def is_there(at: Path | Secret) -> bool:
    """Whether there is a database; a server is taken to have one, and says what is missing."""
    return isinstance(at, Secret) or at.exists()


_ANY = "8083"


def nobodys_hasher() -> Hasher:
    """A hasher for where no number of the store is looked for."""
    return Hasher(Secret("00" * 32))
