"""Who may sign in and who is signed in; each act leaves one row in the audit."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sms_gateway.domain.access import (
    ACCEPT_ACT,
    ADD_ACT,
    CHANGE_ACT,
    DISABLE_ACT,
    ENABLE_ACT,
    INVITE_ACT,
    PASSWORD_ACT,
    REVOKE_ACT,
    SIGN_IN_ACT,
    SIGN_OUT_ACT,
    TOTP_ACT,
    AcceptOrder,
    AddOrder,
    ChangeOrder,
    Credentials,
    FoundSession,
    Invite,
    InviteRow,
    KeysOrder,
    LanguageOrder,
    PasswordOrder,
    RevokeOrder,
    SessionId,
    SessionRow,
    SignInOrder,
    Spared,
    StaffResult,
    StaffRow,
    TotpOrder,
    Touch,
    agencies_words,
)
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import AgencyId, LoginName, Role, StaffId, staff_actor
from sms_gateway.store.operations.attempts import spare
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements

_STAFF = 15
_SESSION = 6


async def staff_rows(db: Statements) -> Sequence[StaffRow]:
    """All of them, by login."""
    return [_staff(row) for row in await db.rows("staff_all")]


async def credentials(db: Statements, login: str) -> Credentials | None:
    """What the person of that login proves themselves by."""
    return _credentials(await db.row("staff_credentials", {"login": login}))


async def credentials_of(db: Statements, staff_id: str) -> Credentials | None:
    """The same by their id."""
    return _credentials(await db.row("staff_by_id", {"id": staff_id}))


async def found_session(db: Statements, token_hash: str) -> FoundSession | None:
    """The session of a token."""
    row = await db.row("session_found", {"token_hash": token_hash})
    if row is None:
        return None
    return FoundSession(_session(row[:_SESSION]), _staff(row[_SESSION:]))


async def sessions_of(db: Statements, staff_id: str) -> Sequence[SessionRow]:
    """Where a person is signed in, the last one first."""
    return [_session(row) for row in await db.rows("sessions_of", {"staff_id": staff_id})]


async def found_invite(db: Statements, token_hash: str) -> InviteRow | None:
    """For whom a link is."""
    row = await db.row("invite_found", {"token_hash": token_hash})
    return None if row is None else InviteRow(_staff(row[1:]), moment(row[0]))


async def sign_in(db: Statements, orders: Sequence[SignInOrder]) -> Sequence[bool]:
    """Begin sessions; not where the proof was changed or used meanwhile."""
    return [await _sign_in(db, one) for one in orders]


async def touch_sessions(db: Statements, touched: Sequence[Touch]) -> Sequence[None]:
    """Note that sessions were used."""
    for one in touched:
        await db.change("session_touch", {"token_hash": one.token_hash, "at": ms(one.at)})
    return [None] * len(touched)


async def sign_out(db: Statements, orders: Sequence[Touch]) -> Sequence[bool]:
    """End sessions by the word of those whose they are; whether there was one."""
    ended = []
    for one in orders:
        found = await found_session(db, one.token_hash)
        ended.append(found is not None)
        if found is not None:
            await db.change("session_end", {"id": found.row.id})
            person = found.staff.person
            await audit(db, one.at, staff_actor(person), SIGN_OUT_ACT, person.login)
    return ended


async def revoke(db: Statements, orders: Sequence[RevokeOrder]) -> Sequence[int]:
    """End sessions by somebody else's word; how many."""
    return [await _revoke(db, one) for one in orders]


async def add_staff(db: Statements, orders: Sequence[AddOrder]) -> Sequence[StaffResult]:
    """Add people, each with an invitation."""
    return [await _add(db, one) for one in orders]


async def reinvite(db: Statements, orders: Sequence[Invite]) -> Sequence[StaffResult]:
    """Let people begin anew: no password, no second factor, no session, a link."""
    return [await _reinvite(db, one) for one in orders]


async def accept(db: Statements, orders: Sequence[AcceptOrder]) -> Sequence[bool]:
    """Take up invitations, each once."""
    return [await _accept(db, one) for one in orders]


async def change_staff(db: Statements, orders: Sequence[ChangeOrder]) -> Sequence[StaffResult]:
    """Change what people may do; the last administrator of all agencies stays that."""
    return [await _change(db, one) for one in orders]


async def set_password(db: Statements, orders: Sequence[PasswordOrder]) -> Sequence[bool]:
    """Set people's own passwords; not where the old one was changed meanwhile."""
    return [await _set_password(db, one) for one in orders]


