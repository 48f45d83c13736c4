"""Test cases: texts that must be understood as they should, whatever rules change."""

import asyncio
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.console.languages import marked
from sms_gateway.console.places import MESSAGES, TEST_CASES
from sms_gateway.console.theirs import no_message, sees_all, their_message
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.reading import MoRow
from sms_gateway.replay.cases import INTENTS, LONGEST_TEXT, WantedCase, checked

_WRONG: Final = marked(
    "Say what the text must be understood as, and a number only where it asks for one."
)


async def show(visit: Visit) -> web.Response:
    """All of them, with what becomes of each by the rules of today."""
    return await _list(visit)


async def _list(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    cases = await visit.desk.rule_desk.kept.text_cases()
    found = await asyncio.to_thread(checked, cases, visit.desk.rules().grammars)
    failing = sum(not one.passes for one in found)
    return visit.page("test_cases.html", {"cases": found, "failing": failing, "why": why}, status)


async def delete(visit: Visit) -> web.Response:
    """Keep one no more."""
    try:
        await visit.desk.rule_desk.cases.remove(visit.part("id"), staff_actor(visit.person))
    except CommandError:
        why = visit.say(marked("There is no such test case any more."))
        return await _list(visit, why, 404)
    return visit.to(TEST_CASES, done="case_removed")


async def form(visit: Visit) -> web.Response:
    """What is wanted of the text of a message, filled in from how it was understood."""
    mo = await _text(visit)
    if mo is None:
        return no_message(visit)
    asked = WantedCase(mo.text, mo.short_code, mo.intent, mo.code_key)
    return _form(visit, mo, asked)


async def add(visit: Visit) -> web.Response:
    """Keep it."""
    mo = await _text(visit)
    if mo is None:
        return no_message(visit)
    sent = visit.form
    asked = WantedCase(
        text=sent.raw("text", LONGEST_TEXT + 1).replace("\r\n", "\n"),
        short_code=mo.short_code,
        intent=sent.get("intent", 20),
        key=sent.get("key", 100),
        note=sent.get("note", MAX_NOTE),
    )
    try:
        await visit.desk.rule_desk.cases.add(asked, staff_actor(visit.person))
    except CommandError:
        return _form(visit, mo, asked, visit.say(_WRONG), 422)
    return visit.to(TEST_CASES if sees_all(visit) else f"{MESSAGES}/{mo.id}", done="case_added")


async def _text(visit: Visit) -> MoRow | None:
    found = await their_message(visit)
    if found is None or found.mo is None or found.mo.purged_at is not None:
        return None
    return found.mo


def _form(
    visit: Visit, mo: MoRow, asked: WantedCase, why: str = "", status: int = 200
) -> web.Response:
    values = {
        "mo": mo, "asked": asked, "intents": INTENTS, "why": why, "longest": LONGEST_TEXT,
    }  # fmt: skip
    return visit.page("test_case.html", values, status)


_OF_MESSAGE: Final = f"{MESSAGES}/{{id}}/test-case"

ROUTES: Final = (
    Route("GET", TEST_CASES, Permission.CHANGE_RULES, marked("Test cases"), whole(show)),
    Route(
        "POST",
        f"{TEST_CASES}/{{id}}/delete",
        Permission.CHANGE_RULES,
        marked("Test cases"),
        whole(delete),
    ),
    Route("GET", _OF_MESSAGE, Permission.CHANGE_RULES, marked("Add to the test cases"), form),
    Route("POST", _OF_MESSAGE, Permission.CHANGE_RULES, marked("Add to the test cases"), add),
)
