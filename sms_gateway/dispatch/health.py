"""How each door does, as this process sees it: what it takes, what it fails at, and since when."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from sms_gateway.dispatch.back_off import BackOff
from sms_gateway.dispatch.faults import door_works
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.outcome import Accepted, SendOutcome
from sms_gateway.ports import Clock

_log = structlog.get_logger("dispatch")

_NOT_BOUND = "not_bound"

MINUTES = 15
"""So many minutes the error rate looks back."""


class DoorState(enum.StrEnum):
    """How the way out of a door stands.

    working: the telco took, or judged, the last message. unproven: it may be asked, and nothing was
    taken since the start or the last trouble. resting: the telco said "not now". down: it failed
    too often in a row; one message is tried now and then. paused: by staff. inline: it needs no way
    out, for its replies go back in the telco's own call.
    """

    WORKING = "working"
    UNPROVEN = "unproven"
    RESTING = "resting"
    DOWN = "down"
    PAUSED = "paused"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class DoorHealth:
    """How a door does.

    Attributes:
        state, since: see there; the start of the process where nothing happened yet.
        reason: why the last attempt was not taken, one word or the telco's code; empty after one
            that was.
        last_mo, last_accepted: when a citizen's text last came and an MT was last taken, since the
            start; None for never.
        attempts, errors: of the last 15 minutes, and those of them that the telco did not take.
        in_a_row: attempts that it did not take since the last that it took.
    """

    state: DoorState
    since: datetime
    reason: str = ""
    last_mo: datetime | None = None
    last_accepted: datetime | None = None
    attempts: int = 0
    errors: int = 0
    in_a_row: int = 0


class HealthRecord:
    """Takes what happens at one door.

    Attributes:
        back_off: its rests.
        full: whether its telco takes nothing more today, as far as this process has counted.

    Args:
        door: its name, for the log.
        clock: time.
        table: of its retries.
        sends: it has a way out.
    """

    def __init__(
        self, door: DoorName, clock: Clock, table: RetryTable, *, sends: bool = True
    ) -> None:
        self._door = door
        self._clock = clock
        self.back_off = BackOff(table, clock.monotonic)
        self.full: Callable[[], bool] = lambda: False
        self._state = DoorState.UNPROVEN if sends else DoorState.INLINE
        self._since = clock.now()
        self._reason = ""
        self._last_mo: datetime | None = None
        self._last_accepted: datetime | None = None
        self._in_a_row = 0
        self._recent = _Recent()

    def came(self, at: datetime) -> None:
        """A citizen's text came in by it."""
        self._last_mo = at

    def carries(self, slots: int) -> None:
        """So many messages at a time can go out by it now."""
        self.back_off.carries(slots)
        if self.back_off.closed:
            self._reason = _NOT_BOUND
            self._turn(DoorState.DOWN)
        elif self._state is DoorState.DOWN and not self.back_off.down:
            self._turn(DoorState.UNPROVEN)

    def sent(self, outcome: SendOutcome, asked_in: int) -> None:
        """An attempt ended; it was begun in that round of the back-off."""
        taken = isinstance(outcome, Accepted)
        self._recent.add(self._clock.monotonic(), failed=not taken)
        works = self._state is DoorState.WORKING and not self._in_a_row
        if taken and works and self.back_off.at_ease:
            # Nearly each attempt of a busy gateway, and nothing changes.
            self._last_accepted = self._clock.now()
            return
        self.back_off.heard(outcome, asked_in)
        if isinstance(outcome, Accepted):
            self._last_accepted, self._reason, self._in_a_row = self._clock.now(), "", 0
        else:
            self._reason, self._in_a_row = outcome.reason, self._in_a_row + 1
        self._turn(self._next(outcome))

    def health(self, paused_since: datetime | None = None) -> DoorHealth:
        """How it does now.

        Args:
            paused_since: when staff paused it, None where they did not.
        """
        state, since = self._state, self._since
        if state is DoorState.RESTING and not self.back_off.left():
            state = DoorState.UNPROVEN
        if paused_since is not None:
            state, since = DoorState.PAUSED, paused_since
        attempts, errors = self._recent.sums(self._clock.monotonic())
        return DoorHealth(
            *(state, since, self._reason, self._last_mo, self._last_accepted),
            *(attempts, errors, self._in_a_row),
        )

    def _next(self, outcome: SendOutcome) -> DoorState:
        if self.back_off.down:
            return DoorState.DOWN
        if self.back_off.left():
            return DoorState.RESTING
        if door_works(outcome):
            return DoorState.WORKING
        troubled = self._state in (DoorState.DOWN, DoorState.RESTING)
        return DoorState.UNPROVEN if troubled else self._state

    def _turn(self, state: DoorState) -> None:
        if state is self._state:
            return
        # One line per change, not one per attempt.
        if state is DoorState.DOWN:
            _log.error("door.down", door=self._door, reason=self._reason, count=self._in_a_row)
        elif self._state is DoorState.DOWN:
            _log.info("door.up", door=self._door, state=state)
        self._state, self._since = state, self._clock.now()


class _Recent:
    """Attempts per minute, in a ring: however busy the door is, it is this large."""

    def __init__(self) -> None:
        self._minutes = [(-1, 0, 0)] * MINUTES

    def add(self, seconds: float, *, failed: bool) -> None:
        minute = int(seconds // 60)
        at = minute % MINUTES
        known, attempts, errors = self._minutes[at]
        if known != minute:
            attempts = errors = 0
        self._minutes[at] = (minute, attempts + 1, errors + failed)

    def sums(self, seconds: float) -> tuple[int, int]:
        oldest = int(seconds // 60) - MINUTES
        recent = [one for one in self._minutes if one[0] > oldest]
        return sum(one[1] for one in recent), sum(one[2] for one in recent)
