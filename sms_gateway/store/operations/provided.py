"""Staff who come from an identity provider; each act leaves a row in the audit, a link another."""

from collections.abc import Sequence

from sms_gateway.domain.access import (
    SIGN_IN_ACT,
    StaffResult,
)
from sms_gateway.domain.identity import LINK_ACT, OIDC_REFUSED_ACT, UNLINK_ACT
from sms_gateway.domain.provided import ProvidedOrder, RefusalNote, Unlink
from sms_gateway.domain.staff import LoginName, staff_actor
from sms_gateway.store.operations.access import begin_session, credentials
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import ms
from sms_gateway.store.statements import Statements


async def linked_login(db: Statements, issuer: str, subject: str) -> LoginName | None:
    """Who is linked to a person of a provider."""
    row = await db.row("staff_linked", {"issuer": issuer, "subject": subject})
    return None if row is None else LoginName(row[0])


async def sign_in_provided(db: Statements, orders: Sequence[ProvidedOrder]) -> Sequence[bool]:
    """Begin sessions by the word of a provider, once; not where something changed meanwhile."""
    return [await _sign_in(db, one) for one in orders]


async def unlink(db: Statements, orders: Sequence[Unlink]) -> Sequence[StaffResult]:
    """End people's links to the provider, and their sessions."""
    return [await _unlink(db, one) for one in orders]


async def note_refusals(db: Statements, notes: Sequence[RefusalNote]) -> Sequence[None]:
    """Note who came from the provider and was not let in."""
    for one in notes:
        detail = f"why={one.reason} from={one.address}"
        await audit(db, one.at, "console", OIDC_REFUSED_ACT, one.login, detail)
    return [None] * len(notes)


async def _sign_in(db: Statements, order: ProvidedOrder) -> bool:
    proved, who, session = order.proved, order.identity, order.session
    if not await _first_use(db, order):
        return False
    if await linked_login(db, who.issuer, who.subject) not in (None, proved.staff.login):
        return False
    values = {
        "id": proved.staff.id, "issuer": who.issuer, "subject": who.subject,
        "at": ms(session.started_at), "step": order.step, "totp": proved.totp,
        "proved": proved.password, "was_issuer": proved.issuer, "was_subject": proved.subject,
        "without_code": int(order.step == 0),
    }  # fmt: skip
    if not await db.change("staff_provided", values):
        return False
    await begin_session(db, session, order.token_hash, order.started_after, order.spared)
    person, at = proved.staff.person, session.started_at
    if not proved.subject:
        await audit(db, at, staff_actor(person), LINK_ACT, person.login, f"issuer={who.issuer}")
    detail = f"from={session.address} by=oidc"
    await audit(db, at, staff_actor(person), SIGN_IN_ACT, person.login, detail)
    return True


async def _first_use(db: Statements, order: ProvidedOrder) -> bool:
    """Whether nobody signed in by this answer of the provider before."""
    values = {
        "name": f"nonce:{order.identity.nonce}",
        "at": ms(order.session.started_at),
        # It is of no use any more by then.
        "forget_at": ms(order.identity.until),
    }
    return bool(await db.change("attempt_keep", values))


async def _unlink(db: Statements, order: Unlink) -> StaffResult:
    found = await credentials(db, order.login)
    if found is None:
        return StaffResult.UNKNOWN
    if not await db.change("staff_unlink", {"id": found.staff.id}):
        return StaffResult.NOT_LINKED
    await db.change("sessions_end", {"staff_id": found.staff.id, "keep": ""})
    await audit(db, order.at, order.by, UNLINK_ACT, order.login)
    return StaffResult.DONE
