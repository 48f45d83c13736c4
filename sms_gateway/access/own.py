"""A person's own account: password, second factor, language."""

from datetime import datetime, timedelta

from sms_gateway.access.codes import matching_step, uri
from sms_gateway.access.factors import factor_secret, kept_factor
from sms_gateway.access.keeping import Keeps
from sms_gateway.access.passwords import weakness
from sms_gateway.access.values import (
    Changed,
    LockedOut,
    PasswordResult,
    SecondFactorLost,
    TooWeak,
    TotpOffer,
    TotpResult,
    WrongPassword,
)
from sms_gateway.domain.access import (
    Attempt,
    Begun,
    Credentials,
    KeysOrder,
    LanguageOrder,
    LockNote,
    PasswordOrder,
    Spared,
    TotpOrder,
)
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Person

_FRESH = timedelta(minutes=10)


class OwnAccount(Keeps):
    """What people change of themselves. All raise StoreDownError.

    Their other sessions end; `keep` names the one that goes on, by its id.
    """

    async def change_password(
        self, person: Person, old: str, new: str, keep: str = "", code: str = ""
    ) -> PasswordResult:
        """Another password, for the old one and, where they have a second factor, its code.

        What is wrong is counted as attempts to sign in are.
        """
        around, now = self._around, self._around.clock.now()
        if why := weakness(new, person.login):
            return TooWeak(why)
        begun = await self._begun(person)
        if begun.wait_until is not None:
            return LockedOut(begun.wait_until)
        proved = await self._store.credentials_of(person.id)
        kept = "" if proved is None else proved.password
        right = await around.passwords.matches(kept, old)
        step = self._step(proved, code)
        if right and step is None and self._lost(proved):
            return SecondFactorLost()
        if proved is not None and right and step is not None:
            hashed = await around.passwords.hash(new)
            spared = Spared(begun, right=True, known="", at=now, known_until=now)
            order = PasswordOrder(proved, hashed, keep, spared, around.clock.now(), step)
            if await self._store.set_password(order):
                return Changed()
        return await self._wrong(person, begun)

    async def begin_totp(
        self, person: Person, proof: str, began: datetime | None = None
    ) -> TotpResult:
        """Offer a second factor; it counts once it is confirmed, and the one before until then.

        Args:
            person: who.
            proof: the present code of who has a second factor, the password of who has none. So a
                session that somebody else got hold of does not become theirs for good.
            began: when their session did: who comes from the provider and has no password has
                proved it for some minutes by that.
        """
        begun, now = await self._begun(person), self._around.clock.now()
        if begun.wait_until is not None:
            return LockedOut(begun.wait_until)
        proved = await self._store.credentials_of(person.id)
        fresh = began is not None and now - began <= _FRESH
        right = proved is not None and (
            bool(proved.totp)
            or (fresh and bool(proved.subject) and not proved.password)
            or await self._around.passwords.matches(proved.password, proof)
        )
        step = self._step(proved, proof)
        if right and step is None and self._lost(proved):
            return SecondFactorLost()
        if right and step is not None:
            kept = kept_factor(self._around.hasher, self._around.salt())
            secret = factor_secret(self._around.hasher, kept, person.id)
            order = TotpOrder(person.id, kept, step, "", now)
            if secret is not None and await self._store.offer_totp(order):
                spared = Spared(begun, right=True, known="", at=now, known_until=now)
                await self._store.spare_attempt(spared)
                return TotpOffer(secret, uri(secret, person.login))
        return await self._wrong(person, begun)

    async def _begun(self, person: Person) -> Begun:
        """Count an attempt before it is looked at."""
        around = self._around
        account = around.hasher.sign_in(f"own {person.login}")
        tried = Attempt(account, "", "", around.clock.now(), around.limits.tolerance)
        return await self._store.begin_attempt(tried)

    def _step(self, proved: Credentials | None, code: str) -> int | None:
        """The step of a code never used before; 0 where none is needed, None where it is wrong."""
        if proved is None or not proved.totp:
            return 0
        now, secret = self._around.clock.now(), self._factor(proved)
        if secret is None:
            return None
        return matching_step(secret, code, now, proved.totp_step) or None

    def _lost(self, proved: Credentials | None) -> bool:
        """Whether they have a second factor, and the key that it was made of is not here."""
        return proved is not None and bool(proved.totp) and self._factor(proved) is None

    async def _wrong(self, person: Person, begun: Begun) -> WrongPassword:
        if begun.locks_until is not None:
            now = self._around.clock.now()
            await self._store.note_lock(LockNote(person.login, "console", now, begun.locks_until))
        return WrongPassword()

    async def confirm_totp(self, person: Person, code: str, keep: str = "") -> bool:
        """Confirm what was offered by one of its codes; whether it is one."""
        now = self._around.clock.now()
        proved = await self._store.credentials_of(person.id)
        if proved is None or not proved.totp_offered:
            return False
        secret = factor_secret(self._around.hasher, proved.totp_offered, person.id)
        step = 0 if secret is None else matching_step(secret, code, now, 0)
        if not step:
            return False
        order = TotpOrder(person.id, proved.totp_offered, step, keep, now)
        return await self._store.confirm_totp(order)

    async def set_language(self, person: Person, language: Language) -> None:
        """The language of their pages."""
        await self._store.set_language(LanguageOrder(person.id, language))

    async def set_keys(self, person: Person, *, off: bool) -> None:
        """Whether single keys do something on their pages."""
        await self._store.set_keys(KeysOrder(person.id, off))
