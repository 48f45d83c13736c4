"""One number: its conversation, what it chose, what it used, and what staff decide of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE
from sms_gateway.console.deciding import FOR_ALL
from sms_gateway.console.languages import marked
from sms_gateway.console.places import CITIZENS
from sms_gateway.console.refusing import refused
from sms_gateway.console.thread import FROM_NUMBER, newest_waiting, thread_of
from sms_gateway.console.visit import Route, Visit
from sms_gateway.dispatch.answers import counted
from sms_gateway.domain.acts import LOOK_ACT
from sms_gateway.domain.citizens import NumberAct, NumberChoice, NumberFacts, NumberOrder
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.enquiry import policy
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MoRow

PAGE: Final = f"{CITIZENS}/{{hash}}"

_HASHES: Final = re.compile(r"[0-9a-f]{32}(?:,[0-9a-f]{32}){0,7}")
_ID: Final = re.compile(r"[0-9a-f-]{36}")
_DAY: Final = timedelta(days=1)
_LOOKED_LATELY: Final = timedelta(hours=1)
_MIN_NOTE: Final = 5
_LONGEST_ID: Final = 36
_LOOKS: Final = 8
"""So often the log is gone on with: a number that floods has many texts that are no agency's."""

_LONGEST_CODE: Final = 64

_NOT_FOUND: Final = marked("Nothing of this number is there, or it is not yours to see.")
_NO_NOTE: Final = marked("Say in a few words why. It is kept, and others read it here.")
_NO_ACT: Final = marked("That cannot be done here. Open the page anew.")

_BUDGETS: Final = {
    "replies_per_hour": marked("answers within an hour"),
    "replies_per_day": marked("answers within a day"),
    "receipts_per_day": marked("different codes within a day"),
    "misses_per_hour": marked("codes that do not exist, within an hour"),
}
_ACTS: Final = {
    NumberAct.BLOCK: marked("blocked"),
    NumberAct.UNBLOCK: marked("let in again"),
    NumberAct.RESET: marked("budget reset"),
    NumberAct.OPT_OUT: marked("automatic messages off"),
    NumberAct.OPT_IN: marked("automatic messages on"),
}
_CHOICES: Final = frozenset({NumberAct.OPT_OUT, NumberAct.OPT_IN})
_DONE: Final = {
    NumberAct.BLOCK: "blocked",
    NumberAct.UNBLOCK: "unblocked",
    NumberAct.RESET: "budget",
    NumberAct.OPT_OUT: "opted-out",
    NumberAct.OPT_IN: "opted-in",
}


@dataclass(frozen=True, slots=True)
class Citizen:
    """A number of which whoever calls may see something.

    Attributes:
        address: the number.
        numbers: its hashes, the one of today first.
        facts: what is known of it.
    """

    address: Address
    numbers: tuple[NumberHash, ...]
    facts: NumberFacts

    @property
    def place(self) -> str:
        """Where its page is."""
        return f"{CITIZENS}/{','.join(self.numbers[:8])}"


async def show(visit: Visit) -> web.Response:
    """The page; that somebody looked is written down once an hour."""
    citizen = await _found(visit)
    if citizen is None:
        return refused(visit, _NOT_FOUND, 404)
    await _note_look(visit, citizen)
    return await _page(visit, citizen)


async def _found(visit: Visit) -> Citizen | None:
    """The number, where any message of it is theirs to see; else as if it were not there."""
    name = visit.part("hash")
    if not _HASHES.fullmatch(name):
        return None
    sought = [NumberHash(one) for one in name.split(",")]
    address = await _address(visit, sought)
    if address is None:
        return None
    numbers = tuple(visit.desk.hasher.numbers(address))
    # Hashes of several numbers in one address would open a number by another one's messages.
    if not set(sought) <= set(numbers):
        return None
    facts = await visit.desk.numbers.facts(numbers, visit.now - _DAY)
    return Citizen(address, numbers, facts)


async def _address(visit: Visit, sought: Sequence[NumberHash]) -> Address | None:
    person, desk = visit.person, visit.desk
    agencies = None if person.agencies is None else sorted(person.agencies)
    wanted = MessageFilter(
        sender_hash=sought[0], older_hashes=sought[1:], agencies=agencies, limit=1
    )
    for _ in range(_LOOKS):
        found = await desk.reading.find(wanted)
        if found.rows:
            return found.rows[0].sender
        if found.go_on is None:
            break
        wanted = replace(wanted, before=found.go_on)
    pushes = await desk.numbers.pushes(sought, ("", ""), 1, agencies)
    return pushes[0].recipient if pushes else None


