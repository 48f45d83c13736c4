"""The days that staff wrote down, beside what the gateway writes for citizens."""

from collections.abc import Sequence

from sms_gateway.domain.calendar_days import CalendarDay, DayBack, DayOrder
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import calendar
from sms_gateway.store.statements import Ask


class StoreCalendar:
    """Implements `commands.DayStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def days(self) -> Sequence[CalendarDay]:
        """All of them, in order. Raises StoreDownError."""
        return await self._ask(calendar.days)

    async def set_day(self, order: DayOrder) -> None:
        """Write one down, audited. Raises StoreDownError."""
        await self._writer.run(calendar.set_day, [order])

    async def unset_day(self, order: DayBack) -> bool:
        """Take it away, audited; whether it was there. Raises StoreDownError."""
        return (await self._writer.run(calendar.unset_day, [order]))[0]
