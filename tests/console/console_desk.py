"""The console on a loopback port, over a real store, with people of each role signed in."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from sms_gateway.access import SignedIn
from sms_gateway.commands import Commands
from sms_gateway.complaints import ComplaintCommands
from sms_gateway.console.app import add_console
from sms_gateway.console.assets import load_assets
from sms_gateway.console.claim_desk import ClaimDesk
from sms_gateway.console.cookies import SESSION
from sms_gateway.console.desk import Desk as ConsoleDesk
from sms_gateway.console.desk import Surroundings
from sms_gateway.console.live import Live
from sms_gateway.console.rendering import Renderer
from sms_gateway.console.rule_desk import RuleDesk
from sms_gateway.console.site import ROUTES
from sms_gateway.dispatch.answers import Answers
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.staff import AgencyId, Role
from sms_gateway.ports import Clock, Door, Limits, Settled
from sms_gateway.replay.cases import CaseCommands
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.settings import load, load_calendar
from sms_gateway.store.store import SqlStore
from sms_gateway.web.peers import Proxies
from sms_gateway.web.server import MALFORMED, build_runner
from tests.access.access_desk import Clock as DeskClock
from tests.access.access_desk import Office
from tests.contracts.store_desk import DOOR, HASHER, Desk
from tests.parts import ROOT, rules
from tests.replay.replay_desk import WORDS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
RULES = rules()
VALID = timedelta(hours=6)
AROUND = Surroundings(
    zone=ZONE,
    region="VN",
    tls=False,
    seconds=5.0,
    proxies=Proxies(()),
    agencies={AgencyId("H32.01"): "Một", AgencyId("H32.02"): "Hai"},
    doors=(DoorName(DOOR),),
    node="node",
    version="0.5.0",
)
ASSETS = load_assets()
_DAYS = load_calendar(load(None, None, {}, ROOT).calendar)
CALENDAR = calendar_of(ZONE, _DAYS.hours, merged(_DAYS.days, ()))
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Way:
    """A way out that takes everything."""

    limits = Limits()

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        raise AssertionError(messages, settled)


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
        url: str,
        http: aiohttp.ClientSession,
        office: Office,
        look: Callable[[], None],
    ) -> None:
        self.desk = desk
        self.look = look
        self.url = url
        self.office = office
        self._http = http

    def stranger(self) -> Browser:
        """A browser in which nobody is signed in."""
        return Browser(self.url, self._http)

    async def signed_in(
        self, role: Role = Role.CLERK, login: str = "", agencies: Sequence[str] | None = None
    ) -> Browser:
        """A browser in which a new person of a role is signed in."""
        name = login or f"{role}-1"
        await self.office.hire(name, role)
        if agencies is not None:
            chosen = frozenset(map(AgencyId, agencies))
            await self.office.access.change_person(name, role, chosen, name, "os:test")
        result = await self.office.try_in(login=name)
        assert isinstance(result, SignedIn)
        return Browser(self.url, self._http, {SESSION: result.token.value})


class Waits:
    """A clock whose sleeps end when a test says so: nothing goes on by itself."""

    def __init__(self, clock: Clock) -> None:
        self.now = clock.now
        self.monotonic = clock.monotonic
        self._sleeping: list[asyncio.Future[None]] = []

    async def sleep(self, _seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._sleeping.append(future)
        await future

    def wake(self) -> None:
        """End all sleeps."""
        for future in self._sleeping:
            if not future.done():
                future.set_result(None)
        self._sleeping.clear()


def console_of(desk: Desk, office: Office, app: web.Application, waits: Waits) -> ConsoleDesk:
    """What its pages reach."""
    assert isinstance(desk.store, SqlStore)
    clock = DeskClock(desk)
    door = Door(DOOR, "http", None, Way(), timedelta(seconds=2))
    answers = Answers(
        desk.store, {DOOR: door}, lambda name: name, clock, desk.new_id, VALID, lambda _door: None
    )
    return ConsoleDesk(
        access=office.access,
        reading=desk.store.reading,
        commands=Commands(desk.store, {DOOR}, clock.now, lambda _door: None, {DOOR}),
        renderer=Renderer(app, ASSETS, ZONE),
        hasher=HASHER,
        clock=clock,
        random=lambda size: bytes(range(size)),
        new_id=desk.new_id,
        answers=answers,
        live=Live(desk.store.reading.newest, waits),
        rules=lambda: RULES,
        audit=desk.store.note_audit,
        rule_desk=rule_desk(desk.store, clock, desk.new_id),
        claim_desk=claim_desk(desk.store, clock, desk.new_id),
        around=AROUND,
    )


def rule_desk(store: SqlStore, clock: Clock, new_id: Callable[[], str]) -> RuleDesk:
    """What its pages about rules reach; texts are answered by the shipped ones."""
    kept = store.text_cases
    words = SynonymCommands(store.synonyms, store.reading, WORDS, clock.now, cases=kept)
    return RuleDesk(words, store.reading.counted, kept, CaseCommands(kept, clock.now, new_id))


def claim_desk(store: SqlStore, clock: Clock, new_id: Callable[[], str]) -> ClaimDesk:
    """What its pages about complaints reach; one is due after ten working days."""

    async def calendar() -> Calendar:
        return CALENDAR

    commands = ComplaintCommands(store.complaints, calendar, 10, clock.now, new_id)
    rights = CitizenRights(store.retention, clock.now)
    return ClaimDesk(commands, store.complaints, rights, store.reading)


@asynccontextmanager
async def console_house(desk: Desk) -> AsyncIterator[ConsoleHouse]:
    """The console, taking calls for the length of a block."""
    office = Office(desk)
    app = web.Application()
    app[MALFORMED] = lambda: None
    waits = Waits(DeskClock(desk))
    console = console_of(desk, office, app, waits)
    add_console(app, console, ASSETS.static, ROUTES)
    runner = build_runner(app, 30.0, 1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as http:
        yield ConsoleHouse(desk, url, http, office, waits.wake)
    await console.live.close()
    await runner.cleanup()
