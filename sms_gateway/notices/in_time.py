"""How much of an announcement can still leave before what it announces."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sms_gateway.domain.notices import Batch
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.notices.hours import Quiet


def in_time(
    batch: Batch, windows: Sequence[IncidentWindow], quiet: Quiet, apart: timedelta, now: datetime
) -> int | None:
    """How many of an announcement can leave before its outage begins; None for what is none.

    Args:
        batch: what is held.
        windows: all of them.
        quiet: the hours of the night.
        apart: time between two texts.
        now: the moment at which it would be released.
    """
    begins = [one.starts_at for one in windows if one.id == batch.window and one.is_ahead(now)]
    if not batch.window:
        return None
    return min([batch.texts, *(quiet.day(now, at) // apart for at in begins)]) if begins else 0
