"""One version of a template: what it changes, what it costs, and what becomes of it."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE
from sms_gateway.console.languages import marked
from sms_gateway.console.places import TEMPLATES as PLACE
from sms_gateway.console.proposals import decides
from sms_gateway.console.refusing import refused
from sms_gateway.console.tried_wording import shown
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.console.word_diff import word_diff
from sms_gateway.console.wording_words import STATES, status, why
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Permission
from sms_gateway.domain.wordings import Decided, Wording, WordingVersion
from sms_gateway.enquiry.lengths import LONGEST, SHORTEST, USUAL, sample
from sms_gateway.enquiry.preview import SAMPLE
from sms_gateway.enquiry.replies import Replies
from sms_gateway.enquiry.templates import TEMPLATES, ReplyError
from sms_gateway.enquiry.wordings import template_of, wording_of
from sms_gateway.wordings import NotDone

_NOT_FOUND: Final = marked("There is no such version.")
_LENGTHS: Final = (SHORTEST, USUAL, LONGEST)


async def show(visit: Visit) -> web.Response:
    """Both wordings side by side."""
    return await _page(visit)


async def _found(visit: Visit) -> WordingVersion | None:
    found = await visit.desk.rule_desk.wordings.store.version(visit.part("id"))
    fits = found is not None and found.template == visit.part("name")
    return found if fits and visit.part("name") in TEMPLATES else None


async def _page(visit: Visit, not_done: NotDone | None = None) -> web.Response:
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    wordings, person = visit.desk.rule_desk.wordings, visit.person
    base = await wordings.store.version(found.base) if found.base else None
    replies = visit.desk.rules().replies
    file = wording_of(replies.of_file, found.template)
    before = (base.wording if base else None) or file
    ahead = found.holds_from is not None and found.holds_from > visit.now
    waits = found.state is Decided.WAITING
    may = decides(person) and wordings.in_console
    values = {
        "one": found,
        "state": STATES[found.state],
        "ahead": ahead,
        "sides": _sides(before, found.wording or file),
        "file_changed": _file_changed(replies, found, base),
        "costs": _costs(replies, found, before),
        "made": _made(replies, found),
        "short_code": SAMPLE["short_code"],
        "lengths": _LENGTHS,
        "own": found.proposer == person.id,
        "approves": may and waits and wordings.may_approve(found, person),
        "decides": may and (waits or ahead),
        "why": why(visit, not_done) if not_done else "",
    }
    return visit.page("template_version.html", values, status(not_done) if not_done else 200)


def _file_changed(replies: Replies, found: WordingVersion, base: WordingVersion | None) -> bool:
    """Whether what the file says today stands here for what it said then."""
    file = replies.of_file.version(found.template)
    began = (base is None or base.wording is None) and found.before != file
    return began or (found.wording is None and found.version != file)


def _sides(before: Wording, after: Wording) -> Sequence[Mapping[str, object]]:
    """Each language's text and last sentence, before and after, in words."""
    pairs = (
        (Language.VI_ACCENTED, "", before.vi, after.vi),
        (Language.VI_ACCENTED, "tail", before.vi_tail, after.vi_tail),
        (Language.EN, "", before.en, after.en),
        (Language.EN, "tail", before.en_tail, after.en_tail),
    )
    return [
        {"language": language, "part": part, "words": word_diff(old, new)}
        for language, part, old, new in pairs
        if old or new
    ]


def _with(replies: Replies, name: str, wording: Wording) -> Replies | None:
    try:
        return replies.reworded({name: template_of(name, wording)}, of_file=False)
    except ReplyError:
        return None


def _costs(
    replies: Replies, found: WordingVersion, before: Wording
) -> Sequence[Mapping[str, object]]:
    """SMS by language with the shortest, the usual and the longest code, before and after."""
    name = found.template
    after = found.wording or wording_of(replies.of_file, name)
    sides = [_with(replies, name, before), _with(replies, name, after)]
    return [
        {
            "language": language,
            "sides": [None if one is None else _segments(one, name, language) for one in sides],
        }
        for language in Language
    ]


def _segments(replies: Replies, name: str, language: Language) -> Sequence[int]:
    return [sample(replies, name, language, length).segments for length in _LENGTHS]


def _made(replies: Replies, found: WordingVersion) -> Sequence[object]:
    after = found.wording or wording_of(replies.of_file, found.template)
    made = _with(replies, found.template, after)
    return [] if made is None else shown(made, found.template)


async def approve(visit: Visit) -> web.Response:
    """Let it hold."""
    if await _found(visit) is None:
        return refused(visit, _NOT_FOUND, 404)
    done = await visit.desk.rule_desk.wordings.approve(visit.part("id"), visit.person)
    failed = done if isinstance(done, NotDone) else None
    return await _after(visit, failed, "wording_approved")


async def reject(visit: Visit) -> web.Response:
    """Let it never hold."""
    if await _found(visit) is None:
        return refused(visit, _NOT_FOUND, 404)
    reason = visit.form.get("reason", MAX_NOTE)
    done = await visit.desk.rule_desk.wordings.reject(visit.part("id"), reason, visit.person)
    return await _after(visit, done, "wording_rejected")


async def withdraw(visit: Visit) -> web.Response:
    """Take it back."""
    if await _found(visit) is None:
        return refused(visit, _NOT_FOUND, 404)
    reason = visit.form.get("reason", MAX_NOTE)
    done = await visit.desk.rule_desk.wordings.withdraw(visit.part("id"), reason, visit.person)
    return await _after(visit, done, "wording_withdrawn")


async def _after(visit: Visit, not_done: NotDone | None, done: str) -> web.Response:
    visit.desk.rule_desk.proposals.forget()
    if not_done is not None:
        return await _page(visit, not_done)
    return visit.to(f"{PLACE}/{visit.part('name')}/versions/{visit.part('id')}", done=done)


_TITLE: Final = marked("Version of a wording")
PAGE: Final = f"{PLACE}/{{name}}/versions/{{id}}"
_CHANGES: Final = Permission.CHANGE_TEMPLATES
ROUTES: Final = (
    Route("GET", PAGE, Permission.READ_TEMPLATES, _TITLE, show),
    Route("POST", f"{PAGE}/approve", _CHANGES, _TITLE, whole(approve)),
    Route("POST", f"{PAGE}/reject", _CHANGES, _TITLE, whole(reject)),
    Route("POST", f"{PAGE}/withdraw", _CHANGES, _TITLE, whole(withdraw)),
)
