"""Calls to a webhook on the loopback: signed, within a time, whatever it answers."""

import asyncio
import base64
import functools
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from sms_gateway.alarms.plan import Posting
from sms_gateway.alarms.posting import MOST_WAITING, Event, Poster, poster_of
from sms_gateway.domain.secret import Secret
from tests.acceptance.receiver import Receiver, open_receiver
from tests.parts import START
from tests.serving import serving
from tests.virtual_time import StandingClock, VirtualClock

KEY = b"key of the tests"


def event(name: str = "01a2", kind: str = "incident.opened") -> Event:
    return Event(kind, name, "an-giang", "parked", "", 7, START, None, "CANH BAO")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with open_receiver() as receiver:
        yield receiver


async def called(receiver: Receiver, key: bytes | None = KEY) -> str:
    return await poster_of(Posting(Secret(receiver.url), key), lambda: START)(event())


async def test_a_call_says_what_it_is_about(receiver: Receiver) -> None:
    assert await called(receiver) == ""
    ((headers, body),) = receiver.calls
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "type": "incident.opened",
        "id": "01a2",
        "node": "an-giang",
        "trouble": "parked",
        "door": "",
        "figure": 7,
        "opened_at": "2026-11-23T03:15:00Z",
        "closed_at": None,
        "text": "CANH BAO",
    }


async def test_a_call_is_signed_as_the_standard_says(receiver: Receiver) -> None:
    await called(receiver)
    ((headers, body),) = receiver.calls
    name, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    assert (name, int(stamp)) == ("01a2.incident.opened", int(START.timestamp()))
    digest = hmac.new(KEY, b"%s.%s.%s" % (name.encode(), stamp.encode(), body), hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest.digest()).decode()}"


async def test_without_a_secret_it_is_not_signed(receiver: Receiver) -> None:
    await called(receiver, None)
    assert "webhook-signature" not in receiver.calls[0][0]


@pytest.mark.parametrize("status", [302, 401, 404, 500, 503])
async def test_whatever_is_no_yes_is_a_failure(receiver: Receiver, status: int) -> None:
    receiver.status = status
    assert await called(receiver) == str(status)
    assert len(receiver.calls) == 1


async def test_a_receiver_that_is_not_there_is_a_failure(receiver: Receiver) -> None:
    gone = Receiver(url="http://127.0.0.1:9/alarms")
    assert await called(gone) == "unreachable"
    assert receiver.calls == []


async def test_a_receiver_that_says_nothing_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", silent)
    monkeypatch.setattr("sms_gateway.alarms.posting.POST_SECONDS", 0.05)
    async with serving(app, cancels=True, patience=0) as url:
        assert await called(Receiver(url=f"{url}/")) == "timed_out"


class Line:
    """A receiver that does as told, one call at a time."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.told: list[str] = []
        self.counted: list[str] = []
        self.busy = asyncio.Event()
        self.busy.set()
        self.broken = False

    async def post(self, one: Event) -> str:
        await self.busy.wait()
        if self.broken:
            raise ZeroDivisionError
        self.taken.append(one.id)
        return ""


async def test_calls_are_made_in_order_and_each_is_told_when_it_was_taken() -> None:
    clock, line = VirtualClock(), Line()
    with clock.ruling():
        poster = Poster(line.post, clock, line.counted.append)
        running = asyncio.create_task(poster.run())
        for name in ("a", "b", "c"):
            poster.offer(event(name), functools.partial(line.told.append, name))
        await clock.settled()
        assert line.taken == line.told == ["a", "b", "c"]
        line.broken = True
        poster.offer(event("d"), lambda: line.told.append("d"))
        await clock.advance(20)
        line.broken = False
        await clock.advance(20)
        assert line.told == ["a", "b", "c", "d"]
        assert line.counted == ["delivered"] * 3 + ["failed", "failed", "delivered"]
        running.cancel()
        await clock.settled()
        assert running.cancelled()


async def test_only_so_many_calls_wait_and_the_oldest_are_given_up() -> None:
    line = Line()
    line.busy.clear()
    poster = Poster(line.post, StandingClock(), line.counted.append)
    for number in range(MOST_WAITING + 5):
        poster.offer(event(str(number)), lambda: None)
    assert line.counted == ["given_up"] * 5


async def test_times_are_told_in_utc() -> None:
    over = Event(
        "incident.closed", "x", "n", "disk", "", 1, START, START + timedelta(hours=1), "HET"
    )
    async with open_receiver() as receiver:
        post = poster_of(Posting(Secret(receiver.url), None), lambda: START)
        await post(over)
        said = json.loads(receiver.calls[0][1])
    assert datetime.fromisoformat(said["closed_at"]) == START + timedelta(hours=1)
    assert datetime.fromisoformat(said["opened_at"]).tzinfo == UTC
