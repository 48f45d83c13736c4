"""The people of the console, as the message store keeps them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import randbits
from typing import TypeVar

from sms_gateway.access import Access, Amendment, NewPerson
from sms_gateway.access.commanded import done, end_sessions
from sms_gateway.access.signing_in import plain_login
from sms_gateway.cli.changing import Answer, RunningService, change, myself, open_own_store
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import nobodys_hasher, stored
from sms_gateway.clock import SystemClock
from sms_gateway.domain.access import SessionRow, StaffRow
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.service.access import wire_access
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody, and where they are signed in."""

    staff: StaffRow
    sessions: Sequence[SessionRow]


def staff_kept(settings: Settings) -> Sequence[StaffRow]:
    """All of them; nobody where there is no message store yet. Raises what opening it raises."""
    return asyncio.run(_read(settings)) if stored(settings) else ()


async def _read(settings: Settings) -> Sequence[StaffRow]:
    async with open_reading(settings.store_at) as reading:
        return await reading.staff()


def signed_in(settings: Settings, login: str) -> Signed:
    """Where somebody is signed in. Raises Fault, and what opening the store raises."""
    return asyncio.run(_signed_in(settings, plain_login(login)))


async def _signed_in(settings: Settings, login: str) -> Signed:
    async with open_reading(settings.store_at) as reading:
        for row in await reading.staff():
            if row.login == login:
                return Signed(row, await reading.staff_sessions(row.id))
    message = f"nobody has the login {login[:64]!r}: see sms-gateway staff list"
    raise Fault(message)


def add_person(settings: Settings, new: NewPerson) -> str:
    """Add somebody; the token of their link. Raises what `change` raises."""

    async def act(access: Access) -> str:
        return done(await access.invite(new, myself())).token.value

    return _done(settings, "add", _newcomer(new), act, _token)


def add_provided(settings: Settings, new: NewPerson) -> str:
    """Add somebody who signs in by the provider alone; their login. Raises what `change` raises."""

    async def act(access: Access) -> str:
        return done(await access.add_provided(new, myself())).login

    return _done(settings, "add-provided", _newcomer(new), act, _login)


def unlink_person(settings: Settings, login: str) -> str:
    """End somebody's link to the provider; their login. Raises what `change` raises."""

    async def act(access: Access) -> str:
        return done(await access.unlink(login, myself()))

    return _done(settings, "unlink", {"login": login}, act, _login)


def invite_again(settings: Settings, login: str) -> str:
    """Let somebody begin anew; the token of their link. Raises what `change` raises."""

    async def act(access: Access) -> str:
        return done(await access.reinvite(login, myself())).token.value

    return _done(settings, "invite", {"login": login}, act, _token)


def amend_person(settings: Settings, login: str, amendment: Amendment) -> str:
    """Change what is said of somebody; their login. Raises what `change` raises."""

    async def act(access: Access) -> str:
        return done(await access.amend(login, amendment, myself())).login

    told = {"role": amendment.role, "name": amendment.name}
    said = {"login": login, **_codes(amendment.agencies, same=amendment.same_agencies)}
    given = {name: value for name, value in told.items() if value is not None}
    return _done(settings, "change", {**said, **given}, act, _login)


def switch_person(settings: Settings, login: str, *, disabled: bool) -> str:
    """Let somebody sign in no more, or again; their login. Raises what `change` raises."""

    async def act(access: Access) -> str:
        switch = access.disable if disabled else access.enable
        return done(await switch(login, myself())).login

    return _done(settings, "disable" if disabled else "enable", {"login": login}, act, _login)


def sign_out_everywhere(settings: Settings, login: str) -> int:
    """End all sessions of somebody; how many. Raises what `change` raises."""

    async def act(access: Access) -> int:
        return await end_sessions(access, login, myself())

    return _done(settings, "end", {"login": login}, act, lambda answer: int(answer["ended"]))


def _done(
    settings: Settings,
    word: str,
    said: Mapping[str, str],
    act: Callable[[Access], Awaitable[T]],
    read: Callable[[Answer], T],
) -> T:
    """Do something through the service, or directly."""

    def through(service: RunningService) -> T:
        return read(service.ask("POST", f"/staff/{word}", said))

    async def directly() -> T:
        async with _access(settings) as access:
            return await act(access)

    return change(settings, through, directly)


@asynccontextmanager
async def _access(settings: Settings) -> AsyncIterator[Access]:
    clock = SystemClock()
    async with open_own_store(settings, clock) as store:
        new_id = Uuid7(clock.milliseconds, randbits)
        # Nobody signs in here: no attempt is counted.
        yield wire_access(settings, store.access, nobodys_hasher(), clock, new_id)


def _newcomer(new: NewPerson) -> Mapping[str, str]:
    return {
        "login": new.login, "name": new.name, "role": new.role, "language": new.language,
        **_codes(new.agencies, same=False),
    }  # fmt: skip


def _codes(agencies: frozenset[str] | None, *, same: bool) -> Mapping[str, str]:
    if same:
        return {"which": "same", "agencies": ""}
    which = "all" if agencies is None else "some"
    return {"which": which, "agencies": "\n".join(sorted(agencies or ()))}


def _token(answer: Answer) -> str:
    return str(answer["token"])


def _login(answer: Answer) -> str:
    return str(answer["login"])
