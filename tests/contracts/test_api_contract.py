"""Tokens of other systems, what they send and count, in every store."""

from datetime import timedelta

import pytest

from sms_gateway.domain.api import (
    ApiBlocked,
    ApiKeyTaken,
    ApiOptedOut,
    ApiOrder,
    ApiQueued,
    ApiToken,
    Scope,
    TokenEnd,
    TokenId,
    TokenMade,
    TokenUsed,
)
from sms_gateway.domain.citizens import NumberAct, NumberOrder
from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.staff import AgencyId
from sms_gateway.store.operations import api
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import AN, DOOR, START, Desk, number

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BINH = Address("+84900000002")


def token(name: str = "portal", **changes: object) -> ApiToken:
    values = {
        "id": TokenId(f"id-{name}"), "name": name, "scopes": (Scope.READ_MESSAGES, Scope.SEND),
        "agencies": (AgencyId("H32.01"),), "made_at": START, "by": "os:an",
        "expires_at": START + DAY,
    }  # fmt: skip
    return ApiToken(**{**values, **changes})  # type: ignore[arg-type]  # as the fields say


def order(desk: Desk, key: str = "key-0001", to: Address = AN, text: str = "Moi den") -> ApiOrder:
    at = desk.clock.at
    return ApiOrder(
        desk.new_id(), TokenId("id-portal"), key, "H32.01", DOOR, ShortCode("8083"), to,
        (number(to),), text, "gsm7", 1, at, at + MINUTE, at + DAY, "token:portal",
    )  # fmt: skip


async def test_a_token_is_found_by_its_hash_and_its_name_is_used_once(desk: Desk) -> None:
    tokens = store(desk).api
    assert await tokens.make(TokenMade(token(), "hash-1"))
    assert not await tokens.make(TokenMade(token(id=TokenId("other")), "hash-2"))
    assert await tokens.make(TokenMade(token("all", agencies=None, expires_at=None), "hash-3"))
    assert await tokens.token_of("hash-1") == token()
    assert await tokens.token_of("hash-2") is None
    assert [one.name for one in await store(desk).reading.api_tokens()] == ["all", "portal"]
    rows = await desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id")
    until = (START + DAY).isoformat()
    said = f"portal scopes=messages:read,messages:send agencies=H32.01 until={until}"
    assert rows[0] == ("api_token.add", "os:an", "id-portal", said)
    assert not [row for row in rows if "hash" in str(row)]


async def test_it_ends_once_and_its_use_is_noted_to_the_minute(desk: Desk) -> None:
    tokens = store(desk).api
    await tokens.make(TokenMade(token(), "hash-1"))
    later = START + timedelta(seconds=59)
    await tokens.use(TokenUsed(TokenId("id-portal"), START, START - MINUTE))
    await tokens.use(TokenUsed(TokenId("id-portal"), later, later - MINUTE))
    found = await tokens.token_of("hash-1")
    assert found is not None
    assert (found.last_used_at, found.counts(later)) == (START, True)
    assert await tokens.end(TokenEnd("portal", later, "os:binh"))
    assert not await tokens.end(TokenEnd("portal", later, "os:binh"))
    assert not await tokens.end(TokenEnd("nobody", later, "os:binh"))
    found = await tokens.token_of("hash-1")
    assert found is not None
    assert (found.revoked_at, found.counts(later)) == (later, False)
    rows = await desk.rows("SELECT act, by, detail FROM audit ORDER BY id")
    assert rows[1:] == [("api_token.revoke", "os:binh", "portal")]


async def test_a_text_is_queued_once_for_each_key(desk: Desk) -> None:
    first = order(desk)
    sending = store(desk).api
    assert await sending.send(first) == ApiQueued(first.id)
    assert await sending.send(order(desk)) == ApiQueued(first.id, before=True)
    assert await sending.send(order(desk, text="Khac")) == ApiKeyTaken()
    assert await sending.send(order(desk, to=BINH)) == ApiKeyTaken()
    assert len(await desk.rows("SELECT id FROM outbox")) == 1
    acts = await desk.rows("SELECT act, by, subject, detail FROM audit")
    assert acts == [("message.send", "token:portal", first.id, DOOR)]
    line = await desk.line_of(first.id)
    assert (line.agency, line.mts[0].state) == ("H32.01", MtState.QUEUED)


async def test_it_leaves_from_its_moment_on(desk: Desk) -> None:
    sent = order(desk)
    await store(desk).api.send(sent)
    assert await desk.store.lease(DOOR, desk.clock.at, 10) == []
    desk.clock.step(61)
    (mt,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (mt.id, mt.text, mt.recipient) == (sent.id, "Moi den", AN)


@pytest.mark.parametrize("newest,refused", [(1, True), (0, False)])
async def test_who_wants_no_texts_gets_none(desk: Desk, newest: int, refused: bool) -> None:  # noqa: FBT001  # what a case expects
    for dossier, out, at in (("", 1 - newest, 5), ("d1", 1, 9)):
        await desk.change(
            f"INSERT INTO opt_out VALUES ('{number(AN)}', '{dossier}', {out}, 'm1', {at})"  # noqa: S608  # of this test
        )
    await desk.change(
        f"UPDATE opt_out SET opted_out = {newest}, chosen_at = 7 WHERE dossier_id = ''"  # noqa: S608  # of this test
    )
    result = await store(desk).api.send(order(desk))
    assert isinstance(result, ApiOptedOut) is refused


async def test_outcomes_are_counted_in_pages_and_by_agency(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "WALK", 2)
    await desk.reply()
    await desk.reply()
    await desk.receive()
    counting, between = store(desk).api, (START - DAY, START + DAY)
    first, after = await counting.outcomes(between, None, None)
    assert (first, after is None) == ({"answered": 2}, False)
    second, end = await counting.outcomes(between, None, after)
    assert (second, end) == ({"unanswered": 1}, None)
    assert (await counting.outcomes(between, ["H99"], None))[0] == {}
    assert await counting.outcomes((START - 2 * DAY, START - DAY), None, None) == ({}, None)


async def test_a_number_that_staff_have_blocked_gets_nothing(desk: Desk) -> None:
    await store(desk).api.make(TokenMade(token(), "hash-1"))
    await decided(desk, NumberAct.BLOCK)
    assert await store(desk).api.send(order(desk)) == ApiBlocked()
    assert isinstance(await store(desk).api.send(order(desk, to=BINH)), ApiQueued)
    assert len(await desk.rows("SELECT id FROM outbox")) == 1
    await decided(desk, NumberAct.UNBLOCK)
    assert isinstance(await store(desk).api.send(order(desk, "key-0002")), ApiQueued)


async def decided(desk: Desk, act: NumberAct) -> None:
    """Staff decide of the number that texts are sent to."""
    known = (desk.new_id(), (number(AN),), act, "", "gọi quấy rối")
    await store(desk).numbers.decide(NumberOrder(*known, desk.clock.at, "staff:an"))
