"""Versions of what replies say; each change leaves one row in the audit."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.staff import StaffId
from sms_gateway.domain.wordings import (
    APPROVE_ACT,
    MOST_WAITING,
    PROPOSE_ACT,
    REJECT_ACT,
    WITHDRAW_ACT,
    Decided,
    Wording,
    WordingApproval,
    WordingDone,
    WordingEnd,
    WordingVersion,
)
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms, ms_or_none
from sms_gateway.store.statements import Row, Statements


async def versions(db: Statements, template: str, limit: int) -> Sequence[WordingVersion]:
    """Those of one reply, the last one first."""
    rows = await db.rows("wording_versions", {"template": template, "limit": limit})
    return [_version(row) for row in rows]


async def all_versions(db: Statements) -> Sequence[WordingVersion]:
    """Those of all replies, the last one first."""
    return [_version(row) for row in await db.rows("wording_all")]


async def version(db: Statements, name: str) -> WordingVersion | None:
    """One of them; None where there is none of that id."""
    rows = await db.rows("wording_version", {"id": name})
    return _version(rows[0]) if rows else None


async def waiting(db: Statements) -> Sequence[WordingVersion]:
    """Those that wait for a decision, the oldest first."""
    return [_version(row) for row in await db.rows("wording_waiting")]


async def approved(db: Statements) -> Sequence[WordingVersion]:
    """Those that were approved, by reply; of each the one that holds last comes last."""
    return [_version(row) for row in await db.rows("wording_approved")]


async def propose(db: Statements, proposed: Sequence[WordingVersion]) -> Sequence[WordingDone]:
    """Write proposals down."""
    return [await _propose(db, one) for one in proposed]


async def approve(db: Statements, approvals: Sequence[WordingApproval]) -> Sequence[WordingDone]:
    """Let proposals hold."""
    return [await _approve(db, one) for one in approvals]


async def end_proposals(db: Statements, ends: Sequence[WordingEnd]) -> Sequence[WordingDone]:
    """Reject or withdraw proposals."""
    return [await _end(db, one) for one in ends]


async def _propose(db: Statements, one: WordingVersion) -> WordingDone:
    await db.rows("wording_turn")
    if not await _may(db, one.proposer):
        return WordingDone.NOBODY
    if wrong := await _unfit(db, one.template, one.base, one.proposed_at):
        return wrong
    ((others,),) = await db.rows("wording_waiting_count", {"template": one.template})
    if others >= MOST_WAITING:
        return WordingDone.FULL
    said = one.wording or Wording("", "", "", "")
    values = {
        "id": one.id, "template": one.template, "base": one.base,
        "from_file": int(one.wording is None),
        "vi": said.vi, "vi_tail": said.vi_tail, "en": said.en, "en_tail": said.en_tail,
        "version": one.version, "before": one.before, "note": one.note,
        "wanted_from": ms_or_none(one.wanted_from),
        "at": ms(one.proposed_at), "by": one.proposed_by, "proposer": one.proposer,
    }  # fmt: skip
    await db.change("wording_propose", values)
    await audit(db, one.proposed_at, one.proposed_by, PROPOSE_ACT, one.id, _told(one))
    return WordingDone.DONE


async def _approve(db: Statements, order: WordingApproval) -> WordingDone:
    found = await _to_decide(db, order.id)
    if found is None:
        return WordingDone.UNKNOWN
    if wrong := await _not_approved(db, found, order):
        return wrong
    values = {"id": order.id, "at": ms(order.at), "by": order.by}
    if not await db.change("wording_approve", values):
        return WordingDone.DECIDED
    holds = max(order.at, found.wanted_from or order.at)
    detail = f"{_told(found)} from={holds.isoformat(timespec='minutes')}"
    await audit(db, order.at, order.by, APPROVE_ACT, order.id, detail)
    return WordingDone.DONE


async def _not_approved(
    db: Statements, found: WordingVersion, order: WordingApproval
) -> WordingDone | None:
    if found.state is not Decided.WAITING:
        return WordingDone.DECIDED
    if order.second_person and found.proposer == order.approver:
        return WordingDone.OWN
    if not await _may(db, order.approver):
        return WordingDone.NOBODY
    return await _unfit(db, found.template, found.base, order.at)


async def _end(db: Statements, end: WordingEnd) -> WordingDone:
    found = await _to_decide(db, end.id)
    if found is None:
        return WordingDone.UNKNOWN
    if not await _may(db, end.person):
        return WordingDone.NOBODY
    if wrong := _not_ended(found, end):
        return wrong
    values = {
        "id": end.id, "to": end.to, "state": found.state, "at": ms(end.at), "by": end.by,
        "reason": end.reason,
    }  # fmt: skip
    if not await db.change("wording_end", values):
        return WordingDone.DECIDED
    act = REJECT_ACT if end.to is Decided.REJECTED else WITHDRAW_ACT
    await audit(db, end.at, end.by, act, end.id, _told(found))
    return WordingDone.DONE


def _not_ended(found: WordingVersion, end: WordingEnd) -> WordingDone | None:
    if found.state is Decided.WAITING:
        own = end.person == found.proposer
        return None if own or end.to is Decided.REJECTED else WordingDone.NOT_YOURS
    ahead = found.holds_from is not None and found.holds_from > end.at
    return None if ahead and end.to is Decided.WITHDRAWN else WordingDone.DECIDED


async def _to_decide(db: Statements, name: str) -> WordingVersion | None:
    """One of them as it is once nobody else decides."""
    await db.rows("wording_turn")
    return await version(db, name)


async def _unfit(db: Statements, template: str, base: str, at: datetime) -> WordingDone | None:
    """Why nothing may follow this version now."""
    rows = await db.rows("wording_last", {"template": template})
    last, holds_from = rows[0] if rows else ("", None)
    if holds_from is not None and holds_from > ms(at):
        return WordingDone.SCHEDULED
    return None if last == base else WordingDone.OUTDATED


async def _may(db: Statements, person: StaffId) -> bool:
    """Whether the account is there and not disabled, whatever its session says."""
    return bool(await db.rows("wording_approver", {"id": person}))


def _told(one: WordingVersion) -> str:
    """What changes; the words themselves stand in their own table."""
    return f"{one.template} {one.before} -> {one.version}"


def _version(row: Row) -> WordingVersion:
    return WordingVersion(
        id=row[0],
        template=row[1],
        base=row[2],
        wording=None if row[3] else Wording(*row[4:8]),
        version=row[8],
        before=row[9],
        note=row[10],
        wanted_from=_or_none(row[11]),
        proposed_at=moment(row[12]),
        proposed_by=row[13],
        proposer=StaffId(row[14]),
        state=Decided(row[15]),
        decided_at=_or_none(row[16]),
        decided_by=row[17],
        reason=row[18],
        holds_from=_or_none(row[19]),
    )


def _or_none(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
