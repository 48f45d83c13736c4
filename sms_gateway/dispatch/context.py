"""What surrounds the loop of a door."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.pushes import ANY_PRIORITY
from sms_gateway.domain.records import Settlement
from sms_gateway.ports import Clock, Door


@dataclass(frozen=True, slots=True)
class DispatchContext:
    """What surrounds a door's loop.

    Attributes:
        clock: time.
        table: when messages are tried again.
        sweep: seconds between looks at the queue when nobody calls: the healing of lost hints.
        grace: seconds that running sends get at shutdown.
        sent: called for each settled attempt, for metrics.
        health: takes how the door does.
        leads: whether this node is the one that sends, where a door allows only one.
        elsewhere: the doors that may take over what another one need not send itself: they work,
            and their day is not full.
        others: the same, whether they work or not.
        queued: called with a door that has something new to send.
        zone: of the days that a telco's limits count by.
        below: of which priorities messages may go now: at night what can wait does.
        apart: seconds between two texts that answer none, whatever their kind and door.
        automatic: which share of a telco's day automatic messages may use.
    """

    clock: Clock
    table: RetryTable
    sweep: float
    grace: float
    sent: Callable[[MobileTerminated, Settlement], None]
    health: HealthRecord
    leads: Callable[[], bool] = lambda: True
    elsewhere: Callable[[DoorName], Sequence[Door]] = lambda _door: ()
    others: Callable[[DoorName], Sequence[Door]] = lambda _door: ()
    queued: Callable[[DoorName], None] = lambda _door: None
    zone: tzinfo = UTC
    below: Callable[[], int] = lambda: ANY_PRIORITY
    apart: float = 0
    automatic: float = 1
