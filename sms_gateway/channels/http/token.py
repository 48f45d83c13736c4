"""A token that is fetched from the telco before anything is sent (RFC 6749 section 4.4)."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import aiohttp

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.fields import refuse_each
from sms_gateway.channels.http.response import Finder, Response, finder
from sms_gateway.channels.http.rules import one_word
from sms_gateway.channels.http.session import read_response
from sms_gateway.channels.http.verdict import retry_after
from sms_gateway.described.addresses import OWN_HEADERS, basic_header, read_url
from sms_gateway.described.body import (
    CONTENT_TYPES,
    Template,
    Value,
    Vocabulary,
    compile_body,
    read_pairs,
)
from sms_gateway.domain.outcome import Deferred
from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Clock
from sms_gateway.settings import SettingsError

_LONGEST = 4_096
_LONGEST_LIFE = 31 * 86_400
_SESSION = 32


class Token(Record, frozen=True):
    """What `{token}` and `{session}` say.

    Attributes:
        value: the telco's word.
        session: ours, the same in the request that fetched it: letters and digits.
        until: by the monotonic clock; after it a new one is fetched.
    """

    value: Private[str] = ""
    session: str = ""
    until: float = 0.0


NO_TOKEN = Token()
"""Of a door that needs none."""


@dataclass(slots=True)
class _Crossing:
    left: bool = False


class Tokens:
    """Fetches a token once for many sends, and anew when it is old or the telco refused it."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        token: s.Token,
        secrets: Mapping[str, Secret],
        clock: Clock,
        at: str,
    ) -> None:
        """Read the settings.

        Args:
            session: connections to the telco.
            token: the settings.
            secrets: those of `outbound`.
            clock: for how long a token lives.
            at: dotted key of `token`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        self._session = session
        self._clock = clock
        self._url = read_url(token.url, f"{at}.url")
        self._body = _body(token, secrets, at)
        self._constant: dict[str, Value] = {
            f"secret.{name}": secret.value for name, secret in secrets.items()
        }
        self._headers = {**OWN_HEADERS, "Content-Type": CONTENT_TYPES[token.format]}
        if token.basic is not None:
            self._headers["Authorization"] = basic_header(token.basic.user, token.basic.password)
        self._find = _finder(token.field, f"{at}.field")
        self._find_life = _finder(token.lifetime_field, f"{at}.lifetime_field")
        self._life_s = token.lifetime_s
        self._token: Token | None = None
        self._failure = Deferred("token_unreachable")
        self._failures = 0
        self._turn = asyncio.Lock()

    async def get(self) -> Token | Deferred:
        """A token that is young enough; Deferred where none is to be had now."""
        failures = self._failures
        async with self._turn:
            if self._token is not None and self._clock.monotonic() < self._token.until:
                return self._token
            if self._failures != failures:
                # Somebody tried while we waited: a telco that is down is not asked by each send.
                return self._failure
            self._token = None
            found = await self._fetch()
            if isinstance(found, Deferred):
                self._failure = found
                self._failures += 1
            else:
                self._token = found
            return found

    def forget(self, token: Token) -> None:
        """The telco refused this one; a newer one stays."""
        if self._token is token:
            self._token = None

    async def _fetch(self) -> Token | Deferred:
        since = self._clock.monotonic()
        session = _session(self._url.raw_host or "", self._clock.now())
        body = self._body.render({**self._constant, "session": session})
        try:
            async with self._session.post(
                self._url,
                data=body,
                headers=self._headers,
                allow_redirects=False,
                trace_request_ctx=_Crossing(),
            ) as response:
                answer = await read_response(response)
        except aiohttp.ClientConnectorCertificateError:
            return Deferred("certificate")
        except (aiohttp.ClientError, OSError, TimeoutError):
            return Deferred("token_unreachable")
        return self._read(answer, session, since)

    def _read(self, answer: Response, session: str, since: float) -> Token | Deferred:
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return Deferred("token_refused", retry_after(answer.headers, self._clock.now()))
        value = one_word(self._find(answer))
        if not value or len(value) > _LONGEST or not (value.isascii() and value.isprintable()):
            return Deferred("token_unreadable")
        life_s = self._life_s
        said = one_word(self._find_life(answer)) or ""
        if said.isascii() and said.isdecimal():
            life_s = min(float(said[:10]), _LONGEST_LIFE)
        # Some of its life is left for the way, and for clocks that do not run alike.
        return Token(value, session, since + life_s * 0.9)


def _session(host: str, now: datetime) -> str:
    return hashlib.sha256(f"{host}{now.isoformat()}".encode()).hexdigest()[:_SESSION]


def _finder(place: str, at: str) -> Finder:
    if place.startswith("json:"):
        refuse_each(place.removeprefix("json:").split("."), at)
    return finder(place, at)


def _body(token: s.Token, secrets: Mapping[str, Secret], at: str) -> Template:
    known = Vocabulary(("session", *(f"secret.{name}" for name in secrets)))
    if bool(token.form) == bool(token.body) or bool(token.form) != (token.format == "form"):
        msg = f"{at}: set form for format form, or body for format json"
        raise SettingsError(msg)
    if token.format == "form":
        return read_pairs(token.form, known, f"{at}.form")
    return compile_body("json", token.body, known, f"{at}.body")
