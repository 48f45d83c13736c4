"""MTs: leased, settled, reported on. Each function is part of one commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sms_gateway.domain.acts import PAUSE_ACT, RESUME_ACT
from sms_gateway.domain.ids import DoorName, MessageId, RunId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.moves import TELCO_LIMIT, PassOn, TakeOver
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import FOLLOW_UP_PRIORITY
from sms_gateway.domain.records import ExpiredMt, ReceivedReport, Settlement
from sms_gateway.sql.storable import storable
from sms_gateway.store.operations.chaining import chain_at_end
from sms_gateway.store.operations.dead import MayJudge, always, dead_owners
from sms_gateway.store.operations.moving import fitting, within_room
from sms_gateway.store.operations.places import has_place, take_place
from sms_gateway.store.rows import (
    first_id,
    ms,
    ms_or_none,
    normal_telco_id,
    terminated,
)
from sms_gateway.store.statements import Row, Statements

# Telcos use their ids again (domain 2.0 point 6); no report comes later than this.
_ID_HOLDS_MS = timedelta(days=7) // timedelta(milliseconds=1)
_KEPT_ANYWAY = 2
_LATELY = timedelta(minutes=2)
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
    """What changes the outbox; each method is an operation of the group commit.

    Args:
        run: of this process.
        may_judge: see there.
    """

    def __init__(self, run: RunId, may_judge: MayJudge = always) -> None:
        self._run = run
        self._may_judge = may_judge

    async def lease(
        self, db: Statements, calls: Sequence[tuple[DoorName, datetime, int, int, float]]
    ) -> Sequence[Sequence[MobileTerminated]]:
        """Take MTs that are due, replies first, and what answers none at its pace."""
        leased = []
        for door, now, limit, below, apart in calls:
            replies = min(below, FOLLOW_UP_PRIORITY) if apart else below
            ids = await self._take(db, door, now, limit, replies)
            if (
                replies < below
                and len(ids) < limit
                and await has_place(db, door, below, now, apart)
            ):
                # One that its number wants no more, or whose door is paused, takes no place.
                if one := await self._take(db, door, now, 1, below):
                    await take_place(db, now, apart)
                ids += one
            rows = await db.rows("mt_get", {"ids": ids})
            leased.append([mt for row in rows if (mt := await _readable(db, row))])
        return leased

    async def _take(
        self, db: Statements, door: DoorName, now: datetime, limit: int, below: int
    ) -> list[str]:
        values = {"run": self._run, "door": door, "now": ms(now), "limit": limit, "below": below}
        return [row[0] for row in await db.rows("mt_lease", values)]

    async def settle(self, db: Statements, settlements: Sequence[Settlement]) -> Sequence[bool]:
        """Write what became of attempts, and match the DLRs that came before."""
        firsts: dict[tuple[str, int], Settlement] = {}
        for s in settlements:
            firsts.setdefault((s.id, s.attempt), s)
        # In one order everywhere: two nodes that settle the same MTs must not wait for each other.
        rows = [_settled(s, self._run) for _, s in sorted(firsts.items())]
        doors = {(row[0], row[1]): row[2] for row in await db.returned("mt_settle", rows)}
        good = [s for key, s in firsts.items() if key in doors]
        attempts = [row for s in good for row in self._attempts(s, doors[s.id, s.attempt])]
        await db.many("attempt_insert", attempts)
        if put_off := [s.id for s in good if s.result == "deferred" and s.attempt > _KEPT_ANYWAY]:
            await db.change("attempt_thin", {"ids": put_off})
        for state, reason in FINAL_WITHOUT_REPLY.items():
            if lost := [s.id for s in good if s.state is state]:
                await db.change("mo_reply_lost", {"ids": lost, "reason": reason})
        if named := [s.id for s in good if s.telco_ids]:
            await _match_late(db, "receipts_waiting", named)
        written = set(map(id, good))
        return [id(s) in written for s in settlements]

    async def take_over(self, db: Statements, orders: Sequence[TakeOver]) -> Sequence[int]:
        """Let MTs of a door leave by another one; how many went."""
        counts = []
        for order in orders:
            at = ms(order.at)
            values = {"door": order.door, "now": at, "limit": order.limit, **fitting(order)}
            room = within_room(order)
            moved = await db.rows("mt_take_over", {**values, **room})
            if len(moved) < room["limit"]:
                await db.change("mt_stays", {**values, "reason": f"does_not_fit {order.to}"})
            # The next lease gets a number of its own, so that this line is the attempt's only one.
            rows = [
                (mt_id, attempt, 1, at, order.door, self._run, "moved", order.to, "", "")
                for mt_id, attempt in moved
            ]
            await db.many("attempt_insert", rows)
            counts.append(len(moved))
        return counts

    async def pass_on(
        self, db: Statements, orders: Sequence[PassOn]
    ) -> Sequence[Sequence[MessageId]]:
        """Let leased MTs wait at another door; which ones went."""
        went = []
        for order in orders:
            at, day = ms(order.at), ms(order.day)
            values = {"door": order.door, "to": order.to, "run": self._run, "now": at, "day": day}
            ids = {"ids": list(order.ids), "full": TELCO_LIMIT}
            moved = await db.rows("mt_pass_on", {**values, **ids})
            rows = [
                (mt_id, attempt, 1, at, order.door, self._run, "moved", TELCO_LIMIT, "", "")
                for mt_id, attempt in moved
            ]
            await db.many("attempt_insert", rows)
            went.append([MessageId(mt_id) for mt_id, _ in moved])
        return went

    async def settle_late(
        self, db: Statements, settlements: Sequence[Settlement]
    ) -> Sequence[None]:
        """Note that the telco took what was uncertain, and match the DLRs that came before."""
        for s in settlements:
            values = {"id": s.id, "attempt": s.attempt, "at": ms(s.at)}
            for (door,) in await db.rows("mt_taken_late", values):
                # Part 0: the same attempt has the line that it was uncertain.
                telco_id = storable(next(iter(s.telco_ids), ""))
                row = (s.id, s.attempt, 0, ms(s.at), door, self._run, s.result, s.reason, telco_id)
                await db.many("attempt_insert", [(*row, normal_telco_id(telco_id))])
                await _match_late(db, "receipts_waiting", [s.id])
        return [None] * len(settlements)

    async def fetched(
        self, db: Statements, calls: Sequence[tuple[MessageId, datetime]]
    ) -> Sequence[None]:
        """Settle replies that a repeated delivery fetched."""
        moments = dict(calls)
        ids = list(moments)
        rows = await db.rows("mt_fetchable", {"ids": ids})
        for mt_id, attempt, door in rows:
            at = ms(moments[mt_id])
            await db.change("mt_fetched", {"id": mt_id, "at": at})
            # Part 0: the same attempt already has a line when its first response got lost.
            row = (mt_id, attempt, 0, at, door, self._run, "accepted", "fetched", "", "")
            await db.many("attempt_insert", [row])
        if rows:
            await db.change("mo_unparked", {"ids": [row[0] for row in rows]})
        return [None] * len(calls)

    async def expire(
        self, db: Statements, calls: Sequence[datetime]
    ) -> Sequence[Sequence[ExpiredMt]]:
        """End MTs past their validity, forget dedupe keys past theirs, heal a clock's step."""
        ended = []
        for now in calls:
            ended.append(await _expire(db, ms(now)))
            await db.change("key_forget", {"now": ms(now)})
            await db.change("mt_hasten", {"now": ms(now)})
            # One node wrote a report down while another settled its MT: neither saw the other.
            lately = {"after": first_id(now - _LATELY)}
            if late := [MessageId(row[0]) for row in await db.rows("receipts_lately", lately)]:
                await _match_late(db, "receipts_matchable", late)
        return ended

    async def record_reports(
        self, db: Statements, reports: Sequence[ReceivedReport]
    ) -> Sequence[None]:
        """Write DLRs down, match those whose MT is known."""
        # The statement sees what was there before: of the same report twice here, one goes in.
        once: dict[tuple[str, ...], ReceivedReport] = {}
        for report in reports:
            once.setdefault(_same(report), report)
        await db.many("receipt_insert", [_receipt(report) for report in once.values()])
        ids = {"ids": [report.id for report in reports]}
        kept = set(await db.json("receipts_kept", ids))
        raws = [(r.id, ms(r.received_at), r.raw) for r in reports if r.raw and r.id in kept]
        await db.many("raw_insert", raws)
        await _match(db, "receipts_matchable", [report.id for report in reports])
        return [None] * len(reports)

    async def recover(
        self, db: Statements, calls: Sequence[tuple[Sequence[DoorName], datetime]]
    ) -> Sequence[tuple[int, int]]:
        """Free MOs of dead runs; their open sends are uncertain."""
        results = []
        for resend, at in calls:
            dead = await dead_owners(db, self._run, self._may_judge)
            freed = await db.change("mo_free_dead", {"dead": dead}) if dead else 0
            orphans = await db.rows("mt_orphans", {"dead": dead}) if dead else []
            for mt_id, attempt, door, inline, owner in orphans:
                again = door in resend and not inline
                state = MtState.QUEUED if again else MtState.UNCERTAIN
                lost = Settlement(
                    mt_id, attempt, at, state, "uncertain", "process_ended", failed=False
                )
                await db.many("mt_settle", [_settled(lost, owner)])
                await db.many("attempt_insert", self._attempts(lost, door))
            results.append((freed, len(orphans)))
        return results

    async def probe(self, db: Statements, calls: Sequence[None]) -> Sequence[None]:
        """Write a row and remove it."""
        await db.change("probe_write", {"run": self._run})
        await db.change("probe_remove", {"run": self._run})
        return [None] * len(calls)

    async def set_paused(self, db: Statements, acts: Sequence[Pause]) -> Sequence[None]:
        """Pause or resume doors, audited."""
        for act in acts:
            values = {"door": act.door, "paused": int(act.paused), "at": ms(act.at), "by": act.by}
            await db.change("door_pause", values)
            word = PAUSE_ACT if act.paused else RESUME_ACT
            await audit(db, act.at, act.by, word, act.door)
        return [None] * len(acts)

    async def note_audit(self, db: Statements, notes: Sequence[AuditNote]) -> Sequence[None]:
        """Write down who did what elsewhere."""
        for note in notes:
            await audit(db, *note)
        return [None] * len(notes)

    def _attempts(self, s: Settlement, door: str) -> list[tuple[Any, ...]]:
        at = ms(s.at)
        ids = [storable(telco_id) for telco_id in s.telco_ids] or [""]
        return [
            (
                *(s.id, s.attempt, part, at, door, self._run, s.result, storable(s.reason)),
                *(telco_id, normal_telco_id(telco_id)),
            )
            for part, telco_id in enumerate(ids, 1)
        ]


