"""`serve`: the gateway itself."""

import asyncio
import dataclasses
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import click
import msgspec

from sms_gateway import logs
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.service import serve as run_service
from sms_gateway.settings import Settings
from sms_gateway.signals import hear_no_more

run: Callable[[Coroutine[Any, Any, None]], None]
try:
    import uvloop
except ImportError:  # the faster loop is optional
    run = asyncio.run
else:
    run = uvloop.run

_PHONE = "/phone"


@click.command(short_help="Run the gateway until it is stopped.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="N",
    help="TCP port to listen on; 0 lets the system choose. [default: what the settings say, 8080]",
)
@click.option(
    "--host",
    metavar="HOST",
    help="Address to listen on. [default: what the settings say, 127.0.0.1]",
)
@places
def serve(port: int | None, host: str | None) -> None:
    """Run the gateway until it gets SIGTERM or SIGINT (Ctrl-C); then the status is 0.

    When it takes calls it prints one line, `ready: ADDRESS`, to standard output: the address of
    the phone page, or of the gateway where no simulator is configured. Logs go to standard error,
    one line per fact, in the format that the settings say. What is missing in the data folder is
    made; one process serves a data folder.
    """
    settings = _listening(load_settings(), port, host)
    logs.configure(settings.log.level, settings.log.format, sys.stderr, for_good=True)
    path = _PHONE if any(t["kind"] == "simulator" for t in settings.doors.values()) else ""

    def announce(address: str) -> None:
        click.echo(f"ready: {address}{path}")

    run(run_service(settings, announce, signal.alarm))
    hear_no_more()


def _listening(settings: Settings, port: int | None, host: str | None) -> Settings:
    """The settings with what the command line says of the listener."""
    said = {name: v for name, v in (("port", port), ("host", host)) if v is not None}
    origins = {**settings.origins, **{f"web.{name}": f"--{name}" for name in said}}
    changed = msgspec.structs.replace(settings.web, **said)
    return dataclasses.replace(settings, web=changed, origins=origins)
