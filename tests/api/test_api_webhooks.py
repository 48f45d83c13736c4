"""Webhooks, looked after by the systems that they tell."""

import pytest

from sms_gateway.domain.api import Scope
from sms_gateway.domain.webhooks import MOST_OF_TOKEN
from tests.api.api_desk import ApiHouse

HOOKS = "/api/v1/webhooks"
MANAGE = (Scope.MANAGE_WEBHOOKS, Scope.READ_MESSAGES)
NEW = {"name": "portal", "url": "https://10.20.0.9/secret-path"}


async def test_one_is_added_listed_switched_replayed_and_removed(house: ApiHouse) -> None:
    token = await house.token(MANAGE)
    made = await house.call(HOOKS, token, "POST", NEW)
    assert (made.status, made.headers["Location"]) == (201, f"{HOOKS}/portal")
    assert made.body["secret"].startswith("whsec_")
    listed = await house.call(HOOKS, token)
    (one,) = listed.body["webhooks"]
    assert (one["host"], one["enabled"], one["waiting"]) == ("10.20.0.9", True, 0)
    assert "secret" not in str(listed.body)
    portal = f"{HOOKS}/portal"
    for enabled in (False, False, True):
        got = await house.call(portal, token, "PATCH", {"enabled": enabled})
        assert (got.status, got.body) == (200, {"name": "portal", "enabled": enabled})
    got = await house.call(f"{portal}/replay", token, "POST", {})
    assert (got.status, got.body) == (200, {"count": 0})
    since = house.desk.clock.at.isoformat()
    assert (await house.call(f"{portal}/replay", token, "POST", {"since": since})).status == 200
    assert (await house.call(portal, token, "DELETE")).status == 200
    assert (await house.call(portal, token, "DELETE")).status == 404
    assert (await house.call(HOOKS, token, "POST", NEW)).body["code"] == "name_taken"
    rows = await house.desk.rows("SELECT by, act FROM audit WHERE act LIKE 'webhook%' ORDER BY id")
    words = ("add", "off", "on", "replay", "replay", "remove")
    assert rows == [("token:system-0", f"webhook.{word}") for word in words]


async def test_a_token_has_so_many_and_no_more_until_one_is_removed(house: ApiHouse) -> None:
    token, other = await house.token(MANAGE), await house.token(MANAGE)

    async def add(name: str, whose: str = token) -> tuple[int, object]:
        got = await house.call(HOOKS, whose, "POST", {**NEW, "name": name})
        return got.status, got.body.get("code")

    assert {await add(f"hook-{number}") for number in range(MOST_OF_TOKEN)} == {(201, None)}
    assert await add("more") == (409, "too_many_webhooks")
    assert await add("more", other) == (201, None)
    assert (await house.call(f"{HOOKS}/hook-3", token, "DELETE")).status == 200
    assert await add("again") == (201, None)
    assert await add("one-more") == (409, "too_many_webhooks")


@pytest.mark.parametrize(
    "changes,status,code",
    [
        ({"url": "http://10.20.0.9/"}, 422, "not_https"),
        ({"url": "https://127.0.0.1/"}, 422, "outside"),
        ({"url": "https://an:b@h/"}, 422, "no_address"),
        ({"name": "Portal"}, 422, "no_name"),
        ({"events": []}, 422, "no_event"),
        ({"events": ["message.read"]}, 422, "no_event"),
        ({"agencies": []}, 422, "no_agency"),
        ({"agencies": ["H99"]}, 422, "no_agency"),
        ({"with_number": True}, 422, "not_permitted"),
        ({"enabled": True}, 400, "malformed"),
        ({"name": 1}, 400, "malformed"),
    ],
)
async def test_what_may_not_be_is_not_added(
    house: ApiHouse, changes: dict[str, object], status: int, code: str
) -> None:
    token = await house.token(MANAGE)
    got = await house.call(HOOKS, token, "POST", {**NEW, **changes})
    assert (got.status, got.body["code"]) == (status, code)
    assert (await house.call(HOOKS, token)).body == {"webhooks": []}


async def test_a_webhook_tells_no_more_than_its_token_may_read(house: ApiHouse) -> None:
    token = await house.token((Scope.MANAGE_WEBHOOKS,))
    got = await house.call(HOOKS, token, "POST", NEW)
    assert (got.status, got.body["code"]) == (422, "not_permitted")
    reader = await house.token(MANAGE)
    assert (await house.call(HOOKS, reader, "POST", {**NEW, "with_text": True})).status == 201


async def test_a_token_of_an_agency_knows_webhooks_of_that_agency_alone(house: ApiHouse) -> None:
    whole, one = await house.token(MANAGE), await house.token(MANAGE, agencies=["H32.01"])
    await house.call(HOOKS, whole, "POST", NEW)
    both = {**NEW, "name": "both", "agencies": ["H32.01", "H32.02"]}
    assert (await house.call(HOOKS, one, "POST", both)).body["code"] == "no_agency"
    await house.call(HOOKS, whole, "POST", both)
    assert (await house.call(HOOKS, one)).body == {"webhooks": []}
    for name in ("portal", "both"):
        at = f"{HOOKS}/{name}"
        assert (await house.call(at, one, "DELETE")).status == 404
        assert (await house.call(at, one, "PATCH", {"enabled": False})).status == 404
        assert (await house.call(f"{at}/replay", one, "POST", {})).status == 404
    assert (await house.call(HOOKS, one, "POST", {**NEW, "name": "mine"})).status == 201
    (mine,) = (await house.call(HOOKS, one)).body["webhooks"]
    assert mine["agencies"] == ["H32.01"]


@pytest.mark.parametrize("since", ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "soon", 5])
async def test_a_time_that_is_none_of_the_last_days_is_refused(
    house: ApiHouse, since: object
) -> None:
    token = await house.token(MANAGE)
    await house.call(HOOKS, token, "POST", NEW)
    got = await house.call(f"{HOOKS}/portal/replay", token, "POST", {"since": since})
    assert got.status in {400, 422}
