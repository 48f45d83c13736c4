"""What the rooms tell of their work, counted for metrics and written into the log."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

import structlog

from sms_gateway.alarms.senses import Senses
from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.records import Answer, PendingMo, Settlement
from sms_gateway.enquiry.intents import PROBE
from sms_gateway.ports import Probe
from sms_gateway.web.metrics import Metrics

_log = structlog.get_logger("service")

_MILLISECOND = timedelta(milliseconds=1)
_NO_PROBES: Mapping[DoorName, Probe] = MappingProxyType({})
_NO_HEALTH: Mapping[DoorName, HealthRecord] = MappingProxyType({})


class Noting:
    """Takes facts; each method is a hook of a room.

    Args:
        metrics: where they are counted.
        senses: what the alarms watch.
        probes: the probe texts of the doors that have one.
        health: of each door.
    """

    def __init__(
        self,
        metrics: Metrics,
        senses: Senses,
        probes: Mapping[DoorName, Probe] = _NO_PROBES,
        health: Mapping[DoorName, HealthRecord] = _NO_HEALTH,
    ) -> None:
        self._health = health
        self._probes = probes
        self._metrics = metrics
        self._senses = senses
        # Bound once: most lines of a busy gateway are written here.
        self._log = _log.bind()

    def received(self, mos: Sequence[PendingMo]) -> None:
        """A call brought MOs that had not come before; they are written down."""
        if mos and (health := self._health.get(mos[0].door)):
            health.came(mos[0].received_at)
        if mos and (probe := self._probes.get(mos[0].door)):
            mos = [mo for mo in mos if not probe.is_it(mo.sender, mo.text)]
        if mos:
            door, at = mos[0].door, mos[0].received_at
            self._metrics.received(door, len(mos), at)
            self._senses.came(door, at, len(mos))

    def answered(self, answer: Answer) -> None:
        """An MO got its outcome."""
        mo, mt = answer.mo, answer.mt
        if answer.intent == PROBE:
            self._metrics.alarms.probed(mo.door)
            self._senses.probed(mo.door, mo.received_at)
        else:
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
        if intent != PROBE:
            self._metrics.mo_ended(door, intent, Outcome.PARKED)

    def sent(self, mt: MobileTerminated, what: Settlement) -> None:
        """An attempt to send was settled."""
        seconds = None
        if what.state is MtState.ACCEPTED and mt.mo_received_at:
            seconds = (what.at - mt.mo_received_at).total_seconds()
        self._metrics.attempt(mt.door, what.result, seconds)
        self._senses.sent(mt.door, taken=what.state is MtState.ACCEPTED)
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
