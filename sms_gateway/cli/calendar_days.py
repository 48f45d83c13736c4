"""The days that differ, as the file and the message store have them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.opened import stored
from sms_gateway.clock import SystemClock
from sms_gateway.commands import DayCommands
from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import CalendarDay, merged
from sms_gateway.settings import Settings, load_calendar
from sms_gateway.store.opening import open_reading


def all_days(settings: Settings) -> Mapping[date, CalendarDay]:
    """All days that differ; those of the file alone where there is no message store yet.

    Raises:
        SettingsError: the file cannot be used.
        StoreDownError, and what opening the store raises.
    """
    file = load_calendar(settings.calendar).days
    return merged(file, asyncio.run(_written(settings)) if stored(settings) else ())


def days_of_file(settings: Settings) -> Mapping[date, CalendarDay]:
    """Those of the file alone. Raises SettingsError where it cannot be used."""
    return merged(load_calendar(settings.calendar).days, ())


async def _written(settings: Settings) -> Sequence[CalendarDay]:
    async with open_reading(settings.store_at) as reading:
        return await reading.calendar_days()


def today(settings: Settings) -> date:
    """The day it is here."""
    return datetime.now(UTC).astimezone(ZoneInfo(settings.gateway.timezone)).date()


def day_named(text: str) -> date:
    """The day that an argument names.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = "no day: write 2026-11-24"
        raise click.BadParameter(message, param_hint="'DAY'") from None


def write_day(settings: Settings, day: date, kind: DayKind, note: str) -> None:
    """Write a day down, through the service or directly. Raises what `change` raises."""

    def through(service: RunningService) -> None:
        said = {"day": day.isoformat(), "kind": kind.value, "note": note}
        service.ask("POST", "/calendar/set", said)

    async def directly() -> None:
        clock = SystemClock()
        async with open_own_store(settings, clock) as store:
            await DayCommands(store.calendar, clock.now).set_day(day, kind, note, myself())

    change(settings, through, directly)


def take_back(settings: Settings, day: date) -> None:
    """Let the file speak of a day again. Raises what `change` raises."""

    def through(service: RunningService) -> None:
        service.ask("POST", "/calendar/unset", {"day": day.isoformat()})

    async def directly() -> None:
        clock = SystemClock()
        async with open_own_store(settings, clock) as store:
            await DayCommands(store.calendar, clock.now).unset_day(day, myself())

    change(settings, through, directly)
