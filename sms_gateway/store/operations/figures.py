"""What reports count."""

from collections.abc import Mapping, Sequence

from sms_gateway.domain.figures import SentCount, TextCount, UnreadText, Window
from sms_gateway.domain.ids import MessageId
from sms_gateway.store.rows import first_id
from sms_gateway.store.statements import Statements

PAGE = 1_000
"""Texts read at a time."""


async def texts(db: Statements, window: Window) -> Sequence[TextCount]:
    """Texts by door, telco, outcome, reason and hour."""
    values = {**_between(window), "offset_ms": window.offset_ms}
    return [TextCount(*row) for row in await db.rows("figures_texts", values)]


async def sent(db: Statements, window: Window) -> Sequence[SentCount]:
    """Messages of ours by door, kind and how they are charged."""
    return [SentCount(*row) for row in await db.rows("figures_sent", _between(window))]


async def unread(db: Statements, window: Window, after: MessageId | None) -> Sequence[UnreadText]:
    """The next texts that could not be understood, behind one of them; empty at the end."""
    between = _between(window)
    values = {**between, "after": after or between["after"], "limit": PAGE}
    return [UnreadText(*row) for row in await db.rows("figures_unread", values)]


def _between(window: Window) -> Mapping[str, str]:
    return {"after": first_id(window.since), "before": first_id(window.until)}