async def _note_look(visit: Visit, citizen: Citizen) -> None:
    actor, since = staff_actor(visit.person), visit.now - _LOOKED_LATELY
    acts = citizen.facts.acts
    if not any(act == LOOK_ACT and by == actor and at > since for at, by, act, _ in acts):
        await visit.desk.audit(visit.now, actor, LOOK_ACT, citizen.numbers[0], "")


async def _page(
    visit: Visit, citizen: Citizen, *, why: str = "", status: int = 200
) -> web.Response:
    before = visit.query.get("before", _LONGEST_ID)
    thread = await thread_of(visit, citizen.numbers, before if _ID.fullmatch(before) else "")
    facts, budgets = citizen.facts, visit.desk.rules().budgets
    choices = _seen(visit, facts)
    values = {
        "at": citizen.place,
        "senders": ",".join(citizen.numbers[:8]),
        "masked": citizen.address.masked,
        "thread": thread,
        "before": before,
        "facts": facts,
        "choices": choices,
        "opted_out": any(one.what == "out" and not one.dossier_id for one in choices),
        "used": [
            (visit.say(_BUDGETS[name]), used, limit)
            for name, used, limit in policy.used(budgets, facts.history, visit.now)
        ],
        "waits": policy.wait_until(budgets, facts.history, (), visit.now),
        "acts": _acts(visit, facts),
        "act": NumberAct,
        "whole": visit.person.agencies is None,
        "why": why,
        **_answering(visit, citizen, None if before else newest_waiting(thread)),
    }
    return visit.page("citizen.html", values, status)


def _answering(visit: Visit, citizen: Citizen, waiting: MoRow | None) -> dict[str, object]:
    """What the form wants that answers the newest text; the act is that of the text's own page."""
    if waiting is None or not visit.may(Permission.ANSWER):
        return {"waiting": None}
    return {
        "waiting": waiting,
        "came": FROM_NUMBER,
        "key": visit.desk.new_id(),
        "typed": "",
        "most": visit.desk.answers.most(waiting.door),
        "counted": counted(""),
        "blocked": citizen.facts.blocked_at is not None,
    }


def _seen(visit: Visit, facts: NumberFacts) -> Sequence[NumberChoice]:
    """Of what is about a dossier only what is theirs to see, or what they chose for the citizen."""
    actor = staff_actor(visit.person)
    own = {at for at, by, act, _ in facts.acts if by == actor and act in _CHOICES}
    return [
        one
        for one in facts.choices
        if not one.dossier_id
        or visit.person.agencies is None
        or visit.person.sees(one.agency)
        or (one.message is None and one.at in own)
    ]


def _acts(visit: Visit, facts: NumberFacts) -> Sequence[tuple[datetime, str, str, str]]:
    """What staff did: when, who, what, and the note, which may tell of another agency's dossier."""
    whole = visit.person.agencies is None
    return [
        (at, by, visit.say(_ACTS[NumberAct(act)]), detail if whole else "")
        for at, by, act, detail in facts.acts
        if act in set(NumberAct)
    ]


async def decide(visit: Visit) -> web.Response:
    """Block or let in, begin the budget anew, or choose for the citizen."""
    citizen = await _found(visit)
    if citizen is None:
        return refused(visit, _NOT_FOUND, 404)
    act, dossier = visit.form.get("act", 20), visit.form.get("dossier", _LONGEST_CODE)
    shown = {one.dossier_id for one in _seen(visit, citizen.facts)}
    if act not in set(NumberAct) or (dossier and dossier not in shown):
        return await _page(visit, citizen, why=visit.say(_NO_ACT), status=422)
    chosen = NumberAct(act)
    of_one = chosen in _CHOICES and bool(dossier)
    if visit.person.agencies is not None and not of_one:
        return await _page(visit, citizen, why=visit.say(FOR_ALL), status=403)
    note = " ".join(visit.form.get("note", MAX_NOTE).split())
    if len(note) < _MIN_NOTE:
        return await _page(visit, citizen, why=visit.say(_NO_NOTE), status=422)
    order = NumberOrder(
        id=visit.desk.new_id(),
        numbers=citizen.numbers,
        act=chosen,
        dossier_id=dossier if chosen in _CHOICES else "",
        note=note,
        at=visit.now,
        by=staff_actor(visit.person),
    )
    await visit.desk.numbers.decide(order)
    return visit.to(citizen.place, done=_DONE[chosen])


ROUTES: Final = (
    Route("GET", PAGE, Permission.READ_CITIZENS, marked("One number"), show),
    Route("POST", f"{PAGE}/decide", Permission.CHANGE_CITIZENS, marked("One number"), decide),
)
