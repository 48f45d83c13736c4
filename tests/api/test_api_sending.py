"""Texts that other systems have sent."""

from datetime import timedelta

import pytest

from tests.api.api_desk import KEY, ApiHouse
from tests.contracts.store_desk import AN, DOOR, number

POST = "/api/v1/messages"


async def test_a_text_is_queued_and_its_fate_can_be_asked(house: ApiHouse) -> None:
    token = await house.token(agencies=["H32.01"])
    got = await house.send(token)
    assert (got.status, got.body["before"], house.queued) == (202, False, [DOOR])
    assert got.headers["Location"] == f"{POST}/{got.body['id']}"
    told = (await house.call(got.headers["Location"], token)).body
    assert (told["agency"], told["sent"][0]["state"]) == ("H32.01", "queued")
    (mt,) = await house.desk.store.lease(DOOR, house.desk.clock.at, 9)
    assert (mt.id, mt.recipient, mt.text) == (got.body["id"], AN, "Moi den nhan ho so")
    other = await house.token(agencies=["H32.02"])
    assert (await house.call(got.headers["Location"], other)).status == 404


async def test_the_same_call_again_sends_nothing_and_another_text_under_its_key_is_refused(
    house: ApiHouse,
) -> None:
    token = await house.token()
    first = await house.send(token)
    again = await house.send(token)
    assert (again.status, again.body) == (202, {"id": first.body["id"], "before": True})
    other = await house.send(token, text="Khac")
    assert (other.status, other.body["code"]) == (409, "key_taken")
    assert len(await house.desk.rows("SELECT id FROM outbox")) == 1
    assert len(house.queued) == 1
    assert (await house.send(await house.token())).body["before"] is False


async def test_at_night_a_text_waits_for_the_morning_unless_it_is_urgent(house: ApiHouse) -> None:
    token = await house.token()
    house.desk.clock.step(12 * 3600)  # 22:15 here
    await house.send(token, key="waits-for-day")
    urgent = await house.send(token, key="goes-at-once", urgent=True)
    leased = await house.desk.store.lease(DOOR, house.desk.clock.at, 9)
    assert [mt.id for mt in leased] == [urgent.body["id"]]
    house.desk.clock.step(timedelta(hours=8, minutes=45).total_seconds())
    assert len(await house.desk.store.lease(DOOR, house.desk.clock.at, 9)) == 1


async def test_who_wants_no_texts_gets_none(house: ApiHouse) -> None:
    token = await house.token()
    await house.desk.change(f"INSERT INTO opt_out VALUES ('{number(AN)}', '', 1, 'm1', 1)")  # noqa: S608  # of this test
    for urgent in (False, True):
        got = await house.send(token, urgent=urgent)
        assert (got.status, got.body["code"]) == (409, "opted_out")
    assert await house.desk.rows("SELECT id FROM outbox") == []


@pytest.mark.parametrize(
    "fields,code",
    [
        ({"to": "8083"}, "no_number"),
        ({"to": "abc"}, "no_number"),
        ({"to": "19001234"}, "no_number"),
        ({"to": ""}, "no_number"),
        ({"door": "replies"}, "no_door"),
        ({"door": "nowhere"}, "no_door"),
        ({"text": "a" * 2000}, "too_long"),
        ({"text": "ế" * 300}, "too_long"),
        ({"agency": "H99"}, "no_agency"),
    ],
)
async def test_what_cannot_be_sent_is_told_and_not_quoted(
    house: ApiHouse, fields: dict[str, str], code: str
) -> None:
    got = await house.send(await house.token(), **fields)
    assert (got.status, got.body["code"]) == (422, code)
    assert await house.desk.rows("SELECT id FROM outbox") == []


async def test_a_token_sends_for_its_own_agencies_only(house: ApiHouse) -> None:
    both = await house.token(agencies=["H32.01", "H32.02"])
    assert (await house.send(both)).body["code"] == "no_agency"
    assert (await house.send(both, agency="H32.02")).status == 202
    one = await house.token(agencies=["H32.01"])
    assert (await house.send(one, agency="H32.02")).body["code"] == "no_agency"
    everything = await house.token()
    assert (await house.send(everything, agency="H32.02", key="key-0002")).status == 202
    agencies = await house.desk.rows("SELECT agency FROM outbox ORDER BY id")
    assert agencies == [("H32.02",), ("H32.02",)]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"to": "0900000001"}', b'{"to": 1, "text": "a"}', b"\xff",
        b'{"to": "0900000001", "text": "a", "from": "8083"}', b'{"to":"1","text":"\\ud800"}',
        b"[" * 5000,
    ],
)  # fmt: skip
async def test_a_body_that_is_none_is_told(house: ApiHouse, body: bytes) -> None:
    headers = {**KEY, "Content-Type": "application/json"}
    got = await house.call(POST, await house.token(), "POST", body, headers)
    assert (got.status, got.body["code"]) == (400, "malformed")


async def test_bodies_that_are_too_long_packed_or_without_a_key_are_refused(
    house: ApiHouse,
) -> None:
    token, json = await house.token(), {"Content-Type": "application/json"}
    long = await house.call(POST, token, "POST", b" " * 20_000, {**KEY, **json})
    assert (long.status, long.body["code"]) == (413, "too_large")
    packed = {**KEY, **json, "Content-Encoding": "br"}
    assert (await house.call(POST, token, "POST", b"{}", packed)).status in {400, 415}
    form = {**KEY, "Content-Type": "text/plain"}
    assert (await house.call(POST, token, "POST", b"{}", form)).status == 415
    for key in ("", "short", "with blank", "x" * 65):
        sent = {**json, "Idempotency-Key": key}
        assert (await house.call(POST, token, "POST", b"{}", sent)).status == 400
