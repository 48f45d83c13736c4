"""What commands open: the settings that the command line names, and what follows from them."""

import os
from pathlib import Path

import click

from sms_gateway.cli.options import CONFIG, DATA
from sms_gateway.settings import Settings, load


def load_settings() -> Settings:
    """The settings, by `--config` and `--data` of the command that runs.

    Raises:
        SettingsError: they cannot be used.
    """
    meta = click.get_current_context().meta
    return load(meta.get(CONFIG), meta.get(DATA), os.environ, Path.cwd())


def first_short_code(settings: Settings) -> str:
    """The short code that is meant where none is said: the first one with keywords of its own."""
    codes = settings.keywords.get("short_codes")
    return next(iter(codes), _ANY) if isinstance(codes, dict) else _ANY


_ANY = "8083"
