"""What the store tells without changing anything: citizens, stored answers, queue figures."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sms_gateway.domain.ids import CanonicalKey, DoorName, DossierId, MessageId, NumberHash
from sms_gateway.domain.message import Language
from sms_gateway.domain.numbers import content_hash
from sms_gateway.domain.outcome import Billing, MtState, Outcome
from sms_gateway.domain.records import Citizen, Figures, Opinion, StoredAnswer, UsageEvent
from sms_gateway.store.rows import first_id, moment, ms
from sms_gateway.store.statements import Row, Statements

_WAITED_AT_MOST = timedelta(days=3)
"""So long before it was sent an MT was made: ids sort by that, and the count begins there."""

_ASKED_BEFORE = timedelta(days=6)
"""Beside the day of the history: so long a question of the survey waits for its answer."""

_BLOCKED, _COUNTS_FROM = 1, 2
"""Where `citizens` says so, behind the language."""


async def citizens(
    db: Statements, hashes: Sequence[NumberHash], since: datetime
) -> Mapping[NumberHash, Citizen]:
    """Preferences and recent events of numbers."""
    values = {"hashes": list(hashes), "since": ms(since), "after": first_id(since)}
    standing = await db.json("citizens", values)
    open_for = {"hashes": list(hashes), "since": ms(since - _ASKED_BEFORE)}
    asked = await db.json("survey_open", open_for)
    events: dict[str, list[UsageEvent]] = {}
    for number, at, key, template, text, miss, failure in await db.json("usage_since", values):
        if number in standing and at <= standing[number][_COUNTS_FROM]:
            # Staff let its budgets begin anew.
            continue
        event = UsageEvent(
            moment(at), CanonicalKey(key), template, content_hash(text), miss, bool(failure)
        )
        events.setdefault(number, []).append(event)
    return {
        NumberHash(number): Citizen(
            language=_language(standing.get(number)),
            history=tuple(events.get(number, ())),
            asked=Opinion(*asked[number]) if number in asked else None,
            blocked=number in standing and bool(standing[number][_BLOCKED]),
        )
        for number in standing.keys() | events.keys() | asked.keys()
    }


def _language(standing: Row | None) -> Language | None:
    return Language(standing[0]) if standing and standing[0] else None


async def wrong_secrets(
    db: Statements, dossiers: Collection[DossierId], since: datetime
) -> Mapping[DossierId, int]:
    """How many texts named a wrong second secret of dossiers."""
    values = {"dossiers": list(dossiers), "since": ms(since), "after": first_id(since)}
    found: dict[DossierId, int] = await db.json("wrong_secrets", values)
    return found


async def stored_answers(
    db: Statements, ids: Sequence[MessageId]
) -> Mapping[MessageId, StoredAnswer]:
    """What repeated deliveries are answered from."""
    return {
        MessageId(mo_id): StoredAnswer(
            outcome=None if outcome is None else Outcome(outcome),
            mt_id=None if mt_id is None else MessageId(mt_id),
            attempt=attempt or 0,
            text=text or "",
            billing=Billing(billing) if billing else Billing.FREE,
            state=MtState(state) if state else None,
            inline=bool(inline),
        )
        for mo_id, outcome, mt_id, attempt, text, billing, state, inline in await db.rows(
            "stored_answers", {"ids": list(ids)}
        )
    }


async def figures(db: Statements, late_before: datetime | None = None) -> Figures:
    """Queue figures."""
    values = {"late_before": ms(late_before) if late_before else 0}
    ((unanswered, late, oldest, parked),) = await db.rows("figures_inbox", values)
    open_mts = {state: n for state, n in await db.rows("figures_open")}  # noqa: C416  # rows of a dialect are no pairs
    return Figures(
        unanswered=unanswered,
        oldest_unanswered=None if oldest is None else moment(oldest),
        queued={DoorName(d): n for d, n in await db.rows("figures_queued")},
        uncertain=open_mts.get("uncertain", 0),
        held=open_mts.get("held", 0),
        parked=parked,
        paused=frozenset(DoorName(d) for (d,) in await db.rows("doors_paused")),
        late=late,
    )


async def is_paused(db: Statements, door: DoorName) -> bool:
    """See `ports.Outbox.is_paused`."""
    return (door,) in [tuple(row) for row in await db.rows("doors_paused")]


async def sent_since(
    db: Statements, door: DoorName, since: datetime, but: Sequence[MessageId]
) -> int:
    """See `ports.Outbox.sent_since`."""
    values = {"door": door, "since": ms(since), "after": first_id(since - _WAITED_AT_MOST)}
    ((count,),) = await db.rows("mt_sent_since", {**values, "ids": list(but)})
    return int(count)


async def parts_waiting(db: Statements, door: DoorName, until: datetime) -> int:
    """See `ports.Outbox.parts_waiting`."""
    ((count,),) = await db.rows("mt_parts_waiting", {"door": door, "until": ms(until)})
    return int(count)


async def sent_to(
    db: Statements, door: DoorName, since: datetime, ids: Sequence[MessageId]
) -> Mapping[MessageId, int]:
    """See `ports.Outbox.sent_to`."""
    values = {"door": door, "since": ms(since), "after": first_id(since - _WAITED_AT_MOST)}
    found = await db.rows("mt_sent_to", {**values, "ids": list(ids)})
    return {MessageId(mt_id): int(count) for mt_id, count in found}
