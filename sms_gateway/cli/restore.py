"""`restore`: a backup, or the replica, in place of databases that are lost."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sms_gateway.backup.contents import Databases
from sms_gateway.backup.restoring import (
    check_nothing_is_there,
    checked,
    hold_back,
    prepared,
    put_in_place,
    unpack,
)
from sms_gateway.cli.changing import myself, running_service
from sms_gateway.cli.group import Fault, Misunderstood
from sms_gateway.cli.needed_keys import tell_needed_keys
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.cli.output import local, print_text
from sms_gateway.cli.purge import purge_restored
from sms_gateway.cli.restored import Restored
from sms_gateway.clock import SystemClock
from sms_gateway.domain.secret import Secret
from sms_gateway.replica.litestream import restore_copies
from sms_gateway.settings import Settings
from sms_gateway.store.opening import postgres
from sms_gateway.store.sqlite.lock import data_lock

_HOUR, _MINUTE = 3600, 60


@click.command(short_help="Put a backup in place of lost databases.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--identity",
    "identities",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="File of an age key that opens the backup; may be given several times.",
)
@click.option("--replica", metavar="URL", help="Take the newest copy from this replica instead.")
@click.option("--no-purge", is_flag=True, help="Leave the purge for the next night.")
@places
def restore(
    file: Path | None, identities: Sequence[Path], replica: str | None, *, no_purge: bool
) -> None:
    """Put the backup FILE, or the replica, in place of databases that are lost.

    It overwrites nothing, and refuses while a gateway runs on the data folder. Checksums and
    databases are checked first; an older backup is brought up to date. A backup of PostgreSQL goes
    into an empty database, which `store.url` names.

    What waited to be sent when the copy was made is held, and texts that had no answer wait for a
    person: the machine that was lost may have done it all. New texts are answered. Look at what is
    held with `messages --reply held`, then let it go with `resume`. It tells for which time
    messages are missing, and which key is.

    What was purged since the copy was made is back in it, and is purged again at once. Legal holds
    that were set since then are not in it: with --no-purge nothing is purged before the next night,
    so that they can be added again first.
    """
    settings = load_settings()
    if (file is None) == (replica is None):
        message = "restore: give a FILE, or --replica URL; see sms-gateway restore --help"
        raise Misunderstood(message)
    if running_service(settings.data_path) is not None:
        message = f"a gateway runs on {settings.data_path}: stop it first"
        raise Fault(message)
    if isinstance(settings.store_at, Path):
        done = _files(settings, settings.store_at, identities, file or str(replica))
    else:
        done = _server(settings, settings.store_at, identities, file)
    _tell(settings, done)
    tell_needed_keys(settings, done.keys)
    told = "legal     holds set since the copy was made are not in it: add them again"
    if no_purge:
        print_text(f"{told} before the purge")
        print_text("purge     left for the night, or for `sms-gateway purge`")
        return
    print_text(f"{told}; what only they kept is purged now")
    purge_restored(settings)


def _server(
    settings: Settings, store: Secret, identities: Sequence[Path], file: Path | None
) -> Restored:
    if file is None:
        message = "a replica is of SQLite, and store.url names PostgreSQL: leave it empty for that"
        raise Fault(message)
    postgres()
    # The driver is an extra, and the line above says so where it is missing.
    from sms_gateway.cli.restored_postgres import restore_server  # noqa: PLC0415  # only where used

    return restore_server(settings, store, identities, settings.root / file)


def _files(
    settings: Settings, store: Path, identities: Sequence[Path], source: Path | str
) -> Restored:
    databases = Databases(store, settings.databases.get("cases.db"))
    check_nothing_is_there(databases)
    with _owned(databases), prepared(databases) as copies:
        if isinstance(source, Path):
            manifest = unpack(settings.root / source, identities, copies)
            shows: datetime | None
            shows, newest, keys = manifest.made_at, manifest.newest, manifest.keys
        else:
            restore_copies(source, copies.places())
            found = checked(copies)
            shows, newest, keys = found.newest, found.newest, found.keys
        copied_at = shows or SystemClock().now()
        held = hold_back(copies, copied_at, myself(), version("sms-gateway"))
        put_in_place(copies, databases)
    return Restored(str(store), shows, newest, keys, held)


@contextlib.contextmanager
def _owned(databases: Databases) -> Iterator[None]:
    # Not `prepare_folder`: it would make a new key, and the old one is to be put back.
    for path in databases.places().values():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with data_lock(databases.store):
        yield


def _tell(settings: Settings, done: Restored) -> None:
    zone = ZoneInfo(settings.gateway.timezone)
    now, held = SystemClock().now(), done.held
    print_text(f"restored  {done.place}")
    shown = "an unknown moment" if done.shows is None else local(done.shows, zone)
    print_text(f"shows     {shown}; newest text {local(done.newest, zone)}")
    print_text(f"missing   {_missing(done.shows, now, zone)}")
    print_text(
        f"held      {held.queued} replies that waited, {held.sending} that were being sent; "
        f"{held.parked} texts without answer wait for a person"
    )
    print_text("next      start the gateway, look at `messages --reply held`, then `resume`")


def _missing(shows: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    if shows is None:
        return (
            f"all until {local(now, zone)}, since when is unknown: the copy holds no text; "
            "ask the telcos what came in"
        )
    return (
        f"{local(shows, zone)} to {local(now, zone)}, {_long(now - shows)}: "
        "ask the telcos what came in that time"
    )


def _long(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
