"""Who may sign in, beside what the gateway writes for citizens."""

from collections.abc import Sequence

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
    TotpOrder,
    Touch,
)
from sms_gateway.domain.provided import ProvidedOrder, RefusalNote, Unlink
from sms_gateway.domain.staff import LoginName
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import access, attempts, provided
from sms_gateway.store.statements import Ask


class StoreAccess:
    """Implements `access.keeping.AccessStore`; each change is one commit, all raise StoreDownError.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def staff(self) -> Sequence[StaffRow]:
        """All of them, by login."""
        return await self._ask(access.staff_rows)

    async def credentials(self, login: str) -> Credentials | None:
        """What the person of that login proves themselves by."""
        return await self._ask(lambda db: access.credentials(db, login))

    async def credentials_of(self, staff_id: str) -> Credentials | None:
        """The same by their id."""
        return await self._ask(lambda db: access.credentials_of(db, staff_id))

    async def session(self, token_hash: str) -> FoundSession | None:
        """The session of a token."""
        return await self._ask(lambda db: access.found_session(db, token_hash))

    async def sessions(self, staff_id: str) -> Sequence[SessionRow]:
        """Where a person is signed in, the last one first."""
        return await self._ask(lambda db: access.sessions_of(db, staff_id))

    async def invited(self, token_hash: str) -> InviteRow | None:
        """For whom a link is."""
        return await self._ask(lambda db: access.found_invite(db, token_hash))

    async def begin_attempt(self, tried: Attempt) -> Begun:
        """Count an attempt as if it failed, unless it must wait."""
        return (await self._writer.run(attempts.begin_attempts, [tried]))[0]

    async def spare_attempt(self, spared: Spared) -> None:
        """Take back what was counted."""
        await self._writer.run(attempts.spare_attempts, [spared])

    async def note_lock(self, note: LockNote) -> None:
        """Note that a wait began."""
        await self._writer.run(attempts.note_locks, [note])

    async def sign_in(self, order: SignInOrder) -> bool:
        """Begin a session, unless the proof was changed or used meanwhile."""
        return (await self._writer.run(access.sign_in, [order]))[0]

    async def linked(self, issuer: str, subject: str) -> LoginName | None:
        """Who is linked to a person of a provider."""
        return await self._ask(lambda db: provided.linked_login(db, issuer, subject))

    async def sign_in_provided(self, order: ProvidedOrder) -> bool:
        """Begin a session by the word of a provider, unless something changed meanwhile."""
        return (await self._writer.run(provided.sign_in_provided, [order]))[0]

    async def unlink(self, order: Unlink) -> StaffResult:
        """End somebody's link to the provider."""
        return (await self._writer.run(provided.unlink, [order]))[0]

    async def note_refusal(self, note: RefusalNote) -> None:
        """Note who came from the provider and was not let in."""
        await self._writer.run(provided.note_refusals, [note])

    async def touch(self, touched: Touch) -> None:
        """Note that a session was used."""
        await self._writer.run(access.touch_sessions, [touched])

    async def sign_out(self, order: Touch) -> bool:
        """End a session; whether there was one."""
        return (await self._writer.run(access.sign_out, [order]))[0]

    async def revoke(self, order: RevokeOrder) -> int:
        """End sessions by somebody else's word; how many."""
        return (await self._writer.run(access.revoke, [order]))[0]

    async def add(self, order: AddOrder) -> StaffResult:
        """Add a person, with an invitation."""
        return (await self._writer.run(access.add_staff, [order]))[0]

    async def reinvite(self, invite: Invite) -> StaffResult:
        """Let a person begin anew."""
        return (await self._writer.run(access.reinvite, [invite]))[0]

    async def accept(self, order: AcceptOrder) -> bool:
        """Take up an invitation, once."""
        return (await self._writer.run(access.accept, [order]))[0]

    async def change(self, order: ChangeOrder) -> StaffResult:
        """Change what a person may do."""
        return (await self._writer.run(access.change_staff, [order]))[0]

    async def set_password(self, order: PasswordOrder) -> bool:
        """Set a person's own password."""
        return (await self._writer.run(access.set_password, [order]))[0]

    async def offer_totp(self, order: TotpOrder) -> bool:
        """Offer a second factor."""
        return (await self._writer.run(access.offer_totp, [order]))[0]

    async def confirm_totp(self, order: TotpOrder) -> bool:
        """Note that a person has it."""
        return (await self._writer.run(access.confirm_totp, [order]))[0]

    async def set_language(self, order: LanguageOrder) -> None:
        """Set the language of a person's pages."""
        await self._writer.run(access.set_language, [order])

    async def set_keys(self, order: KeysOrder) -> None:
        """Say whether single keys do something on a person's pages."""
        await self._writer.run(access.set_keys, [order])
