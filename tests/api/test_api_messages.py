"""What other systems may read of messages."""

import pytest

from sms_gateway.domain.api import Scope
from tests.api.api_desk import ALL, ApiHouse

LIST = "/api/v1/messages"


async def test_messages_come_newest_first_with_masked_numbers(house: ApiHouse) -> None:
    token = await house.token()
    mt = await house.desk.reply()
    house.desk.clock.step(1)
    waiting = await house.desk.receive("MCKH_170703-0002")
    got = await house.call(LIST, token)
    newest, oldest = got.body["messages"]
    assert (newest["id"], newest["outcome"], newest["reply"]) == (waiting.id, None, None)
    assert (oldest["text"], oldest["outcome"]) == ("MCKH_170703-0001", "answered")
    assert (oldest["reply"]["id"], oldest["sender"]) == (mt.id, "09xx xxx 001")
    assert newest["received_at"].endswith("Z")
    assert "900000001" not in str(got.body)
    assert got.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in got.headers


async def test_numbers_within_texts_and_in_the_place_of_a_code_are_masked_as_well(
    house: ApiHouse,
) -> None:
    asked = await house.desk.receive("MCKH_0912345678 goi lai so 0903 123 456")
    await house.desk.change("UPDATE inbox SET code_key = '0912345678'")
    masked, token = await house.token(), await house.token((*ALL, Scope.READ_UNMASKED))
    for address in (LIST, f"{LIST}/{asked.id}"):
        told = str((await house.call(address, masked)).body)
        assert "MCKH_xxx678 goi lai so xxx456" in told
        assert "'code': 'xxx678'" in told
        assert "0912345678" not in told
        assert "0912345678 goi lai so 0903 123 456" in str((await house.call(address, token)).body)


async def test_pages_follow_one_another_to_the_end(house: ApiHouse) -> None:
    token = await house.token()
    made = [(await house.desk.receive(f"MCKH_170703-000{n}")).id for n in range(5)]
    seen: list[str] = []
    address = f"{LIST}?limit=2"
    for _ in range(9):
        page = (await house.call(address, token)).body
        seen += [one["id"] for one in page["messages"]]
        if page["next"] is None:
            break
        address = f"{LIST}?limit=2&before={page['next']}"
    assert seen == made[::-1]


@pytest.mark.parametrize(
    "query,count",
    [
        ("outcome=answered", 1),
        ("outcome=unanswered", 1),
        ("outcome=parked", 0),
        ("code=170703-0001", 1),
        ("code=999", 0),
        ("operator=VIETTEL", 2),
        ("door=telco", 2),
        ("door=other", 0),
        ("since=2026-11-23T00:00:00Z", 2),
        ("until=2026-11-23T00:00:00%2B07:00", 0),
        ("since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59-12:00", 2),
        ("language=vi", 1),
        ("delivery=delivered", 0),
    ],
)
async def test_each_filter_is_heeded(house: ApiHouse, query: str, count: int) -> None:
    token = await house.token()
    await house.desk.reply()
    await house.desk.receive("XIN CHAO")
    got = await house.call(f"{LIST}?{query}", token)
    assert (got.status, len(got.body["messages"])) == (200, count)


@pytest.mark.parametrize(
    "query",
    [
        "outcome=all", "since=yesterday", "since=2026-11-23T00:00:00", "limit=0", "limit=201",
        "limit=1e2", "limit=%2B1", "before=1", "sender=0900000001", "code=%20", "code=a%00",
        "limit=1&limit=2", "door=", "delivery=DELIVERED", "language=fr", "operator=%C3%A9",
    ],
)  # fmt: skip
async def test_what_is_not_understood_is_told_and_not_quoted(house: ApiHouse, query: str) -> None:
    got = await house.call(f"{LIST}?{query}", await house.token())
    assert (got.status, got.body["code"]) == (400, "malformed")
    assert "0900000001" not in str(got.body)


