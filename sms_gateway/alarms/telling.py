"""What is to be told now: once when an incident begins, once when it is over, never a storm."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sms_gateway.alarms.plan import CAN_WAIT, Plan
from sms_gateway.domain.incidents import Incident, Trouble

_HOUR = timedelta(hours=1)


def to_text(incidents: Sequence[Incident], plan: Plan, now: datetime) -> Sequence[Incident]:
    """Those of which the people on call are told by SMS now, of their end where they are over."""
    if plan.texting is None:
        return ()
    quiet = plan.is_quiet(now)
    left = plan.per_hour - sum(
        _lately(at, now) for i in incidents for at in (i.texted_at, i.texted_over_at)
    )
    waiting = [
        incident
        for incident in incidents
        if _wants_text(incident)
        and incident.trouble not in plan.mute
        and not (quiet and incident.trouble in CAN_WAIT)
    ]
    # What begins before what ends, what cannot wait before what can.
    waiting.sort(key=lambda i: (i.closed_at is not None, i.trouble in CAN_WAIT))
    return waiting[: max(0, left)]


def to_post(incidents: Sequence[Incident], plan: Plan, now: datetime) -> Sequence[Incident]:
    """Those of which the webhook is told now."""
    if plan.posting is None:
        return ()
    left = plan.per_hour - sum(
        _lately(at, now) for i in incidents for at in (i.posted_at, i.posted_over_at)
    )
    waiting = [i for i in incidents if _wants_post(i) and i.trouble not in plan.mute]
    return waiting[: max(0, left)]


def _wants_text(incident: Incident) -> bool:
    if incident.closed_at is None:
        # While the store is down no text can be queued; its end is told with how long it was.
        return incident.texted_at is None and incident.trouble is not Trouble.STORE_DOWN
    told = incident.texted_at is not None or incident.trouble is Trouble.STORE_DOWN
    return told and incident.texted_over_at is None


def _wants_post(incident: Incident) -> bool:
    if incident.closed_at is None:
        return incident.posted_at is None
    return incident.posted_at is not None and incident.posted_over_at is None


def _lately(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at < _HOUR
