"""What may have become of the texts of one round, and what may not: no clock, no sockets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.acceptance.house import reply_of
from tests.acceptance.telco import Does, Heard, Mt
from tests.torture.changes import Told
from tests.torture.smpp_doors import NAMES

REFUSED = frozenset({Does.THROTTLE, Does.BREAK, Does.REJECT})
"""What the telco does with an MT that it does not take; all others reach the citizen."""

INLINE = "local"
SMPP = frozenset(NAMES)
HOLDS = frozenset({"ack", "ackone"}) | SMPP
"""The doors that never send again by themselves when the telco's word is lost."""

UNCERTAIN = "uncertain"
_STOLEN = "uncertain process_ended"
_ACCEPTED = "accepted"
_LATE = "accepted answered_late"
"""The telco's word came when its attempt was in doubt already."""


@dataclass(frozen=True, slots=True)
class Text:
    """A citizen's text as the telco handed it over.

    Attributes:
        door: where.
        ids: the telco's ids of its parts; of most texts one. By SMPP the citizen's number.
        heard: what the telco heard last in each of its calls, OK all of them.
        fetched: at the inline door, what the same call heard when all was over.
        call: its first call's body.
    """

    door: str
    ids: tuple[str, ...]
    heard: tuple[Heard, ...]
    fetched: Heard | None = None
    call: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """An MO in the store, with its reply and the attempts to send it.

    Attributes:
        telco_id: the telco's id of the MO, or of the part that completed it.
        outcome: None while nobody has answered it.
        leases: how often it was leased to be answered.
        mt_id, state, delivery, text: of the reply.
        results: of its attempts, oldest first: `accepted`, `uncertain timed_out`.
    """

    telco_id: str
    outcome: str | None
    leases: int
    mt_id: str | None
    state: str | None
    delivery: str | None
    text: str | None
    results: tuple[str, ...]

    @property
    def doubts(self) -> int:
        """How often the telco's word on the reply was lost."""
        return sum(result.startswith(UNCERTAIN) for result in self.results)

    @property
    def said(self) -> bool:
        """Whether the telco's word that it has the reply was heard, in time or late."""
        return not {_ACCEPTED, _LATE}.isdisjoint(self.results)


@dataclass(slots=True)
class Tally:
    """The counts of a fault.

    Attributes:
        rounds: how often it struck.
        counts: by the names of `COLUMNS`.
        breaches: what must not be, one line each.
        said: after a breach, the last lines of the gateway's log.
        events: what happened besides, for people.
    """

    rounds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)


COLUMNS = ("acknowledged", "answered", "uncertain", "parked", "suppressed", "doubles", "lost")
"""`acknowledged` is the sum of the others, without `doubles`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a round when everything has settled.

    Attributes:
        texts: what was acknowledged.
        rows: what the store holds of them.
        mts: what arrived at the telco.
        calm: nothing happened that may cost a second try: each text was answered at the first one,
            and each reply sent once, and again only where the telco had said no.
        deaths: a gateway died, or could pass for dead.
        reported: the telco's ids of replies whose receipts the gateway took.
        parts: the ids of texts whose parts still wait for others.
        told: what citizens were told by themselves.
        followed_up: what followed an answer that was not the newest.
        unasked: what arrived at the telco of these two.
    """

    texts: Sequence[Text]
    rows: Sequence[Row]
    mts: Sequence[Mt]
    calm: bool = False
    deaths: bool = True
    reported: frozenset[str] = frozenset()
    parts: Sequence[str] = ()
    told: Sequence[Told] = ()
    followed_up: Sequence[Told] = ()
    unasked: Sequence[Mt] = ()


