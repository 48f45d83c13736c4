"""MOs: written down, joined from parts, leased, answered. Each function is part of one commit."""

import hashlib
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
    PartHeld,
    PendingMo,
    Recorded,
    RefusedRequest,
)
from sms_gateway.store.sqlite.rows import (
    SQL,
    json_list,
    json_text,
    ms,
    ms_or_none,
    pending,
)

_RETRY_AFTER_FAILURE = timedelta(seconds=1)


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
        db.executemany(SQL["key_take"], [_key(arrival) for arrival in arrivals])
        hashes = json_list(arrival.dedupe_key for arrival in arrivals)
        holders = dict(db.execute(SQL["key_holders"], {"hashes": hashes}).fetchall())
        fresh = [a for a in arrivals if holders[a.dedupe_key] == a.id]
        whole = [a for a in fresh if a.mo.part is None]
        db.executemany(SQL["mo_insert"], [self._row(a) for a in whole])
        raws = [(a.id, ms(a.received_at), a.raw) for a in fresh if a.raw is not None]
        db.executemany(SQL["raw_insert"], raws)
        results: dict[str, Recorded] = {a.id: New(_as_pending(a)) for a in whole}
        for arrival in fresh:
            if arrival.mo.part is not None:
                results[arrival.id] = self._hold_part(db, arrival, arrival.mo.part)
        return [results.get(a.id) or Duplicate(MessageId(holders[a.dedupe_key])) for a in arrivals]

    def _hold_part(self, db: sqlite3.Connection, arrival: Arrival, part: PartOf) -> Recorded:
        row = self._row(arrival) | {
            "reference": part.reference,
            "total": part.total,
            "number": part.number,
        }
        if db.execute(SQL["part_clash"], row).fetchone():
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
        """End MOs, queue replies, count usage, note choices."""
        ids = json_list(answer.mo.id for answer in answers)
        ours = dict(db.execute(SQL["mo_leased"], {"ids": ids, "run": self._run}).fetchall())
        valid = [ours.get(answer.mo.id) == answer.mo.attempt for answer in answers]
        good = [answer for answer, ok in zip(answers, valid, strict=True) if ok]
        hashes = [_snapshot_hash(answer) for answer in good]
        snapshots = [
            (digest, answer.snapshot, ms(answer.at))
            for digest, answer in zip(hashes, good, strict=True)
            if digest
        ]
        db.executemany(SQL["snapshot_insert"], snapshots)
        outcomes = [_outcome(a, digest) for a, digest in zip(good, hashes, strict=True)]
        db.executemany(SQL["mo_answer"], outcomes)
        mts = [self._mt(answer) for answer in good if answer.mt is not None]
        db.executemany(SQL["mt_insert"], mts)
        db.executemany(SQL["usage_insert"], [u for a in good if (u := _usage(a))])
        db.executemany(SQL["citizen_choose"], [p for a in good if (p := _preference(a))])
        db.executemany(SQL["opt_out_choose"], [o for a in good if (o := _opt_out(a))])
        return valid

    def fail(self, db: sqlite3.Connection, failures: Sequence[Failure]) -> Sequence[None]:
        """Count failures; park MOs that had enough."""
        rows = [
            {
                "id": failure.mo.id,
                "run": self._run,
                "attempt": failure.mo.attempt,
                "at": ms(failure.at),
                "retry_at": ms(failure.at + _RETRY_AFTER_FAILURE * 2**failure.mo.failures),
                "park_after": failure.park_after,
            }
            for failure in failures
        ]
        db.executemany(SQL["mo_fail"], rows)
        return [None] * len(failures)

    def keep_refused(
        self, db: sqlite3.Connection, requests: Sequence[RefusedRequest]
    ) -> Sequence[None]:
        """Keep unreadable requests, once by hash."""
        rows = [(r.door, r.body_hash, r.reason, r.raw, ms(r.at), ms(r.at)) for r in requests]
        db.executemany(SQL["refused_keep"], rows)
        return [None] * len(requests)

    def _row(self, arrival: Arrival) -> dict[str, Any]:
        mo = arrival.mo
        return {
            "id": arrival.id,
            "door": arrival.door,
            "telco_id": mo.telco_id,
            "sender": mo.sender.value,
            "sender_hash": arrival.sender_hash,
            "short_code": mo.short_code,
            "operator": mo.operator,
            "door_data": json_text(mo.door_data),
            "telco_time": ms_or_none(mo.telco_time),
            "received_at": ms(arrival.received_at),
            "answer_by": ms(arrival.answer_by),
            "trace_id": arrival.trace_id,
            "run": self._run,
            "inline": int(arrival.inline),
            "text": mo.text,
            "lease_owner": self._run,
        }

    def _mt(self, answer: Answer) -> dict[str, Any]:
        mt, mo = answer.mt, answer.mo
        assert mt is not None  # noqa: S101  # the caller chose only answers with a reply
        sending = mt.state is MtState.SENDING
        return {
            "id": mt.id,
            "kind": mt.kind,
            "inbox_id": mo.id,
            "dossier_id": answer.dossier_id,
            "agency": answer.agency,
            "recipient": mo.sender.value,
            "recipient_hash": mo.sender_hash,
            "short_code": mo.short_code,
            "template": mt.template,
            "template_version": mt.template_version,
            "params": json_text(mt.params),
            "language": mt.language,
            "text": mt.text,
            "alphabet": mt.alphabet,
            "segments": mt.segments,
            "billing": mt.billing,
            "billing_reason": mt.billing_reason,
            "priority": mt.priority,
            "not_before": ms(mt.not_before),
            "valid_until": ms(mt.valid_until),
            "door": mo.door,
            "door_pinned": 1,
            "inline": int(sending),
            "state": mt.state,
            "hold_reason": mt.hold_reason,
            "dedupe_key": mt.dedupe_key,
            "created_at": ms(answer.at),
            "lease_owner": self._run if sending else None,
            "attempt": int(sending),
        }


def _key(arrival: Arrival) -> dict[str, Any]:
    return {
        "hash": arrival.dedupe_key,
        "id": arrival.id,
        "expires_at": ms(arrival.dedupe_until),
        "now": ms(arrival.received_at),
    }


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


def _snapshot_hash(answer: Answer) -> str | None:
    if answer.snapshot is None:
        return None
    return hashlib.blake2b(answer.snapshot, digest_size=16).hexdigest()


def _outcome(answer: Answer, snapshot_hash: str | None) -> dict[str, Any]:
    return {
        "id": answer.mo.id,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "intent": answer.intent,
        "code_key": answer.key,
        "dossier_id": answer.dossier_id,
        "agency": answer.agency,
        "snapshot_hash": snapshot_hash,
        "rules_hash": answer.rules_hash,
        "at": ms(answer.at),
    }


def _usage(answer: Answer) -> tuple[Any, ...] | None:
    event = answer.usage
    if event is None:
        return None
    return (
        answer.mo.sender_hash,
        ms(event.at),
        answer.mo.id,
        event.key,
        event.template,
        event.text_hash,
        int(event.miss),
        int(event.failure),
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
