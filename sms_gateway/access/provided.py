"""Signing in by the word of an identity provider."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from sms_gateway.access.codes import matching_step
from sms_gateway.access.keeping import token_hash
from sms_gateway.access.people import not_done
from sms_gateway.access.signing_in import FIRST, SigningIn, kept_address, plain_login
from sms_gateway.access.values import (
    CodeNeeded,
    CodeResult,
    LockedOut,
    NotDone,
    NotLetIn,
    NotTheirs,
    ProvidedResult,
    SignedIn,
    WrongCode,
)
from sms_gateway.domain.access import (
    Credentials,
    FoundSession,
    SessionId,
    SessionRow,
    Spared,
    StaffResult,
)
from sms_gateway.domain.identity import Identity, Unproved
from sms_gateway.domain.provided import ProvidedOrder, RefusalNote, Unlink
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import LoginName


class SigningInProvided(SigningIn):
    """Sessions that begin by the word of a provider. All raise StoreDownError.

    The first one who comes from there as somebody is linked to them, and nobody else is let in as
    them from then on. Accounts are never made so.
    """

    async def sign_in_provided(
        self, prove: Callable[[], Awaitable[Identity | Unproved]], address: str
    ) -> ProvidedResult:
        """Sign in who comes from the provider.

        Args:
            prove: asks the provider who it is; not called where that address must wait.
            address: where the request came from.
        """
        now = self._now()
        tried = replace(self._attempt("", address, now), account="", known="")
        begun = await self._store.begin_attempt(tried)
        if begun.wait_until is not None:
            return LockedOut(begun.wait_until)
        proof = await prove()
        if isinstance(proof, Unproved):
            if proof.counts:
                await self._note("", proof.reason, address)
            else:
                await self._store.spare_attempt(self._spared(begun, tried, right=False))
            return proof
        proved = await self._store.credentials(proof.login)
        why = await self._why_not(proof, proved)
        if proved is None or why is not None:
            return await self._refused(proof, proved, why or NotTheirs.NOBODY, address)
        spared = self._spared(begun, tried, right=False)
        if proved.totp and not proof.second_factor:
            if self._factor(proved) is None:
                return await self._refused(proof, proved, NotTheirs.LOST_FACTOR, address)
            await self._store.spare_attempt(spared)
            return CodeNeeded(proof)
        begins = await self._begin_provided(proof, proved, 0, address, spared)
        return begins or await self._refused(proof, proved, NotTheirs.CHANGED, address)

    async def confirm_provided(self, identity: Identity, code: str, address: str) -> CodeResult:
        """Sign in who came from the provider and was asked for a code.

        Args:
            identity: who that is, as `CodeNeeded` said.
            code: as it was typed.
            address: where the request came from.
        """
        now = self._now()
        tried = self._attempt(identity.login, address, now)
        begun = await self._store.begin_attempt(tried)
        if begun.wait_until is not None:
            return LockedOut(begun.wait_until)
        proved = await self._store.credentials(identity.login)
        why = await self._why_not(identity, proved)
        if proved is None or why is not None or now >= identity.until:
            return await self._refused(identity, proved, why or NotTheirs.CHANGED, address)
        secret = self._factor(proved)
        step = 0 if secret is None else matching_step(secret, code, now, proved.totp_step)
        if not step:
            await self._failed(begun, proved, address, now)
            return WrongCode()
        spared = self._spared(begun, tried, right=True)
        begins = await self._begin_provided(identity, proved, step, address, spared)
        return begins or await self._refused(identity, proved, NotTheirs.CHANGED, address)

    async def unlink(self, login: str, by: str) -> LoginName | NotDone:
        """End somebody's link to the provider, and their sessions: the next one is linked anew."""
        name = LoginName(plain_login(login))
        result = await self._store.unlink(Unlink(name, self._now(), by))
        return name if result is StaffResult.DONE else not_done(result, name)

    async def _why_not(self, who: Identity, proved: Credentials | None) -> NotTheirs | None:
        if proved is None:
            return NotTheirs.NOBODY
        if proved.staff.login == FIRST:
            # A provider may well have an `admin` of its own.
            return NotTheirs.RESERVED
        if proved.staff.disabled:
            return NotTheirs.DISABLED
        if proved.subject and (proved.issuer, proved.subject) != (who.issuer, who.subject):
            return NotTheirs.OTHER_SUBJECT
        linked = await self._store.linked(who.issuer, who.subject)
        return None if linked in (None, proved.staff.login) else NotTheirs.LINKED_ELSEWHERE

    async def _begin_provided(
        self, who: Identity, proved: Credentials, step: int, address: str, spared: Spared
    ) -> SignedIn | None:
        around, now, token = self._around, self._now(), self._around.token()
        row = SessionRow(
            SessionId(around.new_id()), proved.staff.id, now, now, kept_address(address),
            second_factor=who.second_factor,
        )  # fmt: skip
        order = ProvidedOrder(
            proved, who, step, row, token_hash(token), spared, now - around.limits.absolute
        )
        if not await self._store.sign_in_provided(order):
            return None
        return SignedIn(Secret(token), self._session(FoundSession(row, proved.staff), token))

    async def _refused(
        self, who: Identity, proved: Credentials | None, why: NotTheirs, address: str
    ) -> NotLetIn:
        await self._note("" if proved is None else who.login, why, address)
        return NotLetIn(why)

    async def _note(self, login: str, reason: str, address: str) -> None:
        note = RefusalNote(login, reason, kept_address(address), self._now())
        await self._store.note_refusal(note)
