"""What purges among the other rooms."""

from sms_gateway.cases.opening import CaseEnds
from sms_gateway.clock import SystemClock
from sms_gateway.domain.numbers import Hasher
from sms_gateway.retention.cuts import cuts_of
from sms_gateway.retention.dossiers import DossierPurge
from sms_gateway.retention.holds import Holds
from sms_gateway.retention.nightly import Nightly, NightPlan
from sms_gateway.retention.purge import Purge
from sms_gateway.settings import Settings
from sms_gateway.store.store import SqlStore
from sms_gateway.web.retention import Retaining

LEADS = "purge"
"""What one node of many leads."""


def wire_retention(
    settings: Settings,
    store: SqlStore,
    cases: CaseEnds,
    clock: SystemClock,
    hasher: Hasher,
) -> tuple[Retaining, Nightly | None]:
    """What the command line reaches, and the loop that purges at night, if the settings want it."""
    # Our own dossiers are the office's, which says by its imports what is kept.
    theirs = cases.remote is not None
    dossiers = DossierPurge(cases.copy, store.retention, clock) if theirs else None
    purge = Purge(store.retention, clock, dossiers, hasher.seals)
    holds = Holds(store.retention, clock.now)
    retaining = Retaining(purge, holds, lambda until: cuts_of(settings, clock.now(), until))
    if not settings.retention.nightly:
        return retaining, None
    plan = NightPlan(settings, lambda: store.leads(LEADS), store.retention.state)
    return retaining, Nightly(purge, plan, clock)
