"""What the rooms are wired between."""

from collections.abc import Mapping
from dataclasses import dataclass

from sms_gateway.cases.embedded import EmbeddedDirectory
from sms_gateway.cases.opening import CaseEnds
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.ports import Door
from sms_gateway.store.store import SqlStore


@dataclass(frozen=True, slots=True)
class Ends:
    """The ends, open."""

    store: SqlStore
    directory: EmbeddedDirectory
    cases: CaseEnds
    doors: Mapping[DoorName, Door]
    enquiry: Enquiry
    hasher: Hasher
    clock: SystemClock
    new_id: Uuid7
    worker: str
    leaves_checkpoints: bool
