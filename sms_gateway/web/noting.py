"""What the rooms tell of their work, counted for metrics and written into the log."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.records import Answer, PendingMo, Settlement
from sms_gateway.web.metrics import Metrics

_log = structlog.get_logger("service")

_MILLISECOND = timedelta(milliseconds=1)


class Noting:
    """Takes facts; each method is a hook of a room.

    Args:
        metrics: where they are counted.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        # Bound once: most lines of a busy gateway are written here.
        self._log = _log.bind()

    def received(self, mos: Sequence[PendingMo]) -> None:
        """A call brought MOs that had not come before; they are written down."""
        if mos:
            self._metrics.received(mos[0].door, len(mos), mos[0].received_at)

    def answered(self, answer: Answer) -> None:
        """An MO got its outcome."""
        mo, mt = answer.mo, answer.mt
        self._metrics.mo_ended(mo.door, answer.intent, answer.outcome)
        self._log.info(
            "mo.answered",
            message_id=mo.id,
            trace_id=mo.trace_id,
            door=mo.door,
            intent=answer.intent,
            outcome=answer.outcome,
            reason=answer.reason,
            billing=mt.billing if mt else "",
            segments=mt.segments if mt else 0,
            duration_ms=(answer.at - mo.received_at) // _MILLISECOND,
        )

    def parked(self, door: DoorName, intent: str) -> None:
        """An MO waits for a person, because answering it or sending its reply failed.

        Args:
            door: where it came in.
            intent: empty where it was never understood.
        """
        self._metrics.mo_ended(door, intent, Outcome.PARKED)

    def sent(self, mt: MobileTerminated, what: Settlement) -> None:
        """An attempt to send was settled."""
        seconds = None
        if what.state is MtState.ACCEPTED and mt.mo_received_at:
            seconds = (what.at - mt.mo_received_at).total_seconds()
        self._metrics.attempt(mt.door, what.result, seconds)
        if what.state is MtState.FAILED and mt.intent:
            self.parked(mt.door, mt.intent)
        self._log.info(
            "mt.settled",
            mt_id=mt.id,
            trace_id=mt.trace_id,
            door=mt.door,
            attempt=mt.attempt,
            result=what.result,
            state=what.state,
            reason=what.reason,
        )
