"""One call of a page, and what every page is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import hdrs, web

from sms_gateway.access import Session
from sms_gateway.console.actors import NOBODY, Names, called
from sms_gateway.console.desk import Desk
from sms_gateway.console.forms import Fields
from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.staff import Permission, Person


@dataclass(frozen=True, slots=True)
class Visit:
    """One call.

    Attributes:
        request: as it came.
        desk: what pages may reach.
        route: which page it is.
        session: who calls; None where nobody is signed in, which only open pages see.
        language: of the page.
        query, form: what came with it; the form is empty for what only looks.
        now: when.
        waits: how much there is for a person to do, as the list of pages shows.
        proposals: how many proposals of wordings wait for whoever calls, as it shows too.
        names: what the staff are called, by their logins.
    """

    request: web.Request
    desk: Desk
    route: "Route"
    session: Session | None
    language: PageLanguage
    query: Fields
    form: Fields
    now: datetime
    waits: int = 0
    proposals: int = 0
    names: Names = field(default_factory=lambda: NOBODY)

    @property
    def person(self) -> Person:
        """Who calls; only where the page asks for a permission."""
        if self.session is None:
            message = "an open page has no person"
            raise RuntimeError(message)
        return self.session.person

    def may(self, permission: Permission) -> bool:
        """Whether whoever calls has it."""
        return self.session is not None and self.session.person.may(permission)

    def part(self, name: str) -> str:
        """A piece of the path, by its name in the route."""
        return self.request.match_info[name].replace("\0", "")

    def shown(self, text: str) -> str:
        """A text as whoever calls may read it: its numbers masked for who may unmask none."""
        return text if self.may(Permission.UNMASK) else masked_numbers(text)

    def say(self, text: str) -> str:
        """A marked text in the language of the page."""
        # The empty text is the key of the catalogue's own head.
        return catalogue(self.language).gettext(text) if text else ""

    def who(self, by: str) -> str:
        """Who did it, as the reader knows them; `by` is as the audit has it."""
        return called(by, self.names, self.say)

    @property
    def is_fragment(self) -> bool:
        """Whether a script asks for a piece of the page (`HX-Request`), not for all of it."""
        return hdrs_true(self.request, "HX-Request") and not hdrs_true(
            self.request, "HX-History-Restore-Request"
        )

    def page(
        self, template: str, values: Mapping[str, object] | None = None, status: int = 200
    ) -> web.Response:
        """A page, or a piece of one."""
        return self.desk.renderer.page(self, template, values or {}, status)

    def to(self, address: str, **query: str) -> web.Response:
        """Send the browser to another page of ours (303), so that nothing is sent twice."""
        where = f"{address}?{urlencode(query)}" if query else address
        return web.Response(status=303, headers={hdrs.LOCATION: where})


def hdrs_true(request: web.BaseRequest, name: str) -> bool:
    """Whether a header says true."""
    return request.headers.get(name) == "true"


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One page, or one act of a page.

    Attributes:
        method: GET or POST; only POST changes anything.
        path: with `{names}`.
        permission: what it asks for; None for an open page, before anybody is signed in.
        title: of the page, marked.
        handler: makes it.
        grants: it may be had before a second factor that must be set up is there.
        quiet: a page asks for it by itself, so that it keeps no session awake.
        takes_file: its form may bring one.
    """

    method: str
    path: str
    permission: Permission | None
    title: str
    handler: Handler
    grants: bool = False
    quiet: bool = False
    takes_file: bool = False
