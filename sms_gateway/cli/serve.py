"""`serve`: the gateway itself."""

import asyncio
import dataclasses
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from sms_gateway import logs
from sms_gateway.cli.group import Fault
from sms_gateway.cli.loop import run
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.console.places import HOME
from sms_gateway.service import node_of
from sms_gateway.service import serve as run_service
from sms_gateway.service.supervisor import of_this_process
from sms_gateway.service.workers import Team, reserved, run_team
from sms_gateway.settings import Settings
from sms_gateway.signals import OVERDUE_S, hear_no_more
from sms_gateway.web.parts import Part, figures_of, listeners

_PHONE = "/phone"
_LATER_S = 3.0


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
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    metavar="N",
    help="Processes that share the port, on PostgreSQL; about one for each core. [default: 1]",
)
@click.option(
    "--worker", type=click.IntRange(0, 64), default=0, hidden=True, help="Which of them this is."
)
@places
def serve(port: int | None, host: str | None, workers: int, worker: int) -> None:
    """Run the gateway until it gets SIGTERM or SIGINT (Ctrl-C); then the status is 0.

    When it takes calls it prints one line, `ready: ADDRESS`, to standard output: the address of
    the phone page, or of the gateway where no simulator is configured. Where staff or operations
    have a listener of their own, a line for each listener follows: `web: ADDRESS`, `staff:
    ADDRESS`, `ops: ADDRESS`. Then `console: ADDRESS` says where the staff's desk is, and, as long
    as nobody has an account, in which file the link for the first administrator lies. With
    --workers a line `ops: ` says where the figures of each are, or why nobody can tell them apart.
    Logs go to standard error, one line per fact, in the format that the settings say. What is
    missing in the data folder is made; one process serves a data folder, unless --workers says how
    many share it.
    """
    settings = _listening(load_settings(), port, host)
    node = node_of(settings, worker)
    logs.configure(settings.log.level, settings.log.format, sys.stderr, node=node, for_good=True)
    if workers > 1:
        sys.exit(_run_team(settings, workers))
    phone = any(table["kind"] == "simulator" for table in settings.doors.values())

    def announce(addresses: Mapping[Part, str], first: Path | None) -> None:
        telcos = addresses[Part.TELCOS]
        ready = addresses.get(Part.STAFF, telcos) + _PHONE if phone else telcos
        click.echo(f"ready: {ready}")
        if len(addresses) > 1:
            for part, address in addresses.items():
                click.echo(f"{part}: {address}")
        click.echo(f"console: {addresses.get(Part.STAFF, telcos)}{HOME}")
        if first is not None:
            click.echo(f"console: nobody has an account yet: open the link in {first}")

    run(run_service(settings, announce, signal.alarm, worker))
    hear_no_more()


def _run_team(settings: Settings, workers: int) -> int:
    """Several processes on one port; the status."""
    for name, where in (("store", settings.store_at), ("cases", settings.cases_at)):
        if isinstance(where, Path):
            message = (
                f"--workers {workers} needs PostgreSQL, because one process alone writes SQLite: "
                f"set {name}.url, and look into docs/operations.md"
            )
            raise Fault(message)
    words = [word for word in sys.argv[1:] if not word.startswith("--workers=")]
    if "--workers" in words:
        at = words.index("--workers")
        del words[at : at + 2]
    command = [sys.executable, "-m", "sms_gateway", *words]
    # Longer than it gives itself.
    team = Team(workers, command, settings.dispatch.grace_s + OVERDUE_S + _LATER_S)

    def announce(address: str) -> None:
        click.echo(f"ready: {address}, {workers} workers")
        click.echo(f"{Part.OPS}: {figures_of(settings, workers)}")

    with reserved(listeners(settings)[0]) as port:
        return asyncio.run(run_team(team, port, announce, of_this_process()))


def _listening(settings: Settings, port: int | None, host: str | None) -> Settings:
    """The settings with what the command line says of the listener."""
    said = {name: v for name, v in (("port", port), ("host", host)) if v is not None}
    origins = {**settings.origins, **{f"web.{name}": f"--{name}" for name in said}}
    changed = msgspec.structs.replace(settings.web, **said)
    return dataclasses.replace(settings, web=changed, origins=origins)
