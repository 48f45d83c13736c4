"""Other systems are told of messages: signed, again after failures, and to nobody else."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Oracle

from sms_gateway.api import posting
from sms_gateway.api.posting import headers_of
from sms_gateway.api.targets import Targets, look_up
from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.api.webhook_watch import WebhookWatch
from sms_gateway.callers.networks import networks_of
from sms_gateway.commands import CommandError
from sms_gateway.domain.acts import AnswerOrder
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.webhooks import WAITS, Event, NewWebhook, Webhook, WebhookId
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import DOOR, VALID, Desk, maker_of

HERE = networks_of(["127.0.0.0/8"])
MASKED = "09xx xxx 001"


class Wall:
    """A clock that goes on by its sleeps."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        return self._desk.clock.at

    def monotonic(self) -> float:
        return self._desk.clock.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self._desk.clock.step(seconds)


@dataclass(slots=True)
class Receiver:
    """Another system, which answers with the next status and then 204.

    Attributes:
        url: where it is.
        statuses: its next answers; 0 for none within the time.
        bodies, headers: what it was told.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        status = self.statuses.pop(0) if self.statuses else 204
        if status == 302:
            return web.Response(status=302, headers={"Location": f"{self.url}/elsewhere"})
        return web.Response(status=status, body=b"x" * (200_000 if status == 200 else 0))


@dataclass(slots=True)
class Telling:
    """A store, what tells of its messages, and who is told."""

    desk: Desk
    receiver: Receiver
    commands: WebhookCommands
    watch: WebhookWatch

    async def add(self, **changes: object) -> str:
        values = {
            "name": "portal", "url": f"{self.receiver.url}/hook", "events": tuple(Event),
            "agencies": None, "with_number": False, "with_text": False,
        }  # fmt: skip
        new = NewWebhook(**{**values, **changes})  # type: ignore[arg-type]  # as the fields say
        return (await self.commands.add(new, "os:an")).value

    async def look(self, later: float = 60.0) -> int:
        """Look once, later; how many calls came of it."""
        self.desk.clock.step(later)
        before = len(self.receiver.bodies)
        await self.watch.look()
        return len(self.receiver.bodies) - before


@asynccontextmanager
async def telling(folder: Path) -> AsyncIterator[Telling]:
    receiver, app = Receiver(), web.Application()
    app.router.add_route("*", "/{rest:.*}", receiver.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with Desk(maker_of("sqlite"), folder) as desk:
        store, wall = desk.store, Wall(desk)
        assert isinstance(store, SqlStore)
        targets = Targets(HERE, http=True, look_up=look_up)
        codes = ("H32.01",)
        commands = WebhookCommands(store.webhooks, targets, codes, wall.now, desk.new_id, bytes)
        watch = WebhookWatch(store.webhooks, store.reading, wall, targets, lambda: True)
        yield Telling(desk, receiver, commands, watch)
    await runner.cleanup()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Telling]:
    folder = tmp_path / "data"
    folder.mkdir()
    async with telling(folder) as opened:
        yield opened


async def test_an_answer_is_told_signed_once_and_without_number_and_text(house: Telling) -> None:
    secret = await house.add()
    await house.desk.reply()
    assert await house.look() == 1
    assert await house.look() == 0
    (body,), (headers,) = house.receiver.bodies, house.receiver.headers
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = Oracle(key).sign(
        headers["webhook-id"],
        datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC),
        body.decode(),
    )
    assert headers["webhook-signature"] == made
    told = json.loads(body)
    assert (told["type"], told["data"]["outcome"]) == ("message.answered", "answered")
    assert told["data"]["number"] == MASKED
    assert b"900000001" not in body
    assert b"MCKH_" not in body
    assert "cookie" not in headers


async def test_of_an_answer_by_hand_it_is_said_that_a_person_wrote_it(house: Telling) -> None:
    await house.add()
    await house.desk.reply(MtState.HELD)
    ((mo_id,),) = await house.desk.rows("SELECT id FROM inbox")
    await house.look()
    at, known = house.desk.clock.at, (MessageId(str(mo_id)), "form", DOOR, "Da xong", "gsm7", 1)
    order = AnswerOrder(house.desk.new_id(), *known, at, at + VALID, "staff:an")
    await house.desk.store.answer_by_hand(order)
    assert await house.look(0) == 1
    parked, answered = map(json.loads, house.receiver.bodies)
    said = [(one["type"], one["data"]["by_hand"]) for one in (parked, answered)]
    assert said == [("message.parked", False), ("message.answered", True)]
    assert parked["data"]["message"] == answered["data"]["message"] == mo_id


async def test_number_and_text_are_told_to_whom_they_are_meant(house: Telling) -> None:
    await house.add(with_number=True, with_text=True)
    await house.desk.reply()
    await house.look()
    told = json.loads(house.receiver.bodies[0])["data"]
    assert (told["number"], told["text"]) == ("+84900000001", "MCKH_170703-0001")


async def test_without_the_number_it_is_told_none_within_text_and_code_either(
    house: Telling,
) -> None:
    await house.add(with_text=True)
    await house.desk.reply()
    await house.desk.change("UPDATE inbox SET text = 'Goi 0912 345 678', code_key = '0912345678'")
    await house.look()
    told = json.loads(house.receiver.bodies[0])["data"]
    assert (told["text"], told["code"]) == ("Goi xxx678", "xxx678")


async def test_after_each_failure_it_waits_longer_and_in_the_end_it_is_given_up(
    house: Telling,
) -> None:
    await house.add()
    house.receiver.statuses = [500, 302, 404, 503, 400, 301, 429, 500]
    await house.desk.reply()
    assert await house.look() == 1
    for wait in WAITS:
        assert await house.look(wait.total_seconds() - 0.5) == 0
        assert await house.look(0.5) == 1
    assert await house.look(timedelta(days=2).total_seconds()) == 0
    (state,) = await house.commands.store.webhooks()
    assert (state.waiting, state.dead, state.last_status) == (0, 1, 500)
    names = {one["webhook-id"] for one in house.receiver.headers}
    assert len(names) == 1
    assert await house.commands.replay("portal", None, "os:an") == 1
    assert await house.look(0) == 1
    (state,) = await house.commands.store.webhooks()
    assert (state.waiting, state.dead, state.last_status) == (0, 0, 204)


async def test_a_redirect_is_not_followed_and_a_long_answer_is_thrown_away(
    house: Telling,
) -> None:
    await house.add()
    house.receiver.statuses = [302, 200]
    await house.desk.reply()
    assert await house.look() == 1
    assert await house.look(5) == 1
    (state,) = await house.commands.store.webhooks()
    assert (state.waiting, state.last_status) == (0, 200)


async def test_proxies_of_the_environment_are_passed_over(
    house: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    await house.add()
    assert await house.commands.test("portal") == 204
    assert json.loads(house.receiver.bodies[0])["type"] == "webhook.test"


async def test_a_receiver_that_is_too_slow_fails_and_stops_nobody_else(
    house: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.0001)
    await house.add()
    assert await house.commands.test("portal") == 0


async def test_a_fault_of_ours_costs_one_webhook_and_not_the_gateway(house: Telling) -> None:
    await house.add()
    await house.add(name="whole")
    mo = await house.desk.receive()
    for row in await house.desk.rows("SELECT id FROM webhook WHERE name = 'portal'"):
        # No message of ours has that id: nothing that is written here should be able to do this.
        values = f"'{row[0]}', 'message.delivered', '{mo.id}', 0, 0"
        await house.desk.change(
            f"INSERT INTO webhook_event (webhook, event, message, made_at, next_at) VALUES ({values})"  # noqa: S608, E501  # of this test
        )
    house.desk.clock.step(60)
    await house.desk.reply(mo=mo)
    await house.desk.change("UPDATE webhook_event SET made_at = 1795000000000")
    await house.desk.change("DELETE FROM outbox")
    assert await house.look() == 1


async def test_one_that_is_off_is_told_nothing_until_it_is_on_again(house: Telling) -> None:
    await house.add()
    await house.commands.switch("portal", "os:an", enabled=False)
    with pytest.raises(CommandError, match="no webhook has that name"):
        await house.commands.switch("portal", "os:an", enabled=False)
    await house.desk.reply()
    assert await house.look() == 0
    await house.commands.switch("portal", "os:an", enabled=True)
    assert await house.look() == 1


async def test_a_name_that_leads_elsewhere_later_is_not_called(house: Telling) -> None:
    port = house.receiver.url.rpartition(":")[2]
    answers = [["127.0.0.1"], ["10.0.0.1"], ["::ffff:10.0.0.1"]]

    async def changing(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0)

    targets = Targets(HERE, http=True, look_up=changing)
    hook = Webhook(
        WebhookId("w"), "w", f"http://portal.example:{port}/", "whsec_" + "A" * 32, (), None,
        with_number=False, with_text=False, enabled=True, made_at=house.desk.clock.at, by="",
    )  # fmt: skip
    statuses = [
        await posting.post(targets, hook, "name", b"{}", house.desk.clock.at) for _ in range(3)
    ]
    assert statuses == [204, 0, 0]


@pytest.mark.parametrize(
    "changes,wrong",
    [
        ({"name": "Portal"}, "a webhook's name has"),
        ({"url": "https://10.0.0.1/"}, "no network"),
        ({"url": "ftp://127.0.0.1/"}, "only https"),
        ({"events": ["message.read"]}, "an event is one of"),
        ({"agencies": ["H99"]}, "no agency has that code"),
    ],
)
async def test_what_makes_no_sense_is_not_kept(
    house: Telling, changes: dict[str, object], wrong: str
) -> None:
    with pytest.raises(CommandError, match=wrong):
        await house.add(**changes)
    assert await house.commands.store.webhooks() == []


@given(
    key=st.binary(min_size=16, max_size=64),
    name=st.text("abcdefghij.:-0123456789", min_size=1, max_size=60),
    body=st.text(),
    stamp=st.integers(min_value=0, max_value=4_102_444_800),
)
def test_each_signature_is_the_one_of_the_standards_own_library(
    key: bytes, name: str, body: str, stamp: int
) -> None:
    at = datetime.fromtimestamp(stamp, UTC)
    hook = Webhook(
        WebhookId("w"), "w", "", "whsec_" + base64.b64encode(key).decode(), (), None,
        with_number=False, with_text=False, enabled=True, made_at=at, by="",
    )  # fmt: skip
    try:
        octets = body.encode()
    except UnicodeEncodeError:
        return
    made = headers_of(hook, name, octets, at)
    assert made["webhook-signature"] == Oracle(key).sign(name, at, body)
