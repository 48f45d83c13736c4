"""`store copy`: an embedded installation moves to PostgreSQL."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from sms_gateway.cli.changing import running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.options import places
from sms_gateway.cli.output import print_table
from sms_gateway.copying.plan import Compared, Database
from sms_gateway.domain.secret import Secret
from sms_gateway.settings.urls import is_postgres, sqlite_path
from sms_gateway.store.opening import postgres
from sms_gateway.store.sqlite.lock import LockHeldError, data_lock
from sms_gateway.store.tables import FILE as STORE


@click.command(short_help="Move an embedded installation to PostgreSQL.")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--anew",
    is_flag=True,
    help="Empty TO of what an unfinished copy has left there, and begin again.",
)
@places
def copy(source: str, target: str, *, anew: bool) -> None:
    """Copy FROM, a file of messages or dossiers, to TO, a PostgreSQL database.

    FROM is sqlite:///FOLDER/gateway.db, then cases.db; TO is postgresql://USER@HOST/DATABASE. A
    password for TO comes from PGPASSWORD or ~/.pgpass, where no list of processes shows it. Stop
    the gateway first. TO must hold no rows of the kind; its tables are made. FROM is not changed.

    Whatever interrupts it, the same command goes on where it was, and no gateway starts on TO until
    it is finished. At the end all rows of TO are read back and compared. When both files are
    copied, name TO as store.url, and start the gateway.
    """
    path, url = _places(source, target)
    postgres()
    # Its driver is an extra, and the line above says so where it is missing.
    from sms_gateway.cli import copying  # noqa: PLC0415  # only where it is used

    database = asyncio.run(copying.found(path))
    try:
        with _nobody_writes(path, database):
            compared = asyncio.run(copying.copied(path, database, url, anew=anew))
    except LockHeldError:
        message = f"a gateway serves {path.parent}, or another command writes there: stop it first"
        raise Fault(message) from None
    except KeyboardInterrupt:
        message = "stopped: the same command goes on where it was"
        raise Fault(message) from None
    _print(compared)


@contextmanager
def _nobody_writes(path: Path, database: Database) -> Iterator[None]:
    """Whoever writes dossiers into a file holds the lock of the messages beside them.

    Raises:
        LockHeldError: somebody writes, or serves from there with its messages elsewhere.
    """
    if running_service(path.parent) is not None:
        raise LockHeldError
    with data_lock(path if database.file == STORE else path.with_name(STORE)):
        yield


def _places(source: str, target: str) -> tuple[Path, Secret]:
    """The two, as what they are.

    Raises:
        Fault: they are no such two; TO is never quoted, as it may hold a password.
    """
    name = sqlite_path(source)
    if is_postgres(source):
        message = "copies go from SQLite to PostgreSQL only: name sqlite:///FOLDER/gateway.db first"
        raise Fault(message)
    if name is None:
        message = "FROM: write sqlite:///FOLDER/gateway.db, or sqlite:////FOLDER/... from the root"
        raise Fault(message)
    if not is_postgres(target):
        message = "TO: write postgresql://USER@HOST/DATABASE"
        raise Fault(message)
    path = Path.cwd() / name
    if not path.is_file():
        message = f"{path} is not there: name gateway.db or cases.db of the data folder"
        raise Fault(message)
    return path, Secret(target)


def _print(compared: Sequence[Compared]) -> None:
    lines = [(one.table, str(one.rows), str(one.rows), one.checksum) for one in compared]
    print_table([("table", "FROM", "TO", "checksum of both"), *lines], "nothing was copied")
    click.echo(
        f"copied {sum(one.rows for one in compared)} rows: when gateway.db and cases.db are both "
        "copied, name TO as store.url and start the gateway; start none on FROM any more"
    )
