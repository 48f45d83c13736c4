"""Figures of automatic messages, beside those of replies."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

_SHOWN = ("standing", "blast", "backward")


class NoticeFigures:
    """What became of changes, and what waits.

    Args:
        registry: of all figures.
        worker: see `Metrics`.
    """

    def __init__(self, registry: CollectorRegistry, worker: str) -> None:
        self._worker = worker
        self._decided = Counter(
            "sms_notices",
            "Changes of dossiers that were decided of",
            ["fate", "reason", "worker"],
            registry=registry,
        )
        self._surveyed = Counter(
            "sms_surveys",
            "Returned dossiers of which was decided whether somebody is asked",
            ["result", "worker"],
            registry=registry,
        )
        self._waiting = Gauge(
            "sms_notices_waiting",
            "Changes that stand, and texts that are held, by why",
            ["reason"],
            registry=registry,
        )

    def decided(self, fate: str, reason: str) -> None:
        """Changes of a dossier were decided of."""
        self._decided.labels(fate, reason, self._worker).inc()

    def surveyed(self, result: str, count: int) -> None:
        """So many returned dossiers came to a result: `asked`, or why nobody was."""
        self._surveyed.labels(result, self._worker).inc(count)

    def stand(self, figures: Mapping[str, int]) -> None:
        """How many changes stand, and how many texts are held, by why."""
        for reason in _SHOWN:
            self._waiting.labels(reason).set(figures.get(reason, 0))
