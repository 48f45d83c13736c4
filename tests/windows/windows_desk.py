"""Windows and causes, written short."""

from collections.abc import Sequence
from datetime import timedelta

from sms_gateway.domain.ids import WindowId
from sms_gateway.domain.windows import (
    EndResult,
    GivenCause,
    IncidentWindow,
    WindowAnnounced,
    WindowEnd,
)
from sms_gateway.ports import StoreDownError
from tests.parts import START

HOUR = timedelta(hours=1)


def window(
    begins: float = 0.0,
    ends: float | None = None,
    *,
    name: str = "w1",
    planned: bool = False,
    stops: bool = True,
) -> IncidentWindow:
    """A window, by hours since `START`."""
    return IncidentWindow(
        WindowId(name), START + begins * HOUR, None if ends is None else START + ends * HOUR,
        "sự cố máy chủ", "818/SNgV-VP", planned=planned, stops=stops, made_at=START, by="os:an",
    )  # fmt: skip


class Wall:
    """Where windows are written; may be broken."""

    def __init__(self, *known: IncidentWindow) -> None:
        self.known = list(known)
        self.orders: list[IncidentWindow | WindowEnd | WindowAnnounced | GivenCause] = []
        self.down = False

    async def windows(self) -> Sequence[IncidentWindow]:
        self._up()
        return tuple(self.known)

    async def add(self, window: IncidentWindow) -> None:
        self._up()
        self.known.append(window)
        self.orders.append(window)

    async def end(self, order: WindowEnd) -> EndResult:
        self._up()
        self.orders.append(order)
        known = order.id in {one.id for one in self.known}
        return EndResult.ENDED if known else EndResult.UNKNOWN

    async def announced(self, told: WindowAnnounced) -> bool:
        self._up()
        self.orders.append(told)
        return told.id in {one.id for one in self.known}

    async def give(self, given: Sequence[GivenCause]) -> None:
        self._up()
        self.orders.extend(given)

    def _up(self) -> None:
        if self.down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
