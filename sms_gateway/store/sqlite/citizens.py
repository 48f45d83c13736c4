"""What the store tells without changing anything: citizens, stored answers, queue figures."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sms_gateway.domain.ids import CanonicalKey, DoorName, DossierId, MessageId, NumberHash
from sms_gateway.domain.message import Language
from sms_gateway.domain.numbers import content_hash
from sms_gateway.domain.outcome import Billing, MtState, Outcome
from sms_gateway.domain.records import Citizen, Figures, StoredAnswer, UsageEvent
from sms_gateway.store.sqlite.rows import SQL, first_id, json_list, moment, ms


def citizens(
    db: sqlite3.Connection, hashes: Sequence[NumberHash], since: datetime
) -> Mapping[NumberHash, Citizen]:
    """Preferences and recent events of numbers."""
    values = {"hashes": json_list(hashes), "since": ms(since), "after": first_id(since)}
    languages = json.loads(db.execute(SQL["citizens"], values).fetchone()[0])
    events: dict[str, list[UsageEvent]] = {}
    for number, at, key, template, text, miss, failure in json.loads(
        db.execute(SQL["usage_since"], values).fetchone()[0]
    ):
        event = UsageEvent(
            moment(at), CanonicalKey(key), template, content_hash(text), miss, bool(failure)
        )
        events.setdefault(number, []).append(event)
    return {
        NumberHash(number): Citizen(
            language=Language(languages[number]) if number in languages else None,
            history=tuple(events.get(number, ())),
        )
        for number in languages.keys() | events.keys()
    }


def wrong_secrets(
    db: sqlite3.Connection, dossiers: Collection[DossierId], since: datetime
) -> Mapping[DossierId, int]:
    """How many texts named a wrong second secret of dossiers."""
    values = {"dossiers": json_list(dossiers), "since": ms(since), "after": first_id(since)}
    found: dict[DossierId, int] = json.loads(db.execute(SQL["wrong_secrets"], values).fetchone()[0])
    return found


def stored_answers(
    db: sqlite3.Connection, ids: Sequence[MessageId]
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
        for mo_id, outcome, mt_id, attempt, text, billing, state, inline in db.execute(
            SQL["stored_answers"], {"ids": json_list(ids)}
        )
    }


def figures(db: sqlite3.Connection, late_before: datetime | None = None) -> Figures:
    """Queue figures."""
    values = {"late_before": ms(late_before) if late_before else 0}
    unanswered, late, oldest, parked = db.execute(SQL["figures_inbox"], values).fetchone()
    open_mts = dict(db.execute(SQL["figures_open"]).fetchall())
    return Figures(
        unanswered=unanswered,
        oldest_unanswered=None if oldest is None else moment(oldest),
        queued={DoorName(d): n for d, n in db.execute(SQL["figures_queued"])},
        uncertain=open_mts.get("uncertain", 0),
        held=open_mts.get("held", 0),
        parked=parked,
        paused=frozenset(DoorName(d) for (d,) in db.execute(SQL["doors_paused"])),
        late=late,
    )


def next_due(db: sqlite3.Connection, door: DoorName) -> datetime | None:
    """When the next MT of a door is due."""
    (due,) = db.execute(SQL["mt_next_due"], {"door": door}).fetchone()
    return None if due is None else moment(due)
