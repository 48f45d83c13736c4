"""The loops that learn from somebody else's case database, where there is one."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sms_gateway.cases.opening import CaseEnds
from sms_gateway.cases.places import cursor_name
from sms_gateway.cases.polling import Around, CasePoll
from sms_gateway.clock import SystemClock
from sms_gateway.settings import Settings
from sms_gateway.store.store import SqlStore
from sms_gateway.web.metrics import Metrics

_CHANGES = "case changes"
"""What the node leads that reads them."""

_LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Learning:
    """What learns.

    Attributes:
        loops: name of a task to what it runs.
        poll: reads changes, or None.
        leads: whether this node reads them.
        caught_up: whether all that had changed was read here within the hour; yes where another
            node reads it, or nobody has to.
    """

    loops: Mapping[str, Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=dict)
    poll: CasePoll | None = None
    leads: Callable[[], bool] = lambda: False
    caught_up: Callable[[], bool] = lambda: True

    @property
    def failing(self) -> str:
        """One word for why changes cannot be read here, empty while they can."""
        return self.poll.failing if self.poll else ""

    def down(self) -> str | None:
        """The same for the alarms; None where another node reads them, or nobody does."""
        return self.failing if self.poll and self.leads() else None


def wire_learning(
    settings: Settings, cases: CaseEnds, metrics: Metrics, store: SqlStore, clock: SystemClock
) -> Learning:
    """All of it; nothing runs yet."""
    if cases.remote is None or cases.learner is None:
        return Learning()

    metrics.learned(cases.tally)
    around = Around(
        rules=cases.rules,
        source=settings.cases.kind,
        cursor=cursor_name(settings.cases),
        seconds=settings.cases.poll_s,
        clock=clock,
        leads=lambda: store.leads(_CHANGES),
        counted=cases.tally,
        done=lambda: cases.tally.read(clock.now()),
    )
    poll = CasePoll(cases.remote, cases.copy, around)
    loops = {"case-changes": poll.run, "case-learner": cases.learner.run}

    def caught_up() -> bool:
        read_at = cases.tally.read_at
        lately = read_at is not None and clock.now() - read_at < _LATELY
        return not around.leads() or (lately and not poll.failing)

    return Learning(loops, poll, around.leads, caught_up)
