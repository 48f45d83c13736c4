"""MOs: written down, joined from parts, leased, answered. Each function is part of one commit."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sms_gateway.domain.ids import MessageId, RunId
from sms_gateway.domain.message import PartOf
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import (
    Answer,
    Arrival,
    Duplicate,
    New,
    NewMt,
    PartHeld,
    PendingMo,
    Recorded,
    RefusedRequest,
)
from sms_gateway.store.sqlite.rows import (
    SQL,
    json_list,
    json_text,
    many,
    ms,
    ms_or_none,
    pending,
)

_MO_COLUMNS = (
    *("id", "door", "telco_id", "sender", "sender_hash", "short_code", "operator", "door_data"),
    *("telco_time", "received_at", "answer_by", "trace_id", "run", "inline", "text"),
    "lease_owner",
)
_PINNED = 1  # a reply goes back through the door its MO came in by
_RETRY_AFTER_FAILURE = timedelta(seconds=1)
_MOST_DOUBLINGS = 8


class Failure(NamedTuple):
    """An MO whose answering went wrong, for `fail`."""

    mo: PendingMo
    at: datetime
    park_after: int


class InboxWrites:
    """What changes the inbox; each method is an operation of the group commit."""

    def __init__(self, run: RunId) -> None:
        self._run = run

    def record(self, db: sqlite3.Connection, arrivals: Sequence[Arrival]) -> Sequence[Recorded]:
        """Write arrivals down unless their key is held; join long texts that are complete."""
        if len({arrival.dedupe_key for arrival in arrivals}) < len(arrivals):
            # One delivery several times: one after the other, a window may end between them.
            return [self._record(db, [arrival])[0] for arrival in arrivals]
        return self._record(db, arrivals)

    def _record(self, db: sqlite3.Connection, arrivals: Sequence[Arrival]) -> Sequence[Recorded]:
        many(db, "key_take", [_key(arrival) for arrival in arrivals])
        hashes = {"hashes": json_list(arrival.dedupe_key for arrival in arrivals)}
        holders = json.loads(db.execute(SQL["key_holders"], hashes).fetchone()[0])
        fresh = [a for a in arrivals if holders[a.dedupe_key] == a.id]
        whole = [a for a in fresh if a.mo.part is None]
        many(db, "mo_insert", [self._row(a) for a in whole])
        results: dict[str, Recorded] = {a.id: New(_as_pending(a)) for a in whole}
        for arrival in fresh:
            if arrival.mo.part is not None:
                results[arrival.id] = self._hold_part(db, arrival, arrival.mo.part)
        kept = [a for a in fresh if a.raw is not None and not isinstance(results[a.id], Duplicate)]
        many(db, "raw_insert", [(a.id, ms(a.received_at), a.raw) for a in kept])
        return [results.get(a.id) or Duplicate(MessageId(holders[a.dedupe_key])) for a in arrivals]

    def _hold_part(self, db: sqlite3.Connection, arrival: Arrival, part: PartOf) -> Recorded:
        row = dict(zip(_MO_COLUMNS, self._row(arrival), strict=True)) | {
            "reference": part.reference,
            "total": part.total,
            "number": part.number,
        }
        if clash := db.execute(SQL["part_clash"], row).fetchone():
            waiting_id, text = clash
            if text == arrival.mo.text:
                # A telco without ids tried again after its window.
                db.execute(SQL["key_hand_on"], {"hash": arrival.dedupe_key, "id": waiting_id})
                return Duplicate(MessageId(waiting_id))
            # The phone began a new text with the same reference: the old one ends as it is.
            self._join(db, row, arrival.id, None)
        db.execute(SQL["part_insert"], row)
        if len(db.execute(SQL["parts_waiting"], row).fetchall()) < part.total:
            return PartHeld(arrival.id)
        return New(self._join(db, row, arrival.id, arrival))

    def _join(
        self, db: sqlite3.Connection, key: dict[str, Any], part_id: str, arrival: Arrival | None
    ) -> PendingMo:
        parts = db.execute(SQL["parts_waiting"], key).fetchall()
        last = part_id if arrival else max(part for part, _ in parts)
        db.execute(SQL["parts_join"], {"joined_id": last, "ids": json_list(p for p, _ in parts)})
        values = {
            "id": last,
            "text": "".join(text for _, text in parts),
            "lease_owner": self._run if arrival else None,
            "inline": int(arrival is not None),
            "answer_by": ms(arrival.answer_by) if arrival else 0,
        }
        db.execute(SQL["mo_from_part"], values)
        return pending(db.execute(SQL["mo_get"], {"ids": json_list([last])}).fetchone())

    def join_overdue(
        self, db: sqlite3.Connection, calls: Sequence[tuple[datetime, datetime]]
    ) -> Sequence[int]:
        """Make MOs of long texts whose last part came before a moment; how many, per call."""
        counts = []
        for before, _now in calls:
            overdue = db.execute(SQL["parts_overdue"], {"before": ms(before)}).fetchall()
            for (part_id,) in overdue:
                row = db.execute(SQL["part_get"], {"id": part_id}).fetchone()
                names = ("door", "sender", "short_code", "reference", "total")
                self._join(db, dict(zip(names, row, strict=True)), part_id, None)
            counts.append(len(overdue))
        return counts

    def lease(
        self, db: sqlite3.Connection, calls: Sequence[tuple[datetime, int]]
    ) -> Sequence[Sequence[PendingMo]]:
        """Take over MOs that nobody is answering."""
        leased = []
        for now, limit in calls:
            values = {"run": self._run, "now": ms(now), "limit": limit}
            leased.append([pending(row) for row in db.execute(SQL["mo_lease"], values).fetchall()])
        return leased

    def answer(self, db: sqlite3.Connection, answers: Sequence[Answer]) -> Sequence[bool]:
        """End MOs, queue replies with what they count for, note choices."""
        values = {"ids": json_list(answer.mo.id for answer in answers), "run": self._run}
        ours = json.loads(db.execute(SQL["mo_leased"], values).fetchone()[0])
        valid = [_once(ours, answer.mo.id, answer.mo.attempt) for answer in answers]
        good = [answer for answer, ok in zip(answers, valid, strict=True) if ok]
        many(db, "mo_answer", [_outcome(answer) for answer in good])
        snapshots = [(a.mo.id, a.snapshot) for a in good if a.snapshot is not None]
        many(db, "snapshot_insert", snapshots)
        many(db, "mt_insert", [self._mt(a, a.mt) for a in good if a.mt is not None])
        many(db, "citizen_choose", [p for a in good if (p := _preference(a))])
        many(db, "opt_out_choose", [o for a in good if (o := _opt_out(a))])
        return valid

    def fail(self, db: sqlite3.Connection, failures: Sequence[Failure]) -> Sequence[bool]:
        """Count failures; True where an MO had enough and is parked."""
        rows = [
            {
                "id": failure.mo.id,
                "run": self._run,
                "attempt": failure.mo.attempt,
                "at": ms(failure.at),
                "retry_at": ms(failure.at + _delay(failure.mo.failures)),
                "park_after": failure.park_after,
            }
            for failure in failures
        ]
        found = [db.execute(SQL["mo_fail"], row).fetchall() for row in rows]
        return [row == [("parked",)] for row in found]

    def free(self, db: sqlite3.Connection, mos: Sequence[PendingMo]) -> Sequence[None]:
        """Give back leases that nobody uses; no failure is counted."""
        rows = [{"id": mo.id, "run": self._run, "attempt": mo.attempt} for mo in mos]
        db.executemany(SQL["mo_free"], rows)
        return [None] * len(mos)

    def keep_refused(
        self, db: sqlite3.Connection, requests: Sequence[RefusedRequest]
    ) -> Sequence[None]:
        """Keep unreadable requests, once by hash."""
        rows = [
            (r.door, r.body_hash, r.reason, r.raw, ms(r.at), ms(r.at), r.trace_id) for r in requests
        ]
        db.executemany(SQL["refused_keep"], rows)
        return [None] * len(requests)

    def _row(self, arrival: Arrival) -> tuple[Any, ...]:
        mo = arrival.mo
        return (
            *(arrival.id, arrival.door, mo.telco_id, mo.sender.value, arrival.sender_hash),
            *(mo.short_code, mo.operator, json_text(mo.door_data), ms_or_none(mo.telco_time)),
            *(ms(arrival.received_at), ms(arrival.answer_by), arrival.trace_id, self._run),
            *(int(arrival.inline), mo.text, self._run),
        )

    def _mt(self, answer: Answer, mt: NewMt) -> tuple[Any, ...]:
        mo, usage = answer.mo, answer.usage
        sending = mt.state is MtState.SENDING
        return (
            *(mt.id, mt.kind, mo.id, answer.dossier_id, answer.agency),
            *(mo.sender.value, mo.sender_hash, mo.short_code),
            *(mt.template, mt.template_version, json_text(mt.params), mt.language),
            *(mt.text, mt.alphabet, mt.segments, mt.billing, mt.billing_reason),
            *(mt.priority, ms(mt.not_before), ms(mt.valid_until), mo.door, _PINNED, int(sending)),
            *(mt.state, mt.hold_reason, mt.dedupe_key, ms(answer.at)),
            *(self._run if sending else None, int(sending)),
            *(ms(usage.at if usage else mo.received_at), answer.key),
            *(usage.miss if usage else 0, int(usage is not None and usage.failure)),
        )


def _delay(failures: int) -> timedelta:
    return _RETRY_AFTER_FAILURE * (1 << min(failures, _MOST_DOUBLINGS))


def _once(leases: dict[str, int], mo_id: MessageId, attempt: int) -> bool:
    """Whether this is the first answer under the lease that holds."""
    if leases.get(mo_id) != attempt:
        return False
    del leases[mo_id]
    return True


def _key(arrival: Arrival) -> tuple[Any, ...]:
    until, now = ms(arrival.dedupe_until), ms(arrival.received_at)
    return (arrival.dedupe_key, arrival.id, until, now)


def _as_pending(arrival: Arrival) -> PendingMo:
    return PendingMo(
        id=arrival.id,
        attempt=1,
        failures=0,
        door=arrival.door,
        sender=arrival.mo.sender,
        sender_hash=arrival.sender_hash,
        short_code=arrival.mo.short_code,
        text=arrival.mo.text,
        telco_time=arrival.mo.telco_time,
        received_at=arrival.received_at,
        trace_id=arrival.trace_id,
        inline=arrival.inline,
        answer_by=arrival.answer_by,
    )


def _outcome(answer: Answer) -> tuple[Any, ...]:
    mo_id = answer.mo.id
    return (
        *(mo_id, answer.outcome, answer.reason, answer.intent, answer.key),
        *(answer.dossier_id, answer.agency, mo_id if answer.snapshot is not None else None),
        *(answer.rules_hash, ms(answer.at), int(answer.wrong_secret)),
    )


def _preference(answer: Answer) -> tuple[Any, ...] | None:
    if answer.preference is None:
        return None
    mo = answer.mo
    return (mo.sender_hash, answer.preference.language, mo.id, ms(mo.received_at))


def _opt_out(answer: Answer) -> tuple[Any, ...] | None:
    if answer.opt_out is None:
        return None
    mo, choice = answer.mo, answer.opt_out
    dossier = choice.dossier_id or ""
    return (mo.sender_hash, dossier, int(choice.opted_out), mo.id, ms(mo.received_at))
