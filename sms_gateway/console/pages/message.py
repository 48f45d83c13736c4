"""One message: all that happened to it, and what there is to do about it."""

import re
from datetime import timedelta
from functools import partial
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.console.alike import mark_of
from sms_gateway.console.audit_details import in_words
from sms_gateway.console.languages import marked
from sms_gateway.console.message_events import Event, events_of
from sms_gateway.console.message_head import (
    came,
    head,
    in_batch,
    never_came,
    next_waiting,
)
from sms_gateway.console.message_parsing import parsed
from sms_gateway.console.own_request import request_seen
from sms_gateway.console.places import CITIZENS, MESSAGES
from sms_gateway.console.refusing import refused
from sms_gateway.console.snapshot_facts import facts_of
from sms_gateway.console.theirs import their_message
from sms_gateway.console.thread import FROM_NUMBER
from sms_gateway.console.visit import Route, Visit
from sms_gateway.dispatch.answers import MAX_ANSWER, as_sent, counted
from sms_gateway.domain.acts import (
    LOOK_ACT,
    UNMASK_ACT,
    AnsweredBefore,
    AnswerQueued,
    CannotSend,
    NobodyThere,
    NoSuchMessage,
    NotAnswered,
    NoText,
    Purged,
    SettleAs,
    TooLong,
    TooMany,
)
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.gsm.plain import plain
from sms_gateway.gsm.segment import segment
from sms_gateway.reading import MoRow, Timeline

PAGE: Final = f"{MESSAGES}/{{id}}"
_LOOKED_LATELY: Final = timedelta(hours=1)
_MIN_REASON: Final = 5

_NOT_FOUND: Final = marked("There is no such message, or it is not yours to see.")
_IN_BATCH: Final = marked("This message belongs to a batch that is held.")
_NO_REASON: Final = marked("Say in a few words why you need the number.")
_TOO_LATE: Final = marked(
    "Someone else has already done this, or it is too late for that. Look again."
)


