"""Figures for Prometheus; labels are names of doors, intents, outcomes, never of people."""

import functools
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.records import Figures

Figure = TypeVar("Figure", Counter, Histogram)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 300, 3600)


class Metrics:
    """All figures of this process, in a registry of its own."""

    def __init__(self, doors: Iterable[DoorName]) -> None:
        registry = self._registry = CollectorRegistry()
        self._doors = list(doors)
        # Finding a figure by its labels costs more than counting it.
        self._of = functools.lru_cache(maxsize=4096)(_labelled)
        self._mo = Counter(
            "sms_mo", "MOs that ended", ["door", "intent", "outcome"], registry=registry
        )
        self._refused = Counter(
            "sms_refused", "Calls that were not taken", ["door", "reason"], registry=registry
        )
        self._duplicates = Counter(
            "sms_mo_duplicates", "Repeated deliveries", ["door"], registry=registry
        )
        self._sent = Counter(
            "sms_mt_attempts", "Attempts to send", ["door", "result"], registry=registry
        )
        self._lookups = Counter(
            "sms_lookups", "Receipt numbers looked up", ["result"], registry=registry
        )
        self._latency = Histogram(
            "sms_mo_to_accepted_seconds",
            "From an MO stored to its reply accepted by the telco",
            ["door"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._unanswered = _gauge("sms_unanswered", "MOs without outcome", registry)
        self._late = _gauge(
            "sms_unanswered_late", "MOs without outcome that waited longer than the alarm", registry
        )
        self._oldest = _gauge(
            "sms_oldest_unanswered_seconds", "Age of the oldest unanswered MO", registry
        )
        self._queue = Gauge("sms_queue", "MTs waiting to be sent", ["door"], registry=registry)
        self._paused = Gauge("sms_door_paused", "1 while paused", ["door"], registry=registry)
        self._uncertain = _gauge("sms_uncertain", "MTs whose fate nobody knows", registry)
        self._held = _gauge("sms_held", "MTs that wait for a person", registry)
        self._parked = _gauge("sms_parked", "MOs that wait for a person", registry)

    def mo_ended(self, door: str, intent: str, outcome: str) -> None:
        """An MO got its outcome."""
        self._of(self._mo, door, intent, outcome).inc()

    def refused(self, door: str, reason: str, count: int = 1) -> None:
        """A call was not taken, or so many texts of one that was."""
        self._of(self._refused, door, reason).inc(count)

    def duplicate(self, door: str, count: int) -> None:
        """Deliveries came again."""
        self._of(self._duplicates, door).inc(count)

    def looked_up(self, result: str, count: int) -> None:
        """The case directory was asked for so many keys that led to this."""
        self._of(self._lookups, result).inc(count)

    def attempt(self, door: str, result: str, seconds: float | None) -> None:
        """An attempt to send was settled; `seconds` since its MO was stored, if accepted."""
        self._of(self._sent, door, result).inc()
        if seconds is not None:
            self._of(self._latency, door).observe(seconds)

    def show(self, figures: Figures, now: datetime) -> None:
        """Take the store's own figures."""
        oldest = figures.oldest_unanswered
        age = (now - oldest).total_seconds() if oldest else 0.0
        self._unanswered.set(figures.unanswered)
        self._oldest.set(age)
        self._late.set(figures.late)
        self._uncertain.set(figures.uncertain)
        self._held.set(figures.held)
        self._parked.set(figures.parked)
        for door in self._doors:
            self._queue.labels(door).set(figures.queued.get(door, 0))
            self._paused.labels(door).set(int(door in figures.paused))

    def text(self) -> bytes:
        """Prometheus text format."""
        return generate_latest(self._registry)


def _labelled(figure: Figure, *labels: str) -> Figure:
    return figure.labels(*labels)


def _gauge(name: str, meaning: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(name, meaning, registry=registry)
