"""A session that is asked for before anything else, as the national API wants (domain 4.3)."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus

from sms_gateway.cases.http.answer import UNAUTHORISED, document_of, place_of
from sms_gateway.cases.http.calling import Line, Reply
from sms_gateway.cases.http.request import Common, Writer
from sms_gateway.cases.remote import Away
from sms_gateway.described.body import Slot
from sms_gateway.described.places import at_path
from sms_gateway.ports import Clock
from sms_gateway.settings.cases_http import HttpLogin

_LONGEST = 4_096
_REST_S, _LONGEST_REST_S = 10.0, 600.0
"""After a refused login none is tried for so long: the first time, and twice that each time, up to
the other. A wrong password that is offered again and again locks the account at many a system."""

_REFUSED = "the case database does not take our login: check user and password"


@dataclass(frozen=True, slots=True)
class Session:
    """What `{session}` says, and until when by the monotonic clock."""

    value: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class _Post:
    """The request for a session."""

    path: str
    body: str = field(repr=False)
    method: str = "POST"
    query: dict[str, str] = field(default_factory=dict)


class Sessions:
    """Asks for a session once for many requests, and anew when it is old or was refused."""

    def __init__(self, line: Line, login: HttpLogin, common: Common, clock: Clock, at: str) -> None:
        """Read the settings.

        Args:
            line: connections.
            login: the settings.
            common: what all requests share.
            clock: for how long a session lives.
            at: dotted key of `login`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        names = [name for name in common.names if name != "session"]
        plain = {n: p for n, p in common.headers.items() if Slot("session") not in p.parts}
        alone = Common(common.url, names, common.constants, common.fixed, plain)
        self._request = Writer(alone, _Post(login.path, login.body), (), at).write({})
        self._line = line
        self._clock = clock
        self._place = place_of(login.session)
        self._life_s = login.lifetime_s
        self._session: Session | None = None
        self._away = Away(UNAUTHORISED, _REFUSED)
        self._failures = 0
        self._rest_s = _REST_S
        self._until = 0.0
        self._turn = asyncio.Lock()

    async def get(self) -> Session | Away:
        """A session that is young enough; Away where none is to be had now."""
        failures = self._failures
        async with self._turn:
            if self._session is not None and self._clock.monotonic() < self._session.until:
                return self._session
            if self._failures != failures or self._clock.monotonic() < self._until:
                # Somebody tried while we waited, or not long ago.
                return self._away
            self._session = None
            found = await self._ask()
            if isinstance(found, Session):
                self._session, self._rest_s = found, _REST_S
            else:
                self._failed(found)
            return found

    def forget(self, session: Session) -> None:
        """It was refused; a newer one stays."""
        if self._session is session:
            self._session = None

    def _failed(self, away: Away) -> None:
        self._away = away
        self._failures += 1
        if away.reason == UNAUTHORISED:
            self._until = self._clock.monotonic() + self._rest_s
            self._rest_s = min(self._rest_s * 2, _LONGEST_REST_S)

    async def _ask(self) -> Session | Away:
        since = self._clock.monotonic()
        reply = await self._line.call(self._request)
        value = reply if isinstance(reply, Away) else self._value(reply)
        return value if isinstance(value, Away) else Session(value, since + self._life_s)

    def _value(self, reply: Reply) -> str | Away:
        if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return Away(UNAUTHORISED, _REFUSED)
        if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            return Away("failed", f"the login of the case database answers HTTP {reply.status}")
        document = document_of(reply)
        if isinstance(document, Away):
            return document
        value = at_path(document, self._place)
        if not isinstance(value, str) or not value:
            return Away(UNAUTHORISED, _REFUSED)
        if len(value) > _LONGEST or not (value.isascii() and value.isprintable()):
            return Away(
                "broken", "the login of the case database gives no session that can be sent"
            )
        return value
