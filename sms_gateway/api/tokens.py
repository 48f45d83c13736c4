"""Tokens: who calls, how often, and how tokens are made and ended."""

import hashlib
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from aiohttp import hdrs, web

from sms_gateway.api.problems import NO_TOKEN, Problem, too_many
from sms_gateway.commands import CommandError
from sms_gateway.domain.api import (
    ApiToken,
    NewToken,
    Scope,
    TokenEnd,
    TokenId,
    TokenMade,
    TokenUsed,
    TokenWhyNot,
)
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import AgencyId
from sms_gateway.ports import Clock

PREFIX: Final = "sgw_"
"""Tokens begin so, that searches for lost secrets find them."""

_BEARER: Final = re.compile(r"[Bb]earer +([^\s]{1,200})")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_A_MINUTE: Final = timedelta(minutes=1)
_LONGEST_DAYS: Final = 3650
_SECONDS: Final = 60.0

_NOT_MADE: Final[Mapping[TokenWhyNot, str]] = {
    TokenWhyNot.NAME: "a token's name has 1 to 64 of a-z, 0-9, dot, dash and underscore",
    TokenWhyNot.NAME_TAKEN: "a token has or had that name: choose another one",
    TokenWhyNot.SCOPES: f"say what it may do, each of: {', '.join(Scope)}",
    TokenWhyNot.AGENCIES: "no agency has that code: see agencies.toml",
    TokenWhyNot.DAYS: f"a token counts for 1 to {_LONGEST_DAYS} days",
}


class TokenStore(Protocol):
    """Where tokens are kept. Raises StoreDownError."""

    async def token_of(self, token_hash: str) -> ApiToken | None:
        """The token of a hash."""

    async def use(self, used: TokenUsed) -> None:
        """Note that one was used."""

    async def make(self, made: TokenMade) -> bool:
        """Keep one, audited; whether its name was free."""

    async def end(self, end: TokenEnd) -> bool:
        """Let one count no more, audited; whether it did."""


def token_hash(token: str) -> str:
    """What a token is found by: it has 256 random bits, so a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class Pace:
    """How many calls each token has left; it gets them back evenly.

    Attributes:
        per_minute: that each may make.
        left: by token: how many, and as of which second.
    """

    per_minute: int
    left: dict[TokenId, tuple[float, float]] = field(default_factory=dict)

    def wait(self, token: TokenId, now: float) -> int:
        """Take one of them; seconds to wait where there is none, else 0."""
        left, then = self.left.get(token, (float(self.per_minute), now))
        each = self.per_minute / _SECONDS
        left = min(float(self.per_minute), left + (now - then) * each)
        if left < 1:
            self.left[token] = (left, now)
            return math.ceil((1 - left) / each)
        self.left[token] = (left - 1, now)
        return 0


@dataclass(frozen=True, slots=True)
class Callers:
    """Tells who calls.

    Attributes:
        store, clock: see there.
        pace: how often each may.
    """

    store: TokenStore
    clock: Clock
    pace: Pace

    async def who(self, request: web.BaseRequest) -> ApiToken | Problem:
        """The token of a call, where it counts now.

        Whatever stands in the header is hashed and looked for once, so that time tells nothing.

        Raises:
            StoreDownError: nobody knows.
        """
        found = _BEARER.fullmatch(request.headers.get(hdrs.AUTHORIZATION, ""))
        token = await self.store.token_of(token_hash(found[1] if found else ""))
        now = self.clock.now()
        if token is None or not token.counts(now):
            return NO_TOKEN
        if seconds := self.pace.wait(token.id, self.clock.monotonic()):
            return too_many(seconds)
        unless = now - _A_MINUTE
        if token.last_used_at is None or token.last_used_at < unless:
            await self.store.use(TokenUsed(token.id, now, unless))
        return token


@dataclass(frozen=True, slots=True)
class TokenCommands:
    """Makes and ends tokens. All raise StoreDownError.

    Attributes:
        store: where they are kept.
        agencies: codes of those there are.
        now, new_id: of time and ids.
        random: characters nobody can guess.
    """

    store: TokenStore
    agencies: Collection[str]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    random: Callable[[], str]

    async def make(self, new: NewToken, by: str) -> Secret | TokenWhyNot:
        """Make one; it is told this once. Or why there is none."""
        scopes, agencies = _scopes(new.scopes), self._agencies(new.agencies)
        if not _NAME.fullmatch(new.name):
            return TokenWhyNot.NAME
        if not scopes:
            return TokenWhyNot.SCOPES
        if agencies == ():
            return TokenWhyNot.AGENCIES
        if new.days is not None and not 0 < new.days <= _LONGEST_DAYS:
            return TokenWhyNot.DAYS
        at, secret = self.now(), Secret(PREFIX + self.random())
        until = None if new.days is None else at + timedelta(days=new.days)
        token = ApiToken(TokenId(self.new_id()), new.name, scopes, agencies, at, by, until)
        made = await self.store.make(TokenMade(token, token_hash(secret.value)))
        return secret if made else TokenWhyNot.NAME_TAKEN

    async def end(self, name: str, by: str) -> bool:
        """End one at once; whether one of that name counted."""
        return await self.store.end(TokenEnd(name, self.now(), by))

    async def add(self, new: NewToken, by: str) -> Secret:
        """The same as `make`. Raises CommandError: it cannot be; says why."""
        made = await self.make(new, by)
        if isinstance(made, TokenWhyNot):
            raise CommandError(_NOT_MADE[made])
        return made

    async def revoke(self, name: str, by: str) -> None:
        """The same as `end`. Raises CommandError: none of that name counts."""
        if not await self.end(name, by):
            message = "no token of that name counts: see sms-gateway api-tokens list"
            raise CommandError(message)

    def _agencies(self, codes: Collection[str] | None) -> tuple[AgencyId, ...] | None:
        """Those of some codes; none where one of them is not there."""
        if codes is None:
            return None
        known = set(codes) <= set(self.agencies)
        return tuple(map(AgencyId, sorted(set(codes)))) if known else ()


def _scopes(words: Collection[str]) -> tuple[Scope, ...]:
    """Those of some words; none where one of them is not there."""
    try:
        return tuple(sorted({Scope(word) for word in words}))
    except ValueError:
        return ()
