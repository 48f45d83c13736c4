"""The alarms among the other rooms."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sms_gateway.alarms.messages import Messages
from sms_gateway.alarms.plan import plan_of
from sms_gateway.alarms.posting import Poster, poster_of
from sms_gateway.alarms.senses import Disk, Senses
from sms_gateway.alarms.watch import Around, Watch
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.windows import INTERRUPTED
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.intake.sweep import Sweep
from sms_gateway.ports import Door, Incidents
from sms_gateway.settings import Settings
from sms_gateway.web.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Basis:
    """What the alarms stand on.

    Attributes:
        store: where incidents are written down.
        doors: the configured ones.
        hasher, clock, new_id: of numbers, time and ids.
        leads: whether this node is the one of several that looks and tells.
    """

    store: Incidents
    doors: Mapping[DoorName, Door]
    hasher: Hasher
    clock: SystemClock
    new_id: Callable[[], MessageId]
    leads: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the alarms look at, and whom they tell.

    Attributes:
        metrics, senses, sweep, cases: see there.
        queued: called with a door that has something new to send.
        push: by which door of the same telco a new text leaves now.
        changes_down: see `alarms.watch.Around`.
    """

    metrics: Metrics
    senses: Senses
    sweep: Sweep
    cases: CaseWatch
    queued: Callable[[DoorName], None]
    push: Callable[[DoorName], DoorName]
    changes_down: Callable[[], str | None] = lambda: None


def wire_alarms(settings: Settings, basis: Basis, rooms: Rooms) -> tuple[Watch, Poster]:
    """The loop that looks, and the one that calls the webhook.

    Raises:
        SettingsError: see `plan_of`.
    """
    plan = plan_of(settings, basis.doors, settings.gateway.node or socket.gethostname())
    poster = Poster(
        poster_of(plan.posting, basis.clock.now), basis.clock, rooms.metrics.alarms.posted
    )
    senses = rooms.senses
    around = Around(
        doors=list(basis.doors.values()),
        store_down=lambda: rooms.sweep.store_down or (None if senses.figures is None else ""),
        cases_down=lambda: _cases_down(rooms.cases),
        free_octets=Disk(settings.data_path).free,
        queued=rooms.queued,
        standing=rooms.metrics.alarms.incidents,
        leads=basis.leads,
        changes_down=rooms.changes_down,
    )
    messages = Messages(plan, basis.hasher, basis.new_id, rooms.push)
    return Watch(basis.store, senses, around, messages, poster, basis.clock), poster


def _cases_down(cases: CaseWatch) -> str | None:
    """Why they cannot be looked up; while a window stands nobody asks, so nobody knows."""
    return cases.failing if cases.tried and cases.failing != INTERRUPTED else None
