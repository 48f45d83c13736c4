"""The console on a loopback port, over a real store, with people of each role signed in."""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web

from sms_gateway.access import SignedIn
from sms_gateway.console.app import add_console
from sms_gateway.console.cookies import SESSION
from sms_gateway.console.desk import Desk as ConsoleDesk
from sms_gateway.console.desk import Surroundings
from sms_gateway.console.site import ROUTES
from sms_gateway.domain.staff import AgencyId, Role
from sms_gateway.web.server import MALFORMED, build_runner
from tests.access.access_desk import Clock as DeskClock
from tests.access.access_desk import Office
from tests.console.console_parts import (
    AROUND,
    ASSETS,
    Made,
    MadeUpCases,
    Waits,
    console_of,
)
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import NoticesDesk

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(slots=True)
class Reply:
    """What a browser got."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def csrf(self) -> str:
        """The token of the page's forms."""
        found = _CSRF.search(self.text)
        assert found is not None
        return found[1]


@dataclass(slots=True)
class Browser:
    """A browser of one person; follows nothing by itself.

    Attributes:
        url: of the console's listener.
        session: of the client library.
        cookies: that it keeps.
    """

    url: str
    session: aiohttp.ClientSession
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Reply:
        return await self._call("GET", path, None, headers)

    async def post(
        self, path: str, fields: Mapping[str, str], page: Reply | None = None, **headers: str
    ) -> Reply:
        """Send a form as a page of ours would; with the token of the page it stood on."""
        sent = {**fields, **({"csrf": page.csrf} if page else {})}
        return await self._call("POST", path, sent, {"Sec-Fetch-Site": "same-origin", **headers})

    async def octets(self, path: str, fields: Mapping[str, str], page: Reply) -> bytes:
        """The file that a form gives."""
        call = self.session.post(
            self.url + path,
            data={**fields, "csrf": page.csrf},
            headers={
                "Sec-Fetch-Site": "same-origin",
                "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            },
        )
        async with call as got:
            assert got.status == 200, await got.text()
            return await got.read()

    async def _call(
        self, method: str, path: str, data: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        call = self.session.request(
            method,
            self.url + path,
            data=data,
            headers={**named, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())},
            allow_redirects=False,
        )
        async with call as got:
            for name, morsel in got.cookies.items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
            # What has no end is not read.
            endless = got.content_type == "text/event-stream"
            text = "" if endless else await got.text()
            return Reply(got.status, text, dict(got.headers))


class ConsoleHouse:
    """A store, its office, and the console before both."""

    def __init__(
        self,
        desk: Desk,
        http: aiohttp.ClientSession,
        office: Office,
        made: Made,
        around: Surroundings = AROUND,
    ) -> None:
        self.desk = desk
        self.console = replace(console_of(desk, office, made), around=around)
        self.url = ""
        self.office = office
        self.look = made.waits.wake
        self.cases = made.cases
        self.notices = made.notices
        self._http = http

    def stranger(self) -> Browser:
        """A browser in which nobody is signed in."""
        return Browser(self.url, self._http)

    async def signed_in(
        self, role: Role = Role.CLERK, login: str = "", agencies: Sequence[str] | None = None
    ) -> Browser:
        """A browser in which a new person of a role is signed in."""
        name = login or f"{role}-1"
        chosen = None if agencies is None else frozenset(map(AgencyId, agencies))
        await self.office.hire(name, role, chosen)
        result = await self.office.try_in(login=name)
        assert isinstance(result, SignedIn)
        return Browser(self.url, self._http, {SESSION: result.token.value})

    async def signed_in_again(self, login: str) -> Browser:
        """Another browser in which somebody is signed in whom the office has already."""
        result = await self.office.try_in(login=login)
        assert isinstance(result, SignedIn)
        return Browser(self.url, self._http, {SESSION: result.token.value})


@asynccontextmanager
async def console_house(
    desk: Desk,
    idle: float = 30.0,
    around: Surroundings = AROUND,
    change: Callable[[ConsoleDesk], ConsoleDesk] = lambda console: console,
    port: int = 0,
) -> AsyncIterator[ConsoleHouse]:
    """The console, taking calls for the length of a block.

    Args:
        desk: its store.
        idle: seconds within which the head of a call is to be there.
        around: its surroundings.
        change: what a test changes of it.
        port: where it listens; 0 for a free one.
    """
    app = web.Application()
    app[MALFORMED] = lambda: None
    made = Made(app, Waits(DeskClock(desk)), MadeUpCases(), NoticesDesk(desk, most=2))
    runner = build_runner(app, idle, 1.0)
    async with aiohttp.ClientSession() as http:
        house = ConsoleHouse(desk, http, Office(desk), made, around)
        house.console = change(house.console)
        add_console(app, house.console, ASSETS.static, ROUTES)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        house.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield house
    await house.console.live.close()
    await house.console.hours.close()
    await runner.cleanup()
