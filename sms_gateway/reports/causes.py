"""Why dossiers were late, beside their late flags; no flag is ever taken away by it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sms_gateway.domain.windows import GivenCause, IncidentWindow, causes_told
from sms_gateway.reports.dossiers import DossierReport, LateDossier


def with_causes(
    report: DossierReport, given: Iterable[GivenCause], windows: Sequence[IncidentWindow]
) -> DossierReport:
    """The same report with the causes that staff gave; where there is none, windows that may be it.

    Args:
        report: as it was counted; its numbers stay.
        given: all causes, each dossier's in order.
        windows: all of them.
    """
    told = causes_told(given, windows)

    def caused(late: LateDossier) -> LateDossier:
        if causes := told.get(late.id):
            return replace(late, cause="; ".join(causes))
        touched = [one.told for one in windows if is_inside(late, one)]
        return replace(late, offered="; ".join(touched))

    return replace(report, late=tuple(map(caused, report.late)))


def is_inside(late: LateDossier, window: IncidentWindow) -> bool:
    """Whether a dossier was due, or came to its end, while a window stood."""
    return window.holds(late.due_at) or window.holds(late.finished_at)