async def audit(
    db: Statements, at: datetime, by: str, act: str, subject: str, detail: str = ""
) -> None:
    """One line of who did what; the chain takes it in at the end of the transaction.

    What people typed stays within its line wherever lines are printed: breaks become blanks.
    """
    said = {"by": by, "act": act, "subject": subject, "detail": detail}
    kept = {name: storable(" ".join(word.splitlines())) for name, word in said.items()}
    await db.change("audit_insert", {"at": ms(at), **kept})
    db.at_end(chain_at_end)


async def _expire(db: Statements, now: int) -> Sequence[ExpiredMt]:
    rows = await db.rows("mt_expired", {"now": now})
    # Of which an attempt is in doubt, its citizen may have it: a person is to ask.
    doubted = [row[0] for row in rows if row[3]]
    lost = [ExpiredMt(*row[:3]) for row in rows if not row[3]]
    ids = [mt.id for mt in lost]
    for state, of_these in ((MtState.UNCERTAIN, doubted), (MtState.EXPIRED, ids)):
        await db.change("mt_expire", {"ids": of_these, "state": state, "now": now})
    reason = FINAL_WITHOUT_REPLY[MtState.EXPIRED]
    await db.change("mo_reply_lost", {"ids": ids, "reason": reason})
    return lost


async def _readable(db: Statements, row: Row) -> MobileTerminated | None:
    try:
        return terminated(row)
    except ValueError:
        # Written by newer code: a person looks at it, and the door's other MTs go on.
        await db.change("mt_hold", {"id": row[0], "reason": "unreadable"})
        return None


