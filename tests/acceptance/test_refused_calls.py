"""What the gateway does not take, and how the telco hears of it."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from tests.acceptance.house import House
from tests.acceptance.telco import PATIENCE, citizen, mo

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]


async def _post(house: House, body: bytes, path: str = "/mo/local") -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json"}
    url = house.telco.gateway + path
    async with house.telco.session.post(url, data=body, headers=headers) as response:
        return response.status, await response.read()


@pytest.mark.parametrize(
    "field, wrong",
    [
        ("sender", {"from": "9" * 40}),
        ("sender", {"from": None}),
        ("short_code", {"to": "eighty"}),
        ("text", {"text": None}),
        ("text", {"text": "x" * 5000}),
        ("message_id", {"id": "1" * 200}),
        ("part_number", {"ref": 1, "total": 2, "part": 3}),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_name_of_the_field(
    house: House, field: str, wrong: dict[str, object]
) -> None:
    before = await house.figure("sms_refused_total", door="local", reason="unreadable")
    body = json.dumps({**mo(citizen(), "MCKH_170703-0001"), **wrong}).encode()
    status, answer = await _post(house, body)
    assert 400 <= status < 500
    assert json.loads(answer) == {"error": "unreadable", "field": field}
    after = await house.figure("sms_refused_total", door="local", reason="unreadable")
    assert after == before + 1


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[" * 9000, b"null", b"12"])
async def test_garbage_is_refused_as_json_and_kept_once(house: House, body: bytes) -> None:
    status, answer = await _post(house, body)
    assert 400 <= status < 500
    assert "error" in json.loads(answer)
    again = await _post(house, body)
    assert again == (status, answer)


async def test_what_was_refused_is_kept_once_for_staff(house: House) -> None:
    body = b'{"id": "kept", "from": "0900000001", "to": "8083"}'
    for _ in range(3):
        await _post(house, body)
    kept = house.rows("SELECT times FROM refused WHERE reason LIKE 'field text%' AND times = 3")
    assert len(kept) == 1


async def test_a_body_over_16_kib_is_refused_and_the_door_goes_on(house: House) -> None:
    body = json.dumps(mo(citizen(), "MCKH " + "x" * 17_000)).encode()
    status, answer = await _post(house, body)
    assert (status, json.loads(answer)) == (413, {"error": "too_large", "field": "body"})
    assert (await house.telco.deliver("local", mo(citizen(), "MCKH 170703-0001"))).status == 200


async def test_an_endless_body_is_refused_before_it_ends(house: House) -> None:
    status, _ = await _post(house, b" " * 900_000)
    assert status == 413


async def test_other_paths_and_methods_are_refused(house: House) -> None:
    assert (await _post(house, b"{}", "/mo/nobody"))[0] == 404
    async with house.telco.session.get(house.telco.gateway + "/mo/local") as response:
        assert response.status == 405


async def test_a_caller_that_never_ends_its_body_is_told_so(house: House) -> None:
    head = b"POST /mo/local HTTP/1.1\r\nHost: g\r\nContent-Length: 50\r\n\r\n{"
    address = urlsplit(house.telco.gateway)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(head)
    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()
    await writer.wait_closed()
