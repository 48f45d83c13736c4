"""Figures of what is learned from somebody else's case database."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sms_gateway.domain.learned import Tally


class LearnedFigures(Collector):
    """Shows a tally.

    Args:
        tally: see there.
        worker: see `Metrics`.
    """

    def __init__(self, tally: Tally, worker: str) -> None:
        self._tally = tally
        self._worker = worker

    def collect(self) -> Iterable[Metric]:
        """What the library asks for when it is asked."""
        learned = CounterMetricFamily(
            "sms_cases_learned",
            "Dossiers that the case database told of",
            labels=["result", "worker"],
        )
        for result, number in sorted(self._tally.results.items()):
            learned.add_metric([result, self._worker], number)
        read = GaugeMetricFamily(
            "sms_cases_read_timestamp_seconds",
            "When all changes were last read",
            labels=["worker"],
        )
        if self._tally.read_at is not None:
            read.add_metric([self._worker], self._tally.read_at.timestamp())
        return learned, read
