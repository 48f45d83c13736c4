"""Which lines of the audit a page shows: from its address to the question for the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sms_gateway.console.forms import Fields
from sms_gateway.console.moments import day_of_log
from sms_gateway.console.places import AUDIT
from sms_gateway.domain.audit_trail import AuditFilter

_FIELDS: Final = ("by", "act", "subject", "from", "to")
_DAYS: Final = ("from", "to")
_LONGEST: Final = 100
_MOST_DIGITS: Final = 18
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What was asked for.

    Attributes:
        values: the fields of the address that say something, checked.
        before: lines lower than this number, or None.
    """

    values: Mapping[str, str]
    before: int | None = None

    def of(self, name: str) -> str:
        """One of the fields, or an empty text."""
        return self.values.get(name, "")

    def address(self, **other: str) -> str:
        """The page with these fields changed, an empty one left out."""
        fields = {name: value for name, value in {**self.values, **other}.items() if value}
        return f"{AUDIT}?{urlencode(fields)}" if fields else AUDIT

    def question(self, zone: ZoneInfo, limit: int) -> AuditFilter:
        """The question for the store; days are whole ones."""
        return AuditFilter(
            by=self.of("by"),
            act=self.of("act"),
            subject=self.of("subject"),
            since=_midnight(self.of("from"), zone, timedelta()),
            until=_midnight(self.of("to"), zone, _A_DAY),
            before=self.before,
            limit=limit,
        )


def audit_query(fields: Fields) -> AuditQuery:
    """What an address asks for; a field that says nothing sensible is passed over."""
    values = {}
    for name in _FIELDS:
        value = fields.get(name, _LONGEST)
        if value and (name not in _DAYS or day_of_log(value) is not None):
            day = day_of_log(value) if name in _DAYS else None
            values[name] = value if day is None else day.isoformat()
    before = fields.get("before", _MOST_DIGITS)
    known = before.isascii() and before.isdecimal()
    return AuditQuery(values, int(before) if known else None)


def _midnight(text: str, zone: ZoneInfo, later: timedelta) -> datetime | None:
    day = day_of_log(text)
    return None if day is None else datetime.combine(day + later, time(), zone)
