"""A person's own account: password, second factor, language."""

from sms_gateway.access.codes import matching_step, uri
from sms_gateway.access.keeping import Keeps
from sms_gateway.access.passwords import weakness
from sms_gateway.access.values import (
    Changed,
    LockedOut,
    PasswordResult,
    TooWeak,
    TotpOffer,
    WrongPassword,
)
from sms_gateway.domain.access import (
    Attempt,
    LanguageOrder,
    LockNote,
    PasswordOrder,
    Spared,
    TotpOrder,
)
from sms_gateway.domain.message import Language
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import Person


class OwnAccount(Keeps):
    """What people change of themselves. All raise StoreDownError.

    Their other sessions end; `keep` names the one that goes on, by its id.
    """

    async def change_password(
        self, person: Person, old: str, new: str, keep: str = ""
    ) -> PasswordResult:
        """Another password; wrong old ones are counted as attempts to sign in are."""
        around, now = self._around, self._around.clock.now()
        if why := weakness(new, person.login):
            return TooWeak(why)
        account = around.hasher.sign_in(f"own {person.login}")
        begun = await self._store.begin_attempt(
            Attempt(account, "", "", now, around.limits.tolerance)
        )
        if begun.wait_until is not None:
            return LockedOut(begun.wait_until)
        proved = await self._store.credentials_of(person.id)
        kept = "" if proved is None else proved.password
        if proved is not None and await around.passwords.matches(kept, old):
            hashed = await around.passwords.hash(new)
            spared = Spared(begun, right=True, known="", at=now, known_until=now)
            order = PasswordOrder(proved, hashed, keep, spared, around.clock.now())
            if await self._store.set_password(order):
                return Changed()
        if begun.locks_until is not None:
            await self._store.note_lock(LockNote(person.login, "console", now, begun.locks_until))
        return WrongPassword()

    async def begin_totp(self, person: Person) -> TotpOffer:
        """Offer a second factor; it counts once it is confirmed, and the one before until then."""
        secret = Secret(self._around.totp_secret())
        order = TotpOrder(person.id, secret.value, 0, "", self._around.clock.now())
        await self._store.offer_totp(order)
        return TotpOffer(secret, uri(secret, person.login))

    async def confirm_totp(self, person: Person, code: str, keep: str = "") -> bool:
        """Confirm what was offered by one of its codes; whether it is one."""
        now = self._around.clock.now()
        proved = await self._store.credentials_of(person.id)
        if proved is None or not proved.totp_offered:
            return False
        step = matching_step(proved.totp_offered, code, now, 0)
        if not step:
            return False
        order = TotpOrder(person.id, proved.totp_offered, step, keep, now)
        return await self._store.confirm_totp(order)

    async def set_language(self, person: Person, language: Language) -> None:
        """The language of their pages."""
        await self._store.set_language(LanguageOrder(person.id, language))
