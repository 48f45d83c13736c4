"""The staff of an office, its store, and time that stands until a test moves it."""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pyotp
from argon2 import PasswordHasher

from sms_gateway.access import Access, AccessLimits, Around, Invited, NewPerson, SignedIn
from sms_gateway.access.factors import factor_secret, kept_factor
from sms_gateway.access.passwords import Passwords
from sms_gateway.access.values import SignInResult
from sms_gateway.domain.staff import AgencyId, Person, Role
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import HASHER, Desk

PASSWORD = "con trâu đi trước"
OTHER = "cái cày theo sau"
SEAT, ELSEWHERE = "10.0.0.7", "203.0.113.9"
SALT = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BY = "os:chi"


class Clock:
    """Implements `ports.Clock` by a desk's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        return self._desk.clock.at

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Office:
    """All of access on a desk's store."""

    def __init__(self, desk: Desk, limits: AccessLimits | None = None) -> None:
        assert isinstance(desk.store, SqlStore)
        self.desk = desk
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        tokens = itertools.count(1)
        self.around = Around(
            clock=Clock(desk),
            token=lambda: hashlib.sha256(f"token {next(tokens)}".encode()).hexdigest(),
            new_id=desk.new_id,
            limits=limits or AccessLimits(),
            hasher=HASHER,
            agencies=("H32.01", "H32.02", "000.00.12.H32", "000.00.01.H19"),
            passwords=self.passwords,
            salt=lambda: SALT,
        )
        self.store = desk.store.access
        self.access = Access(self.store, self.around)
        self._hired: dict[str, Person] = {}

    def limited(self, limits: AccessLimits) -> Access:
        """The same under other limits."""
        return Access(self.store, replace(self.around, limits=limits))

    def step(self, seconds: float) -> None:
        self.desk.clock.step(seconds)

    async def hire(
        self,
        login: str = "an",
        role: Role = Role.CLERK,
        agencies: frozenset[AgencyId] | None = None,
    ) -> Person:
        """Somebody who has taken up their invitation."""
        new = NewPerson(login, login.title(), role, agencies)
        invited = await self.access.invite(new, BY)
        assert isinstance(invited, Invited)
        await self.access.accept(invited.token.value, PASSWORD)
        self._hired[login] = invited.person
        return invited.person

    async def try_in(
        self, password: str = PASSWORD, code: str = "", address: str = SEAT, login: str = "an"
    ) -> SignInResult:
        return await self.access.sign_in(login, password, code, address)

    async def come_in(self, code: str = "", login: str = "an") -> SignedIn:
        found = await self.try_in(code=code, login=login)
        assert isinstance(found, SignedIn)
        return found

    async def with_totp(self, login: str = "an") -> Person:
        """Somebody with a second factor, a step ago."""
        person = await self.hire(login)
        await self.access.begin_totp(person, PASSWORD)
        assert await self.access.confirm_totp(person, self.code(login=login))
        self.step(30)
        return person

    def code(self, steps: int = 0, login: str = "an") -> str:
        secret = factor_secret(HASHER, kept_factor(HASHER, SALT), self._hired[login].id)
        assert secret is not None
        return pyotp.TOTP(secret.value).at(self.desk.clock.at, counter_offset=steps)

    async def audit(self) -> Sequence[tuple[object, ...]]:
        return await self.desk.rows("SELECT by, act, subject, detail FROM audit ORDER BY id")
