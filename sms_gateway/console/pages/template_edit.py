"""A template's wording is written, tried and proposed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE
from sms_gateway.console.languages import marked
from sms_gateway.console.moments import moment_of
from sms_gateway.console.places import TEMPLATES as PLACE
from sms_gateway.console.refusing import refused
from sms_gateway.console.tried_wording import tried_values
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.console.wording_words import complaint, field_of, status, why
from sms_gateway.domain.staff import Permission
from sms_gateway.domain.wordings import Wording
from sms_gateway.enquiry.reply_forms import LONGEST_TEXT
from sms_gateway.enquiry.templates import TEMPLATES
from sms_gateway.enquiry.wordings import in_force, wording_of
from sms_gateway.wordings import NotDone, Proposal

_NOT_FOUND: Final = marked("There is no such template.")
_NO_DAY: Final = marked("That is no day and hour: write them as 04/12/2026 08:00.")
_NOTHING: Final[Mapping[str, str]] = {}
_ID: Final = 36


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was sent.

    Attributes:
        wording: what the reply is to say.
        note, at: why, and from when, as it was typed.
        base, before: see `wordings.Proposal`.
    """

    wording: Wording
    note: str
    at: str
    base: str
    before: str


async def form(visit: Visit) -> web.Response:
    """What it says now, to be changed."""
    name = visit.part("name")
    if name not in TEMPLATES:
        return refused(visit, _NOT_FOUND, 404)
    replies = visit.desk.rules().replies
    base = await _base(visit, name)
    typed = Typed(wording_of(replies, name), "", "", base, replies.version(name))
    return _form(visit, name, typed)


async def _base(visit: Visit, name: str) -> str:
    approved = await visit.desk.rule_desk.wordings.store.approved()
    held = in_force(approved, visit.now).get(name)
    return held.id if held else ""


def _form(
    visit: Visit,
    name: str,
    typed: Typed,
    not_done: NotDone | None = None,
    wrong: Mapping[str, str] = _NOTHING,
) -> web.Response:
    values = {
        "name": name,
        "typed": typed,
        "placeholders": sorted(TEMPLATES[name]),
        "longest": LONGEST_TEXT,
        "why": why(visit, not_done) if not_done else "",
        "wrong": wrong,
        "wordings": visit.desk.rule_desk.wordings,
        **tried_values(visit, name, typed.wording),
    }
    code = status(not_done) if not_done else 422 if "at" in wrong else 200
    return visit.page("template_edit.html", values, code)


def _typed(visit: Visit) -> Typed:
    sent, most = visit.form, LONGEST_TEXT + 1
    wording = Wording(
        sent.get("vi", most), sent.get("vi_tail", most), sent.get("en", most),
        sent.get("en_tail", most),
    )  # fmt: skip
    rest = (sent.get("note", MAX_NOTE), sent.get("at", 40), sent.get("base", _ID))
    return Typed(wording, *rest, sent.get("before", _ID))


async def try_it(visit: Visit) -> web.Response:
    """What it costs for every length of code, while it is typed; nothing is proposed."""
    name, typed = visit.part("name"), _typed(visit)
    if name not in TEMPLATES:
        return refused(visit, _NOT_FOUND, 404)
    values = tried_values(visit, name, typed.wording)
    if visit.is_fragment:
        return visit.page("template_tried.html", values)
    return _form(visit, name, typed, wrong=_wrong(visit, name, typed))


def _wrong(visit: Visit, name: str, typed: Typed) -> Mapping[str, str]:
    tried = visit.desk.rule_desk.wordings.tried(name, typed.wording)
    return {field_of(one): complaint(visit, name, one) for one in tried.misfits}


async def propose(visit: Visit) -> web.Response:
    """Propose it: another person approves it."""
    name, typed = visit.part("name"), _typed(visit)
    if name not in TEMPLATES:
        return refused(visit, _NOT_FOUND, 404)
    at = moment_of(typed.at, visit.desk.around.zone) if typed.at else None
    if typed.at and at is None:
        return _form(visit, name, typed, wrong={"at": visit.say(_NO_DAY)})
    proposal = Proposal(name, typed.wording, typed.base, typed.before, typed.note, at)
    done = await visit.desk.rule_desk.wordings.propose(proposal, visit.person)
    if isinstance(done, NotDone):
        # What came meanwhile is looked at before anything is written over it.
        return _form(visit, name, typed, done, _wrong(visit, name, typed))
    visit.desk.rule_desk.proposals.forget()
    return visit.to(f"{PLACE}/{name}/versions/{done.id}", done="wording_proposed")


async def back(visit: Visit) -> web.Response:
    """Propose that it says again what the file says."""
    name, typed = visit.part("name"), _typed(visit)
    proposal = Proposal(name, None, typed.base, typed.before, typed.note)
    done = await visit.desk.rule_desk.wordings.propose(proposal, visit.person)
    if isinstance(done, NotDone):
        if name not in TEMPLATES:
            return refused(visit, _NOT_FOUND, 404)
        held = replace(typed, wording=wording_of(visit.desk.rules().replies, name))
        return _form(visit, name, held, done)
    visit.desk.rule_desk.proposals.forget()
    return visit.to(f"{PLACE}/{name}/versions/{done.id}", done="wording_proposed")


_CHANGES: Final = Permission.CHANGE_TEMPLATES
_TITLE: Final = marked("Change the wording")
_ONE: Final = f"{PLACE}/{{name}}"
ROUTES: Final = (
    Route("GET", f"{_ONE}/edit", _CHANGES, _TITLE, whole(form)),
    Route("POST", f"{_ONE}/try", _CHANGES, _TITLE, whole(try_it)),
    Route("POST", f"{_ONE}/propose", _CHANGES, _TITLE, whole(propose)),
    Route("POST", f"{_ONE}/back", _CHANGES, _TITLE, whole(back)),
)
