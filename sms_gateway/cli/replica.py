"""`replica`: keeps a second copy of the databases, by Litestream."""

import contextlib
import os
from pathlib import Path

import click

from sms_gateway.cli.changing import running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.replica import litestream
from sms_gateway.replica.looking import runs
from sms_gateway.settings import Settings


@click.command(short_help="Keep a second copy of the databases, by Litestream.")
@click.option("--off", is_flag=True, help="Let the gateway checkpoint by itself again, and end.")
@places
def replica(*, off: bool) -> None:
    """Copy the databases to `replica.url` while they change, until SIGTERM or SIGINT.

    It writes `litestream.yml` into the data folder and becomes Litestream, which takes a key of S3
    from LITESTREAM_ACCESS_KEY_ID and LITESTREAM_SECRET_ACCESS_KEY. The gateway must have been
    started with `replica.url` set: only one of the two may checkpoint the databases.

    With --off, once `replica.url` is empty and Litestream has ended: after the next restart the
    gateway checkpoints again.
    """
    settings = load_settings()
    require_store(settings)
    databases = settings.databases
    if off:
        _end(settings)
        return
    if not settings.replica.url:
        message = "nobody says where to: set replica.url in gateway.toml, restart the gateway"
        raise Fault(message)
    if runs(settings.data_path):
        message = f"Litestream runs on {settings.data_path} already: stop that one first"
        raise Fault(message)
    program = litestream.program()
    _check_service(settings)
    litestream.mark(databases.values())
    told = litestream.config_of(settings.replica.url, settings.replica.keep_hours, databases)
    _write(settings.data_path / litestream.CONFIG, told)
    # The socket's name must be short, whatever the folder's is.
    os.chdir(settings.data_path)
    os.execv(program, [str(program), "replicate", "-config", litestream.CONFIG])  # noqa: S606  # found by us


def _check_service(settings: Settings) -> None:
    service = running_service(settings.data_path)
    if service is not None and not service.ask("GET", "/status").get("replica"):
        message = "the running gateway still checkpoints its databases: restart it, then this"
        raise Fault(message)


def _end(settings: Settings) -> None:
    if settings.replica.url:
        message = "replica.url is set: take it out of gateway.toml first"
        raise Fault(message)
    if runs(settings.data_path):
        message = "Litestream still runs: stop it first"
        raise Fault(message)
    litestream.unmark(settings.databases.values())
    for name in (litestream.CONFIG, litestream.SOCKET):
        with contextlib.suppress(FileNotFoundError):
            (settings.data_path / name).unlink()
    click.echo("the gateway checkpoints its databases again after its next restart")


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.rename(path)
