"""`report survey`: what citizens think, by month."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import is_there
from sms_gateway.cli.options import places
from sms_gateway.cli.report_messages import opened
from sms_gateway.cli.report_options import period, printed, put_out, put_traced
from sms_gateway.clock import SystemClock
from sms_gateway.domain.changes import CaseFacts
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.surveys import Asked
from sms_gateway.ports import CasesDownError
from sms_gateway.reports.period import Period
from sms_gateway.reports.survey import SurveyBy, SurveyReport, report_of
from sms_gateway.reports.survey_table import document_of, traceable
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_AT_ONCE = 500
_PAGE_SECONDS = 30.0
"""A report may wait longer for a page of dossiers than a citizen for one."""


@click.command("survey", short_help="What citizens think of it: marks, and the index by month.")
@period
@click.option(
    "--by",
    type=click.Choice([by.value for by in SurveyBy]),
    default=SurveyBy.MONTH.value,
    show_default=True,
    help="What the rows are.",
)
@click.option(
    "--trace",
    metavar="ROW:NUMBER",
    help="Print the dossiers of one number instead, line by line: total:mark_1, 2026-11:answered, "
    "or both as the table prints them.",
)
@printed
@places
def report_survey(  # click hands over each option by its name
    *, first: str, last: str, by: str, trace: str | None, form: str, out: Path | None
) -> None:
    """Count the questions of the survey, their answers and marks.

    Told are the rate of answers, how often each mark was given, their mean, and the index of
    satisfaction: how many of the answers are a 4 or a 5. A question belongs to the month in which
    it was asked, and its answer with it. JSON holds the dossiers behind each number. Works while
    the gateway runs.
    """
    settings, days = opened(first, last)
    if by != SurveyBy.MONTH:
        _require_cases(settings)
    counted = asyncio.run(_counted(settings, days, SurveyBy(by)))
    document = document_of(counted, settings.reports.office, days.about, days.facts)
    if trace is None:
        put_out(document, form, out)
        return
    put_traced(document, traceable(counted), trace)


def _require_cases(settings: Settings) -> None:
    at = settings.cases_at
    if not is_there(at):
        message = f"{at} is not there: leave --by away, or name the folder with --data"
        raise Fault(message)


async def _counted(settings: Settings, days: Period, by: SurveyBy) -> SurveyReport:
    async with open_reading(settings.store_at) as reading:
        asked = await reading.counted.surveyed(days.window)
    facts = {} if by is SurveyBy.MONTH else await _facts(settings, asked)
    return report_of(asked, by, facts, days.zone)


async def _facts(settings: Settings, asked: Sequence[Asked]) -> Mapping[DossierId, CaseFacts]:
    """What the rows need of the dossiers; of one that is gone nothing.

    Raises:
        Fault: they cannot be read; one line.
    """
    at = settings.cases_at
    ids = [one.dossier_id for one in asked]
    facts: dict[DossierId, CaseFacts] = {}
    reading = open_embedded(at, SystemClock(), writable=False, time_limit=_PAGE_SECONDS)
    async with reading as directory:
        for start in range(0, len(ids), _AT_ONCE):
            try:
                found = await directory.cases(ids[start : start + _AT_ONCE])
            except CasesDownError as error:
                message = f"the dossiers cannot be read now: {error}"
                raise Fault(message) from error
            facts |= {name: case.facts for name, case in found.items()}
    return facts
