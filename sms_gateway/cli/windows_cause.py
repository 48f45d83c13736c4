"""`windows cause`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import is_there, load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.windows_kept import give_cause
from sms_gateway.clock import SystemClock
from sms_gateway.commands import MAX_NOTE
from sms_gateway.domain.ids import DossierId
from sms_gateway.settings import Settings

_MOST_OCTETS = 1024 * 1024
_MOST_NAMED = 5


@click.command("cause", short_help="Say why dossiers were late.")
@click.argument("dossiers", metavar="[DOSSIER]...", nargs=-1)
@click.option("--window", metavar="ID", default="", help="It was this window.")
@click.option("--cause", metavar="TEXT", default="", help=f"Or in words, at most {MAX_NOTE}.")
@click.option("--note", metavar="TEXT", default="", help=f"More, at most {MAX_NOTE} characters.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Also all dossiers of this file, one code a line.",
)
@places
def windows_cause(
    dossiers: tuple[str, ...], *, window: str, cause: str, note: str, file: Path | None
) -> None:
    """Say why each DOSSIER was late; `report dossiers` shows it beside its late flag.

    Codes are those of its list of late ones (MaHoSo). What was said earlier stays, and stands
    beside. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    wanted = list(dict.fromkeys([*dossiers, *(_lines(file) if file else ())]))
    if not wanted:
        message = "name dossiers, or a file of them with --file"
        raise click.UsageError(message)
    _see_known(settings, wanted)
    count = give_cause(settings, wanted, window.strip().lower(), cause, note)
    click.echo(f"gave {count} dossiers a cause")


def _lines(file: Path) -> Sequence[str]:
    with file.open("rb") as opened:
        octets = opened.read(_MOST_OCTETS + 1)
    if len(octets) > _MOST_OCTETS:
        message = "the file is larger than 1 MiB: give causes in several steps"
        raise Fault(message)
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "the file is no UTF-8: save it as UTF-8, one code a line"
        raise Fault(message) from None
    return [code for line in text.splitlines() if (code := line.strip())]


def _see_known(settings: Settings, codes: Sequence[str]) -> None:
    """See that each code is that of a dossier: a slip would give a cause to nobody."""
    at = settings.cases_at
    if not is_there(at):
        message = f"{at} is not there: run sms-gateway init, or name the folder with --data"
        raise Fault(message)
    known = asyncio.run(_known(settings, codes))
    unknown = [code for code in codes if code not in known]
    if unknown:
        shown = ", ".join(unknown[:_MOST_NAMED])
        message = f"{len(unknown)} of these codes are of no dossier, nothing was done: {shown}"
        raise Fault(message)


async def _known(settings: Settings, codes: Sequence[str]) -> frozenset[str]:
    opened = open_embedded(
        settings.cases_at, SystemClock(), writable=False, time_limit=settings.cases.timeout_s
    )
    async with opened as directory:
        return frozenset(await directory.cases([DossierId(code) for code in codes]))
