"""The days that a report is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from sms_gateway.domain.figures import Window


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are reported."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def window(self) -> Window:
        """From the first moment of them to the last."""
        since, until = datetime.combine(self.first, time(), self.zone), end_of(self.last, self.zone)
        offset = until.utcoffset()
        return Window(since, until, round(offset.total_seconds() * 1000) if offset else 0)

    def days(self, agencies: tuple[str, ...] | None) -> Iterator[Window]:
        """The same day by day, of these agencies: each is counted in a short time."""
        day = self.first
        while day <= self.last:
            yield replace(Period(day, day, self.zone).window, agencies=agencies)
            day += timedelta(days=1)

    @property
    def about(self) -> str:
        """The same for people."""
        return f"Từ ngày {self.first:%d/%m/%Y} đến ngày {self.last:%d/%m/%Y}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The same for programs."""
        return ("from", self.first.isoformat()), ("to", self.last.isoformat())
