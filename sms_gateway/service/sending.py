"""The loops that send, one per door, and how one of them calls another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sms_gateway.clock import SystemClock
from sms_gateway.dispatch.context import DispatchContext
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.dispatch.sender import DoorDispatch
from sms_gateway.dispatch.settling import Settler
from sms_gateway.dispatch.ways import Ways
from sms_gateway.domain.ids import DoorName
from sms_gateway.intake.at_once import Slots
from sms_gateway.ports import Door
from sms_gateway.service.notices import quiet_of
from sms_gateway.settings import Settings
from sms_gateway.store.store import SqlStore
from sms_gateway.web.noting import Noting


@dataclass(frozen=True, slots=True)
class Sending:
    """What sends.

    Attributes:
        dispatchers: a loop for each door that has a way out.
        settler: takes what becomes of attempts.
        health: how each door does, also of those without a way out.
        ways: by which of several doors a message leaves.
        queued: called with a door that has something new to send.
    """

    dispatchers: Mapping[DoorName, DoorDispatch]
    settler: Settler
    health: Mapping[DoorName, HealthRecord]
    ways: Ways
    queued: Callable[[DoorName], None]


def health_of(
    settings: Settings, doors: Mapping[DoorName, Door], clock: SystemClock
) -> Mapping[DoorName, HealthRecord]:
    """What takes down how each door does."""
    return {
        name: HealthRecord(name, clock, _table(settings, door), sends=door.sender is not None)
        for name, door in doors.items()
    }


def wire_sending(
    settings: Settings,
    store: SqlStore,
    doors: Mapping[DoorName, Door],
    health: Mapping[DoorName, HealthRecord],
    noting: Noting,
    clock: SystemClock,
) -> Sending:
    """All of it; nothing runs yet.

    Raises:
        SettingsError: see `Ways`.
    """
    ways, settler = Ways(settings, doors, health), Settler(store, clock)
    dispatchers: dict[DoorName, DoorDispatch] = {}
    queued, quiet = _queued(store, doors, dispatchers), quiet_of(settings)
    for name, door in doors.items():
        if door.sender is None:
            continue
        context = DispatchContext(
            clock=clock,
            table=_table(settings, door),
            sweep=settings.dispatch.sweep_s,
            grace=settings.dispatch.grace_s,
            sent=noting.sent,
            health=health[name],
            zone=ZoneInfo(settings.gateway.timezone),
            leads=leads_of(door, store),
            elsewhere=ways.elsewhere,
            others=ways.others,
            queued=queued,
            below=lambda: quiet.below(clock.now()),
            apart=60 / settings.notices.per_minute,
            automatic=settings.notices.day_share,
        )
        dispatchers[name] = DoorDispatch(door, door.sender, store, settler, context)
    return Sending(dispatchers, settler, health, ways, queued)


def slots_of(dispatchers: Mapping[DoorName, DoorDispatch], ways: Ways) -> Slots:
    """The send slots of all doors, for replies that leave as they are written."""
    return Slots(
        keep=lambda door: door in dispatchers and dispatchers[door].keep(),
        give_back=lambda door: dispatchers[door].give_back(),
        send=lambda door, mts: dispatchers[door].take(mts),
        leaves_by=ways.reply,
        carriers=ways.carriers,
    )


def _table(settings: Settings, door: Door) -> RetryTable:
    return RetryTable(
        delays=tuple(timedelta(seconds=s) for s in settings.dispatch.retry_delays_s),
        max_failures=settings.dispatch.max_failures,
        down_after=settings.dispatch.breaker_failures,
        resend_uncertain=door.resend_uncertain,
    )


def leads_of(door: Door, store: SqlStore) -> Callable[[], bool]:
    """Whether this node is the one that a door allows."""
    if not door.led:
        return lambda: True
    return lambda: store.leads(_sends(door))


def _sends(door: Door) -> str:
    """What a node leads that is the only one to send through a door."""
    return f"door {door.name}"


def _queued(
    store: SqlStore, doors: Mapping[DoorName, Door], dispatchers: Mapping[DoorName, DoorDispatch]
) -> Callable[[DoorName], None]:
    """What is called when a door has something new to send, here or on the node that sends it."""
    led = {n: _sends(door) for n, door in doors.items() if door.sender is not None and door.led}
    by_word = {word: name for name, word in led.items()}

    def heard(what: str) -> None:
        if dispatcher := dispatchers.get(by_word.get(what, _NONE)):
            dispatcher.wake()

    def queued(door: DoorName) -> None:
        if dispatcher := dispatchers.get(door):
            dispatcher.wake()
        if door in led:
            store.hint(led[door])

    store.on_hint(heard)
    return queued


_NONE = DoorName("")
