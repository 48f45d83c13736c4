"""Which runs left work behind."""

from collections.abc import Callable, Sequence

from sms_gateway.domain.ids import RunId
from sms_gateway.store.statements import Statements

MayJudge = Callable[[], bool]
"""Whether it can be known now which runs are dead; see `ports.Nodes.may_judge`."""


def always() -> bool:
    """Where there is but one run, all others are dead."""
    return True


async def dead_owners(db: Statements, run: RunId, may_judge: MayJudge) -> Sequence[str]:
    """Runs that hold leases and are dead.

    Asked first and judged then: this may have waited for a server that was away, and the one that
    answered has forgotten the locks of the living.
    """
    found = [str(owner) for (owner,) in await db.rows("owners_dead", {"run": run})]
    return found if may_judge() else []
