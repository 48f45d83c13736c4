"""Words for states that nobody knew when they came."""

from collections.abc import Collection, Sequence

from sms_gateway.cases.embedded.rows import moment_of
from sms_gateway.cases.embedded.tables import Statements
from sms_gateway.domain.states import UnknownState

KEPT_MS = 30 * 86_400_000
"""What did not come for so long is forgotten."""

MOST = 500
"""So many words are kept at most: who sends more does not send states."""


async def note(tables: Statements, source: str, words: Collection[str], at: int) -> None:
    """Write down that they came; within a transaction.

    Args:
        tables: the dossiers.
        source: which.
        words: cleaned ones, each once.
        at: milliseconds since the epoch.
    """
    if not words:
        return
    await tables.change("forget_unknown", before=at - KEPT_MS)
    there = {(known, word) for known, word, _ in await tables.rows("unknown")}
    room = max(MOST - len(there), 0)
    fresh = [word for word in words if (source, word) not in there][:room]
    again = [word for word in words if (source, word) in there]
    await tables.many("note_unknown", [(source, word, at) for word in (*again, *fresh)])


async def listed(tables: Statements, now: int) -> Sequence[UnknownState]:
    """Those that came lately; `now` in milliseconds since the epoch."""
    rows = await tables.rows("unknown")
    return [
        UnknownState(source, word, moment_of(last_at))
        for source, word, last_at in rows
        if last_at >= now - KEPT_MS
    ]