def _settled(s: Settlement, owner: str) -> tuple[Any, ...]:
    hold_reason = s.reason if s.state is MtState.HELD else ""
    return (
        *(s.id, s.attempt, owner, s.state, int(s.failed), ms(s.at), hold_reason),
        ms_or_none(s.not_before),
    )


def _same(report: ReceivedReport) -> tuple[str, ...]:
    dlr = report.report
    return (report.door, normal_telco_id(dlr.telco_id), dlr.delivery, dlr.error)


def _receipt(report: ReceivedReport) -> tuple[Any, ...]:
    dlr = report.report
    telco_id = storable(dlr.telco_id)
    return (
        *(report.id, report.door, telco_id, normal_telco_id(telco_id)),
        *(dlr.delivery, storable(dlr.error), ms_or_none(dlr.at), ms(report.received_at)),
    )


async def _match_late(db: Statements, statement: str, ids: Sequence[MessageId]) -> None:
    """Match reports that came before: who is told of them may have passed them by."""
    if matched := await _match(db, statement, ids):
        await db.change("webhook_late", {"ids": matched})


async def _match(db: Statements, statement: str, ids: Sequence[MessageId]) -> Sequence[str]:
    found = {"ids": list(ids), "window": _ID_HOLDS_MS}
    matched = await db.rows(statement, found)
    for receipt_id, outbox_id, delivery, error, at in matched:
        said = {"delivery": delivery, "error": error, "at": at}
        await db.change("receipt_match", {"id": receipt_id, "outbox_id": outbox_id})
        await db.change("mt_delivered", {"receipt_id": receipt_id, "outbox_id": outbox_id, **said})
        await db.change("mt_settled_by_report", {"outbox_id": outbox_id})
    return [row[0] for row in matched]
