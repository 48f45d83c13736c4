"""What this room needs: a store, a clock, randomness and limits."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from sms_gateway.access.factors import factor_secret, new_salt
from sms_gateway.access.passwords import Passwords
from sms_gateway.access.values import Session
from sms_gateway.domain.access import (
    AcceptOrder,
    AddOrder,
    Attempt,
    Begun,
    ChangeOrder,
    Credentials,
    FoundSession,
    Invite,
    InviteRow,
    KeysOrder,
    LanguageOrder,
    LockNote,
    PasswordOrder,
    RevokeOrder,
    SessionRow,
    SignInOrder,
    Spared,
    StaffResult,
    StaffRow,
    Tolerance,
    TotpOrder,
    Touch,
)
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.provided import ProvidedOrder, RefusalNote, Unlink
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import LoginName
from sms_gateway.ports import Clock


class AccessStore(Protocol):
    """Where it is written down; each act is audited in its own transaction. Raises StoreDownError.

    What each order says stands in `domain.access`.
    """

    async def staff(self) -> Sequence[StaffRow]:
        """All of them, by login."""

    async def credentials(self, login: str) -> Credentials | None:
        """What the person of that login proves themselves by."""

    async def credentials_of(self, staff_id: str) -> Credentials | None:
        """The same by their id."""

    async def session(self, token_hash: str) -> FoundSession | None:
        """The session of a token."""

    async def sessions(self, staff_id: str) -> Sequence[SessionRow]:
        """Where a person is signed in, the last one first."""

    async def invited(self, token_hash: str) -> InviteRow | None:
        """For whom a link is."""

    async def begin_attempt(self, tried: Attempt) -> Begun:
        """Count an attempt as if it failed, unless it must wait."""

    async def spare_attempt(self, spared: Spared) -> None:
        """Take back what was counted."""

    async def note_lock(self, note: LockNote) -> None:
        """Note that a wait began."""

    async def sign_in(self, order: SignInOrder) -> bool:
        """Begin a session, unless the proof was changed or used meanwhile."""

    async def linked(self, issuer: str, subject: str) -> LoginName | None:
        """Who is linked to a person of a provider."""

    async def sign_in_provided(self, order: ProvidedOrder) -> bool:
        """Begin a session by the word of a provider, unless something changed or was used."""

    async def unlink(self, order: Unlink) -> StaffResult:
        """End somebody's link to the provider."""

    async def note_refusal(self, note: RefusalNote) -> None:
        """Note who came from the provider and was not let in."""

    async def touch(self, touched: Touch) -> None:
        """Note that a session was used."""

    async def sign_out(self, order: Touch) -> bool:
        """End a session; whether there was one."""

    async def revoke(self, order: RevokeOrder) -> int:
        """End sessions by somebody else's word; how many."""

    async def add(self, order: AddOrder) -> StaffResult:
        """Add a person, with an invitation."""

    async def reinvite(self, invite: Invite) -> StaffResult:
        """Let a person begin anew."""

    async def accept(self, order: AcceptOrder) -> bool:
        """Take up an invitation, once."""

    async def change(self, order: ChangeOrder) -> StaffResult:
        """Change what a person may do."""

    async def set_password(self, order: PasswordOrder) -> bool:
        """Set a person's own password."""

    async def offer_totp(self, order: TotpOrder) -> bool:
        """Offer a second factor."""

    async def confirm_totp(self, order: TotpOrder) -> bool:
        """Note that a person has it."""

    async def set_language(self, order: LanguageOrder) -> None:
        """Set the language of a person's pages."""

    async def set_keys(self, order: KeysOrder) -> None:
        """Say whether single keys do something on a person's pages."""


@dataclass(frozen=True, slots=True)
class AccessLimits:
    """How long things hold.

    Attributes:
        idle, absolute: a session ends so long after its last, and after its first request.
        invite: a link works so long.
        two_factor: everybody needs a second factor.
        passwords: all may sign in by one; else the first administrator alone.
        tolerance: of failures, see there.
    """

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    invite: timedelta = timedelta(hours=24)
    two_factor: bool = False
    passwords: bool = True
    tolerance: Tolerance = field(default_factory=Tolerance)


@dataclass(frozen=True, slots=True)
class Around:
    """What this room works with, besides its store.

    Attributes:
        clock: time.
        token: makes secrets of browsers and links: 256 random bits, safe in a URL.
        new_id: makes ids.
        limits: see there.
        hasher: hashes what failed attempts are counted under; its keys make second factors.
        agencies: the codes of `agencies.toml`.
        passwords: hashes them; shared by all that hash, so that they take turns.
        salt: makes what, with the key of the hasher, the secret of a second factor is made of.
    """

    clock: Clock
    token: Callable[[], str]
    new_id: Callable[[], str]
    limits: AccessLimits
    hasher: Hasher
    agencies: Collection[str]
    passwords: Passwords = field(default_factory=Passwords)
    salt: Callable[[], str] = new_salt


class Keeps:
    """What all parts of the room share.

    Args:
        store: see there.
        around: see there.
    """

    def __init__(self, store: AccessStore, around: Around) -> None:
        self._store = store
        self._around = around

    def _session(self, found: FoundSession, token: str) -> Session:
        row = found.row
        return Session(
            id=row.id,
            person=found.staff.person,
            csrf=_csrf(token),
            started_at=row.started_at,
            last_seen_at=row.last_seen_at,
            address=row.address,
            needs_second_factor=self._needs_factor(found),
            has_second_factor=found.staff.has_totp,
            has_password=found.staff.has_password,
        )

    def _factor(self, proved: Credentials) -> Secret | None:
        """The secret of who has a second factor; None where the key that it was made of is gone."""
        return factor_secret(self._around.hasher, proved.totp, proved.staff.id)

    def _needs_factor(self, found: FoundSession) -> bool:
        has = found.staff.has_totp or found.row.second_factor
        return self._around.limits.two_factor and not has


def token_hash(token: str) -> str:
    """What a token is found by: it has 256 random bits, so a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _csrf(token: str) -> Secret:
    return Secret(hmac.digest(token.encode("utf-8", "surrogatepass"), b"csrf", "sha256").hex())
