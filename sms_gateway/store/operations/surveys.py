"""The survey. Each function that changes something is part of one commit."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.figures import Window
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.notices import wants_none
from sms_gateway.domain.surveys import SURVEY, AskDone, Asked, Asking, AskOrder
from sms_gateway.store.operations import notices
from sms_gateway.store.operations.pushing import queue_pushes
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements

_VOID = AskDone(written=False)


async def ask(db: Statements, orders: Sequence[AskOrder]) -> Sequence[AskDone]:
    """Queue questions, and write down how far the feed was read for them."""
    return [await _ask(db, order) for order in orders]


async def asked_since(db: Statements, since: datetime) -> int:
    """How many questions were asked since a moment."""
    ((count,),) = await db.rows("surveys_since", {"since": ms(since)})
    return int(count)


async def asked(db: Statements, window: Window) -> Sequence[Asked]:
    """Questions that were asked within a window, and their answers."""
    values = {"since": ms(window.since), "until": ms(window.until)}
    return [
        Asked(
            DossierId(dossier), agency, moment(asked_at), score,
            None if answered_at is None else moment(answered_at),
        )
        for dossier, agency, asked_at, score, answered_at in await db.rows("surveys", values)
    ]  # fmt: skip


async def _ask(db: Statements, order: AskOrder) -> AskDone:
    ((held_back,),) = await db.rows("notice_held_back")
    mark = await notices.mark(db, SURVEY)
    if held_back or mark is None or mark.upto != order.since:
        return _VOID
    wanted = await _wanted(db, order.asked)
    rows = [_row(asking, order.at) for asking in wanted]
    new = {row[0] for row in await db.returned("survey_ask", rows)} if rows else set()
    pushes = [asking.text.push for asking in wanted if asking.dossier_id in new]
    await queue_pushes(db, pushes)
    await db.change("notice_mark_move", {"name": SURVEY, "upto": order.upto, "at": ms(order.at)})
    doors = tuple(sorted({push.door for push in pushes}))
    return AskDone(True, len(pushes), len(order.asked) - len(wanted), doors)  # noqa: FBT003  # a field


async def _wanted(db: Statements, asked: Sequence[Asking]) -> Sequence[Asking]:
    """Those whose recipients did not say no meanwhile."""
    numbers = {number for one in asked for number in one.text.numbers}
    said = await notices.choices(db, numbers) if numbers else {}

    def wants(one: Asking) -> bool:
        about = [choice for number in one.text.numbers for choice in said.get(number, ())]
        return not wants_none(about, one.dossier_id)

    return [one for one in asked if wants(one)]


def _row(asking: Asking, at: datetime) -> tuple[object, ...]:
    push = asking.text.push
    about = (asking.dossier_id, asking.agency, asking.code)
    return (*about, push.recipient_hash, ms(at), push.id)
