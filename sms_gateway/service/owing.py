"""What tells citizens later what could not be told at once, among the other rooms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.intake.at_once import Slots
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.intake.following_up import FollowUpContext, FollowUps
from sms_gateway.ports import Door
from sms_gateway.service.notices import quiet_of
from sms_gateway.settings import Settings
from sms_gateway.store.store import SqlStore

LEADS = "follow_up"
"""What one node of many leads."""


@dataclass(frozen=True, slots=True)
class Owing:
    """What the follow-ups are made of."""

    store: SqlStore
    watch: CaseWatch
    enquiry: Enquiry
    doors: Mapping[DoorName, Door]
    hasher: Hasher
    clock: SystemClock
    new_id: Uuid7
    queued: Callable[[DoorName], None]
    slots: Slots


def wire_follow_ups(settings: Settings, ends: Owing) -> FollowUps:
    """The loop that follows up."""
    context = FollowUpContext(
        clock=ends.clock,
        new_id=ends.new_id,
        works=lambda: ends.watch.tried and not ends.watch.failing,
        leads=lambda: ends.store.leads(LEADS),
        hashes=ends.hasher.numbers,
        queued=ends.queued,
        look_up=settings.cases.timeout_s,
        night=quiet_of(settings).within,
        slots=ends.slots,
    )
    return FollowUps(ends.store, ends.watch, ends.enquiry, ends.doors, context)
