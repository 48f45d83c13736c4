"""Who may call the API, for what, and how often."""

import hashlib

import pytest

from sms_gateway.api import tokens
from sms_gateway.api.tokens import Pace
from sms_gateway.commands import CommandError
from sms_gateway.domain.api import NewToken, Scope, TokenId
from tests.api.api_desk import PER_MINUTE, ApiHouse

PATHS = ("/api/v1/messages", "/api/v1/outcomes?since=2026-11-23&until=2026-11-24")


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_without_a_token_that_counts_is_answered(house: ApiHouse, path: str) -> None:
    good = await house.token(days=1)
    assert (await house.call(path, good)).status == 200
    wrong = ["", "sgw_", "sgw_r999", good + "x", good[:-1], "x" * 300, good.upper()]
    for token in wrong:
        got = await house.call(path, token)
        assert (got.status, got.body["code"]) == (401, "no_token")
        assert got.headers["WWW-Authenticate"] == "Bearer"
        assert got.headers["Content-Type"] == "application/problem+json"
    house.desk.clock.step(86_400)
    assert (await house.call(path, good)).status == 401


async def test_a_token_that_was_revoked_opens_nothing_from_then_on(house: ApiHouse) -> None:
    token = await house.token()
    assert (await house.call(PATHS[0], token)).status == 200
    await house.tokens.revoke("system-0", "os:an")
    assert (await house.call(PATHS[0], token)).status == 401
    with pytest.raises(CommandError, match="no token of that name counts"):
        await house.tokens.revoke("system-0", "os:an")
    with pytest.raises(CommandError, match="has or had that name"):
        await house.tokens.add(NewToken("system-0", ("messages:read",), None, None), "os:an")


async def test_each_scope_opens_its_own_and_nothing_else(house: ApiHouse) -> None:
    opened: dict[Scope, list[str]] = {}
    for scope in Scope:
        token = await house.token([scope])
        calls = [
            ("list", await house.call(PATHS[0], token)),
            ("one", await house.call(f"{PATHS[0]}/{house.desk.new_id()}", token)),
            ("count", await house.call(PATHS[1], token)),
            ("send", await house.send(token)),
            ("hooks", await house.call("/api/v1/webhooks", token)),
        ]
        opened[scope] = [name for name, got in calls if got.status != 403]
    assert opened == {
        Scope.READ_MESSAGES: ["list", "one"],
        Scope.READ_UNMASKED: [],
        Scope.READ_OUTCOMES: ["count"],
        Scope.SEND: ["send"],
        Scope.MANAGE_WEBHOOKS: ["hooks"],
    }


async def test_who_guesses_costs_one_hash_and_one_look_whatever_is_guessed(
    house: ApiHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def counted(token: str) -> str:
        hashed.append(token)
        return hashlib.sha256(token.encode()).hexdigest()

    monkeypatch.setattr(tokens, "token_hash", counted)
    for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer sgw_guess"}):
        assert (await house.call(PATHS[0], headers=headers)).status == 401
    assert hashed == ["", "", "sgw_guess"]


async def test_a_token_that_calls_too_often_waits_and_no_other_one_does(house: ApiHouse) -> None:
    token, other = await house.token(), await house.token()
    statuses = [(await house.call(PATHS[0], token)).status for _ in range(PER_MINUTE)]
    assert set(statuses) == {200}
    got = await house.call(PATHS[0], token)
    assert (got.status, got.headers["Retry-After"], got.body["code"]) == (429, "2", "too_many")
    assert (await house.call(PATHS[0], other)).status == 200
    house.desk.clock.step(2)
    assert (await house.call(PATHS[0], token)).status == 200


def test_calls_come_back_evenly_and_never_more_than_a_minute_has() -> None:
    pace, token = Pace(2), TokenId("t")
    assert [pace.wait(token, 0.0) for _ in range(3)] == [0, 0, 30]
    assert [pace.wait(token, 30.0), pace.wait(token, 31.0)] == [0, 29]
    assert [pace.wait(token, 9_999.0) for _ in range(3)] == [0, 0, 30]


@pytest.mark.parametrize(
    "new,wrong",
    [
        (NewToken("Portal", ("messages:read",), None, None), "a token's name has"),
        (NewToken("portal", (), None, None), "say what it may do"),
        (NewToken("portal", ("messages:all",), None, None), "say what it may do"),
        (NewToken("portal", ("messages:read",), ("H99",), None), "no agency has that code"),
        (NewToken("portal", ("messages:read",), (), None), "no agency has that code"),
        (NewToken("portal", ("messages:read",), None, 0), "1 to 3650 days"),
    ],
)
async def test_a_token_that_makes_no_sense_is_not_made(
    house: ApiHouse, new: NewToken, wrong: str
) -> None:
    with pytest.raises(CommandError, match=wrong):
        await house.tokens.add(new, "os:an")
    assert await house.desk.rows("SELECT id FROM api_token") == []
