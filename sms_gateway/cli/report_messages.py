"""`report messages` and `report billing`: texts and our messages, counted."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.report_options import days_of, period, printed, put_out
from sms_gateway.domain.figures import SentCount, Window
from sms_gateway.enquiry.keyword_file import KeywordError
from sms_gateway.reports import billing_table, message_table
from sms_gateway.reports.message_table import MessageReport
from sms_gateway.reports.period import Period
from sms_gateway.reports.unread import clusters_of
from sms_gateway.rules import grammars_of
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.store.opening import open_reading


def opened(first: str, last: str) -> tuple[Settings, Period]:
    """The settings, and the days that are meant; there is a message store."""
    settings = load_settings()
    require_store(settings)
    return settings, Period(*days_of(first, last), ZoneInfo(settings.gateway.timezone))


@click.command("messages", short_help="Texts by outcome, door, telco and hour.")
@period
@printed
@places
def report_messages(*, first: str, last: str, form: str, out: Path | None) -> None:
    """Count citizens' texts by outcome, door, telco and hour of the day.

    Texts that could not be understood are put together where they are alike, with the likely cause;
    their digits are masked, so that no number shows. JSON holds up to ten ids of each such kind;
    the other numbers are counts, and sms-gateway messages lists texts. Works while the gateway
    runs.
    """
    settings, days = opened(first, last)
    counted = asyncio.run(_messages(settings, days.window))
    office = settings.reports.office
    put_out(message_table.document_of(counted, office, days.about, days.facts), form, out)


async def _messages(settings: Settings, window: Window) -> MessageReport:
    async with open_reading(settings.store_at) as reading:
        try:
            grammars = grammars_of(settings, await reading.synonyms())
        except KeywordError as error:
            raise SettingsError(str(error)) from error
        counts = await reading.counted.texts(window)
        clusters = await clusters_of(reading.counted, window, grammars)
    found = clusters.clusters()
    beyond = clusters.count - sum(one.count for one in found)
    return MessageReport(counts, found, clusters.count, beyond)


@click.command("billing", short_help="Our messages, and how they were charged.")
@period
@printed
@places
def report_billing(*, first: str, last: str, form: str, out: Path | None) -> None:
    """Count our messages by door, kind and how they were charged, with their segments.

    Told are counts; sms-gateway billing reconcile looks at each message. Works while the gateway
    runs.
    """
    settings, days = opened(first, last)
    counts = asyncio.run(_sent(settings, days.window))
    office = settings.reports.office
    put_out(billing_table.document_of(counts, office, days.about, days.facts), form, out)


async def _sent(settings: Settings, window: Window) -> Sequence[SentCount]:
    async with open_reading(settings.store_at) as reading:
        return await reading.counted.sent(window)
