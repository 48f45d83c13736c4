"""What the answerer is told, and whom it tells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.records import Answer
from sms_gateway.intake.at_once import NO_SLOTS, Slots
from sms_gateway.ports import Clock


@dataclass(frozen=True, slots=True)
class AnsweringLimits:
    """Settings of the answerer.

    Attributes:
        look_up: seconds one look-up may take.
        park_after: failed answers after which an MO waits for a person.
        valid: an MO older than this is not answered by itself any more.
        queue: MOs that wait in this process at most.
        batches: batches under way at one moment; more than one so that a slow directory does
            not hold up those whose dossiers are found quickly.
    """

    look_up: float = 1.0
    park_after: int = 3
    valid: timedelta = timedelta(hours=6)
    queue: int = 20_000
    batches: int = 3


@dataclass(frozen=True, slots=True)
class AnsweringContext:
    """What surrounds the answerer.

    Attributes:
        clock, new_id: time and ids.
        limits: settings.
        answered: called for each answer that is written, for metrics.
        parked: called with door and intent of an MO that failed too often; it has no intent.
        queued: called with doors that have something new to send.
        slots: of doors, for replies that leave as they are written.
    """

    clock: Clock
    new_id: Callable[[], MessageId]
    limits: AnsweringLimits
    answered: Callable[[Answer], None]
    parked: Callable[[DoorName, str], None]
    queued: Callable[[DoorName], None]
    slots: Slots = NO_SLOTS
