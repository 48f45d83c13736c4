"""Figures for Prometheus; labels are names of doors, intents, outcomes, never of people."""

import functools
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.learned import Tally
from sms_gateway.domain.records import Figures
from sms_gateway.web.alarm_figures import AlarmFigures
from sms_gateway.web.case_figures import CaseFigures
from sms_gateway.web.door_figures import DoorFigures
from sms_gateway.web.learned_figures import LearnedFigures
from sms_gateway.web.notice_figures import NoticeFigures

Figure = TypeVar("Figure", Counter, Histogram)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 300, 3600)


class Metrics:
    """All figures of this process, and of the queue where it is the one that shows them.

    Attributes:
        alarms: those of the alarms.
        notices: those of automatic messages.
        cases: those of what the one-stop software sends.
        doors: those of how the doors do.

    Args:
        doors: the configured ones.
        worker: name of this process among all of the installation: node, and number of the worker.
    """

    def __init__(self, doors: Iterable[DoorName], worker: str = "") -> None:
        registry = self._registry = CollectorRegistry()
        self._worker = worker
        self._doors = list(doors)
        # Finding a figure by its labels costs more than counting it.
        self._of = functools.lru_cache(maxsize=4096)(_labelled)
        self._mo = Counter(
            "sms_mo", "MOs that ended", ["door", "intent", "outcome", "worker"], registry=registry
        )
        self._refused = Counter(
            "sms_refused",
            "Calls that were not taken",
            ["door", "reason", "worker"],
            registry=registry,
        )
        self._duplicates = Counter(
            "sms_mo_duplicates", "Repeated deliveries", ["door", "worker"], registry=registry
        )
        self._sent = Counter(
            "sms_mt_attempts", "Attempts to send", ["door", "result", "worker"], registry=registry
        )
        self._lookups = Counter(
            "sms_lookups", "Receipt numbers looked up", ["result", "worker"], registry=registry
        )
        self._latency = Histogram(
            "sms_mo_to_accepted_seconds",
            "From an MO stored to its reply accepted by the telco",
            ["door", "worker"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._arrivals = _Arrivals(self._doors, worker)
        registry.register(self._arrivals)
        self._around = _Around(registry, worker)
        self._queue = _Queue(self._doors)
        self.alarms = AlarmFigures(registry, worker)
        self.notices = NoticeFigures(registry, worker)
        self.cases = CaseFigures(registry, worker)
        self.doors = DoorFigures(worker)
        registry.register(self.doors)

    def received(self, door: str, count: int, at: datetime) -> None:
        """So many MOs were written down that had not come before."""
        self._arrivals.add(door, count, at)

    def mo_ended(self, door: str, intent: str, outcome: str) -> None:
        """An MO got its outcome."""
        self._of(self._mo, door, intent, outcome, self._worker).inc()

    def refused(self, door: str, reason: str, count: int = 1) -> None:
        """A call was not taken, or so many texts of one that was."""
        self._of(self._refused, door, reason, self._worker).inc(count)

    def duplicate(self, door: str, count: int) -> None:
        """Deliveries came again."""
        self._of(self._duplicates, door, self._worker).inc(count)

    def looked_up(self, result: str, count: int) -> None:
        """The case directory was asked for so many keys that led to this."""
        self._of(self._lookups, result, self._worker).inc(count)

    def learned(self, tally: Tally) -> None:
        """Show what is learned of somebody else's dossiers."""
        self._registry.register(LearnedFigures(tally, self._worker))

    def attempt(self, door: str, result: str, seconds: float | None) -> None:
        """An attempt to send was settled; `seconds` since its MO was stored, if accepted."""
        self._of(self._sent, door, result, self._worker).inc()
        if seconds is not None:
            self._of(self._latency, door, self._worker).observe(seconds)

    def show(self, figures: Figures | None, now: datetime) -> None:
        """Take the store's own figures; None where another process shows them."""
        self._queue.show(figures, now)

    def parts_down(self, wrong: Mapping[str, str]) -> None:
        """Take what is wrong now, by part; an empty word where it works."""
        for part, why in wrong.items():
            self._around.down.labels(part).set(bool(why))

    def disk(self, free: int, size: int) -> None:
        """Take octets of the disk of the data folder."""
        self._around.free.set(free)
        self._around.size.set(size)

    def certificate(self, name: str, end: datetime) -> None:
        """Take when a certificate ends."""
        self._around.certificate.labels(name).set(end.timestamp())

    def show_calendar(self, missing: int) -> None:
        """Take the year whose holidays are missing, 0 where none is."""
        self._queue.missing_year.set(missing)

    def show_windows(self, standing: int, unannounced: int) -> None:
        """Take how many incident windows stand, and how many are not announced in time."""
        self._queue.windows.set(standing)
        self._queue.unannounced.set(unannounced)

    def show_copies(self, **figures: float) -> None:
        """Take how the copies of the databases are, by the names of `_of_copies`."""
        for name, value in figures.items():
            self._queue.copies[name].set(value)

    def text(self) -> bytes:
        """Prometheus text format."""
        return generate_latest(self._registry) + self._queue.text()


class _Arrivals(Collector):
    """What came in, also at doors where nobody texts.

    Each text is counted here before anything else is done about it; figures of the library would
    cost it several times as much.
    """

    def __init__(self, doors: Iterable[DoorName], worker: str) -> None:
        self._worker = worker
        self._received: dict[str, int] = dict.fromkeys(doors, 0)
        self._last: dict[str, datetime] = {}

    def add(self, door: str, count: int, at: datetime) -> None:
        """So many came at that moment."""
        self._received[door] += count
        self._last[door] = at

    def collect(self) -> Iterable[Metric]:
        """What the library asks for when it is asked."""
        labels = ["door", "worker"]
        received = CounterMetricFamily("sms_mo_received", "New MOs written down", labels=labels)
        for door, count in self._received.items():
            received.add_metric([door, self._worker], count)
        last = GaugeMetricFamily(
            "sms_mo_last_timestamp_seconds", "When the last came", labels=labels
        )
        for door, at in self._last.items():
            last.add_metric([door, self._worker], at.timestamp())
        return received, last


class _Around:
    """What the gateway stands on, and what stands before it."""

    def __init__(self, registry: CollectorRegistry, worker: str) -> None:
        runs = Gauge("sms_worker", "1: this process runs", ["worker"], registry=registry)
        runs.labels(worker).set(1)
        self.down = Gauge("sms_part_down", "1 while it fails", ["part"], registry=registry)
        self.free = _gauge("sms_data_free_bytes", "Free on the disk of the data folder", registry)
        self.size = _gauge("sms_data_size_bytes", "Size of that disk", registry)
        self.certificate = Gauge(
            "sms_certificate_end_timestamp_seconds",
            "When the certificate ends that the proxy shows",
            ["name"],
            registry=registry,
        )


class _Queue:
    """What all processes share: one shows it, or sums would count it again and again."""

    def __init__(self, doors: Iterable[DoorName]) -> None:
        queue = self._registry = CollectorRegistry()
        self._doors = list(doors)
        self._shown = False
        self._unanswered = _gauge("sms_unanswered", "MOs without outcome", queue)
        self._late = _gauge(
            "sms_unanswered_late", "MOs without outcome that waited longer than the alarm", queue
        )
        self._oldest = _gauge(
            "sms_oldest_unanswered_seconds", "Age of the oldest unanswered MO", queue
        )
        self._queue = Gauge("sms_queue", "MTs waiting to be sent", ["door"], registry=queue)
        self._paused = Gauge("sms_door_paused", "1 while paused", ["door"], registry=queue)
        self._uncertain = _gauge("sms_uncertain", "MTs whose fate nobody knows", queue)
        self._held = _gauge("sms_held", "MTs that wait for a person", queue)
        self._parked = _gauge("sms_parked", "MOs that wait for a person", queue)
        self.missing_year = _gauge(
            "sms_calendar_year_missing", "Year whose holidays are missing, or 0", queue
        )
        self.windows = _gauge("sms_windows_standing", "Incident windows that stand", queue)
        self.unannounced = _gauge(
            "sms_windows_unannounced", "Planned outages that must be announced now", queue
        )
        self.copies = _of_copies(queue)

    def show(self, figures: Figures | None, now: datetime) -> None:
        self._shown = figures is not None
        if figures is None:
            return
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
        return generate_latest(self._registry) if self._shown else b""


def _labelled(figure: Figure, *labels: str) -> Figure:
    return figure.labels(*labels)


def _gauge(name: str, meaning: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(name, meaning, registry=registry)


def _of_copies(registry: CollectorRegistry) -> Mapping[str, Gauge]:
    return {
        "restore_held": _gauge("sms_restore_held", "MTs that a restore holds back", registry),
        "restore_hold": _gauge("sms_restore_hold", "1 while a restore holds back", registry),
        "replica_age": _gauge(
            "sms_replica_age_seconds", "Since the replica last was complete", registry
        ),
        "backup_age": _gauge("sms_backup_age_seconds", "Age of the newest backup", registry),
        "log_octets": _gauge("sms_wal_bytes", "Octets not checkpointed yet", registry),
    }