async def show(visit: Visit) -> web.Response:
    """The page; that somebody looked is written down once an hour."""
    found = await their_message(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    await _note_look(visit, found)
    wanted = visit.query.get("again", 36)
    typed = next((mt.text for mt in found.mts if mt.id == wanted and never_came(mt)), "")
    following = await next_waiting(visit, _id(found))
    dossier = None
    if found.mo is None and found.mts:
        dossier = await visit.desk.numbers.dossier_of(found.mts[0].id)
    return await _page(visit, found, typed=typed, following=following, dossier=dossier)


async def _note_look(visit: Visit, found: Timeline) -> None:
    by = staff_actor(visit.person)
    since = visit.now - _LOOKED_LATELY
    looked = any(act.act == LOOK_ACT and act.by == by and act.at > since for act in found.acts)
    if not looked:
        await visit.desk.audit(visit.now, by, LOOK_ACT, _id(found), "")


def _id(found: Timeline) -> str:
    return found.mo.id if found.mo else found.mts[0].id if found.mts else found.parts[0].id


async def _page(
    visit: Visit,
    found: Timeline,
    *,
    why: str = "",
    typed: str = "",
    reveals: bool = False,
    status: int = 200,
    **beside: object,
) -> web.Response:
    mo = found.mo
    values = {
        "id": _id(found),
        "mo": mo,
        "mts": found.mts,
        "parts": {mt.id: segment(visit.shown(mt.text)) for mt in found.mts},
        "events": _told(visit, found),
        "looks": [act for act in found.acts if act.act == LOOK_ACT],
        "hex": "" if mo is None else _hex(visit.shown(mo.text)),
        "senders": _senders(visit, found),
        "signs": mark_of(mo.sender, visit.desk.hasher) if mo and mo.purged_at is None else "",
        "snapshot": facts_of(found.snapshot, visit.say, visit.desk.around.zone),
        "parsed": None if mo is None or mo.purged_at else parsed(visit, mo),
        "request": request_seen(visit, found),
        "reveals": reveals,
        "why": why,
        "typed": typed,
        "key": visit.desk.new_id(),
        "blocked": mo is not None and await _is_blocked(visit, mo),
        "most": 0 if mo is None else visit.desk.answers.most(mo.door),
        "counted": counted(typed),
        **head(visit, found),
        **beside,
    }
    return visit.page("message.html", values, status)


def _senders(visit: Visit, found: Timeline) -> str:
    """Under which hashes all of this number is found; empty where it was purged."""
    one = found.mo or (found.mts[0] if found.mts else None)
    if one is None or one.purged_at is not None:
        return ""
    address = found.mo.sender if found.mo else found.mts[0].recipient
    return ",".join(visit.desk.hasher.numbers(address)[:8])


def _told(visit: Visit, found: Timeline) -> list[Event]:
    return events_of(found, visit.say, visit.who, partial(in_words, visit))


def _hex(text: str) -> str:
    """As UTF-16 code units, four digits each, as the radio carries what is not GSM-7."""
    units = text.encode("utf-16-be", "surrogatepass").hex()
    return " ".join(units[at : at + 4] for at in range(0, len(units), 4))


async def unmask(visit: Visit) -> web.Response:
    """The page with the full number and the request as received, for a reason that is kept."""
    found = await their_message(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    reason = " ".join(visit.form.get("reason", MAX_NOTE).split())
    if len(reason) < _MIN_REASON:
        return await _page(visit, found, why=visit.say(_NO_REASON), status=422)
    by = staff_actor(visit.person)
    # The whole call may show other people than the one of this text.
    whole = request_seen(visit, found).whole
    detail = f"{reason}; the whole call was shown" if whole else reason
    await visit.desk.audit(visit.now, by, UNMASK_ACT, _id(found), detail)
    return await _page(visit, found, reveals=True)


async def answer(visit: Visit) -> web.Response:
    """Send an answer in one's own words."""
    found = await their_message(visit)
    if found is None or found.mo is None:
        return refused(visit, _NOT_FOUND, 404)
    typed = visit.form.raw("text", MAX_ANSWER + 1)
    if visit.form.has("unaccent"):
        return await _page(visit, found, typed=plain(as_sent(typed)))
    key, by = visit.form.get("key", _ID), staff_actor(visit.person)
    if not _KEY.fullmatch(key):
        return await _not_answered(visit, found, visit.say(_NO_KEY), typed)
    if not visit.form.has("although") and await _is_blocked(visit, found.mo):
        return await _not_answered(visit, found, visit.say(_BLOCKED), typed)
    result = await visit.desk.answers.answer(found.mo, typed, key, by)
    if isinstance(result, AnswerQueued | AnsweredBefore):
        return _answered(visit, found)
    return await _not_answered(visit, found, _not_sent(visit, result), typed)


def _answered(visit: Visit, found: Timeline) -> web.Response:
    """Back to where the answer was written."""
    senders = _senders(visit, found)
    if senders and visit.form.get("from", 20) == FROM_NUMBER:
        return visit.to(f"{CITIZENS}/{senders}", done="answered")
    return _to(visit, _id(found), "answered")


async def _not_answered(visit: Visit, found: Timeline, why: str, typed: str) -> web.Response:
    return await _page(visit, found, why=why, typed=typed, status=422)


async def _is_blocked(visit: Visit, mo: MoRow) -> bool:
    if mo.purged_at is not None:
        return False
    facts = await visit.desk.numbers.facts(visit.desk.hasher.numbers(mo.sender), visit.now)
    return facts.blocked_at is not None


def _not_sent(visit: Visit, result: NotAnswered) -> str:
    if isinstance(result, TooLong):
        said = visit.say(_TOO_LONG)
        return said % {"segments": result.segments, "most": result.most}
    return visit.say(_NOT_SENT[type(result)])


_TOO_LONG: Final = marked("That takes %(segments)s SMS; this door carries %(most)s. Shorten it.")
_NOT_SENT: Final = {
    NoText: marked("Type an answer first."),
    CannotSend: marked("No door can send this answer: call the citizen."),
    NobodyThere: marked("No person answers at that number."),
    Purged: marked("The number was purged: there is nobody to answer."),
    NoSuchMessage: _NOT_FOUND,
    TooMany: marked("Five answers were written to this text within the hour: call the citizen."),
}
_NO_KEY: Final = marked("This page is too old to be sent. Your words stand below: send them now.")
_BLOCKED: Final = marked("This number is blocked. Tick below that you answer although it is.")
_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID: Final = 36


async def count(visit: Visit) -> web.Response:
    """What a text costs, while it is typed."""
    typed = visit.form.raw("text", MAX_ANSWER + 1)
    most = visit.form.get("most", 3)
    values = {"counted": counted(typed), "most": int(most) if most.isdecimal() else 0}
    return visit.page("counter.html", values)


async def handle(visit: Visit) -> web.Response:
    """Note that a person did what there was to do."""
    return await _act(visit, "handled")


async def settle(visit: Visit) -> web.Response:
    """Say what became of a reply that is uncertain or held."""
    return await _act(visit, "settled")


async def _act(visit: Visit, done: str) -> web.Response:
    found = await their_message(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    by, commands = staff_actor(visit.person), visit.desk.commands
    try:
        if done == "handled":
            note = visit.form.get("note", MAX_NOTE)
            await commands.handle(_id(found), note, by)
        else:
            reply = MessageId(visit.form.get("reply", 36))
            held = {mt.id: in_batch(mt) for mt in found.mts}
            if reply not in held:
                return refused(visit, _NOT_FOUND, 404)
            if held[reply]:
                return await _page(visit, found, why=visit.say(_IN_BATCH), status=409)
            await commands.settle(reply, SettleAs(visit.form.get("as", 20)), by)
    except (CommandError, ValueError):
        return await _page(visit, found, why=visit.say(_TOO_LATE), status=409)
    return _to(visit, _id(found), done)


def _to(visit: Visit, message: str, done: str) -> web.Response:
    """Back to the page, which knows still where one came from."""
    word = came(visit)
    query = {"done": done, "from": word} if word else {"done": done}
    return visit.to(f"{MESSAGES}/{message}", **query)


ROUTES: Final = (
    Route("GET", PAGE, Permission.READ_MESSAGES, marked("Message"), show),
    Route("POST", f"{PAGE}/unmask", Permission.UNMASK, marked("Message"), unmask),
    Route("POST", f"{PAGE}/answer", Permission.ANSWER, marked("Message"), answer),
    Route("POST", f"{PAGE}/handled", Permission.ANSWER, marked("Message"), handle),
    Route("POST", f"{PAGE}/settle", Permission.SETTLE, marked("Message"), settle),
    Route("POST", f"{MESSAGES}/count", Permission.ANSWER, marked("Message"), count),
)
