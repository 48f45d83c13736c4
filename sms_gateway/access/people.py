"""Who may sign in: added, invited, changed, disabled."""

import difflib
import re
from collections.abc import Sequence
from typing import assert_never

from sms_gateway.access.keeping import Keeps, token_hash
from sms_gateway.access.passwords import weakness
from sms_gateway.access.signing_in import FIRST, plain_login
from sms_gateway.access.values import (
    Accepted,
    AcceptResult,
    Amendment,
    Invitation,
    Invited,
    NewPerson,
    NoSuchInvitation,
    NotDone,
    TooWeak,
    WhyNot,
)
from sms_gateway.domain.access import (
    AcceptOrder,
    AddOrder,
    ChangeOrder,
    Invite,
    InviteRow,
    StaffResult,
    StaffRow,
)
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import AgencyId, LoginName, Person, Role, StaffId
from sms_gateway.domain.visible import visible

GATEWAY = "gateway"
"""Who adds the first administrator, as the audit names us."""

_LOGIN = re.compile(r"[a-z0-9._-]{1,64}")
_MAX_NAME = 100
_MAX_SHOWN = 40


class People(Keeps):
    """The staff. `by` is who does it, as the audit names them. All raise StoreDownError."""

    async def staff(self) -> Sequence[StaffRow]:
        """All of them, also those that are disabled, by login."""
        return await self._store.staff()

    async def invite(self, order: NewPerson, by: str) -> Invited | NotDone:
        """Add somebody, with a link that works once."""
        row = self._newcomer(order, by)
        if isinstance(row, NotDone):
            return row
        token, invite = self._link(row.login, by)
        result = await self._store.add(AddOrder(row, invite))
        if result is not StaffResult.DONE:
            return not_done(result, row.login)
        return Invited(token, row.person, invite.expires_at)

    async def add_provided(self, order: NewPerson, by: str) -> Person | NotDone:
        """Add somebody who signs in by the provider alone: there is no link, and no password."""
        row = self._newcomer(order, by)
        if isinstance(row, NotDone):
            return row
        result = await self._store.add(AddOrder(row, None))
        return row.person if result is StaffResult.DONE else not_done(result, row.login)

    async def reinvite(self, login: str, by: str) -> Invited | NotDone:
        """Let somebody begin anew: their password, second factor and sessions end at once."""
        name = plain_login(login)
        token, invite = self._link(LoginName(name), by)
        result = await self._store.reinvite(invite)
        person = await self._done(result, name)
        if isinstance(person, NotDone):
            return person
        return Invited(token, person, invite.expires_at)

    async def invited(self, token: str) -> Invitation | None:
        """What a link is good for; looking does not use it."""
        found = await self._invited(token)
        return None if found is None else Invitation(found.staff.person, found.expires_at)

    async def accept(self, token: str, password: str) -> AcceptResult:
        """Take up an invitation with a password; once."""
        found = await self._invited(token)
        if found is None:
            return NoSuchInvitation()
        if why := weakness(password, found.staff.login):
            return TooWeak(why)
        hashed = await self._around.passwords.hash(password)
        order = AcceptOrder(token_hash(token), hashed, self._around.clock.now())
        taken = await self._store.accept(order)
        return Accepted(found.staff.person) if taken else NoSuchInvitation()

    async def change_person(
        self, login: str, role: Role, agencies: frozenset[AgencyId] | None, name: str, by: str
    ) -> Person | NotDone:
        """Change what somebody may do and is called; their sessions end if they may do otherwise.

        Args:
            login: whose.
            role: what they may do from now on.
            agencies: whose messages they see from now on; None for all.
            name: how they are called from now on.
            by: who does it.
        """
        return await self.amend(login, Amendment(role, name, agencies, same_agencies=False), by)

    async def amend(self, login: str, change: Amendment, by: str) -> Person | NotDone:
        """The same, of what is said only."""
        plain = None if change.name is None else _plain_name(change.name)
        wrong = None if plain is None else _wrong_name(plain)
        if wrong := wrong or self._unknown(change.agencies):
            return wrong
        order = ChangeOrder(
            LoginName(plain_login(login)), self._around.clock.now(), by, plain, change.role,
            change.agencies, same_agencies=change.same_agencies,
        )  # fmt: skip
        return await self._change(order)

    async def disable(self, login: str, by: str) -> Person | NotDone:
        """Let somebody sign in no more; their sessions and their link end at once."""
        now = self._around.clock.now()
        return await self._change(
            ChangeOrder(LoginName(plain_login(login)), now, by, disabled=True)
        )

    async def enable(self, login: str, by: str) -> Person | NotDone:
        """Let somebody sign in again."""
        now = self._around.clock.now()
        order = ChangeOrder(LoginName(plain_login(login)), now, by, disabled=False)
        return await self._change(order)

    async def first_administrator(self) -> Secret | None:
        """The token of a link for `admin`, where there is nobody else yet; None where there is.

        While that link is unused each call makes another one in its place.
        """
        who = NewPerson(FIRST, "Quản trị viên", Role.ADMINISTRATOR)
        row = self._new(FIRST, who.name, who, GATEWAY)
        token, invite = self._link(FIRST, GATEWAY)
        result = await self._store.add(AddOrder(row, invite, first=True))
        return token if result is StaffResult.DONE else None

    async def _invited(self, token: str) -> InviteRow | None:
        found = await self._store.invited(token_hash(token))
        if found is None or found.staff.disabled:
            return None
        return found if self._around.clock.now() < found.expires_at else None

    async def _change(self, order: ChangeOrder) -> Person | NotDone:
        return await self._done(await self._store.change(order), order.login)

    async def _done(self, result: StaffResult, login: str) -> Person | NotDone:
        if result is not StaffResult.DONE:
            return not_done(result, login)
        found = await self._store.credentials(login)
        return not_done(StaffResult.UNKNOWN, login) if found is None else found.staff.person

    def _link(self, login: LoginName, by: str) -> tuple[Secret, Invite]:
        token, now = self._around.token(), self._around.clock.now()
        until = now + self._around.limits.invite
        return Secret(token), Invite(login, token_hash(token), now, until, by)

    def _newcomer(self, order: NewPerson, by: str) -> StaffRow | NotDone:
        login, name = plain_login(order.login), _plain_name(order.name)
        if not _LOGIN.fullmatch(login):
            return NotDone(WhyNot.MALFORMED_LOGIN, _MALFORMED)
        if wrong := _wrong_name(name) or self._unknown(order.agencies):
            return wrong
        return self._new(LoginName(login), name, order, by)

    def _new(self, login: LoginName, name: str, order: NewPerson, by: str) -> StaffRow:
        return StaffRow(
            id=StaffId(self._around.new_id()),
            login=login,
            name=name,
            role=order.role,
            agencies=order.agencies,
            language=order.language,
            disabled=False,
            has_password=False,
            has_totp=False,
            added_at=self._around.clock.now(),
            added_by=by,
        )

    def _unknown(self, agencies: frozenset[AgencyId] | None) -> NotDone | None:
        for code in sorted(agencies or ()):
            if code not in self._around.agencies:
                near = difflib.get_close_matches(code, list(self._around.agencies), n=1, cutoff=0)
                hint = f": did you mean {near[0]}?" if near else ": agencies.toml lists none"
                line = f"no agency has the code {code[:_MAX_SHOWN]!r}{hint}"
                return NotDone(WhyNot.UNKNOWN_AGENCY, line)
        return None


