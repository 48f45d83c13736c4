"""Reports for the console, wired: connections of their own for each."""

from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.enquiry.rules import Rules
from sms_gateway.ports import Clock
from sms_gateway.reports.comparing import Comparing
from sms_gateway.reports.making import Making, Sources
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_PAGE_SECONDS = 30.0
"""A report may wait longer for a page of dossiers than a citizen for one."""


def comparing_of(settings: Settings) -> Comparing:
    """What compares telcos' files with the store of these settings."""
    return Comparing(
        bills=settings.bills,
        store=partial(open_reading, settings.store_at),
        zone=ZoneInfo(settings.gateway.timezone),
        region=settings.gateway.region,
        office=settings.reports.office,
    )


def reports_of(settings: Settings, rules: Callable[[], Rules], clock: Clock) -> Making:
    """Makes them from the databases that a gateway of these settings serves.

    Args:
        settings: see there.
        rules: those that texts are answered by now.
        clock: the time.
    """
    agencies = rules().agencies
    names = {one.code: one.name for one in agencies.all}

    def agency_of(code: str) -> str:
        agency = agencies.of_code(code)
        return agency.code if agency else ""

    cases = partial(
        open_embedded, settings.cases_at, clock, writable=False, time_limit=_PAGE_SECONDS
    )
    sources = Sources(
        store=partial(open_reading, settings.store_at),
        cases=cases,
        grammars=lambda: rules().grammars,
        agency_of=agency_of,
        agency_name=lambda code: names.get(code, code),
        zone=ZoneInfo(settings.gateway.timezone),
        office=settings.reports.office,
        judged_by=settings.reports.judged_by,
        due=settings.reports.due,
    )
    return Making(sources)
