"""Templates: what citizens read, in each language, and what it costs."""

from typing import Final

from aiohttp import web

from sms_gateway.console.languages import marked
from sms_gateway.console.places import TEMPLATES as PLACE
from sms_gateway.console.proposals import decides
from sms_gateway.console.refusing import refused
from sms_gateway.console.tried_wording import length_of, shown
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.wording_words import STATES
from sms_gateway.console.words import template_words
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Permission
from sms_gateway.domain.wordings import WordingVersion
from sms_gateway.enquiry.lengths import LONGEST, SHORTEST, USUAL, sample
from sms_gateway.enquiry.preview import SAMPLE, preview
from sms_gateway.enquiry.templates import TEMPLATES, ReplyError
from sms_gateway.enquiry.wordings import Versions, in_force, with_wording

LENGTHS: Final = (SHORTEST, USUAL, LONGEST)
_NOT_FOUND: Final = marked("There is no such template.")
_VERSIONS: Final = 200


async def show(visit: Visit) -> web.Response:
    """All of them, and what waits for approval."""
    replies, wordings = visit.desk.rules().replies, visit.desk.rule_desk.wordings
    held = await _held(visit)
    rows = [
        {
            "name": name,
            "called": _called(visit, name),
            "billing": replies.billing_of(name),
            "held": held.get(name),
            "text": sample(replies, name, Language.VI, USUAL).text,
            "costs": [
                [sample(replies, name, language, length).segments for length in LENGTHS]
                for language in Language
            ],
        }
        for name in TEMPLATES
    ]
    values = {
        "rows": rows,
        "lengths": LENGTHS,
        "languages": tuple(Language),
        "in_console": wordings.in_console,
        "second_person": wordings.second_person,
        "decides": decides(visit.person) and wordings.in_console,
        "waiting": await wordings.store.waiting() if wordings.in_console else (),
    }
    return visit.page("templates.html", values)


async def _held(visit: Visit) -> Versions:
    """The versions that replies go by; none of whatever the file says, and none that is unfit."""
    wordings, replies = visit.desk.rule_desk.wordings, visit.desk.rules().replies
    approved = await wordings.store.approved() if wordings.in_console else ()
    return {
        name: one
        for name, one in in_force(approved, visit.now).items()
        if one.wording is not None and replies.version(name) == one.version
    }


def _called(visit: Visit, name: str) -> str:
    return ", ".join(visit.say(one) for one in template_words(name))


async def show_one(visit: Visit) -> web.Response:
    """One, with a code of a length that whoever reads chooses."""
    name, replies = visit.part("name"), visit.desk.rules().replies
    if name not in TEMPLATES:
        return refused(visit, _NOT_FOUND, 404)
    length, wordings = length_of(visit.query.get("length", 2)), visit.desk.rule_desk.wordings
    values = {
        "name": name,
        "called": _called(visit, name),
        "billing": replies.billing_of(name),
        "outcome": replies.outcome_of(name),
        "length": length,
        "short_code": SAMPLE["short_code"],
        "bounds": (SHORTEST, LONGEST),
        "marked_lengths": LENGTHS,
        "made": [
            {
                "language": one.language,
                "wording": replies.wording(name, one.language),
                "shown": one,
            }
            for one in shown(replies, name, length)
        ],
        "file": {Language.EN: "replies/en.toml"},
        "held": (await _held(visit)).get(name),
        "before": replies.version(name),
        "versions": await wordings.store.versions(name, _VERSIONS),
        "most_versions": _VERSIONS,
        "states": STATES,
        "in_console": wordings.in_console,
        "decides": decides(visit.person) and wordings.in_console,
    }
    return visit.page("template.html", values)


async def show_sheet(visit: Visit) -> web.Response:
    """All of them on the sheet that `sms-gateway replies preview` prints, by what is in force.

    With `with` in the address: as it would be with that proposal.
    """
    replies = visit.desk.rules().replies
    differs = replies.rules_hash != replies.of_file.rules_hash
    would = await _proposal(visit)
    if would is not None:
        try:
            replies = with_wording(replies, would.template, would.wording)
        except ReplyError:
            would = None
    values = {"sheet": preview(replies), "would": would, "differs": differs}
    return visit.page("template_sheet.html", values)


async def _proposal(visit: Visit) -> WordingVersion | None:
    if not (name := visit.query.get("with", 36)):
        return None
    return await visit.desk.rule_desk.wordings.store.version(name)


_READS: Final = Permission.READ_TEMPLATES
ROUTES: Final = (
    Route("GET", PLACE, _READS, marked("Templates"), show),
    Route("GET", f"{PLACE}/sheet", _READS, marked("All templates on one sheet"), show_sheet),
    Route("GET", f"{PLACE}/{{name}}", _READS, marked("Template"), show_one),
)
