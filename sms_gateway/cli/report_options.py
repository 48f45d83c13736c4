"""The options that every report takes, and where it goes."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.output import print_text
from sms_gateway.reports.document import Document
from sms_gateway.reports.period import end_of
from sms_gateway.reports.renderers import Form, render
from sms_gateway.reports.tracing import Traceable, TraceError, traced

C = TypeVar("C", bound=Callable[..., Any])

_DAY = "2017-08-31"
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


def period(command: C) -> C:
    """Give a command `--from` and `--to`, to be read by `day_of`."""
    to = click.option(
        "--to", "last", metavar="DAY", required=True, help="The last day: 2017-08-31."
    )
    first = click.option(
        "--from", "first", metavar="DAY", required=True, help="The first day: 2017-07-01."
    )
    return first(to(command))


def printed(command: C) -> C:
    """Give a command `--format` and `--out`, for `put_out`."""
    out = click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write it there. [default: standard output; xlsx needs a file]",
    )
    form = click.option(
        "--format",
        "form",
        type=click.Choice([form.value for form in Form]),
        default=Form.TABLE.value,
        show_default=True,
        help="table for the terminal, json for programs, csv, xlsx, or html for A4.",
    )
    return form(out(command))


def day_of(text: str, option: str) -> date:
    """The day that an option names.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        message = "no day: write 2017-08-31"
        raise click.BadParameter(message, param_hint=f"'{option}'") from None
    return _in_a_year(day, option)


def _in_a_year(day: date, option: str) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        message = f"no year of a report: write one from {_FIRST_YEAR} to {_LAST_YEAR}"
        raise click.BadParameter(message, param_hint=f"'{option}'")
    return day


def days_of(first: str, last: str) -> tuple[date, date]:
    """The days of `--from` and `--to`.

    Raises:
        click.BadParameter: they are none, or the wrong way round.
    """
    begins, ends = day_of(first, "--from"), day_of(last, "--to")
    if ends < begins:
        message = "it is before --from: swap the two"
        raise click.BadParameter(message, param_hint="'--to'")
    return begins, ends


def as_of_moment(text: str | None, last: date, zone: ZoneInfo) -> datetime:
    """The moment of `--as-of`: a day is meant with its end; without it the end of `--to`, or now.

    The day of today goes up to now: nobody can sign what it will bring.

    Raises:
        click.BadParameter: it is no time, or is yet to come.
    """
    now = datetime.now(UTC).astimezone(zone)
    if text is None:
        return min(end_of(last, zone), now)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = "no time: write 2017-08-31, or 2017-08-31T10:15"
        raise click.BadParameter(message, param_hint="'--as-of'") from None
    _in_a_year(moment.date(), "--as-of")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment > now:
        message = "it is yet to come: write a time that is past, or leave it out"
        raise click.BadParameter(message, param_hint="'--as-of'")
    return min(end_of(moment.date(), zone), now) if len(text) == len(_DAY) else moment


def put_traced(document: Document, rows: Sequence[Traceable], trace: str) -> None:
    """Print the dossiers of the number that `--trace` means, one in a line.

    Args:
        document: the report; its first table is meant.
        rows: of that table.
        trace: `ROW:NUMBER`.

    Raises:
        click.BadParameter: there is no such number; names those that are there.
    """
    try:
        dossiers = traced(rows, document.tables[0], trace)
    except TraceError as error:
        raise click.BadParameter(str(error), param_hint="'--trace'") from None
    for dossier in dossiers:
        print_text(dossier)


def put_out(document: Document, form: str, out: Path | None) -> None:
    """Print the document, or write it to a file, which is then told.

    Raises:
        Fault: XLSX without a file.
        FormMissingError, OSError.
    """
    if out is None and form == Form.XLSX:
        message = "an XLSX file is nothing for a terminal: name one with --out"
        raise Fault(message)
    octets = render(document, Form(form))
    if out is not None:
        out.write_bytes(octets)
        click.echo(f"wrote {out}", err=True)
    elif form == Form.TABLE:
        print_text(octets.decode().removesuffix("\n"))
    else:
        click.echo(octets, nl=False)