async def offer_totp(db: Statements, orders: Sequence[TotpOrder]) -> Sequence[bool]:
    """Offer people a second factor; not where they are not there, or their code was used."""
    offered = []
    for one in orders:
        values = {"id": one.staff_id, "secret": one.secret, "step": one.step}
        offered.append(bool(await db.change("staff_totp_offer", values)))
    return offered


async def confirm_totp(db: Statements, orders: Sequence[TotpOrder]) -> Sequence[bool]:
    """Note that people have their second factor; not where another was offered meanwhile."""
    return [await _confirm_totp(db, one) for one in orders]


async def set_language(db: Statements, orders: Sequence[LanguageOrder]) -> Sequence[None]:
    """Set the language of people's pages; that is no act for the audit."""
    for one in orders:
        await db.change("staff_language", {"id": one.staff_id, "language": one.language})
    return [None] * len(orders)


async def set_keys(db: Statements, orders: Sequence[KeysOrder]) -> Sequence[None]:
    """Say whether single keys do something on people's pages; that is no act for the audit."""
    for one in orders:
        await db.change("staff_keys", {"id": one.staff_id, "off": int(one.off)})
    return [None] * len(orders)


async def _sign_in(db: Statements, order: SignInOrder) -> bool:
    proved, session = order.proved, order.session
    values = {
        "id": proved.staff.id, "proved": proved.password, "totp": proved.totp,
        "password": order.password, "step": order.step, "at": ms(session.started_at),
    }  # fmt: skip
    if not await db.change("staff_signed_in", values):
        return False
    await begin_session(db, session, order.token_hash, order.started_after, order.spared)
    person = proved.staff.person
    detail = f"from={session.address}"
    await audit(db, session.started_at, staff_actor(person), SIGN_IN_ACT, person.login, detail)
    return True


async def begin_session(
    db: Statements, session: SessionRow, token_hash: str, started_after: datetime, spared: Spared
) -> None:
    """Begin one, and take back what was counted; a part of other changes."""
    begun = {
        "id": session.id, "token_hash": token_hash, "staff_id": session.staff_id,
        "at": ms(session.started_at), "address": session.address,
        "second_factor": int(session.second_factor),
    }  # fmt: skip
    await db.change("sessions_forget", {"before": ms(started_after)})
    await db.change("session_add", begun)
    await spare(db, spared)


async def _revoke(db: Statements, order: RevokeOrder) -> int:
    staff_id = order.staff_id
    if order.session:
        ended = await db.row("session_end", {"id": order.session})
        if ended is None:
            return 0
        (staff_id,), count = ended, 1
    else:
        count = await db.change("sessions_end", {"staff_id": staff_id, "keep": ""})
    proved = await credentials_of(db, staff_id)
    if proved is not None and count:
        await audit(db, order.at, order.by, REVOKE_ACT, proved.staff.login, f"sessions={count}")
    return count


async def _add(db: Statements, order: AddOrder) -> StaffResult:
    one = order.staff
    if order.first and any(not _untouched(row, one) for row in await staff_rows(db)):
        return StaffResult.TAKEN
    values = {
        "id": one.id, "login": one.login, "name": one.name, "role": one.role,
        "agencies": _json(one.agencies), "language": one.language,
        "at": ms(one.added_at), "by": one.added_by,
    }  # fmt: skip
    staff_id: str = one.id
    if await db.change("staff_add", values):
        detail = f"role={one.role} agencies={agencies_words(one.agencies)}"
        await audit(db, one.added_at, one.added_by, ADD_ACT, one.login, detail)
    elif order.first and (there := await credentials(db, one.login)):
        staff_id = there.staff.id
        await audit(db, one.added_at, one.added_by, INVITE_ACT, one.login)
    else:
        return StaffResult.TAKEN
    if order.invite is not None:
        await _put_invite(db, staff_id, order.invite)
    return StaffResult.DONE


def _untouched(row: StaffRow, first: StaffRow) -> bool:
    """Whether it is the first administrator, whose link nobody used."""
    same = (row.login, row.added_by) == (first.login, first.added_by)
    return same and row.accepted_at is None and not row.disabled


async def _put_invite(db: Statements, staff_id: str, invite: Invite) -> None:
    values = {
        "staff_id": staff_id, "token_hash": invite.token_hash, "at": ms(invite.at),
        "expires_at": ms(invite.expires_at), "by": invite.by,
    }  # fmt: skip
    await db.change("invite_put", values)


async def _reinvite(db: Statements, invite: Invite) -> StaffResult:
    found = await credentials(db, invite.login)
    if found is None:
        return StaffResult.UNKNOWN
    if found.staff.disabled:
        return StaffResult.DISABLED
    staff_id = found.staff.id
    await db.change("staff_reset", {"id": staff_id})
    await db.change("sessions_end", {"staff_id": staff_id, "keep": ""})
    await _put_invite(db, staff_id, invite)
    await audit(db, invite.at, invite.by, INVITE_ACT, invite.login)
    return StaffResult.DONE


