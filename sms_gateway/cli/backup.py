"""`backup`: the databases as one file, beside a running service."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sms_gateway.backup.contents import Databases, Source
from sms_gateway.backup.making import BackupOrder, make_backup
from sms_gateway.backup.manifest import Manifest
from sms_gateway.backup.rotation import name_of, rotate
from sms_gateway.backup.sealing import check_recipients
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.output import local, print_text
from sms_gateway.clock import SystemClock
from sms_gateway.domain.secret import Secret
from sms_gateway.folder import keys_here
from sms_gateway.settings import Settings
from sms_gateway.store.opening import postgres

_MIB = 1024 * 1024


@click.command(short_help="Copy the databases into one file.")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A folder, or the file to be made. [default: what the settings say]",
)
@click.option(
    "--age",
    "recipients",
    multiple=True,
    metavar="RECIPIENT",
    help="Encrypt to this age recipient, age1...; may be given several times. [default: what the "
    "settings say]",
)
@places
def backup(to: Path | None, recipients: Sequence[str]) -> None:
    """Copy the message store and the dossiers into one file, while the gateway runs.

    The copy shows one moment. It is searched for damage, counted, packed with checksums, and read
    again, before it gets its name. In the folder of `backup.folder` only the newest backups stay,
    as many as `backup.keep` says. Keys are not in it: keep a copy of `keys/` elsewhere. Messages on
    PostgreSQL are copied by pg_dump, which must not be older than the server; see
    `backup.programs`.

    Without --age and `backup.recipients` whoever has the file can read numbers and texts.
    """
    settings = load_settings()
    require_store(settings)
    wanted = recipients or settings.backup.recipients
    check_recipients(wanted)
    clock = SystemClock()
    target = _target(settings, to, name_of(clock.now(), sealed=bool(wanted)))
    order = BackupOrder(
        source=_source(settings),
        target=target,
        recipients=wanted,
        keys=keys_here(settings.data_path),
        version=version("sms-gateway"),
        now=clock.now,
    )
    _tell(order, make_backup(order), settings)
    if settings.backup_path is not None and target.parent == settings.backup_path:
        for old in rotate(settings.backup_path, settings.backup.keep):
            print_text(f"deleted   {old.name}")


def _source(settings: Settings) -> Source:
    at = settings.store_at
    if not isinstance(at, Secret):
        return Databases(at, settings.databases.get("cases.db"))
    postgres()
    # The driver is an extra, and the line above says so where it is missing.
    from sms_gateway.backup.postgres.programs import Programs  # noqa: PLC0415  # only where used
    from sms_gateway.backup.postgres.servers import Servers  # noqa: PLC0415  # the same

    settings.data_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    programs = Programs(settings.programs_path)
    return Servers(at, settings.cases_at, programs, settings.data_path.absolute())


def _target(settings: Settings, to: Path | None, name: str) -> Path:
    if to is None:
        if settings.backup_path is None:
            message = "nobody says where to: give --to PATH, or set backup.folder"
            raise Fault(message)
        settings.backup_path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return settings.backup_path / name
    path = settings.root / to
    if path.is_dir():
        return path / name
    if not path.parent.is_dir():
        message = f"{path.parent} is no folder: make it, or name another one"
        raise Fault(message)
    return path


def _tell(order: BackupOrder, made: Manifest, settings: Settings) -> None:
    zone = ZoneInfo(settings.gateway.timezone)
    size = order.target.stat().st_size
    sealed = "encrypted" if order.recipients else "not encrypted"
    rows = made.rows
    print_text(f"made      {order.target}, {size // _MIB} MiB, {sealed}")
    print_text(f"shows     {local(made.made_at, zone)}; newest text {local(made.newest, zone)}")
    print_text(
        f"holds     {rows['inbox']} texts, {rows['outbox']} replies, "
        f"{rows.get('dossier', 0)} dossiers"
    )
    for name, key_id in made.keys.items():
        print_text(f"needs     key {name} {key_id}, which is not in it: keep a copy elsewhere")
