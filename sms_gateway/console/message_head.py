"""What stands around one message: what it is called, where one came from, what comes next."""

from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.console.places import ATTENTION, MESSAGES
from sms_gateway.console.visit import Visit
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MtRow, Timeline

OLDEST: Final = MessageId("00000000-0000-0000-0000-000000000000")
"""What is newer than this id is all there is, the oldest first."""

_CAME: Final = {
    "attention": (ATTENTION, marked("Needs attention")),
    "": (MESSAGES, marked("All messages")),
}
_NEVER: Final = frozenset({Delivery.EXPIRED, Delivery.UNDELIVERABLE, Delivery.REJECTED})
_ENDED: Final = frozenset({MtState.FAILED, MtState.EXPIRED})
_AUTOMATIC: Final = frozenset({MtKind.NOTICE, MtKind.SURVEY})
_HELD_ALONE: Final = frozenset({"restored", "restored_sending", "unreadable"})
"""Why the gateway holds a message for itself."""

_NO_WAY: Final = "no_way_back"
_ACTS: Final = frozenset({"answered", "handled", "settled"})


def came(visit: Visit) -> str:
    """The word of the page where one came from, as address or form have it; empty for the list."""
    word = visit.form.get("from", 20) or visit.query.get("from", 20)
    return word if word in _CAME else ""


def head(visit: Visit, found: Timeline) -> dict[str, object]:
    """The values of the page that say all this."""
    return {
        "open": [mt.id for mt in found.mts if may_settle(mt)],
        "batched": [mt.id for mt in found.mts if in_batch(mt)],
        "lost": next((mt for mt in found.mts if mt.delivery in _NEVER), None),
        "by_hand": [mt for mt in found.mts if mt.kind is MtKind.MANUAL],
        "no_way": any(mt.hold_reason == _NO_WAY for mt in found.mts),
        "never_came": [mt.id for mt in found.mts if never_came(mt)],
        "title": title(visit, found),
        "came": came(visit),
        "back": back(visit),
        "following": "",
        "dossier": None,
    }


def back(visit: Visit) -> tuple[str, str]:
    """Where one came from, and what that is called."""
    address, name = _CAME[came(visit)]
    return address, visit.say(name)


def title(visit: Visit, found: Timeline) -> str:
    """What the page is called: whose message it is, and of when."""
    zone, mo = visit.desk.around.zone, found.mo
    if mo is not None:
        who, at, said = mo.sender.masked, mo.received_at, marked("Text from %(who)s, %(at)s")
    elif found.mts:
        mt = found.mts[0]
        who, at, said = mt.recipient.masked, mt.created_at, marked("Message to %(who)s, %(at)s")
    else:
        return visit.say(visit.route.title)
    one = mo or found.mts[0]
    who = visit.say(marked("purged")) if one.purged_at else who
    return visit.say(said) % {"who": who, "at": f"{at.astimezone(zone):%d/%m/%Y %H:%M}"}


def never_came(mt: MtRow) -> bool:
    """Whether the citizen has it not and will not get it, so that it may be sent anew."""
    return mt.delivery in _NEVER or (mt.state in _ENDED and not mt.hold_reason)


def may_settle(mt: MtRow) -> bool:
    """Whether one may say what became of it; what is held with a batch goes with the batch."""
    return mt.state is MtState.UNCERTAIN or (mt.state is MtState.HELD and not in_batch(mt))


def in_batch(mt: MtRow) -> bool:
    """Whether it is held with others, until somebody lets all of them go or drops them."""
    held = mt.state is MtState.HELD and mt.kind in _AUTOMATIC
    return held and mt.hold_reason not in _HELD_ALONE


async def next_waiting(visit: Visit, this: str) -> str:
    """After an act: the text that has waited longest for a person; empty for none."""
    if visit.query.get("done", 20) not in _ACTS:
        return ""
    agencies = None if visit.person.agencies is None else sorted(visit.person.agencies)
    wanted = MessageFilter(outcome="unhandled", agencies=agencies, after=OLDEST, limit=2)
    rows = (await visit.desk.reading.find(wanted)).rows
    return next((row.id for row in reversed(rows) if row.id != this), "")
