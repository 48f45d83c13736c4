"""Signing in and out, and who is signed in."""

import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sms_gateway.access.codes import matching_step
from sms_gateway.access.keeping import Keeps, token_hash
from sms_gateway.access.values import (
    LockedOut,
    NotSignedIn,
    SecondFactorLost,
    SecondFactorNeeded,
    Session,
    SignedIn,
    SignInResult,
)
from sms_gateway.domain.access import (
    Attempt,
    Begun,
    Credentials,
    FoundSession,
    LockNote,
    RevokeOrder,
    SessionId,
    SessionRow,
    SignInOrder,
    Spared,
    Touch,
    is_over,
)
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import LoginName, Person, StaffId

_TOUCH_EACH = timedelta(minutes=1)
FIRST = LoginName("admin")
"""The login of the first administrator, who may sign in by password in any case."""

_MAX_ADDRESS = 64
_MAX_LOGIN = 64
_IPV6_NETWORK = 64


class SigningIn(Keeps):
    """Sessions: how they begin, hold and end. All raise StoreDownError."""

    async def sign_in(self, login: str, password: str, code: str, address: str) -> SignInResult:
        """Prove who one is; what was wrong with it is not said.

        Args:
            login: as it was typed.
            password: the same.
            code: of the second factor; empty where none was asked for yet.
            address: where the request came from.
        """
        now, name = self._around.clock.now(), plain_login(login)
        tried = self._attempt(name, address, now)
        begun = await self._store.begin_attempt(tried)
        if begun.wait_until is not None:
            return LockedOut(begun.wait_until)
        proved = await self._store.credentials(name)
        kept = "" if proved is None else proved.password
        right = await self._around.passwords.matches(kept, password)
        takes = self._around.limits.passwords or name == FIRST
        if proved is None or not right or not takes or proved.staff.disabled:
            return await self._failed(begun, proved, address, now)
        spared = self._spared(begun, tried, right=True)
        step = 0
        if proved.totp:
            secret = self._factor(proved)
            if secret is None or not code.strip():
                again = self._spared(begun, tried, right=False)
                await self._store.spare_attempt(again)
                return SecondFactorLost() if secret is None else SecondFactorNeeded()
            step = matching_step(secret, code, now, proved.totp_step)
            if not step:
                return await self._failed(begun, proved, address, now)
        begins = await self._begin(proved, password, step, address, spared)
        return begins or await self._failed(begun, proved, address, now)

    async def session(self, token: str, *, awake: bool = True) -> Session | None:
        """Who is signed in with a token, None where nobody is, any more.

        Writes at most once a minute for each session.

        Args:
            token: see there.
            awake: a person calls; else their page by itself, which keeps no session awake.
        """
        found = await self._store.session(token_hash(token))
        now, limits = self._around.clock.now(), self._around.limits
        if found is None or found.staff.disabled:
            return None
        if is_over(found.row, now, limits.idle, limits.absolute):
            return None
        if awake and now - found.row.last_seen_at >= _TOUCH_EACH:
            await self._store.touch(Touch(token_hash(token), now))
            return replace(self._session(found, token), last_seen_at=now)
        return self._session(found, token)

    async def sign_out(self, token: str) -> bool:
        """End the session of a token; whether there was one."""
        return await self._store.sign_out(Touch(token_hash(token), self._around.clock.now()))

    async def sessions(self, person: StaffId) -> Sequence[SessionRow]:
        """Where a person is signed in, the last one first."""
        now, limits = self._around.clock.now(), self._around.limits
        return [
            row
            for row in await self._store.sessions(person)
            if not is_over(row, now, limits.idle, limits.absolute)
        ]

    async def revoke(self, session: SessionId, by: str) -> bool:
        """End a session; whether there was one."""
        return bool(await self._store.revoke(RevokeOrder("", session, self._now(), by)))

    async def revoke_all(self, person: Person, by: str) -> int:
        """End all sessions of a person; how many."""
        return await self._store.revoke(RevokeOrder(person.id, "", self._now(), by))

    async def _begin(
        self, proved: Credentials, password: str, step: int, address: str, spared: Spared
    ) -> SignedIn | None:
        around, kept, now = self._around, proved.password, self._now()
        if around.passwords.is_outdated(kept):
            kept = await around.passwords.hash(password)
        token = around.token()
        where = address[:_MAX_ADDRESS]
        row = SessionRow(SessionId(around.new_id()), proved.staff.id, now, now, where)
        order = SignInOrder(
            proved, kept, step, row, token_hash(token), spared, now - around.limits.absolute
        )
        if not await self._store.sign_in(order):
            return None
        return SignedIn(Secret(token), self._session(FoundSession(row, proved.staff), token))

    async def _failed(
        self, begun: Begun, proved: Credentials | None, address: str, now: datetime
    ) -> NotSignedIn:
        if begun.locks_until is not None:
            login = "" if proved is None else proved.staff.login
            note = LockNote(login, address[:_MAX_ADDRESS], now, begun.locks_until)
            await self._store.note_lock(note)
        return NotSignedIn()

    def _attempt(self, login: str, address: str, now: datetime) -> Attempt:
        hashed, limits, where = self._around.hasher.sign_in, self._around.limits, network(address)
        return Attempt(
            account=hashed(f"login {login}"),
            address=hashed(f"address {where}"),
            known=hashed(f"known {where} {login}"),
            at=now,
            tolerance=limits.tolerance,
        )

    def _spared(self, begun: Begun, tried: Attempt, *, right: bool) -> Spared:
        known = f"known:{tried.known}" if right else ""
        until = tried.at + timedelta(seconds=tried.tolerance.known_s)
        return Spared(begun, right, known, tried.at, until)

    def _now(self) -> datetime:
        return self._around.clock.now()


def comes_by_provider(login: str, *, passwords: bool) -> bool:
    """Whether somebody signs in by the provider alone, so that a link is worth nothing to them.

    Args:
        login: theirs.
        passwords: of `[console.oidc]`: others than the first administrator may have one.
    """
    return not passwords and plain_login(login) != FIRST


def plain_login(login: str) -> str:
    """A login as it is kept; one that is too long is nobody's."""
    return login.strip().lower()[: _MAX_LOGIN + 1]


def kept_address(address: str) -> str:
    """An address as it is written down; whoever calls may have said a long one."""
    return address[:_MAX_ADDRESS]


def network(address: str) -> str:
    """What an address counts as: of IPv6 a whole /64, for one machine has all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:_MAX_ADDRESS]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK), strict=False))
    return str(parsed)
