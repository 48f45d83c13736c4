"""Automatic messages. Each function that changes something is part of one commit."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DossierId, NoticeId, NumberHash
from sms_gateway.domain.notices import (
    OF_DOSSIERS,
    Choice,
    Ends,
    Fate,
    Known,
    Learned,
    Load,
    Mark,
    Postponed,
    Ruled,
    Ruling,
    Step,
    Text,
    wants_none,
)
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.records import Answer
from sms_gateway.store.operations.pushing import queue_pushes
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements

_OPEN = timedelta(days=8)
"""Longer than any question of the survey waits to be sent."""

_HOUR, _DAY, _USUAL_DAYS, _KNOWN_DAYS = timedelta(hours=1), timedelta(days=1), 28, 7
_NOT_WRITTEN = Ruled(Fate.STANDING, "")


async def learn(db: Statements, learned: Sequence[Learned]) -> Sequence[None]:
    """Write steps down, and how far the feed was read for them."""
    for one in learned:
        await db.many("notice_insert", [_row(step) for step in one.steps])
        for step in one.steps:
            values = {"dossier": step.dossier_id, "due": ms(step.due_at)}
            await db.change("notice_hasten", values)
        values = {"name": one.name, "upto": one.upto, "at": ms(one.at)}
        await db.change("notice_mark_move", values)
    return [None] * len(learned)


async def forget(db: Statements, calls: Sequence[tuple[str, datetime]]) -> Sequence[None]:
    """Begin at the present: what is not decided is told to nobody."""
    for reason, at in calls:
        await db.change("notice_forget_marks")
        await db.change("notice_forget_standing", {"reason": reason, "at": ms(at)})
    return [None] * len(calls)


async def rule(db: Statements, rulings: Sequence[Ruling]) -> Sequence[Ruled]:
    """Write what is decided, with the texts that come of it."""
    return [await _rule(db, ruling) for ruling in rulings]


async def postpone(db: Statements, waits: Sequence[Postponed]) -> Sequence[None]:
    """Let steps wait."""
    for wait in waits:
        await _supersede(db, wait.ends)
        await db.change("notice_postpone", {"ids": list(wait.steps), "due": ms(wait.due_at)})
    return [None] * len(waits)


async def opted_out(db: Statements, answers: Sequence[Answer]) -> None:
    """Numbers want no more texts, of one dossier or of any: what has not left does not leave.

    An older text that is answered late ends nothing that a newer one wants.
    """
    for answer in answers:
        choice, mo = answer.opt_out, answer.mo
        if choice is not None and choice.opted_out:
            said = {"recipient": mo.sender.value, "number": mo.sender_hash, "by": mo.id}
            values = {"dossier": choice.dossier_id or "", "at": ms(answer.at)}
            await db.change("notice_unwanted", {**said, **values})
            await db.change("survey_unwanted", {**said, **values, "since": ms(answer.at - _OPEN)})
            await _plain_unwanted(db, answer)


async def _plain_unwanted(db: Statements, answer: Answer) -> None:
    """What goes to a number for several dossiers ends once it wants none of any of them."""
    mo, unwanted = answer.mo, []
    said = (await choices(db, [mo.sender_hash])).get(mo.sender_hash, ())
    for text, params in await db.rows("notice_plain_to", {"recipient": mo.sender.value}):
        dossiers = json.loads(params).get(OF_DOSSIERS, "").split()
        if dossiers and all(wants_none(said, one) for one in dossiers):
            unwanted.append(text)
    if unwanted:
        await db.change("notice_plain_unwanted", {"ids": unwanted, "at": ms(answer.at)})


async def mark(db: Statements, name: str) -> Mark | None:
    """How far something was read."""
    row = await db.row("notice_mark", {"name": name})
    return None if row is None else Mark(row[0], moment(row[1]))


async def due(db: Statements, now: datetime, longest: datetime, limit: int) -> Sequence[Step]:
    """The steps of at most so many dossiers of which something is to be decided."""
    values = {"now": ms(now), "longest": ms(longest), "limit": limit}
    return [_step(row) for row in await db.rows("notice_due", values)]


async def known(db: Statements, dossiers: Collection[DossierId]) -> Mapping[DossierId, Known]:
    """What was decided of dossiers before; of others nothing."""
    values = {"dossiers": list(dossiers)}
    waiting = {row[0] for row in await db.rows("notice_waiting", values)}
    lines: dict[DossierId, list[Row]] = {}
    for row in await db.rows("notice_known", values):
        lines.setdefault(DossierId(row[0]), []).append(row)
    return {one: _known(rows, waiting=one in waiting) for one, rows in lines.items()}


async def choices(
    db: Statements, numbers: Collection[NumberHash]
) -> Mapping[NumberHash, Sequence[Choice]]:
    """What numbers chose; those that chose nothing are absent."""
    found: dict[NumberHash, list[Choice]] = {}
    for number, dossier, out, at, by in await db.rows("notice_choices", {"numbers": list(numbers)}):
        choice = Choice(NumberHash(number), dossier, bool(out), moment(at), by)
        found.setdefault(choice.number, []).append(choice)
    return found


async def load(db: Statements, now: datetime) -> Load:
    """How much there is to tell."""
    days = timedelta(days=_USUAL_DAYS)
    since = {"hour": ms(now - _HOUR), "day": ms(now - _DAY), "month": ms(now - days)}
    ((standing, lately, month, first, batch),) = await db.rows("notice_load", since)
    usual = None
    if first is not None and (age := now - moment(first)) > timedelta(days=_KNOWN_DAYS):
        usual = month / min(_USUAL_DAYS, age / _DAY)
    return Load(standing, lately, usual, batch or "")


async def figures(db: Statements) -> Mapping[str, int]:
    """How many steps wait to be decided, and how many texts are held, by why."""
    return {name: count for name, count in await db.rows("notice_figures")}  # noqa: C416  # rows of a dialect are no pairs


async def _rule(db: Statements, ruling: Ruling) -> Ruled:
    ((held_back,),) = await db.rows("notice_held_back")
    ((standing,),) = await db.rows("notice_still_standing", {"ids": list(ruling.steps)})
    if held_back or standing != len(ruling.steps):
        return _NOT_WRITTEN
    if ruling.waited and not await _waits(db, ruling.dossier_id):
        return _NOT_WRITTEN  # what waited has left meanwhile
    await _supersede(db, ruling.ends)
    wanted = await _wanted(db, ruling)
    fate, reason = ruling.fate, ruling.reason
    if ruling.texts and not wanted:
        fate, reason = Fate.SILENT, "opted_out"
    values = {
        "ids": list(ruling.steps), "fate": fate, "reason": reason, "at": ms(ruling.at),
        "knew": _state(ruling.knew), "ended": _state(ruling.ended), "batch": ruling.batch_id,
    }  # fmt: skip
    await db.change("notice_decide", values)
    if wanted:
        await queue_pushes(db, wanted)
    if ruling.closed:
        await db.change("subscriptions_over", {"dossiers": [ruling.dossier_id]})
    return Ruled(fate, reason, tuple(sorted({push.door for push in wanted})))


async def _waits(db: Statements, dossier: DossierId) -> bool:
    return bool(await db.rows("notice_waiting", {"dossiers": [dossier]}))


async def _supersede(db: Statements, ends: Ends | None) -> None:
    if ends is None:
        return
    if await _waits(db, ends.dossier_id):
        await db.change("notice_untold", {"dossier": ends.dossier_id})
    values = {"dossier": ends.dossier_id, "at": ms(ends.at), "apologies": int(ends.apologies)}
    await db.change("notice_supersede", values)


async def _wanted(db: Statements, ruling: Ruling) -> Sequence[Push]:
    """The texts whose recipients did not say no meanwhile."""
    numbers = {number for text in ruling.texts for number in text.numbers}
    if not numbers:
        return []
    said = await choices(db, numbers)

    def wants(text: Text) -> bool:
        about = [choice for number in text.numbers for choice in said.get(number, ())]
        return not wants_none(about, ruling.dossier_id)

    return [text.push for text in ruling.texts if wants(text)]


def _known(rows: Sequence[Row], *, waiting: bool) -> Known:
    decided = [row for row in rows if row[3] is not None]
    told = [row for row in rows if row[1] == Fate.QUEUED]
    last = told[-1] if told else None
    if waiting and told:
        told = told[:-1]
    return Known(
        ended=State(decided[-1][3]) if decided else None,
        knew=State(decided[-1][2]) if decided and decided[-1][2] is not None else None,
        told_at=moment(told[-1][4]) if told else None,
        waiting=waiting,
        made_at=moment(last[4]) if last else None,
        made_of=State(last[3]) if last and last[3] is not None else None,
    )


def _row(step: Step) -> tuple[object, ...]:
    return (
        *(step.id, step.dossier_id, step.agency, step.transition, step.number),
        *(_state(step.before), step.state.value, ms(step.learned_at), ms(step.due_at)),
        *(int(step.tells), Fate.STANDING),
    )


def _step(row: Row) -> Step:
    before, state, learned_at, due_at = row[5:9]
    return Step(
        id=NoticeId(row[0]),
        dossier_id=DossierId(row[1]),
        agency=row[2],
        transition=row[3],
        number=row[4],
        before=None if before is None else State(before),
        state=State(state),
        learned_at=moment(learned_at),
        due_at=moment(due_at),
        tells=bool(row[9]),
        let_go=row[10] == "released",
    )


def _state(state: State | None) -> int | None:
    return None if state is None else state.value
