"""Figures of the alarms, beside those of the messages."""

from collections.abc import Collection
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from sms_gateway.domain.incidents import Subject


class AlarmFigures:
    """Probe texts, incidents that stand, and calls to the webhook.

    Args:
        registry: of all figures.
        worker: see `Metrics`.
    """

    def __init__(self, registry: CollectorRegistry, worker: str) -> None:
        self._worker = worker
        self._probes = Counter(
            "sms_probes", "Probe texts that came", ["door", "worker"], registry=registry
        )
        self._last_probe = Gauge(
            "sms_probe_last_timestamp_seconds",
            "When the last probe text came, seconds since 1970",
            ["door"],
            registry=registry,
        )
        self._open = Gauge(
            "sms_incident_open", "1 while an incident stands", ["trouble", "door"],
            registry=registry,
        )  # fmt: skip
        self._posts = Counter(
            "sms_alarm_posts",
            "Calls to the webhook of the alarms",
            ["result", "worker"],
            registry=registry,
        )

    def probed(self, door: str) -> None:
        """A probe text came."""
        self._probes.labels(door, self._worker).inc()

    def last_probe(self, door: str, at: datetime) -> None:
        """When the last one came, also before the start."""
        self._last_probe.labels(door).set(at.timestamp())

    def incidents(self, stand: Collection[Subject]) -> None:
        """The incidents that stand."""
        self._open.clear()
        for trouble, door in stand:
            self._open.labels(trouble, door).set(1)

    def posted(self, result: str) -> None:
        """The webhook was called, or a call given up."""
        self._posts.labels(result, self._worker).inc()
