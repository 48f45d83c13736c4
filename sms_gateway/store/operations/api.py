"""Tokens of other systems, what they send and count. What changes is part of one commit."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sms_gateway.domain.access import agencies_words
from sms_gateway.domain.acts import SEND_ACT
from sms_gateway.domain.api import (
    END_ACT,
    MAKE_ACT,
    ApiBlocked,
    ApiKeyTaken,
    ApiOptedOut,
    ApiOrder,
    ApiQueued,
    ApiSent,
    ApiToken,
    Scope,
    TokenEnd,
    TokenId,
    TokenMade,
    TokenUsed,
)
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import Billing, MtState
from sms_gateway.domain.staff import AgencyId
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import first_id, moment, ms, ms_or_none
from sms_gateway.store.statements import Row, Statements

WALK = 5_000
"""Texts counted at a time."""


async def tokens(db: Statements) -> Sequence[ApiToken]:
    """All of them, also those that count no more, by name."""
    return [_token(row) for row in await db.rows("api_tokens", {})]


async def token_of(db: Statements, token_hash: str) -> ApiToken | None:
    """The one of a hash."""
    row = await db.row("api_token_of", {"token_hash": token_hash})
    return None if row is None else _token(row)


async def make_tokens(db: Statements, made: Sequence[TokenMade]) -> Sequence[bool]:
    """Keep tokens; whether the name was free."""
    return [await _make(db, one) for one in made]


async def _make(db: Statements, made: TokenMade) -> bool:
    one = made.token
    values = {
        "id": one.id, "name": one.name, "token_hash": made.token_hash,
        "scopes": json.dumps(one.scopes),
        "agencies": None if one.agencies is None else json.dumps(one.agencies),
        "made_at": ms(one.made_at), "by": one.by, "expires_at": ms_or_none(one.expires_at),
    }  # fmt: skip
    if not await db.change("api_token_add", values):
        return False
    until = one.expires_at.isoformat() if one.expires_at else "-"
    agencies = agencies_words(one.agencies)
    detail = f"{one.name} scopes={','.join(one.scopes)} agencies={agencies} until={until}"
    await audit(db, one.made_at, one.by, MAKE_ACT, one.id, detail)
    return True


async def end_tokens(db: Statements, ends: Sequence[TokenEnd]) -> Sequence[bool]:
    """Let tokens count no more; whether each was there and not ended before."""
    return [await _end(db, one) for one in ends]


async def _end(db: Statements, end: TokenEnd) -> bool:
    ended = await db.rows("api_token_revoke", {"name": end.name, "at": ms(end.at)})
    for (token_id,) in ended:
        await audit(db, end.at, end.by, END_ACT, token_id, end.name)
    return bool(ended)


async def use_tokens(db: Statements, uses: Sequence[TokenUsed]) -> Sequence[None]:
    """Note that tokens were used."""
    for one in sorted(uses, key=lambda use: use.id):
        values = {"id": one.id, "at": ms(one.at), "unless": ms(one.unless)}
        await db.change("api_token_used", values)
    return [None] * len(uses)


async def queue_sent(db: Statements, orders: Sequence[ApiOrder]) -> Sequence[ApiSent]:
    """Queue texts of other systems, each once."""
    return [await _queue(db, order) for order in orders]


async def _queue(db: Statements, order: ApiOrder) -> ApiSent:
    key = {"dedupe_key": _key(order)}
    if found := await db.row("api_sent", key):
        return _again(found, order)
    choice = await db.row("api_choice", {"numbers": list(order.hashes)})
    if choice is not None and choice[0]:
        return ApiOptedOut()
    if await db.row("api_blocked", {"numbers": list(order.hashes)}):
        return ApiBlocked()
    await db.many("mt_insert", [_text(order)])
    # Another node may have been quicker with the same key.
    found = await db.row("api_sent", key)
    if found is not None and found[0] != order.id:
        return _again(found, order)
    await audit(db, order.at, order.by, SEND_ACT, order.id, order.door)
    return ApiQueued(order.id)


def _again(found: Row, order: ApiOrder) -> ApiQueued | ApiKeyTaken:
    mt_id, recipient, text, purged_at = found
    same = (recipient, text) == (order.recipient.value, order.text)
    if same or purged_at is not None:
        return ApiQueued(MessageId(mt_id), before=True)
    return ApiKeyTaken()


def _key(order: ApiOrder) -> str:
    return f"api:{order.token}:{order.key}"


def _text(order: ApiOrder) -> tuple[object, ...]:
    """A row of `mt_insert` that answers nothing, counts for nobody and leaves by this door only."""
    return (
        *(order.id, MtKind.MANUAL, None, None, order.agency),
        *(order.recipient.value, order.hashes[0], order.short_code),
        *("", "", "{}", Language.VI, order.text, order.alphabet, order.segments),
        *(Billing.FREE, MtKind.MANUAL, 0, ms(order.not_before), ms(order.valid_until)),
        *(order.door, 1, 0, MtState.QUEUED, "", _key(order), ms(order.at)),
        *(None, 0, 0, "", 0, 0),
    )


async def outcomes(
    db: Statements,
    between: tuple[datetime, datetime],
    agencies: Sequence[str] | None,
    after: MessageId | None,
) -> tuple[Mapping[str, int], MessageId | None]:
    """How so many texts of a time ended, `unanswered` among it, and the last that was looked at.

    Args:
        db: see there.
        between: from the first moment to before the second.
        agencies: of one of these, and of none where there are none; None for all.
        after: those behind this one.

    Returns:
        None for the last one where there are no more.
    """
    since, until = between
    values = {
        "after": after or first_id(since), "until": first_id(until), "limit": WALK,
        "agencies": None if agencies is None else sorted(agencies),
    }  # fmt: skip
    counts: dict[str, int] = {}
    looked, last = 0, ""
    for outcome, count, seen, newest in await db.rows("api_outcomes", values):
        looked, last = looked + seen, max(last, newest)
        if count:
            counts[outcome] = count
    return counts, MessageId(last) if looked == WALK else None


def _token(row: Row) -> ApiToken:
    token_id, name, scopes, agencies, made_at, by, expires_at, used_at, revoked_at = row
    return ApiToken(
        id=TokenId(token_id),
        name=name,
        scopes=tuple(map(Scope, json.loads(scopes))),
        agencies=None if agencies is None else tuple(map(AgencyId, json.loads(agencies))),
        made_at=moment(made_at),
        by=by,
        expires_at=_when(expires_at),
        last_used_at=_when(used_at),
        revoked_at=_when(revoked_at),
    )


def _when(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else moment(milliseconds)
