"""Moments as others write them, read and written by a format of the settings."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from sms_gateway.settings import SettingsError

_LONGEST = 40
_UNIX = re.compile(r"[0-9]{1,11}")
_UNIX_MS = re.compile(r"[0-9]{1,14}")
_SAMPLE = datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)

TimeReader = Callable[[str], datetime | None]


def time_reader(pattern: str, zone: tzinfo, at: str) -> TimeReader:
    """The function that reads times; it gives None for what it cannot read.

    Args:
        pattern: iso, unix, unix_ms, or a pattern for strptime.
        zone: of times written without one.
        at: dotted key of the setting, named in errors.

    Raises:
        SettingsError: the pattern is none.
    """
    if pattern == "iso":
        return lambda raw: _in_utc(datetime.fromisoformat, raw, zone)
    if pattern == "unix":
        return lambda raw: _in_utc(_from_unix, raw, zone)
    if pattern == "unix_ms":
        return lambda raw: _in_utc(_from_unix_ms, raw, zone)
    _check_pattern(pattern, at)
    return lambda raw: _in_utc(lambda text: _from_pattern(text, pattern), raw, zone)


def time_writer(pattern: str, zone: tzinfo, at: str) -> Callable[[datetime], str]:
    """The function that writes times as they are wanted there.

    Args:
        pattern: iso, unix, unix_ms, or a pattern for strftime.
        zone: that a time is written in.
        at: dotted key of the setting, named in errors.

    Raises:
        SettingsError: the pattern is none.
    """
    if pattern == "iso":
        return lambda moment: moment.astimezone(zone).isoformat(timespec="seconds")
    if pattern == "unix":
        return lambda moment: str(int(moment.timestamp()))
    if pattern == "unix_ms":
        return lambda moment: str(int(moment.timestamp() * 1_000))
    _check_pattern(pattern, at)
    return lambda moment: moment.astimezone(zone).strftime(pattern)


def _check_pattern(pattern: str, at: str) -> None:
    try:
        datetime.strptime(_SAMPLE.strftime(pattern), pattern).replace(tzinfo=UTC)
    except ValueError:
        usable = False
    else:
        usable = "%" in pattern
    if not usable:
        msg = f"{at}: expected iso, unix, unix_ms or a pattern such as %Y%m%d%H%M%S"
        raise SettingsError(msg)


def _in_utc(read: Callable[[str], datetime], raw: str, zone: tzinfo) -> datetime | None:
    if len(raw) > _LONGEST:
        return None
    try:
        moment = read(raw)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_pattern(raw: str, pattern: str) -> datetime:
    return datetime.strptime(raw, pattern)  # noqa: DTZ007 - the caller gives it the zone of the other side


def _from_unix(raw: str) -> datetime:
    if not _UNIX.fullmatch(raw):
        raise ValueError
    return datetime.fromtimestamp(int(raw), UTC)


def _from_unix_ms(raw: str) -> datetime:
    if not _UNIX_MS.fullmatch(raw):
        raise ValueError
    return datetime.fromtimestamp(int(raw) / 1_000, UTC)
