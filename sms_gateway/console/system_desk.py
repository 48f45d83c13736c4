"""What the page of the system reaches: values that loops keep, and questions that may fail."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.nodes import NodeRow
from sms_gateway.domain.records import Figures
from sms_gateway.domain.retention import PurgeState
from sms_gateway.settings import Explained


@dataclass(frozen=True, slots=True)
class CopiesSeen:
    """How the copies are, as a loop saw it last.

    Attributes:
        replica_s: seconds since the replica was complete; None where there is to be none.
        backup_s: seconds since the newest backup; None where there is to be none, infinite where
            there is none.
    """

    replica_s: float | None
    backup_s: float | None


@dataclass(frozen=True, slots=True)
class CasesSeen:
    """How the case directory does: why it does not answer, or empty; when it last did."""

    failing: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What does not change while it runs.

    Attributes:
        schema: which store, and the version of its tables that this code works with.
        changed: the settings that differ from the shipped ones, secrets hidden.
    """

    schema: str
    changed: Sequence[Explained]


@dataclass(frozen=True, slots=True)
class SystemDesk:
    """All of it. What asks the store raises StoreDownError.

    Attributes:
        figures: of the queue.
        nodes: who runs.
        purge: how purging stands.
        cases, copies: see there; copies None before they were looked at.
        disk: octets free and in all, None before it was looked at.
        facts: what files say.
        started_at: when this process began.
    """

    figures: Callable[[], Awaitable[Figures]]
    nodes: Callable[[], Awaitable[Sequence[NodeRow]]]
    purge: Callable[[], Awaitable[PurgeState]]
    cases: Callable[[], CasesSeen]
    copies: Callable[[], CopiesSeen | None]
    disk: Callable[[], tuple[int, int] | None]
    facts: Callable[[], Awaitable[SystemFacts]]
    started_at: datetime
