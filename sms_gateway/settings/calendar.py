"""The days and hours of `calendar.toml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from msgspec import Meta, Struct

from sms_gateway.domain.calendar import DayKind, Hours
from sms_gateway.domain.calendar_days import FIRST_YEAR, LAST_YEAR, CalendarDay
from sms_gateway.settings.decode import SettingsError, decode

FILE = "calendar.toml"

_BLOCK = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


class _DayTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: DayKind
    note: Annotated[str, Meta(max_length=200)] = ""


class _HoursTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    morning: str = "07:30-11:30"
    afternoon: str = "13:00-17:00"


class _CalendarFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    hours: _HoursTable = _HoursTable()
    days: dict[str, _DayTable] = {}


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What the file says.

    Attributes:
        hours: of a day.
        days: those that differ from the week, in order.
    """

    hours: Hours
    days: tuple[CalendarDay, ...]


def load_calendar(raw: Mapping[str, object]) -> CalendarFile:
    """Read the table of `calendar.toml`.

    Raises:
        SettingsError: naming the entry that is wrong.
    """
    file = decode(raw, _CalendarFile, FILE)
    days = [CalendarDay(_day(text), one.kind, one.note) for text, one in file.days.items()]
    morning, afternoon = _block(file.hours, "morning"), _block(file.hours, "afternoon")
    if morning[1] > afternoon[0]:
        message = f"{FILE} hours: the afternoon begins before the morning ends"
        raise SettingsError(message)
    return CalendarFile(Hours(morning, afternoon), tuple(sorted(days, key=lambda one: one.day)))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"{FILE} days.{text[:20]}: no day; write it as 2026-11-24"
        raise SettingsError(message)
    return day


def _block(hours: _HoursTable, name: str) -> tuple[time, time]:
    match = _BLOCK.fullmatch(getattr(hours, name))
    try:
        begin, end = (
            (time.fromisoformat(text) for text in match.groups()) if match else (None, None)
        )
    except ValueError:
        begin = end = None
    if begin is None or end is None or begin >= end:
        message = f"{FILE} hours.{name}: write it as 07:30-11:30"
        raise SettingsError(message)
    return begin, end
