"""What a clerk must know, on one page that prints on one sheet of A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sms_gateway.console.languages import marked
from sms_gateway.console.places import HELP
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.staff import Permission


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page; `docs/vi/ban-tin-nhan.md` is made from the same.

    Attributes:
        title: marked.
        lines: marked; what stands between « » is a word that the console shows.
    """

    title: str
    lines: Sequence[str]


INTRODUCTION: Final = marked(
    "The SMS desk shows each text that citizens sent to 8083 and what became of it. Most are "
    "answered by themselves; you look after the rest."
)

PARTS: Final = (
    Part(
        marked("The first page: what needs attention"),
        (
            marked(
                "«Needs attention» is where your day begins. The number beside its name says how "
                "much there is to do; at zero you have nothing to do."
            ),
            marked(
                "Begin with «Texts that wait for a person»: a citizen waits there. Then "
                "«Messages that may not have gone out»."
            ),
            marked("What you see is of your own agency. Other agencies see theirs."),
        ),
    ),
    Part(
        marked("Find a text"),
        (
            marked(
                "Type into the search at the top: a phone number, the code of the receipt, or "
                "words of the text. With or without accents, dashes and spaces is all the same."
            ),
            marked(
                "Three digits find the numbers that end so; after a code, as in "
                "170703-0001 001, only what came about it from these."
            ),
            marked("In «Messages» you narrow the list down by day, outcome, telco and more."),
        ),
    ),
    Part(
        marked("Read one message"),
        (
            marked(
                "«How it was understood» says which code was read. «What happened» says, to the "
                "second, when the text came, and when the answer went out and arrived."
            ),
            marked(
                "A citizen says that no answer came: look at «Delivery». «delivered» is what the "
                "telco says; with «no report» it says nothing."
            ),
            marked(
                "Numbers are masked. «Show the full number» asks why; your reason is kept with "
                "your name, and so is that you opened the message."
            ),
        ),
    ),
    Part(
        marked("Answer by hand"),
        (
            marked(
                "Write under «Answer by hand». The line below counts: 160 characters without "
                "accents are one SMS, with accents only 70. «Take the accents away» makes it short."
            ),
            marked(
                "Say who answers, about which code, and where to ask. Then «Send»: it cannot be "
                "called back."
            ),
            marked(
                "You called instead, or helped at the counter: write what was done and press "
                "«Mark as handled». Then the text leaves the list."
            ),
        ),
    ),
    Part(
        marked("Nobody knows whether a reply arrived"),
        (
            marked(
                "«uncertain» means that it went out and the telco did not confirm it. Do not send "
                "at once: call the citizen, or ask who runs the gateway."
            ),
            marked(
                "Then say what you know: «it arrived», or «it did not; do not send it». Take "
                "«send it once more; the citizen may get it twice» only where it surely did not "
                "arrive."
            ),
        ),
    ),
    Part(
        marked("What not to do"),
        (
            marked(
                "Tell no names, dates or reasons to a number that is not registered with the "
                "dossier, neither by text nor by phone."
            ),
            marked(
                "Never write an account number, a password or a link into an answer, and ask for "
                "none. Copy no phone numbers onto paper or into chats."
            ),
            marked(
                "Lend nobody your password or your code. «Sign out» when you leave; after half an "
                "hour without work the desk does it by itself."
            ),
        ),
    ),
    Part(
        marked("Keys and a lost phone"),
        (
            marked(
                "/ goes to the search, j and k to the next and previous row, Enter opens it, ? "
                "lists the keys."
            ),
            marked(
                "Forgotten the password, or lost the phone with the code? Ask your administrator "
                "for a new link. It works once."
            ),
        ),
    ),
)  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The page."""
    return visit.page("guide.html", {"introduction": INTRODUCTION, "parts": PARTS})


ROUTES: Final = (Route("GET", HELP, Permission.OWN_ACCOUNT, marked("Help on one page"), show),)
