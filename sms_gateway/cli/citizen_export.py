"""`citizen export`: all that is kept of a number, as a file for its owner."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.typed_numbers import number_hashes
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName, NumberHash
from sms_gateway.ports import Door
from sms_gateway.reports.citizen_file import MESSAGE_LINE, Owner, pieces
from sms_gateway.reports.citizen_rows import OwnPart
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.service import open_doors
from sms_gateway.service.doors import own_part
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.store.opening import open_reading


@click.command("export", short_help="Write all that is kept of a number into a file.")
@click.argument("number")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="The file, which must not be there yet; only you may read it.",
)
@places
def export(number: str, out: Path) -> None:
    """Write all that is kept of NUMBER into FILE: JSON, with a heading in Vietnamese.

    Texts with their requests as far as these tell of nobody else, how they were answered and by
    which dossier, replies and notices with each attempt and report, what staff did to them, the
    language that was chosen, what was refused or is followed, the survey, and the budgets of the
    last day. Calls that nobody could read bear no number and are not in it; dossiers are the
    office's own. The audit names you and the hash of the number. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    numbers = number_hashes(settings, number, "'NUMBER'")
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        message = f"{out} is there already: name another file"
        raise Fault(message) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        try:
            _note(settings, numbers[0])
            count = asyncio.run(_write(settings, numbers, file))
        except BaseException:
            with suppress(OSError):
                out.unlink()  # half of it would pass for all of it
            raise
    click.echo(f"wrote {out}: {count} messages", err=True)


def _note(settings: Settings, number: NumberHash) -> None:
    """Tell the audit, before anything is given."""

    def through(service: RunningService) -> None:
        service.ask("POST", "/citizens/exporting", {"number": number})

    async def directly() -> None:
        clock = SystemClock()
        async with open_own_store(settings, clock) as store:
            await CitizenRights(store.retention, clock.now).exporting(number, myself())

    change(settings, through, directly)


async def _write(settings: Settings, numbers: Sequence[NumberHash], file: TextIOWrapper) -> int:
    zone, lines = ZoneInfo(settings.gateway.timezone), 0
    async with open_reading(settings.store_at) as reading, _own_parts(settings) as own:
        owner = Owner(numbers, datetime.now(UTC), zone, own)
        async for piece in pieces(reading, owner):
            lines += piece.lstrip(",").startswith(MESSAGE_LINE)
            await asyncio.to_thread(file.write, piece)
    return lines


@asynccontextmanager
async def _own_parts(settings: Settings) -> AsyncIterator[OwnPart]:
    """By the doors of the settings; without requests where these doors cannot be opened."""
    async with AsyncExitStack() as stack:
        doors: Mapping[DoorName, Door] = {}
        try:
            doors = await stack.enter_async_context(open_doors(settings, SystemClock()))
        except SettingsError as error:
            click.echo(f"requests of telcos are left out: {error}", err=True)
        yield partial(own_part, doors)
