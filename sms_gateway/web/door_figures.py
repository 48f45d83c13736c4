"""Figures of how the doors do, beside those of the messages."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sms_gateway.dispatch.health import DoorState, HealthRecord
from sms_gateway.domain.ids import DoorName


class DoorFigures(Collector):
    """How each door does, looked at when somebody asks.

    Args:
        worker: see `Metrics`.
    """

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._records: Mapping[DoorName, HealthRecord] = MappingProxyType({})

    def watch(self, records: Mapping[DoorName, HealthRecord]) -> None:
        """Tell of these from now on."""
        self._records = records

    def collect(self) -> Iterable[Metric]:
        """What the library asks for when it is asked."""
        labels = ["door", "worker"]
        state = GaugeMetricFamily(
            "sms_door_state", "1 for how the door stands", labels=["door", "state", "worker"]
        )
        failing = GaugeMetricFamily(
            "sms_door_failing", "Attempts not taken since the last that was", labels=labels
        )
        last = GaugeMetricFamily(
            "sms_door_accepted_timestamp_seconds", "When its telco last took one", labels=labels
        )
        for door, record in self._records.items():
            found = record.health()
            for one in DoorState:
                # A pause is staff's, known to the store and shown as sms_door_paused.
                if one is not DoorState.PAUSED:
                    state.add_metric([door, one, self._worker], int(one is found.state))
            failing.add_metric([door, self._worker], found.in_a_row)
            if found.last_accepted is not None:
                last.add_metric([door, self._worker], found.last_accepted.timestamp())
        return state, failing, last