def not_done(result: StaffResult, login: str) -> NotDone:
    """What the store said, for people; not for what was done."""
    shown = repr(login[:_MAX_SHOWN])
    match result:
        case StaffResult.TAKEN:
            line = f"the login {shown} is taken: choose another, or see sms-gateway staff list"
            return NotDone(WhyNot.LOGIN_TAKEN, line)
        case StaffResult.UNKNOWN:
            line = f"nobody has the login {shown}: see sms-gateway staff list"
            return NotDone(WhyNot.NO_SUCH_PERSON, line)
        case StaffResult.DISABLED:
            line = f"{shown} is disabled: first sms-gateway staff enable"
            return NotDone(WhyNot.DISABLED, line)
        case StaffResult.LAST_ADMINISTRATOR:
            line = (
                f"{shown} is the last administrator of all agencies: first add another one,"
                " who takes up the link"
            )
            return NotDone(WhyNot.LAST_ADMINISTRATOR, line)
        case StaffResult.NOT_LINKED:
            line = f"{shown} is not linked to the provider: there is nothing to end"
            return NotDone(WhyNot.NOT_LINKED, line)
        case StaffResult.DONE:
            raise ValueError(result)
        case _:
            assert_never(result)


def _plain_name(name: str) -> str:
    return " ".join(visible(name.encode(errors="replace").decode()).split())


def _wrong_name(name: str) -> NotDone | None:
    if 0 < len(name) <= _MAX_NAME and name.isprintable():
        return None
    line = f"a name has 1 to {_MAX_NAME} characters: say how the person is called"
    return NotDone(WhyNot.MALFORMED_NAME, line)


_MALFORMED = "a login has 1 to 64 of a-z, 0-9, dot, dash and underscore"
