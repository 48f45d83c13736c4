"""What staff see and decide of one number, and what waits for them; decisions are audited."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.citizens import NumberAct, NumberChoice, NumberFacts, NumberOrder
from sms_gateway.domain.ids import DossierId, MessageId, NumberHash
from sms_gateway.domain.message import Language
from sms_gateway.reading import MtRow
from sms_gateway.sql.storable import storable
from sms_gateway.store.operations.known import citizens
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.read_rows import mt_row
from sms_gateway.store.rows import first_id, moment, ms
from sms_gateway.store.statements import Row, Statements

_WALK = 10_000
_MT_COLUMNS = 20
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_LANGUAGES = frozenset(map(str, Language))


async def decide_numbers(db: Statements, orders: Sequence[NumberOrder]) -> Sequence[None]:
    """Write decisions down, in this order."""
    for order in orders:
        await _decide(db, order)
    return [None] * len(orders)


async def _decide(db: Statements, order: NumberOrder) -> None:
    match order.act:
        case NumberAct.BLOCK | NumberAct.UNBLOCK:
            await _block(db, order, blocked=order.act is NumberAct.BLOCK)
        case NumberAct.RESET:
            for number in order.numbers:
                await db.change("number_reset", {"number": number, "at": ms(order.at)})
        case NumberAct.OPT_OUT | NumberAct.OPT_IN:
            await _opt(db, order, out=order.act is NumberAct.OPT_OUT)
    detail = f"{order.dossier_id} {order.note}".strip()
    await audit(db, order.at, order.by, order.act, order.numbers[0], detail)


async def _block(db: Statements, order: NumberOrder, *, blocked: bool) -> None:
    for number in order.numbers:
        values = {
            "number": number,
            "blocked": int(blocked),
            "at": ms(order.at),
            "by": storable(order.by),
            "note": storable(order.note),
        }
        await db.change("number_block", values)
    if blocked:
        await _unsend(db, order, "blocked")


async def _opt(db: Statements, order: NumberOrder, *, out: bool) -> None:
    chosen = (order.dossier_id, int(out), order.id, ms(order.at))
    await db.many("opt_out_choose", [(number, *chosen) for number in order.numbers])
    if out:
        await _unsend(db, order, "opted_out")


async def _unsend(db: Statements, order: NumberOrder, reason: str) -> None:
    values = {"at": ms(order.at), "reason": reason, "dossier": order.dossier_id}
    follows = int(order.act is NumberAct.BLOCK)
    for number in order.numbers:
        await db.change("number_unsent", {**values, "number": number, "follows": follows})


async def number_facts(
    db: Statements, numbers: Sequence[NumberHash], since: datetime
) -> NumberFacts:
    """What is known of one number, by each of its hashes; what counts since a moment."""
    values = {"numbers": list(numbers)}
    standing = await db.rows("number_standing", values)
    blocked = next((row for row in standing if row[0]), None)
    counts_from = max((row[4] for row in standing), default=0)
    choices = [_choice(row) for row in await db.rows("number_choices", values)]
    choices.sort(key=lambda choice: choice.at, reverse=True)
    known = await citizens(db, numbers, since)
    events = [event for one in known.values() for event in one.history]
    acts = await db.rows("acts", {"ids": list(numbers)})
    return NumberFacts(
        language=next((one for one in choices if one.what in _LANGUAGES), None),
        choices=tuple(one for one in choices if one.what not in _LANGUAGES),
        blocked_at=moment(blocked[1]) if blocked else None,
        blocked_by=blocked[2] if blocked else "",
        note=blocked[3] if blocked else "",
        counts_from=moment(counts_from) if counts_from else None,
        history=tuple(sorted(events, key=lambda event: event.at)),
        acts=tuple((moment(at), by, act, detail) for at, by, act, _, detail in reversed(acts)),
    )


def _choice(row: Row) -> NumberChoice:
    what, dossier_id, at, message, agency = row
    by = None if message is None else MessageId(message)
    return NumberChoice(what, dossier_id, moment(at), by, agency or "")


async def replies_to(
    db: Statements, texts: Sequence[MessageId]
) -> Sequence[tuple[MessageId, MtRow]]:
    """What answers these texts, each with the text it answers, in order of time."""
    rows = await db.rows("thread_replies", {"ids": list(texts)})
    return [(MessageId(row[_MT_COLUMNS]), mt_row(row)) for row in rows]


async def pushes_between(
    db: Statements,
    numbers: Sequence[NumberHash],
    span: tuple[str, str],
    limit: int,
    agencies: Sequence[str] | None,
) -> Sequence[MtRow]:
    """What went to a number and answers no text, from one id up to another; newest first."""
    low, high = span
    values = {"low": low, "high": high or _LAST_ID, "limit": limit, "agencies": _list(agencies)}
    found = {
        row[0]: row
        for number in numbers
        for row in await db.rows("thread_pushes", {**values, "number": number})
    }
    return [mt_row(found[mt_id]) for mt_id in sorted(found, reverse=True)[:limit]]


async def waiting_mts(
    db: Statements,
    which: str,
    since: datetime,
    page: tuple[str, int],
    agencies: Sequence[str] | None,
) -> Sequence[MtRow]:
    """MTs that wait for a person: `uncertain`, `held_alone`, or `failed` since a moment."""
    before, limit = page
    values = {
        "before": before or _LAST_ID,
        "limit": limit,
        "agencies": _list(agencies),
    }
    match which:
        case "uncertain":
            rows = await db.rows("mts_uncertain", values)
        case "held_alone":
            rows = await db.rows("mts_held_alone", values)
        case _:
            walk = {"since": first_id(since), "walk": _WALK}
            rows = await db.rows("mts_failed", {**values, **walk})
    return [mt_row(row) for row in rows]


async def dossier_of(db: Statements, mt_id: MessageId) -> DossierId | None:
    """The dossier that an MT tells of; None where it tells of none."""
    row = await db.row("mt_dossier", {"id": mt_id})
    return DossierId(row[0]) if row and row[0] else None


async def mts_about(
    db: Statements, dossier: DossierId, limit: int, agencies: Sequence[str] | None
) -> Sequence[MtRow]:
    """Automatic messages about a dossier, newest first."""
    values = {
        "notice": f"notice:{dossier}:",
        # What sorts right behind the colon.
        "notice_end": f"notice:{dossier};",
        "survey": f"survey:{dossier}",
        "limit": limit,
        "agencies": _list(agencies),
    }
    return [mt_row(row) for row in await db.rows("mts_about", values)]


def _list(agencies: Sequence[str] | None) -> list[str] | None:
    return None if agencies is None else list(agencies)
