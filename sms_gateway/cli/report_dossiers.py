"""`report dossiers`: how dossiers were handled in a period."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import is_there, load_settings
from sms_gateway.cli.options import places
from sms_gateway.cli.report_options import (
    as_of_moment,
    days_of,
    period,
    printed,
    put_out,
    put_traced,
)
from sms_gateway.cli.windows_kept import windows_kept
from sms_gateway.clock import SystemClock
from sms_gateway.reports.adding_up import check
from sms_gateway.reports.causes import with_causes
from sms_gateway.reports.dossier_table import document_of, traceable
from sms_gateway.reports.dossiers import (
    By,
    Count,
    DossierReport,
    Due,
    JudgedBy,
    Order,
)
from sms_gateway.settings import Settings

_PAGE_SECONDS = 30.0
"""A report may wait longer for a page of dossiers than a citizen for one."""


@click.command(
    "dossiers", short_help="Dossiers received, resolved early, on time and late, and pending."
)
@period
@click.option(
    "--as-of",
    "as_of",
    metavar="TIME",
    help="Look at nothing that happened later: a day, or 2017-08-31T10:15. "
    "[default: the end of --to, or now]",
)
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    default=By.PROCEDURE.value,
    show_default=True,
    help="What the rows are.",
)
@click.option(
    "--carried-over",
    is_flag=True,
    help="Count also what was received earlier and not resolved when the period began.",
)
@click.option(
    "--trace",
    metavar="ROW:NUMBER",
    help="Print the dossiers of one number instead, line by line: total:late, 2.000003:pending, or "
    "both as the table prints them.",
)
@printed
@places
def report_dossiers(  # noqa: PLR0913  # click hands over each option by its name
    *,
    first: str,
    last: str,
    as_of: str | None,
    by: str,
    carried_over: bool,
    trace: str | None,
    form: str,
    out: Path | None,
) -> None:
    """Count dossiers: received, resolved early, on time and late, and pending.

    Resolved and pending are shares of those received, early, on time and late of those resolved.
    A table that does not add up is not printed; the dossiers that are wrong are named. JSON holds
    the dossiers behind each number. Works while the gateway runs.
    """
    settings = load_settings()
    begins, ends = days_of(first, last)
    zone = ZoneInfo(settings.gateway.timezone)
    order = Order(
        first=begins,
        last=ends,
        as_of=as_of_moment(as_of, ends, zone),
        zone=zone,
        by=By(by),
        judged_by=JudgedBy(settings.reports.judged_by),
        due=Due(settings.reports.due),
        carried_over=carried_over,
    )
    check(counted := counted_late(settings, order))
    document = document_of(counted, settings.reports.office)
    if trace is None:
        put_out(document, form, out)
    else:
        put_traced(document, traceable(counted), trace)


def counted_late(settings: Settings, order: Order) -> DossierReport:
    """The report, not checked yet, with the causes of what was late.

    Raises:
        click.BadParameter, Fault: it cannot be made; says why.
        what opening the databases raises.
    """
    if order.as_of <= order.begins:
        message = "it is before the period begins"
        raise click.BadParameter(message, param_hint="'--as-of'")
    at = settings.cases_at
    if not is_there(at):
        message = f"{at} is not there: run sms-gateway init, or name the folder with --data"
        raise Fault(message)
    counted = asyncio.run(_count(settings, order))
    kept = windows_kept(settings)
    return with_causes(counted, kept.causes, kept.windows)


async def _count(settings: Settings, order: Order) -> DossierReport:
    counting = Count(order)
    opened = open_embedded(
        settings.cases_at, SystemClock(), writable=False, time_limit=_PAGE_SECONDS
    )
    async with opened as directory:
        async for page in directory.handled(order.span):
            counting.add(page)
    return counting.report()
