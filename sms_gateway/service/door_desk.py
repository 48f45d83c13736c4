"""The doors as the console reaches them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sms_gateway.console.door_desk import DoorDesk, answered
from sms_gateway.dispatch.door_seen import DoorSeen
from sms_gateway.dispatch.handing_on import HandingOn
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.domain.acts import Drained, DrainOrder, NoOtherDoor
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door
from sms_gateway.service.by_hand import ByHand
from sms_gateway.service.door_list import doors_seen
from sms_gateway.service.doors import own_part
from sms_gateway.settings import Settings
from sms_gateway.store.store import SqlStore


@dataclass(frozen=True, slots=True)
class Draining:
    """Drains doors.

    Attributes:
        store: where it is written down.
        hands: what moves each door's queue, of those that send.
        now: clock.
        woken: called with a door that stands otherwise.
    """

    store: SqlStore
    hands: Mapping[DoorName, HandingOn]
    now: Callable[[], datetime]
    woken: Callable[[DoorName], None]

    async def drain(self, door: DoorName, by: str) -> Drained | NoOtherDoor:
        """Pause a door, and let other doors of its telco send what waits at it.

        What must go back by this one stays. Done again it moves what came meanwhile.

        Args:
            door: one that is configured.
            by: who, see `commands.actor`.

        Raises:
            StoreDownError: it could not be written down, or not all was moved: do it again.
        """
        hands = self.hands.get(door)
        others = [] if hands is None else await hands.open_others()
        if hands is None or not others:
            return NoOtherDoor()
        to = tuple(one.name for one in others)
        # Paused first: what is moved must not be leased again by the next look.
        await self.store.begin_drain(DrainOrder(door, to, self.now(), by))
        self.woken(door)
        moved = await hands.drain()
        known = (await self.store.reading.doors()).get(door)
        return Drained(moved, known.queued if known else 0)


def door_desk(
    settings: Settings,
    doors: Mapping[DoorName, Door],
    records: Mapping[DoorName, HealthRecord],
    by_hand: ByHand,
    draining: Draining,
) -> DoorDesk:
    """All that the page reaches."""
    reading = draining.store.reading

    async def seen() -> Sequence[DoorSeen]:
        known = await answered(reading.doors())
        told = doors_seen(doors, settings, known or {}, records)
        return told if known is not None else [replace(one, known=False) for one in told]

    return DoorDesk(seen, by_hand.send, draining.drain, partial(own_part, doors))
