"""The hours of the night, in which what can wait does."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from sms_gateway.domain.pushes import ANY_PRIORITY, NOTICE_PRIORITY

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Them.

    Attributes:
        begin, end: local times; the same for none.
        zone: where the citizens are.
    """

    begin: time
    end: time
    zone: tzinfo

    @classmethod
    def of(cls, written: str, zone: tzinfo) -> "Quiet":
        """As the settings write them, `21:00-07:00`; empty for none."""
        begin, _, end = (written or "00:00-00:00").partition("-")
        return cls(time.fromisoformat(begin), time.fromisoformat(end), zone)

    def over(self, now: datetime) -> datetime:
        """When they end, or `now` itself outside of them."""
        here = now.astimezone(self.zone)
        at = here.time()
        within = self.begin <= at < self.end
        if self.begin > self.end:
            within = at >= self.begin or at < self.end
        if not within:
            return now
        day = here.date() if at < self.end else here.date() + _DAY
        return datetime.combine(day, self.end, self.zone).astimezone(now.tzinfo)

    def later(self, at: datetime, length: timedelta) -> datetime:
        """So much later; the hours of the night do not count."""
        at = self.over(at)
        while (night := self._next(at)) - at < length:
            length -= night - at
            at = self.over(night)
        return at + length

    def within(self, now: datetime) -> bool:
        """Whether it is night."""
        return self.over(now) != now

    def day(self, begin: datetime, end: datetime) -> timedelta:
        """How much of a time is none of them."""
        open_for, at = timedelta(), self.over(begin)
        while at < end:
            night = self._next(at)
            open_for += min(night, end) - at
            at = self.over(night)
        return open_for

    def _next(self, now: datetime) -> datetime:
        """When they begin next; ever later where there are none."""
        if self.begin == self.end:
            return now + _DAY
        here = now.astimezone(self.zone)
        day = here.date() if here.time() < self.begin else here.date() + _DAY
        return datetime.combine(day, self.begin, self.zone).astimezone(now.tzinfo)

    def below(self, now: datetime) -> int:
        """Of which priorities messages may go now: see `ports.Outbox.lease`."""
        return NOTICE_PRIORITY if self.within(now) else ANY_PRIORITY
