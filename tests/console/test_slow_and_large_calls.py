"""What is sent too slowly, or is too much, ends within its limit; others are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sms_gateway.console.forms import MAX_FIELDS, MAX_FORM
from sms_gateway.console.live import MOST_OF_ONE
from sms_gateway.console.places import ACCOUNT, MESSAGES, SIGN_IN
from sms_gateway.domain.staff import Role
from sms_gateway.ports import MAX_REQUEST
from tests.access.access_desk import PASSWORD
from tests.console.console_desk import ConsoleHouse, console_house
from tests.console.console_parts import AROUND
from tests.console.test_messages_page import listening
from tests.contracts.store_desk import Desk, maker_of

SOON = 0.3
"""The limits of this house, in seconds."""

PATIENCE = 10.0
HEAD = f"POST {SIGN_IN} HTTP/1.1\r\nHost: desk\r\nSec-Fetch-Site: same-origin\r\n"
KIND = "Content-Type: application/x-www-form-urlencoded\r\n"
FORM = f"{KIND}Content-Length: 500\r\n\r\nlogin=a"
ENOUGH = "x" * (MAX_FORM + 1)
MANY = 3 * MOST_OF_ONE


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[ConsoleHouse]:
    """A console that waits for nobody."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with (
        Desk(maker_of("sqlite"), folder) as desk,
        console_house(desk, idle=SOON, around=replace(AROUND, seconds=SOON)) as opened,
    ):
        yield opened


@asynccontextmanager
async def line_to(
    house: ConsoleHouse,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    port = int(house.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()


async def heard(house: ConsoleHouse, *sent: str) -> bytes:
    """All that a caller hears who sends these pieces and then nothing, until the line is cut."""
    async with line_to(house) as (reader, writer):
        for piece in sent:
            writer.write(piece.encode())
            await writer.drain()
        async with asyncio.timeout(PATIENCE):
            return await reader.read()


async def is_well(house: ConsoleHouse) -> bool:
    """Somebody else is answered."""
    return (await house.stranger().get(SIGN_IN)).status == 200


@pytest.mark.parametrize("sent", ["", "GET", f"GET {SIGN_IN} HTTP/1.1\r\nHost: desk\r\nX-A:"])
async def test_who_does_not_send_the_head_of_a_call_is_cut_off(
    hasty: ConsoleHouse, sent: str
) -> None:
    async with asyncio.TaskGroup() as group:
        slow = [group.create_task(heard(hasty, sent)) for _ in range(20)]
        assert await is_well(hasty)
    assert {one.result() for one in slow} == {b""}


async def test_who_does_not_send_the_rest_of_a_form_is_told_and_cut_off(
    hasty: ConsoleHouse,
) -> None:
    async with asyncio.TaskGroup() as group:
        slow = [group.create_task(heard(hasty, HEAD + FORM)) for _ in range(20)]
        assert await is_well(hasty)
    for one in slow:
        assert one.result().startswith(b"HTTP/1.1 413 ")


async def test_who_is_signed_in_waits_no_longer_for_their_own_form(hasty: ConsoleHouse) -> None:
    clerk = await hasty.signed_in(Role.CLERK)
    cookie = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
    head = HEAD.replace(SIGN_IN, f"{ACCOUNT}/password") + f"Cookie: {cookie}\r\n"
    assert (await heard(hasty, head + FORM)).startswith(b"HTTP/1.1 413 ")
    assert (await clerk.get(ACCOUNT)).status == 200


LARGE = {
    "body that is announced": (f"{HEAD}{KIND}Content-Length: {MAX_FORM + 1}\r\n\r\n", ENOUGH, 413),
    "body without an end": (
        f"{HEAD}{KIND}Transfer-Encoding: chunked\r\n\r\n",
        f"4000\r\n{'x' * 0x4000}\r\n" * 5,
        413,
    ),
    "header": (f"GET {SIGN_IN} HTTP/1.1\r\nHost: desk\r\nX-A: ", ENOUGH, 400),
    "cookie": (f"GET {SIGN_IN} HTTP/1.1\r\nHost: desk\r\nCookie: a=", ENOUGH, 400),
    "query": (f"GET {SIGN_IN}?next=", "x" * 2 * MAX_REQUEST + ENOUGH, 400),
    "number of headers": (
        f"GET {SIGN_IN} HTTP/1.1\r\nHost: desk\r\n",
        "".join(f"X-{n}: 1\r\n" for n in range(1000)) + "\r\n",
        400,
    ),
}
"""What is too much of something: how it begins, what follows, and what is answered."""


@pytest.mark.parametrize("much", LARGE)
async def test_who_sends_too_much_is_told_before_all_of_it_is_there(
    hasty: ConsoleHouse, much: str
) -> None:
    begin, rest, status = LARGE[much]
    said = await heard(hasty, begin, rest)
    assert said.split(maxsplit=2)[1] == str(status).encode()
    assert b"xxx" not in said
    assert await is_well(hasty)


async def test_a_form_of_too_many_fields_does_nothing(hasty: ConsoleHouse) -> None:
    await hasty.office.hire()
    browser = hasty.stranger()
    many = {f"f{n}": "" for n in range(MAX_FIELDS)}
    assert (
        await browser.post(SIGN_IN, {"login": "an", "password": PASSWORD, **many})
    ).status == 401
    assert browser.cookies == {}


async def test_a_packed_form_is_not_unpacked(hasty: ConsoleHouse) -> None:
    packed = HEAD + KIND + "Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\nlogin=a"
    assert not (await heard(hasty, packed)).startswith(b"HTTP/1.1 5")


async def test_whoever_opens_many_lines_leaves_those_of_others_and_their_pages(
    hasty: ConsoleHouse,
) -> None:
    busy, other = await hasty.signed_in(login="an"), await hasty.signed_in(login="binh")
    async with AsyncExitStack() as lines:
        opened = [await lines.enter_async_context(listening(busy, "0")) for _ in range(MANY)]
        assert [line.status for line in opened].count(200) == MOST_OF_ONE
        line = await lines.enter_async_context(listening(other, "0"))
        assert line.status == 200
        assert (await busy.get(MESSAGES)).status == 200
