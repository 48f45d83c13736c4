"""Figures of what the one-stop software sends, beside those of the messages."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter

from sms_gateway.ports.pushed import RowTold


class CaseFigures:
    """Calls with dossiers, and their rows.

    Args:
        registry: of all figures.
        worker: see `Metrics`.
    """

    def __init__(self, registry: CollectorRegistry, worker: str) -> None:
        self._worker = worker
        self._calls = Counter(
            "sms_case_pushes",
            "Calls of the one-stop software",
            ["result", "worker"],
            registry=registry,
        )
        self._rows = Counter(
            "sms_case_push_rows",
            "Rows that the one-stop software sent",
            ["result", "worker"],
            registry=registry,
        )

    def called(self, result: str) -> None:
        """A call was taken, or not and why."""
        self._calls.labels(result, self._worker).inc()

    def told(self, rows: Sequence[RowTold]) -> None:
        """What became of the rows of a call."""
        for row in rows:
            self._rows.labels(row.fate, self._worker).inc()
