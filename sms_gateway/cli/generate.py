"""`generate`: made-up dossiers and messages, for measuring and trying out."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sms_gateway.cases.embedded.upload import rules_of_file
from sms_gateway.cli.changing import myself, open_commands, running_service
from sms_gateway.cli.connected import refuse_connected
from sms_gateway.cli.group import Fault
from sms_gateway.cli.importing import open_directory
from sms_gateway.cli.narrowing import to_time, until_of
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import places
from sms_gateway.cli.progress import Progress, progress_of
from sms_gateway.commands import ImportOrder
from sms_gateway.domain.acts import GENERATE_ACT
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.folder import number_key, prepare_folder
from sms_gateway.made_up.dossiers import MADE_UP, MOST, agency_by, dossiers_of
from sms_gateway.made_up.messages import PIECE, Plan, log_rows
from sms_gateway.made_up.rows import COLUMNS
from sms_gateway.made_up.spread import Span
from sms_gateway.rules import load_rules
from sms_gateway.settings import Settings
from sms_gateway.store.generated import Note, Piece
from sms_gateway.store.sqlite.generated import write_log

_QUIET_BELOW = 20_000
_STEP = 10_000
_FEWEST_KNOWN = 1_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The log that the command line asks for."""

    messages: int
    seed: int
    days: int
    until: datetime
    add: bool


@click.command(short_help="Make up dossiers and messages, for measuring.")
@click.option(
    "--dossiers", metavar="N", type=click.IntRange(0, MOST), default=0, help="So many dossiers."
)
@click.option(
    "--messages", metavar="N", type=click.IntRange(0, 10**9), default=0, help="So many texts."
)
@click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(0, 10**6),
    default=1,
    show_default=True,
    help="Another seed makes other texts.",
)
@click.option(
    "--days",
    metavar="D",
    type=click.IntRange(1, 3_660),
    default=365,
    show_default=True,
    help="The days over which the texts came in.",
)
@to_time
@click.option("--add", is_flag=True, help="Also where there are messages already.")
@places
def generate(
    *, dossiers: int, messages: int, seed: int, days: int, until: str | None, add: bool
) -> None:
    """Make up dossiers, and a log of texts that were answered, in any number.

    For measuring, and for trying out how this gateway does when it is full. Never among real
    messages: the texts cannot be taken out again. No gateway may serve the folder, or the database,
    meanwhile. The same arguments make the same rows; give --until as well, else the log ends now.
    """
    if not dossiers and not messages:
        message = "nothing to make: give --dossiers or --messages"
        raise click.UsageError(message)
    settings = load_settings()
    _refuse_served(settings)
    end = until_of(until, ZoneInfo(settings.gateway.timezone)) or datetime.now(UTC)
    prepare_folder(settings.data_path)
    wanted = _Wanted(messages, seed, days, end, add)
    known = asyncio.run(_known(settings))
    if messages:
        _fill_log(settings, wanted, max(known, dossiers, _FEWEST_KNOWN))
    if dossiers:
        asyncio.run(_fill_directory(settings, dossiers, _agency(settings)))


def _refuse_served(settings: Settings) -> None:
    if running_service(settings.data_path) is not None:
        message = (
            f"{settings.data_path} is being served: stop that gateway, or make up data in a folder "
            "of its own with --data"
        )
        raise Fault(message)
    if isinstance(settings.store_at, Secret):
        refuse_connected(settings.store_at)


async def _known(settings: Settings) -> int:
    """How many dossiers there are; makes the databases where there are none."""
    async with open_commands(settings), open_directory(settings, writable=True) as directory:
        return await directory.count()


async def _fill_directory(settings: Settings, count: int, agency: str) -> None:
    async def load() -> None:
        with progress_of("dossiers", quiet=count < _QUIET_BELOW) as shown:
            for first in range(0, count, _STEP):
                numbers = range(first, min(first + _STEP, count))
                await directory.import_rows(dossiers_of(numbers, agency))
                shown(numbers.stop, count)

    async with (
        open_commands(settings) as commands,
        open_directory(settings, writable=True) as directory,
    ):
        order = ImportOrder(MADE_UP, count, replace=False)
        await commands.import_cases(order, myself(), load)
    click.echo(f"made {count} dossiers")


def _agency(settings: Settings) -> str:
    hasher = Hasher(number_key(settings.data_path))
    return agency_by(rules_of_file(load_rules(settings, hasher), hasher).agency_of)


def _fill_log(settings: Settings, wanted: _Wanted, known: int) -> None:
    zone = ZoneInfo(settings.gateway.timezone)
    plan = Plan(
        messages=wanted.messages,
        seed=wanted.seed,
        span=Span(wanted.until, wanted.days, zone),
        known=known,
        doors=list(settings.doors) or [MADE_UP],
        run=MADE_UP,
        hasher=Hasher(number_key(settings.data_path)),
        agency=_agency(settings),
    )
    at = round(datetime.now(UTC).timestamp() * 1000)
    said = f"{wanted.messages} messages, seed {wanted.seed}"
    note = Note(at, myself(), GENERATE_ACT, MADE_UP, said)
    with progress_of("messages", quiet=wanted.messages < _QUIET_BELOW) as shown:
        _write(settings.store_at, _pieces(plan, shown), note, wanted)
    click.echo(f"made {wanted.messages} messages")


def _write(at: Path | Secret, pieces: Iterator[Piece], note: Note, wanted: _Wanted) -> None:
    if isinstance(at, Path):
        bare = wanted.messages // PIECE * 2 // 3
        write_log(at, pieces, note, bare, add=wanted.add)
        return
    # Its driver is an extra; the databases could not have been opened without it.
    from sms_gateway.store.postgres import generated  # noqa: PLC0415  # only where it is used

    asyncio.run(generated.write_log(at, pieces, COLUMNS, note, add=wanted.add))


def _pieces(plan: Plan, shown: Progress) -> Iterator[Piece]:
    done = 0
    for rows in log_rows(plan):
        yield rows.by_table()
        done += len(rows.inbox)
        shown(done, plan.messages)
