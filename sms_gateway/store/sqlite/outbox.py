"""MTs: leased, settled, reported on. Each function is part of one commit."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sms_gateway.domain.acts import PAUSE_ACT, RESUME_ACT
from sms_gateway.domain.ids import DoorName, MessageId, RunId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import ExpiredMt, ReceivedReport, Settlement
from sms_gateway.store.sqlite.rows import (
    SQL,
    json_list,
    many,
    ms,
    ms_or_none,
    normal_telco_id,
    terminated,
)

# Telcos use their ids again (domain 2.0 point 6); no report comes later than this.
_ID_HOLDS_MS = timedelta(days=7) // timedelta(milliseconds=1)
_KEPT_ANYWAY = 2
FINAL_WITHOUT_REPLY = {MtState.FAILED: "send_failed", MtState.EXPIRED: "reply_expired"}


class Pause(NamedTuple):
    """Staff's act on a door."""

    door: DoorName
    at: datetime
    by: str
    paused: bool


class AuditNote(NamedTuple):
    """An act that changes something outside the store."""

    at: datetime
    by: str
    act: str
    subject: str
    detail: str


class OutboxWrites:
    """What changes the outbox; each method is an operation of the group commit."""

    def __init__(self, run: RunId) -> None:
        self._run = run

    def lease(
        self, db: sqlite3.Connection, calls: Sequence[tuple[DoorName, datetime, int]]
    ) -> Sequence[Sequence[MobileTerminated]]:
        """Take MTs that are due, replies first."""
        leased = []
        for door, now, limit in calls:
            values = {"run": self._run, "door": door, "now": ms(now), "limit": limit}
            ids = json_list(row[0] for row in db.execute(SQL["mt_lease"], values).fetchall())
            rows = db.execute(SQL["mt_get"], {"ids": ids}).fetchall()
            leased.append([mt for row in rows if (mt := _readable(db, row))])
        return leased

    def settle(self, db: sqlite3.Connection, settlements: Sequence[Settlement]) -> Sequence[bool]:
        """Write what became of attempts, and match the DLRs that came before."""
        values = {"ids": json_list(s.id for s in settlements), "run": self._run}
        open_now = json.loads(db.execute(SQL["mt_settleable"], values).fetchone()[0])
        seen: set[MessageId] = set()
        valid = []
        for s in settlements:
            valid.append(s.id not in seen and open_now.get(s.id, (None,))[0] == s.attempt)
            if valid[-1]:
                seen.add(s.id)
        good = [s for s, ok in zip(settlements, valid, strict=True) if ok]
        many(db, "mt_settle", [_settled(s) for s in good])
        attempts = [row for s in good for row in self._attempts(s, open_now[s.id][1])]
        many(db, "attempt_insert", attempts)
        if put_off := [s.id for s in good if s.result == "deferred" and s.attempt > _KEPT_ANYWAY]:
            db.execute(SQL["attempt_thin"], {"ids": json_list(put_off)})
        for state, reason in FINAL_WITHOUT_REPLY.items():
            if lost := [s.id for s in good if s.state is state]:
                db.execute(SQL["mo_reply_lost"], {"ids": json_list(lost), "reason": reason})
        if named := [s.id for s in good if s.telco_ids]:
            _match(db, "receipts_waiting", named)
        return valid

    def fetched(
        self, db: sqlite3.Connection, calls: Sequence[tuple[MessageId, datetime]]
    ) -> Sequence[None]:
        """Settle replies that a repeated delivery fetched."""
        moments = dict(calls)
        ids = json_list(moments)
        rows = db.execute(SQL["mt_fetchable"], {"ids": ids}).fetchall()
        for mt_id, attempt, door in rows:
            at = ms(moments[mt_id])
            db.execute(SQL["mt_fetched"], {"id": mt_id, "at": at})
            # Part 0: the same attempt already has a line when its first response got lost.
            row = (mt_id, attempt, 0, at, door, self._run, "accepted", "fetched", "", "")
            many(db, "attempt_insert", [row])
        if rows:
            db.execute(SQL["mo_unparked"], {"ids": json_list(row[0] for row in rows)})
        return [None] * len(calls)

    def expire(
        self, db: sqlite3.Connection, calls: Sequence[datetime]
    ) -> Sequence[Sequence[ExpiredMt]]:
        """End MTs past their validity, and forget dedupe keys past theirs."""
        ended = []
        for now in calls:
            rows = db.execute(SQL["mt_expired"], {"now": ms(now)}).fetchall()
            ids = json_list(row[0] for row in rows)
            db.execute(SQL["mt_expire"], {"ids": ids, "now": ms(now)})
            reason = FINAL_WITHOUT_REPLY[MtState.EXPIRED]
            db.execute(SQL["mo_reply_lost"], {"ids": ids, "reason": reason})
            db.execute(SQL["key_forget"], {"now": ms(now)})
            ended.append([ExpiredMt(*row) for row in rows])
        return ended

    def record_reports(
        self, db: sqlite3.Connection, reports: Sequence[ReceivedReport]
    ) -> Sequence[None]:
        """Write DLRs down, match those whose MT is known."""
        # The statement sees what was there before: of the same report twice here, one goes in.
        once: dict[tuple[str, ...], ReceivedReport] = {}
        for report in reports:
            once.setdefault(_same(report), report)
        many(db, "receipt_insert", [_receipt(report) for report in once.values()])
        ids = {"ids": json_list(report.id for report in reports)}
        kept = set(json.loads(db.execute(SQL["receipts_kept"], ids).fetchone()[0]))
        raws = [(r.id, ms(r.received_at), r.raw) for r in reports if r.raw and r.id in kept]
        many(db, "raw_insert", raws)
        _match(db, "receipts_matchable", [report.id for report in reports])
        return [None] * len(reports)

    def recover(
        self, db: sqlite3.Connection, calls: Sequence[tuple[Sequence[DoorName], datetime]]
    ) -> Sequence[tuple[int, int]]:
        """Free MOs of dead runs; their open sends are uncertain."""
        results = []
        for resend, at in calls:
            freed = db.execute(SQL["mo_free_dead"], {"run": self._run}).rowcount
            orphans = db.execute(SQL["mt_orphans"], {"run": self._run}).fetchall()
            for mt_id, attempt, door, inline in orphans:
                again = door in resend and not inline
                state = MtState.QUEUED if again else MtState.UNCERTAIN
                lost = Settlement(
                    mt_id, attempt, at, state, "uncertain", "process_ended", failed=False
                )
                many(db, "mt_settle", [_settled(lost)])
                many(db, "attempt_insert", self._attempts(lost, door))
            results.append((freed, len(orphans)))
        return results

    def probe(self, db: sqlite3.Connection, calls: Sequence[None]) -> Sequence[None]:
        """Write a row and remove it."""
        db.execute(SQL["probe_write"])
        db.execute(SQL["probe_remove"])
        return [None] * len(calls)

    def set_paused(self, db: sqlite3.Connection, acts: Sequence[Pause]) -> Sequence[None]:
        """Pause or resume doors, audited."""
        for act in acts:
            values = {"door": act.door, "paused": int(act.paused), "at": ms(act.at), "by": act.by}
            db.execute(SQL["door_pause"], values)
            word = PAUSE_ACT if act.paused else RESUME_ACT
            audit(db, act.at, act.by, word, act.door)
        return [None] * len(acts)

    def note_audit(self, db: sqlite3.Connection, notes: Sequence[AuditNote]) -> Sequence[None]:
        """Write down who did what elsewhere."""
        for note in notes:
            audit(db, *note)
        return [None] * len(notes)

    def _attempts(self, s: Settlement, door: str) -> list[tuple[Any, ...]]:
        at = ms(s.at)
        ids = s.telco_ids or ("",)
        return [
            (
                *(s.id, s.attempt, part, at, door, self._run, s.result, s.reason),
                *(telco_id, normal_telco_id(telco_id)),
            )
            for part, telco_id in enumerate(ids, 1)
        ]