async def test_one_message_tells_its_fate(house: ApiHouse) -> None:
    token = await house.token()
    mt = await house.desk.reply()
    await house.desk.sent(mt, "t-1")
    (mo_id,) = [row[0] for row in await house.desk.rows("SELECT id FROM inbox")]
    got = await house.call(f"{LIST}/{mo_id}", token)
    assert (got.status, got.body["message"]["id"]) == (200, mo_id)
    assert [one["state"] for one in got.body["sent"]] == ["accepted"]
    assert [one["result"] for one in got.body["attempts"]] == ["accepted"]
    assert "900000001" not in str(got.body)
    assert (await house.call(f"{LIST}/{mt.id}", token)).body["sent"][0]["id"] == mt.id


async def test_another_agencys_message_is_as_one_that_is_not_there(house: ApiHouse) -> None:
    mt = await house.desk.reply()
    ((mo_id, agency),) = await house.desk.rows("SELECT id, agency FROM inbox")
    other = "H32.02" if agency != "H32.02" else "H32.01"
    stranger = await house.token(agencies=[other])
    nothing = await house.call(f"{LIST}/{house.desk.new_id()}", stranger)
    for hidden in (mo_id, mt.id, "x", "..%2f..%2f", "%00"):
        got = await house.call(f"{LIST}/{hidden}", stranger)
        assert (got.status, got.body) == (404, nothing.body)
    assert (await house.call(LIST, stranger)).body == {"messages": [], "next": None}
    count = "/api/v1/outcomes?since=2026-11-23&until=2026-11-24"
    counted = (await house.call(count, stranger)).body
    assert counted["days"] == [{"day": "2026-11-23", "outcomes": {}}]


async def test_full_numbers_are_told_to_whom_may_see_them_and_it_is_written_down(
    house: ApiHouse,
) -> None:
    await house.desk.reply()
    token = await house.token([Scope.READ_MESSAGES, Scope.READ_UNMASKED])
    got = await house.call(LIST, token)
    message = got.body["messages"][0]
    assert message["sender"] == "+84900000001"
    await house.call(f"{LIST}/{message['id']}", token)
    query = "SELECT by, subject, detail FROM audit WHERE act = 'api.read_unmasked' ORDER BY id"
    assert await house.desk.rows(query) == [
        ("token:system-0", "", "messages=1"),
        ("token:system-0", message["id"], ""),
    ]


async def test_outcomes_are_counted_by_the_days_of_the_office(house: ApiHouse) -> None:
    token = await house.token()
    await house.desk.reply()
    house.desk.clock.step(14 * 3600)  # 17:15 UTC is the next day here
    await house.desk.receive()
    got = await house.call("/api/v1/outcomes?since=2026-11-23&until=2026-11-25", token)
    assert got.body == {
        "days": [
            {"day": "2026-11-23", "outcomes": {"answered": 1}},
            {"day": "2026-11-24", "outcomes": {"unanswered": 1}},
        ],
        "next": None,
    }
    long = (await house.call("/api/v1/outcomes?since=0001-01-01&until=9999-12-31", token)).body
    assert (len(long["days"]), long["next"]) == (31, "2000-02-01")
    empty = (await house.call("/api/v1/outcomes?since=2026-11-25&until=2026-11-23", token)).body
    assert empty == {"days": [], "next": None}
    for query in ("", "?since=2026-11-23", "?since=20261123&until=x", "?since=2026-02-30&until=1"):
        assert (await house.call(f"/api/v1/outcomes{query}", token)).status == 400


async def test_paths_and_methods_that_are_not_there_say_so(house: ApiHouse) -> None:
    token = await house.token()
    for path in ("/api", "/api/", "/api/v1", "/api/v2/messages", f"{LIST}/"):
        assert (await house.call(path, token)).status == 404
    got = await house.call(LIST, token, "DELETE")
    assert (got.status, got.headers["Allow"], got.body["code"]) == (405, "GET, POST", "method")
