"""Webhooks: events are found by a walk behind whoever records, and wait for their receivers.

No text and no number is kept with an event: what is told is read when it is sent, so that a purge
takes it from here, too.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sms_gateway.domain.access import agencies_words
from sms_gateway.domain.api import TOKEN_ACTOR
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import Outcome
from sms_gateway.domain.staff import AgencyId
from sms_gateway.domain.webhooks import (
    ADD_ACT,
    MOST_OF_TOKEN,
    OFF_ACT,
    ON_ACT,
    REMOVE_ACT,
    REPLAY_ACT,
    SECRET_ACT,
    Attempted,
    Delivery,
    DeliveryState,
    Event,
    EventPage,
    EventWalk,
    Webhook,
    WebhookAgain,
    WebhookEnd,
    WebhookId,
    WebhookReplay,
    WebhookSecret,
    WebhookState,
    WebhookSwitch,
    WebhookWhyNot,
)
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import first_id, moment, ms, ms_or_none
from sms_gateway.store.statements import Row, Statements

_KEPT = timedelta(days=30)
_WAITED = timedelta(days=7)
_NEVER_MS = 2**62
_OF = {Outcome.ANSWERED: Event.ANSWERED, Outcome.ANSWERED_WITH_HELP: Event.ANSWERED,
       Outcome.PARKED: Event.PARKED}  # fmt: skip

Found = tuple[Event, str, str]
"""An event, of which message, of which agency."""


async def webhooks(db: Statements) -> Sequence[WebhookState]:
    """All of them, by name."""
    return [_state(row) for row in await db.rows("webhooks_stand", {})]


async def due(db: Statements, webhook: WebhookId, now: datetime, limit: int) -> Sequence[Delivery]:
    """The next events that one is to be told."""
    values = {"webhook": webhook, "now": ms(now), "limit": limit}
    return [_delivery(row) for row in await db.rows("webhook_due", values)]


async def events_of(db: Statements, page: EventPage) -> Sequence[DeliveryState]:
    """Events of one and how they stand, newest first."""
    at, event, message = page.behind or (None, "", "")
    behind = {"at": ms(at) if at else _NEVER_MS, "event": event, "message": message}
    values = {**behind, "webhook": page.webhook, "limit": page.limit}
    rows = await db.rows("webhook_events_failed" if page.failed else "webhook_events_of", values)
    return [DeliveryState(_delivery(row), row[5], row[6], moment(row[7])) for row in rows]


async def add_webhooks(db: Statements, added: Sequence[Webhook]) -> Sequence[WebhookWhyNot | None]:
    """Keep webhooks; why each is not kept, None where it is."""
    return [await _add(db, one) for one in added]


async def _add(db: Statements, one: Webhook) -> WebhookWhyNot | None:
    if one.by.startswith(TOKEN_ACTOR):
        await db.rows("webhook_turn")
        ((others,),) = await db.rows("webhook_count", {"by": one.by})
        if others >= MOST_OF_TOKEN:
            return WebhookWhyNot.TOO_MANY
    values = {
        "id": one.id, "name": one.name, "url": one.url, "secret": one.secret,
        "events": json.dumps(one.events),
        "agencies": None if one.agencies is None else json.dumps(one.agencies),
        "with_number": int(one.with_number), "with_text": int(one.with_text),
        "made_at": ms(one.made_at), "by": one.by,
    }  # fmt: skip
    if not await db.change("webhook_add", values):
        return WebhookWhyNot.NAME_TAKEN
    shown = f"number={int(one.with_number)} text={int(one.with_text)}"
    agencies = agencies_words(one.agencies)
    detail = f"{one.name} events={','.join(one.events)} agencies={agencies} {shown}"
    await audit(db, one.made_at, one.by, ADD_ACT, one.id, detail)
    return None


async def switch_webhooks(db: Statements, orders: Sequence[WebhookSwitch]) -> Sequence[bool]:
    """Switch webhooks on or off; whether each was there and stood otherwise."""
    done = []
    for one in orders:
        values = {"name": one.name, "enabled": int(one.enabled)}
        changed = await db.rows("webhook_switch", values)
        for (webhook,) in changed:
            act = ON_ACT if one.enabled else OFF_ACT
            await audit(db, one.at, one.by, act, webhook, one.name)
        done.append(bool(changed))
    return done


async def replay_webhooks(db: Statements, orders: Sequence[WebhookReplay]) -> Sequence[int | None]:
    """Let events wait again; how many, None where there is no such webhook."""
    counts: list[int | None] = []
    for one in orders:
        row = await db.row("webhook_named", {"name": one.name})
        if row is None:
            counts.append(None)
            continue
        values = {"webhook": row[0], "at": ms(one.at), "since": ms_or_none(one.since)}
        count = await db.change("webhook_replay", values)
        since = one.since.isoformat() if one.since else "-"
        await audit(db, one.at, one.by, REPLAY_ACT, row[0], f"{one.name} n={count} since={since}")
        counts.append(count)
    return counts


async def replace_secrets(db: Statements, orders: Sequence[WebhookSecret]) -> Sequence[bool]:
    """Let other secrets sign; whether each webhook was there."""
    done = []
    for one in orders:
        changed = await db.rows("webhook_secret", {"name": one.name, "secret": one.secret})
        for (webhook,) in changed:
            await audit(db, one.at, one.by, SECRET_ACT, webhook, one.name)
        done.append(bool(changed))
    return done


async def remove_webhooks(db: Statements, ends: Sequence[WebhookEnd]) -> Sequence[bool]:
    """Let webhooks be told nothing more, for good; whether each was there."""
    done = []
    for one in ends:
        removed = await db.rows("webhook_remove", {"name": one.name, "at": ms(one.at)})
        for (webhook,) in removed:
            await db.change("webhook_events_end", {"webhook": webhook})
            await audit(db, one.at, one.by, REMOVE_ACT, webhook, one.name)
        done.append(bool(removed))
    return done


async def send_again(db: Statements, orders: Sequence[WebhookAgain]) -> Sequence[bool]:
    """Let single events wait again; whether each was there."""
    done = []
    for one in orders:
        row = await db.row("webhook_named", {"name": one.name})
        what = {"event": one.event, "message": one.message, "at": ms(one.at)}
        count = 0 if row is None else await db.change("webhook_again", {"webhook": row[0], **what})
        if row is not None and count:
            detail = f"{one.name} {one.event}:{one.message}"
            await audit(db, one.at, one.by, REPLAY_ACT, row[0], detail)
        done.append(count > 0)
    return done


async def note_answered(db: Statements, message: MessageId, at: datetime) -> None:
    """A person answered a text: whoever is told of answers is told of this one, once."""
    told = [_webhook(row) for row in await db.rows("webhooks_on", {})]
    found = await db.row("webhook_answer", {"message": message}) if told else None
    if found is None:
        return
    what = (Event.ANSWERED, message, found[0])
    rows = [(one.id, *what[:2], ms(at), ms(at)) for one in told if _wants(one, what)]
    await db.many("webhook_event", rows)


async def attempted(db: Statements, attempts: Sequence[Attempted]) -> Sequence[None]:
    """Write what became of attempts."""
    for one in attempts:
        state = "done" if one.taken else "dead" if one.next_at is None else "waiting"
        values = {
            "webhook": one.delivery.webhook, "event": one.delivery.event,
            "message": one.delivery.message, "state": state, "status": one.status,
            "next_at": ms(one.next_at or one.at), "attempt": one.delivery.attempt + 1,
        }  # fmt: skip
        await db.change("webhook_attempted", values)
        seen = {"webhook": one.delivery.webhook, "status": one.status}
        await db.change("webhook_answered", seen)
    return [None] * len(attempts)


async def find_events(db: Statements, walks: Sequence[EventWalk]) -> Sequence[int]:
    """Find the next events; how many messages were looked at, 0 where nothing is left."""
    return [await _walk(db, walk) for walk in walks]


async def _walk(db: Statements, walk: EventWalk) -> int:
    await db.change("webhook_forget", {"before": ms(walk.at - _KEPT)})
    told = [_webhook(row) for row in await db.rows("webhooks_on", {})]
    if not told:
        return 0
    begin, until = first_id(min(one.made_at for one in told)), first_id(walk.before)
    span = {"begin": begin, "until": until, "limit": walk.limit}
    texts = await db.rows("webhook_texts", span)
    reports = await db.rows("webhook_reports", span)
    waited = await db.rows("webhook_waited", {"limit": walk.limit})
    late = await db.rows("webhook_reported_late", {"limit": walk.limit})
    events = [*_outcomes((*texts, *waited)), *_deliveries((*reports, *late))]
    await db.many("webhook_wait", [(row[0],) for row in texts if row[1] is None])
    await db.change("webhook_waited_end", {"ids": [row[0] for row in waited]})
    await db.change("webhook_late_end", {"ids": [row[0] for row in late]})
    await db.change("webhook_wait_forget", {"before": first_id(walk.at - _WAITED)})
    at = ms(walk.at)
    rows = [(one.id, *what[:2], at, at) for what in events for one in told if _wants(one, what)]
    await db.many("webhook_event", rows)
    for name, page in (("texts", texts), ("reports", reports)):
        if page:
            await db.change("webhook_mark_set", {"name": name, "upto": page[-1][0]})
    return max(len(texts), len(reports))


def _outcomes(rows: Iterable[Row]) -> Iterator[Found]:
    for mo_id, outcome, agency in rows:
        event = None if outcome is None else _OF.get(Outcome(outcome))
        if event is not None:
            yield event, mo_id, agency


def _deliveries(rows: Iterable[Row]) -> Iterator[Found]:
    for _receipt, mt_id, agency in rows:
        if mt_id is not None:
            yield Event.DELIVERED, mt_id, agency


def _wants(one: Webhook, event: Found) -> bool:
    kind, message, agency = event
    seen = one.agencies is None or agency in one.agencies
    return kind in one.events and seen and message >= first_id(one.made_at)


def _state(row: Row) -> WebhookState:
    waiting, dead, last_status, oldest = row[11:15]
    since = None if oldest is None else moment(oldest)
    return WebhookState(_webhook(row), waiting, dead, last_status, since)


def _delivery(row: Row) -> Delivery:
    return Delivery(WebhookId(row[0]), Event(row[1]), MessageId(row[2]), moment(row[3]), row[4])


def _webhook(row: Row) -> Webhook:
    return Webhook(
        id=WebhookId(row[0]),
        name=row[1],
        url=row[2],
        secret=row[3],
        events=tuple(map(Event, json.loads(row[4]))),
        agencies=None if row[5] is None else tuple(map(AgencyId, json.loads(row[5]))),
        with_number=bool(row[6]),
        with_text=bool(row[7]),
        enabled=bool(row[8]),
        made_at=moment(row[9]),
        by=row[10],
    )