def judge(evidence: Evidence, tally: Tally) -> None:
    """Count a round, and note each breach of what the gateway promises."""
    rows = _by_telco_id(evidence.rows)
    arrivals: dict[str, list[Mt]] = {}
    for mt in evidence.mts:
        arrivals.setdefault(mt.id, []).append(mt)
    known: set[str | None] = set()
    for text in evidence.texts:
        found = [row for telco_id in text.ids for row in rows.get(telco_id, ())]
        known |= {row.mt_id for row in found}
        came = [mt for row in found for mt in arrivals.get(str(row.mt_id), ())]
        tally.counts["acknowledged"] += 1
        tally.events["calls made again"] += sum(heard.tries - 1 for heard in text.heard)
        tally.events["by SMPP"] += text.door in SMPP
        fate, *breaches = _fate(text, found, came)
        breaches += [what for row in found if (what := _unreported(row, came, evidence.reported))]
        if evidence.calm:
            breaches += [what for row in found if (what := _not_calm(text, row, came))]
        if not evidence.deaths and any(_STOLEN in row.results for row in found):
            breaches.append("was taken from a gateway that lives")
        tally.counts[fate] += 1
        tally.counts["doubles"] += max(0, len(_taken(came)) - 1)
        tally.breaches += [f"{text.door} {text.ids[0]}: {what}" for what in breaches]
    handed = {telco_id for text in evidence.texts for telco_id in text.ids}
    tally.breaches += [
        f"{telco_id} is in the store and was never handed over" for telco_id in rows.keys() - handed
    ]
    tally.breaches += [f"a part of {whose} waits for others" for whose in evidence.parts]
    strangers = arrivals.keys() - known
    tally.breaches += [f"an MT {mt_id} arrived that answers no text" for mt_id in strangers]


def _by_telco_id(rows: Sequence[Row]) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.telco_id, []).append(row)
    return found


def _taken(came: Sequence[Mt]) -> Sequence[Mt]:
    return [mt for mt in came if mt.did not in REFUSED]


def _fate(text: Text, found: Sequence[Row], came: Sequence[Mt]) -> Sequence[str]:
    """The column it counts in, and what is wrong with it."""
    if len(found) != 1:
        return "lost", f"stands in the store {len(found)} times, or has several replies"
    (row,) = found
    if row.outcome is None:
        return "lost", "has no outcome"
    if row.outcome == "suppressed":
        return "suppressed", *(["was sent although it is suppressed"] if came else [])
    if row.mt_id is None:
        return "lost", f"is {row.outcome} and has no reply"
    if text.door == INLINE:
        return _inline(text, row)
    return _pushed(text, row, came)


def _inline(text: Text, row: Row) -> Sequence[str]:
    assert text.fetched is not None
    if reply_of(text.fetched.body).get("reply") != row.text:
        return "lost", "its reply cannot be fetched"
    breaches = []
    answers = {h.body for h in text.heard if reply_of(h.body)["status"] == "answered"}
    if answers - {text.fetched.body}:
        breaches.append("got another answer when it was delivered again")
    if (row.outcome, row.state) != ("answered", "accepted"):
        breaches.append(f"was fetched, and is {row.outcome}, its reply {row.state}")
    return "answered", *breaches


def _pushed(text: Text, row: Row, came: Sequence[Mt]) -> Sequence[str]:
    taken = _taken(came)
    breaches = []
    if any(mt.text != row.text for mt in came):
        breaches.append("was answered with other words than the store holds")
    # Each further one follows an attempt whose end nobody heard of, and that shows.
    if len(taken) > row.doubts + (_ACCEPTED in row.results):
        breaches.append(f"reached the citizen {len(taken)} times, its attempts say {row.results}")
    if text.door in HOLDS and len(taken) > 1:
        breaches.append(f"was sent again at a door that holds: {row.results}")
    match row.state:
        case "accepted":
            if not taken:
                return "lost", "is accepted, and the telco never had it", *breaches
            proven = row.said or row.delivery == "delivered"
            return "answered", *([] if proven else ["is accepted without a word"]), *breaches
        case "uncertain":
            return "uncertain", *([] if row.doubts else ["is uncertain without a doubt"]), *breaches
        case "failed" if row.outcome == "parked":
            hidden = ["failed, and hides its doubt"] if row.doubts else []
            return "parked", *hidden, *breaches
        case _:
            return "lost", f"is {row.outcome}, its reply {row.state}", *breaches


def _unreported(row: Row, came: Sequence[Mt], reported: frozenset[str]) -> str | None:
    """Of a reply that was taken once and said to be: its receipt shows."""
    taken = _taken(came)
    if len(taken) != 1 or not row.said or taken[0].telco_id not in reported:
        return None
    return None if row.delivery == "delivered" else "its receipt was taken and does not show"


def _not_calm(text: Text, row: Row, came: Sequence[Mt]) -> str | None:
    if row.leases != 1:
        return f"was leased {row.leases} times: a live lease was stolen"
    if text.door != INLINE and (row.doubts or len(row.results) != len(came)):
        return f"was sent {len(came)} times, its attempts say {row.results}"
    return None
