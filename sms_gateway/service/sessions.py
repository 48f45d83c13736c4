"""The connections that doors keep, between their telcos and the rooms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from sms_gateway.alarms.senses import Senses
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.records import Settlement
from sms_gateway.intake.accept import Hands
from sms_gateway.intake.sessions import Counts, SessionIntake, Surroundings
from sms_gateway.intake.sweep import Sweep
from sms_gateway.ports import Door, Session, Store
from sms_gateway.seldom import Seldom
from sms_gateway.web.metrics import Metrics

_log = structlog.get_logger("service")

_WITHOUT_STORE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SessionLoop:
    """One door's connection, and where what it brings is written down."""

    session: Session
    intake: SessionIntake

    async def run(self) -> None:
        """Keep the connection until cancelled; what came is written down or left to the telco."""
        try:
            await self.session.run(self.intake)
        finally:
            await self.intake.drained()


@dataclass(frozen=True, slots=True)
class SessionRooms:
    """What sessions are wired to.

    Attributes:
        store, hands, metrics, senses, clock: see there.
        sweep: says when the store last answered.
        sweep_s: seconds between its looks.
        leads: whether this node is the one that a door allows.
        queued: wakes what sends through a door.
        late: takes what was uncertain and was taken after all.
    """

    store: Store
    hands: Hands
    metrics: Metrics
    senses: Senses
    clock: SystemClock
    sweep: Sweep
    sweep_s: float
    leads: Callable[[Door], Callable[[], bool]]
    queued: Callable[[DoorName], None]
    late: Callable[[Settlement], None]


def wire_sessions(
    doors: Mapping[DoorName, Door], rooms: SessionRooms
) -> Mapping[DoorName, SessionLoop]:
    """A loop for each door that keeps a connection; nothing runs yet."""
    return {
        name: SessionLoop(door.session, _intake(door, rooms))
        for name, door in doors.items()
        if door.session is not None
    }


def _intake(door: Door, rooms: SessionRooms) -> SessionIntake:
    leads, clock, sweep = rooms.leads(door), rooms.clock, rooms.sweep

    def may_be_open() -> bool:
        without_store = clock.monotonic() - sweep.worked_at
        # A node without its store takes nothing and sends nothing: another one may.
        answers = sweep.over or without_store < rooms.sweep_s + _WITHOUT_STORE_SECONDS
        return answers and leads()

    def open_now() -> bool:
        return door.sender is not None and door.sender.limits.slots > 0

    def changed() -> None:
        if open_now():
            rooms.senses.sent(door.name, taken=True)
        rooms.queued(door.name)

    def failed() -> None:
        # Nothing is sent without a connection, so that no send would ever fail.
        if not open_now():
            rooms.senses.sent(door.name, taken=False)

    around = Surroundings(may_be_open, changed, failed, rooms.late, _counts(rooms))
    return SessionIntake(door, rooms.store, rooms.hands, around)


def _counts(rooms: SessionRooms) -> Counts:
    metrics, seldom = rooms.metrics, Seldom(rooms.clock.monotonic)

    def unreadable(door: DoorName, count: int) -> None:
        metrics.refused(door, "unreadable", count)
        _log.warning("item.refused", door=door, count=count)

    def unavailable(door: DoorName, reason: str, error: str, count: int) -> None:
        metrics.refused(door, reason, count)
        # A telco may come again hundreds of times a second while the queue is full.
        if times := seldom.due(reason):
            _log.error("call.unavailable", door=door, reason=reason, error=error, count=times)

    return Counts(metrics.duplicate, unreadable, unavailable)