async def _accept(db: Statements, order: AcceptOrder) -> bool:
    taken = {"token_hash": order.token_hash, "at": ms(order.at)}
    found = await db.row("invite_take", taken)
    if found is None:
        return False
    values = {"id": found[0], "password": order.password, "at": ms(order.at)}
    if not await db.change("staff_accept", values):
        return False
    proved = await credentials_of(db, found[0])
    if proved is not None:
        person = proved.staff.person
        await audit(db, order.at, staff_actor(person), ACCEPT_ACT, person.login)
    return True


async def _change(db: Statements, order: ChangeOrder) -> StaffResult:
    # First, so that of two at once the second sees what the first one did.
    ruling = [row[0] for row in await db.rows("staff_administrators")]
    found = await credentials(db, order.login)
    if found is None:
        return StaffResult.UNKNOWN
    before = found.staff
    role = order.role or before.role
    disabled = before.disabled if order.disabled is None else order.disabled
    agencies = before.agencies if order.same_agencies else order.agencies
    # Pages of staff are for who sees all agencies: who is limited manages nobody.
    steps_down = disabled or role is not Role.ADMINISTRATOR or agencies is not None
    ruled = before.role is Role.ADMINISTRATOR and before.agencies is None
    rules = ruled and not before.disabled
    if rules and steps_down and not set(ruling) - {before.id}:
        return StaffResult.LAST_ADMINISTRATOR
    values = {
        "id": before.id, "name": order.name or before.name, "role": role,
        "agencies": _json(agencies), "disabled": int(disabled),
    }  # fmt: skip
    await db.change("staff_change", values)
    if (role, agencies, disabled) != (before.role, before.agencies, before.disabled):
        await db.change("sessions_end", {"staff_id": before.id, "keep": ""})
    if disabled:
        await db.change("invite_drop", {"staff_id": before.id})
    act, detail = CHANGE_ACT, f"role={role} agencies={agencies_words(agencies)}"
    if order.disabled is not None:
        act, detail = DISABLE_ACT if disabled else ENABLE_ACT, ""
    await audit(db, order.at, order.by, act, order.login, detail)
    return StaffResult.DONE


async def _set_password(db: Statements, order: PasswordOrder) -> bool:
    staff = order.proved.staff
    values = {
        "id": staff.id, "password": order.password, "proved": order.proved.password,
        "totp": order.proved.totp, "step": order.step,
    }  # fmt: skip
    if not await db.change("staff_password", values):
        return False
    await spare(db, order.spared)
    await db.change("sessions_end", {"staff_id": staff.id, "keep": order.keep})
    await audit(db, order.at, staff_actor(staff.person), PASSWORD_ACT, staff.login)
    return True


async def _confirm_totp(db: Statements, order: TotpOrder) -> bool:
    values = {"id": order.staff_id, "secret": order.secret, "step": order.step}
    if not await db.change("staff_totp_confirm", values):
        return False
    await db.change("sessions_end", {"staff_id": order.staff_id, "keep": order.keep})
    proved = await credentials_of(db, order.staff_id)
    if proved is not None:
        person = proved.staff.person
        await audit(db, order.at, staff_actor(person), TOTP_ACT, person.login)
    return True


def _staff(row: Row) -> StaffRow:
    return StaffRow(
        id=StaffId(row[0]),
        login=LoginName(row[1]),
        name=row[2],
        role=Role(row[3]),
        agencies=None if row[4] is None else frozenset(map(AgencyId, json.loads(row[4]))),
        language=Language(row[5]),
        disabled=bool(row[6]),
        has_password=bool(row[7]),
        has_totp=bool(row[8]),
        added_at=moment(row[9]),
        added_by=row[10],
        accepted_at=_moment(row[11]),
        signed_in_at=_moment(row[12]),
        keys_off=bool(row[13]),
        linked=bool(row[14]),
    )


def _credentials(row: Row | None) -> Credentials | None:
    return None if row is None else Credentials(_staff(row[:_STAFF]), *row[_STAFF:])


def _session(row: Row) -> SessionRow:
    at, seen = moment(row[2]), moment(row[3])
    return SessionRow(SessionId(row[0]), StaffId(row[1]), at, seen, row[4], bool(row[5]))


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else moment(milliseconds)


def _json(agencies: frozenset[AgencyId] | None) -> Any:  # noqa: ANN401  # text or nothing, as a column takes it
    return None if agencies is None else json.dumps(sorted(agencies))
