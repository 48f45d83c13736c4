"""Lines of the audit for people, newest first."""

import heapq
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sms_gateway.domain.audit_trail import AuditFilter, AuditRow
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements

_LATE = timedelta(days=1)
"""How much later than it is dated a line may come into the chain, to be found by its time."""

_NEVER = 1 << 62


async def page(db: Statements, wanted: AuditFilter) -> Sequence[AuditRow]:
    """The newest lines that are wanted."""
    values = await _span(db, wanted)
    if wanted.subject:
        rows = await db.rows("audit_page_of_subject", values)
    elif wanted.by:
        rows = await db.rows("audit_page_of_person", values)
    elif wanted.act:
        rows = await _of_acts(db, values, wanted)
    else:
        rows = await db.rows("audit_page", values)
    return [_row(row) for row in rows]


async def _of_acts(
    db: Statements, values: Mapping[str, object], wanted: AuditFilter
) -> Sequence[Row]:
    """Acts are few words: a page of each that begins so, and the newest of all of them."""
    words = [word for (word,) in await db.rows("audit_acts") if word.startswith(wanted.act)]
    pages = [await db.rows("audit_page_of_act", {**values, "act": word}) for word in words]
    return heapq.nlargest(wanted.limit, (row for one in pages for row in one), key=_seq)


async def _span(db: Statements, wanted: AuditFilter) -> Mapping[str, object]:
    above, before = 0, _NEVER if wanted.before is None else wanted.before
    since = 0 if wanted.since is None else ms(wanted.since)
    until = _NEVER if wanted.until is None else ms(wanted.until)
    if wanted.since is not None:
        row = await db.row("audit_seq_until", {"at": ms(wanted.since - _LATE)})
        above = row[0] if row else 0
    if wanted.until is not None:
        row = await db.row("audit_seq_from", {"at": ms(wanted.until + _LATE)})
        before = min(before, row[0]) if row else before
    return {
        "above": above, "before": before, "since": since, "until": until, "limit": wanted.limit,
        "by": wanted.by, "act": wanted.act, "subject": wanted.subject,
    }  # fmt: skip


def _seq(row: Row) -> int:
    return int(row[0])


def _row(row: Row) -> AuditRow:
    seq, at, by, act, subject, detail, salt = row
    return AuditRow(seq, moment(at), by, act, subject, detail, blanked=not (salt or subject))
