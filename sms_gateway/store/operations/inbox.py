"""MOs: written down, joined from parts, leased, answered. Each function is part of one commit."""

from collections.abc import Mapping, Sequence
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
from sms_gateway.gsm.halves import joined
from sms_gateway.store.operations import notices
from sms_gateway.store.operations.dead import MayJudge, always, dead_owners
from sms_gateway.store.operations.following import note_wishes
from sms_gateway.store.rows import (
    json_text,
    ms,
    ms_or_none,
    pending,
    storable_arrival,
)
from sms_gateway.store.statements import Statements

_MO_COLUMNS = (
    *("id", "door", "telco_id", "sender", "sender_hash", "short_code", "operator", "door_data"),
    *("telco_time", "received_at", "answer_by", "trace_id", "run", "inline", "text"),
    "lease_owner",
)
_OF_A_TEXT = ("door", "sender", "short_code", "reference", "total")
_RETRY_AFTER_FAILURE = timedelta(seconds=1)
_MOST_DOUBLINGS = 8


class Failure(NamedTuple):
    """An MO whose answering went wrong, for `fail`."""

    mo: PendingMo
    at: datetime
    park_after: int


class InboxWrites:
    """What changes the inbox; each method is an operation of the group commit.

    Args:
        run: of this process.
        may_judge: see there.
    """

    def __init__(self, run: RunId, may_judge: MayJudge = always) -> None:
        self._run = run
        self._may_judge = may_judge

    async def record(self, db: Statements, arrivals: Sequence[Arrival]) -> Sequence[Recorded]:
        """Write arrivals down unless their key is held; join long texts that are complete."""
        arrivals = [storable_arrival(arrival) for arrival in arrivals]
        if len({arrival.dedupe_key for arrival in arrivals}) < len(arrivals):
            # One delivery several times: one after the other, a window may end between them.
            return [(await self._record(db, [arrival]))[0] for arrival in arrivals]
        return await self._record(db, arrivals)

    async def _record(self, db: Statements, arrivals: Sequence[Arrival]) -> Sequence[Recorded]:
        # In one order everywhere: two nodes that take the same keys must not wait for each other.
        keys = sorted(_key(arrival) for arrival in arrivals)
        if anew := sorted(arrival.dedupe_key for arrival in arrivals if arrival.anew):
            await db.change("key_free", {"hashes": anew})
        taken = {key for (key,) in await db.returned("key_take", keys)}
        held = {"hashes": [key for key, *_ in keys if key not in taken]}
        holders = await db.json("key_holders", held) if held["hashes"] else {}
        fresh = [a for a in arrivals if a.dedupe_key in taken]
        whole = [a for a in fresh if a.mo.part is None]
        await db.many("mo_insert", [self._row(a) for a in whole])
        results: dict[str, Recorded] = {a.id: New(_as_pending(a)) for a in whole}
        for arrival in fresh:
            if arrival.mo.part is not None:
                results[arrival.id] = await self._hold_part(db, arrival, arrival.mo.part)
        kept = [a for a in fresh if a.raw is not None and not isinstance(results[a.id], Duplicate)]
        await db.many("raw_insert", [(a.id, ms(a.received_at), a.raw) for a in kept])
        return [results.get(a.id) or Duplicate(MessageId(holders[a.dedupe_key])) for a in arrivals]

    async def _hold_part(self, db: Statements, arrival: Arrival, part: PartOf) -> Recorded:
        row = dict(zip(_MO_COLUMNS, self._row(arrival), strict=True)) | {
            "reference": part.reference,
            "total": part.total,
            "number": part.number,
        }
        # Its other parts may reach another node now; what that commits must be seen below.
        await db.rows("part_turn", {"place": _place(row)})
        if clash := await db.row("part_clash", row):
            waiting_id, text = clash
            if text == arrival.mo.text:
                # A telco without ids tried again after its window.
                await db.change("key_hand_on", {"hash": arrival.dedupe_key, "id": waiting_id})
                return Duplicate(MessageId(waiting_id))
            # The phone began a new text with the same reference: the old one ends as it is.
            await self._join(db, row, arrival.id, None)
        await db.change("part_insert", row)
        if len(await db.rows("parts_waiting", row)) < part.total:
            return PartHeld(arrival.id)
        return New(await self._join(db, row, arrival.id, arrival))

    async def _join(
        self, db: Statements, key: dict[str, Any], part_id: str, arrival: Arrival | None
    ) -> PendingMo:
        parts = await db.rows("parts_waiting", key)
        last = part_id if arrival else max(part for part, _ in parts)
        await db.change("parts_join", {"joined_id": last, "ids": [p for p, _ in parts]})
        values = {
            "id": last,
            "text": joined([text for _, text in parts]),
            "lease_owner": self._run if arrival else None,
            "inline": int(arrival is not None),
            "answer_by": ms(arrival.answer_by) if arrival else 0,
        }
        await db.change("mo_from_part", values)
        (mo,) = await db.rows("mo_get", {"ids": [last]})
        return pending(mo)

    async def join_overdue(
        self, db: Statements, calls: Sequence[tuple[datetime, datetime]]
    ) -> Sequence[int]:
        """Make MOs of long texts whose last part came before a moment; how many, per call."""
        counts = []
        for before, _now in calls:
            overdue = await db.rows("parts_overdue", {"before": ms(before)})
            for (part_id,) in overdue:
                (row,) = await db.rows("part_get", {"id": part_id})
                key = dict(zip(_OF_A_TEXT, row, strict=True))
                # Another node may have joined them, or may be about to.
                await db.rows("part_turn", {"place": _place(key)})
                if part_id in [waiting for waiting, _ in await db.rows("parts_waiting", key)]:
                    await self._join(db, key, part_id, None)
            counts.append(len(overdue))
        return counts

    async def lease(
        self, db: Statements, calls: Sequence[tuple[datetime, int]]
    ) -> Sequence[Sequence[PendingMo]]:
        """Take over MOs that nobody is answering."""
        leased = []
        dead = await dead_owners(db, self._run, self._may_judge)
        for now, limit in calls:
            values = {"run": self._run, "dead": dead, "now": ms(now), "limit": limit}
            leased.append([pending(row) for row in await db.rows("mo_lease", values)])
        return leased

    async def answer(self, db: Statements, answers: Sequence[Answer]) -> Sequence[bool]:
        """End MOs, queue replies with what they count for, note choices."""
        firsts: dict[tuple[str, int], Answer] = {}
        for answer in answers:
            firsts.setdefault((answer.mo.id, answer.mo.attempt), answer)
        # In one order everywhere: two nodes that end the same MOs must not wait for each other.
        rows = [(*key, self._run, *_outcome(answer)) for key, answer in sorted(firsts.items())]
        ended = {(row[0], row[1]) for row in await db.returned("mo_answer", rows)}
        good = [answer for key, answer in firsts.items() if key in ended]
        written = set(map(id, good))
        snapshots = [(a.mo.id, a.snapshot) for a in good if a.snapshot is not None]
        await db.many("snapshot_insert", snapshots)
        await db.many("mt_insert", [self._mt(a, a.mt) for a in good if a.mt is not None])
        await db.many("citizen_choose", [p for a in good if (p := _preference(a))])
        await db.many("opt_out_choose", [o for a in good if (o := _opt_out(a))])
        await note_wishes(db, good)
        await notices.opted_out(db, good)
        return [id(answer) in written for answer in answers]

    async def fail(self, db: Statements, failures: Sequence[Failure]) -> Sequence[bool]:
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
        found = [await db.rows("mo_fail", row) for row in rows]
        return [[*map(tuple, row)] == [("parked",)] for row in found]

    async def free(self, db: Statements, mos: Sequence[PendingMo]) -> Sequence[None]:
        """Give back leases that nobody uses; no failure is counted."""
        await db.many("mo_free", [(mo.id, self._run, mo.attempt) for mo in mos])
        return [None] * len(mos)

    async def keep_refused(
        self, db: Statements, requests: Sequence[RefusedRequest]
    ) -> Sequence[None]:
        """Keep unreadable requests, once by hash."""
        rows = [(r.door, r.body_hash, r.reason, r.raw, ms(r.at), r.trace_id) for r in requests]
        await db.many("refused_keep", rows)
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
            *(mt.priority, ms(mt.not_before), ms(mt.valid_until)),
            *(mt.door or mo.door, int(mt.door is None), int(sending and not mt.at_once)),
            *(mt.state, mt.hold_reason, mt.dedupe_key, ms(answer.at)),
            *(self._run if sending else None, int(sending)),
            *(ms(usage.at if usage else mo.received_at), answer.key),
            *(usage.miss if usage else 0, int(usage is not None and usage.failure)),
        )


def _place(key: Mapping[str, Any]) -> str:
    """What the parts of one long text have in common, as the name of their turn."""
    return "/".join(str(key[name]) for name in _OF_A_TEXT)


def _delay(failures: int) -> timedelta:
    return _RETRY_AFTER_FAILURE * (1 << min(failures, _MOST_DOUBLINGS))


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
        telco_id=arrival.mo.telco_id,
        operator=arrival.mo.operator,
        door_data=arrival.mo.door_data,
    )


def _outcome(answer: Answer) -> tuple[Any, ...]:
    snapshot_id = answer.mo.id if answer.snapshot is not None else None
    return (
        *(answer.outcome, answer.reason, answer.intent, answer.key),
        *(answer.dossier_id, answer.agency, snapshot_id),
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
