"""The fields of a query, read strictly: what is not understood is told and not passed over."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Final

import msgspec
from aiohttp import web

from sms_gateway.api.problems import Problem, malformed
from sms_gateway.domain.ids import MessageId

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""There are no texts of other times."""

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST: Final = 100
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class AskedError(Exception):
    """A field is not as the specification says; holds nothing of it.

    Attributes:
        problem: the answer.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.problem: Problem = malformed(detail)


def fields_of(request: web.BaseRequest, known: Collection[str]) -> Mapping[str, str]:
    """Each field of the query. Raises AskedError: one is unknown, there twice, or too long."""
    fields: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in known:
            message = f"the query may hold {', '.join(known)}"
            raise AskedError(message)
        if name in fields or not value or len(value) > _LONGEST or not value.isprintable():
            message = f"{name} is there twice, is empty, too long or unreadable"
            raise AskedError(message)
        fields[name] = value
    return fields


def word(name: str, value: str | None, words: Collection[str]) -> str | None:
    """One of some words. Raises AskedError: it is none."""
    if value is not None and value not in words:
        message = f"{name} is one of {', '.join(words)}"
        raise AskedError(message)
    return value


def matching(name: str, value: str | None, shape: "re.Pattern[str]") -> str | None:
    """A value of a shape. Raises AskedError: it is none."""
    if value is not None and not shape.fullmatch(value):
        message = f"{name} has the shape {shape.pattern}"
        raise AskedError(message)
    return value


def whole(name: str, value: str | None, most: int) -> int | None:
    """A number from 1. Raises AskedError: it is none, or above the most."""
    if value is None:
        return None
    digits = value.isascii() and value.isdecimal() and len(value) <= len(str(most))
    if not digits or value.startswith("0") or int(value) > most:
        message = f"{name} is a whole number from 1 to {most}"
        raise AskedError(message)
    return int(value)


def moment_of(name: str, value: str | None) -> datetime | None:
    """A moment as RFC 3339 writes it. Raises AskedError: it is none."""
    if value is None:
        return None
    try:
        at = msgspec.convert(value, _Moment)
    except msgspec.ValidationError:
        message = f"{name} is a time as RFC 3339 writes it, 2026-11-23T10:15:00+07:00"
        raise AskedError(message) from None
    try:
        return min(max(at.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:
        return EARLIEST if at.year < EARLIEST.year else LATEST


def day_of(name: str, value: str) -> date:
    """A day, moved to one that has texts. Raises AskedError: it is none."""
    try:
        day = date.fromisoformat(value if _DAY.fullmatch(value) else "")
    except ValueError:
        message = f"{name} is a day, 2026-11-23"
        raise AskedError(message) from None
    return min(max(day, EARLIEST.date()), LATEST.date())


def id_of(name: str, value: str | None) -> MessageId | None:
    """An id of a message. Raises AskedError: it is none."""
    found = matching(name, value, _ID)
    return None if found is None else MessageId(found)
