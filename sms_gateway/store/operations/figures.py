"""What reports count."""

from collections.abc import Mapping, Sequence

from sms_gateway.domain.figures import (
    SLOWEST,
    ChargedMessage,
    SentCount,
    SpeedCount,
    TextCount,
    UnreadText,
    Window,
)
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.store.rows import first_id, moment
from sms_gateway.store.statements import Statements

PAGE = 1_000
"""Texts read at a time."""


async def texts(db: Statements, window: Window) -> Sequence[TextCount]:
    """Texts by door, telco, outcome, reason and hour."""
    values = {**_of(window), "offset_ms": window.offset_ms}
    return [TextCount(*row) for row in await db.rows("figures_texts", values)]


async def sent(db: Statements, window: Window) -> Sequence[SentCount]:
    """Messages of ours by door, kind and how they are charged."""
    return [SentCount(*row) for row in await db.rows("figures_sent", _of(window))]


async def speeds(db: Statements, window: Window) -> Sequence[SpeedCount]:
    """Texts by agency, telco, outcome and how soon they were answered."""
    found = await db.rows("figures_speeds", {**_between(window), "slowest": SLOWEST})
    return [
        SpeedCount(agency, operator, outcome, bool(waits), tenths, count)
        for agency, operator, outcome, waits, tenths, count in found
    ]


async def unread(db: Statements, window: Window, after: MessageId | None) -> Sequence[UnreadText]:
    """The next texts that could not be understood, behind one of them; empty at the end."""
    between = _of(window)
    values = {**between, "after": after or between["after"], "limit": PAGE}
    return [
        UnreadText(mo_id, code, text, moment(at), door, operator)
        for mo_id, code, text, at, door, operator in await db.rows("figures_unread", values)
    ]


async def charged_replies(
    db: Statements, window: Window, doors: Sequence[DoorName], after: MessageId | None
) -> Sequence[ChargedMessage]:
    """The next messages of ours that telcos took, behind one of them; empty at the end."""
    found = await db.rows("charged_replies", _page(window, doors, after))
    told: dict[str, list[str]] = {row[0]: [] for row in found}
    for attempt in await db.rows("attempts", {"ids": list(told)}):
        if attempt[_TELCO_ID]:
            told[attempt[0]].append(attempt[_TELCO_ID])
    return [
        ChargedMessage(
            MessageId(mt_id), tuple(told[mt_id]), Address(number), moment(at),
            billing == Billing.CHARGE, segments,
        )
        for mt_id, number, at, billing, segments in found
    ]  # fmt: skip


async def charged_texts(
    db: Statements, window: Window, doors: Sequence[DoorName], after: MessageId | None
) -> Sequence[ChargedMessage]:
    """The next texts, behind one of them; empty at the end."""
    return [
        ChargedMessage(
            MessageId(mo_id), (telco_id,) if telco_id else (), Address(number), moment(at),
            billing == Billing.CHARGE, segments or 0,
        )
        for mo_id, telco_id, number, at, billing, segments in await db.rows(
            "charged_texts", _page(window, doors, after)
        )
    ]  # fmt: skip


_TELCO_ID = 7  # of the statement `attempts`


def _page(
    window: Window, doors: Sequence[DoorName], after: MessageId | None
) -> Mapping[str, object]:
    between = _between(window)
    return {**between, "after": after or between["after"], "doors": list(doors), "limit": PAGE}


def _of(window: Window) -> Mapping[str, object]:
    agencies = None if window.agencies is None else list(window.agencies)
    return {**_between(window), "agencies": agencies}


def _between(window: Window) -> Mapping[str, str]:
    return {"after": first_id(window.since), "before": first_id(window.until)}
