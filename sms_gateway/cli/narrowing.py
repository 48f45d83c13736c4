"""The options that narrow a list: since when, until when, and how many."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

C = TypeVar("C", bound=Callable[..., Any])

_SPAN = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def from_time(command: C) -> C:
    """Give a command `--since`, to be read by `since_of`."""
    told = "Only those since then: 2026-11-23, 2026-11-23T10:15, or 30m, 2h, 3d ago."
    return click.option("--since", metavar="TIME", help=told)(command)


def to_time(command: C) -> C:
    """Give a command `--until`, to be read by `until_of`."""
    told = "Only those before then, written as for --since."
    return click.option("--until", metavar="TIME", help=told)(command)


def at_most(command: C) -> C:
    """Give a command `--limit`."""
    return click.option(
        "--limit",
        type=click.IntRange(1, 100_000),
        default=50,
        show_default=True,
        help="At most so many.",
    )(command)


def since_of(text: str | None, zone: ZoneInfo) -> datetime | None:
    """The moment that `--since` means now; None where it was not given.

    Raises:
        click.BadParameter: it is no time.
    """
    return None if text is None else moment_of(text, datetime.now(UTC), zone)


def until_of(text: str | None, zone: ZoneInfo) -> datetime | None:
    """The moment that `--until` means now; None where it was not given.

    Raises:
        click.BadParameter: it is no time.
    """
    return None if text is None else moment_of(text, datetime.now(UTC), zone, "--until")


def moment_of(text: str, now: datetime, zone: ZoneInfo, option: str = "--since") -> datetime:
    """The moment that `--since` or `--until` means.

    Args:
        text: ISO 8601, or a number and m, h or d for so long ago.
        now: the moment to count from.
        zone: of a time that names none.
        option: what to name in the error.

    Raises:
        click.BadParameter: it is neither.
    """
    try:
        if span := _SPAN.fullmatch(text):
            moment = now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        else:
            moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return max(moment.astimezone(UTC), _FIRST)
    except (ValueError, OverflowError):
        message = "no time: write 2026-11-23, 2026-11-23T10:15, or 2h for two hours ago"
        raise click.BadParameter(message, param_hint=f"'{option}'") from None
