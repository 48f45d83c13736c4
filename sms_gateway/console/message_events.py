"""All that happened to a message, in order of time, as sentences in the language of the page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.console.audit_words import ACTS
from sms_gateway.console.door_words import send_reason, telco_code, unread_reason
from sms_gateway.console.labels import label
from sms_gateway.console.languages import marked
from sms_gateway.console.words import template_words, word
from sms_gateway.domain.acts import (
    ANSWER_ACT,
    EVIDENCE_ACT,
    HANDLE_ACT,
    LOOK_ACT,
    SEND_ACT,
    SETTLE_ACT,
    UNMASK_ACT,
)
from sms_gateway.reading import ActRow, AttemptRow, MoRow, MtRow, Timeline

Say = Callable[[str], str]
How = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Event:
    """One of them.

    Attributes:
        at: when.
        what: the sentence.
        detail: machine's words beside it: a telco's id, a reason; may be empty.
    """

    at: datetime
    what: str
    detail: str = ""


def events_of(found: Timeline, say: Say, who: Say, how: How) -> list[Event]:
    """The events; what happened in the same moment keeps the order of the walk.

    Args:
        found: what happened.
        say: translates.
        who: what somebody who acted is called.
        how: the detail of an act in words, of the act and of what the audit has.
    """
    events = [*_of_mo(found.mo, say)] if found.mo else []
    for part in found.parts:
        said = say(marked("part %(number)s of %(total)s came")) % {
            "number": part.number,
            "total": part.total,
        }
        events.append(Event(part.received_at, said))
    unread = say(marked("could not be read"))
    events += [
        Event(kept.row.first_at, unread, unread_reason(kept.row.reason, say))
        for kept in found.refused
    ]
    events += [_made(mt, say) for mt in found.mts]
    events += [_attempt(one, say) for one in found.attempts]
    for receipt in found.receipts:
        said = say(marked("delivery report: %(what)s")) % {"what": say(label(receipt.delivery))}
        events.append(Event(receipt.received_at, said, telco_code(receipt.error, say)))
    events += [_act(act, say, who, how) for act in found.acts if act.act != LOOK_ACT]
    return sorted(events, key=lambda event: event.at)


def _of_mo(mo: MoRow, say: Say) -> Iterator[Event]:
    by = f"{mo.door} {mo.operator} {mo.telco_id or ''}".strip()
    yield Event(mo.received_at, say(marked("received")), by)
    if mo.answered_at is not None and mo.outcome is not None:
        why = "" if template_words(mo.reason) else say(word(mo.reason)) if mo.reason else ""
        asked = say(word(mo.intent)) if mo.intent else ""
        detail = ", ".join(part for part in (asked, mo.code_key, why) if part)
        yield Event(mo.answered_at, say(label(mo.outcome)), detail)
    if mo.purged_at is not None:
        yield Event(mo.purged_at, say(marked("number, words and dossier purged")))


def _made(mt: MtRow, say: Say) -> Event:
    said = say(marked("%(kind)s made")) % {"kind": say(label(mt.kind))}
    return Event(
        mt.created_at, said, f"{mt.template} {mt.segments} SMS, {say(word(mt.alphabet))}".strip()
    )


_RESULTS = {
    "accepted": marked("sent by %(door)s: taken"),
    "deferred": marked("sent by %(door)s: not now"),
    "rejected": marked("sent by %(door)s: refused"),
    "uncertain": marked("sent by %(door)s: no answer came back"),
}
_TRIED = marked("sent by %(door)s")


def _attempt(one: AttemptRow, say: Say) -> Event:
    said = say(_RESULTS.get(one.result, _TRIED)) % {"door": one.door}
    why = send_reason(one.reason, say)
    detail = " ".join(word for word in (why, one.telco_id) if word)
    return Event(one.at, f"{said} ({one.attempt}.{one.part})", detail)


_ACTS = {
    ANSWER_ACT: marked("%(by)s answered by hand"),
    EVIDENCE_ACT: marked("%(by)s printed it as evidence"),
    HANDLE_ACT: marked("%(by)s marked it as handled"),
    SEND_ACT: marked("%(by)s sent it by hand"),
    SETTLE_ACT: marked("%(by)s settled it"),
    UNMASK_ACT: marked("%(by)s looked at the number"),
}


def _act(act: ActRow, say: Say, who: Say, how: How) -> Event:
    by = who(act.by)
    if act.act in _ACTS:
        said = say(_ACTS[act.act]) % {"by": by}
    else:
        said = f"{by}: {say(ACTS[act.act]) if act.act in ACTS else act.act}"
    return Event(act.at, said, how(act.act, act.detail))