def audit(
    db: sqlite3.Connection, at: datetime, by: str, act: str, subject: str, detail: str = ""
) -> None:
    """One line of who did what."""
    values = {"at": ms(at), "by": by, "act": act, "subject": subject, "detail": detail}
    db.execute(SQL["audit_insert"], values)


def _readable(db: sqlite3.Connection, row: tuple[Any, ...]) -> MobileTerminated | None:
    try:
        return terminated(row)
    except ValueError:
        # Written by newer code: a person looks at it, and the door's other MTs go on.
        db.execute(SQL["mt_hold"], {"id": row[0], "reason": "unreadable"})
        return None


def _settled(s: Settlement) -> tuple[Any, ...]:
    hold_reason = s.reason if s.state is MtState.HELD else ""
    return (s.id, s.state, int(s.failed), ms(s.at), hold_reason, ms_or_none(s.not_before))


def _same(report: ReceivedReport) -> tuple[str, ...]:
    dlr = report.report
    return (report.door, normal_telco_id(dlr.telco_id), dlr.delivery, dlr.error)


def _receipt(report: ReceivedReport) -> tuple[Any, ...]:
    dlr = report.report
    return (
        *(report.id, report.door, dlr.telco_id, normal_telco_id(dlr.telco_id)),
        *(dlr.delivery, dlr.error, ms_or_none(dlr.at), ms(report.received_at)),
    )


def _match(db: sqlite3.Connection, statement: str, ids: Sequence[MessageId]) -> None:
    found = {"ids": json_list(ids), "window": _ID_HOLDS_MS}
    for receipt_id, outbox_id, delivery, error, at in db.execute(SQL[statement], found).fetchall():
        values = {"outbox_id": outbox_id, "delivery": delivery, "error": error, "at": at}
        db.execute(SQL["receipt_match"], {"id": receipt_id, "outbox_id": outbox_id})
        db.execute(SQL["mt_delivered"], values)
        db.execute(SQL["mt_settled_by_report"], {"outbox_id": outbox_id})
