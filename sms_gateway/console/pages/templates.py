"""Templates: what citizens read, in each language, and what it costs."""

from typing import Final

from aiohttp import web

from sms_gateway.console.languages import marked
from sms_gateway.console.notice_words import STATES
from sms_gateway.console.places import TEMPLATES as PLACE
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.dossier import State
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Permission
from sms_gateway.enquiry.lengths import LONGEST, SHORTEST, USUAL, sample, spans
from sms_gateway.enquiry.preview import SAMPLE, preview
from sms_gateway.enquiry.templates import TEMPLATES
from sms_gateway.gsm.segment import count, segment

LENGTHS: Final = (SHORTEST, USUAL, LONGEST)
_NOT_FOUND: Final = marked("There is no such template.")
_STATES: Final = {f"S{state}": STATES[state] for state in State}


async def show(visit: Visit) -> web.Response:
    """All of them."""
    replies = visit.desk.rules().replies
    rows = [
        {
            "name": name,
            "state": _STATES.get(name.split("-")[0], ""),
            "billing": replies.billing_of(name),
            "text": sample(replies, name, Language.VI, USUAL).text,
            "costs": [
                [sample(replies, name, language, length).segments for length in LENGTHS]
                for language in Language
            ],
        }
        for name in TEMPLATES
    ]
    values = {"rows": rows, "lengths": LENGTHS, "languages": tuple(Language)}
    return visit.page("templates.html", values)


async def show_one(visit: Visit) -> web.Response:
    """One, with a code of a length that whoever reads chooses."""
    name, replies = visit.part("name"), visit.desk.rules().replies
    if name not in TEMPLATES:
        return refused(visit, _NOT_FOUND, 404)
    length = _length(visit)
    made = [(language, sample(replies, name, language, length)) for language in Language]
    values = {
        "name": name,
        "state": _STATES.get(name.split("-")[0], ""),
        "billing": replies.billing_of(name),
        "outcome": replies.outcome_of(name),
        "length": length,
        "short_code": SAMPLE["short_code"],
        "bounds": (SHORTEST, LONGEST),
        "marked_lengths": LENGTHS,
        "made": [
            {
                "language": language,
                "wording": replies.wording(name, language),
                "sent": one,
                "counted": count(one.text),
                "pieces": segment(one.text),
                "spans": spans(replies, name, language),
            }
            for language, one in made
        ],
        "file": {Language.EN: "replies/en.toml"},
    }
    return visit.page("template.html", values)


def _length(visit: Visit) -> int:
    wanted = visit.query.get("length", 2)
    known = wanted.isdecimal() and SHORTEST <= int(wanted) <= LONGEST
    return int(wanted) if known else USUAL


async def show_sheet(visit: Visit) -> web.Response:
    """All of them on the sheet that `sms-gateway replies preview` prints."""
    return visit.page("template_sheet.html", {"sheet": preview(visit.desk.rules().replies)})


_READS: Final = Permission.READ_TEMPLATES
ROUTES: Final = (
    Route("GET", PLACE, _READS, marked("Templates"), show),
    Route("GET", f"{PLACE}/sheet", _READS, marked("All templates on one sheet"), show_sheet),
    Route("GET", f"{PLACE}/{{name}}", _READS, marked("Template"), show_one),
)
