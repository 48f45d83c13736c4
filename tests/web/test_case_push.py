"""What the one-stop software hears at `/cases/v1/dossiers`, whatever it sends."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from standardwebhooks import Webhook

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import CasesDownError
from sms_gateway.ports.pushed import MAX_ROWS, RowFate, RowTold, Service
from sms_gateway.reading import Reading
from sms_gateway.settings.case_push import CasePush
from sms_gateway.web.app import Front, build_app
from sms_gateway.web.case_access import CaseAccess
from sms_gateway.web.case_push import MAX_BODY, PUSHED_AT, CasePushHandler
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.parts import Part
from sms_gateway.web.peers import Proxies
from sms_gateway.web.server import Runner
from sms_gateway.web.webhooks import Shell
from tests.parts import HASHER, START
from tests.virtual_time import StandingClock

TOKEN = "tiger-lily-in-the-garden"
KEY = base64.b64encode(b"0123456789abcdef01234567").decode()
OPEN = CasePush(tokens=(Secret(TOKEN),))
SIGNED = CasePush(secrets=(Secret(f"whsec_{KEY}"),))
PRIVATE = "Nguyen Thi Private 0900000001"
BATCH = {"service": "DongBoHoSoMC", "data": [{"MaHoSo": "A-1", "ChuHoSo": PRIVATE}]}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Cases:
    """Takes batches as told.

    Attributes:
        taken: what came.
        says: what it makes of a batch, or raises.
        stuck: it never answers.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[Service, Sequence[bytes]]] = []
        self.says: Sequence[RowTold] | Exception = [RowTold("A-1", RowFate.NEW)]
        self.stuck = False

    async def take(self, service: Service, rows: Sequence[bytes]) -> Sequence[RowTold]:
        self.taken.append((service, rows))
        if self.stuck:
            await asyncio.Event().wait()
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@dataclass(frozen=True, slots=True)
class Heard:
    status: int
    said: dict[str, Any]
    headers: dict[str, str]


@dataclass(slots=True)
class Desk:
    """The endpoint on a loopback port."""

    cases: Cases
    metrics: Metrics
    session: ClientSession
    url: str

    async def post(self, body: object = BATCH, **headers: str) -> Heard:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(self.url, data=io.BytesIO(raw), headers=named) as response:
            said = json.loads(await response.read())
            return Heard(response.status, said, dict(response.headers))

    async def sent(self, body: object = BATCH) -> Heard:
        return await self.post(body, **BEARER)

    def counted(self, sample: str) -> bool:
        return sample in self.metrics.text().decode().replace(',worker="node"', "").splitlines()


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@asynccontextmanager
async def served(
    push: CasePush = OPEN, read_seconds: float = 10.0, trusted: Sequence[str] = ()
) -> AsyncIterator[Desk]:
    metrics, cases = Metrics([], "node"), Cases()
    nobody = cast("Any", None)
    clock = StandingClock()
    shell = Shell(
        *(nobody, nobody, nobody, metrics, clock, lambda: MessageId("trace")),
        *(Proxies(trusted), read_seconds),
    )
    handler = CasePushHandler(cases, CaseAccess(push), shell, push.timeout_s)
    front = Front(cast("Reading", None), HASHER, clock, metrics, nobody)
    app = build_app({}, shell, front, frozenset({Part.TELCOS}), handler)
    runner = Runner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{PUSHED_AT[1]}"
        async with ClientSession() as session:
            yield Desk(cases, metrics, session, url)
    finally:
        await runner.cleanup()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with served() as opened:
        yield opened


async def test_each_row_of_a_batch_is_answered_by_its_code(desk: Desk) -> None:
    desk.cases.says = [
        RowTold("A-1", RowFate.CHANGED),
        RowTold("A-2", RowFate.REFUSED, "TrangThaiHoSo: must be one"),
    ]
    rows = [{"MaHoSo": "A-1"}, {"MaHoSo": "A-2"}]
    heard = await desk.sent({"session": "s", "service": "CapNhatTienDoHoSoMC", "data": rows})
    assert heard.status == 200
    assert heard.said["error_code"] == 0
    assert heard.said["results"] == [
        {"row": 1, "MaHoSo": "A-1", "result": "changed", "reason": ""},
        {"row": 2, "MaHoSo": "A-2", "result": "refused", "reason": "TrangThaiHoSo: must be one"},
    ]
    assert heard.said["counts"] == {
        "new": 0, "changed": 1, "unchanged": 0, "overtaken": 0, "refused": 1,
    }  # fmt: skip
    ((service, taken),) = desk.cases.taken
    assert service is Service.PROGRESS
    assert [json.loads(row) for row in taken] == rows


async def test_calls_and_rows_are_counted(desk: Desk) -> None:
    await desk.sent()
    await desk.post()
    assert desk.counted('sms_case_pushes_total{result="taken"} 1.0')
    assert desk.counted('sms_case_pushes_total{result="unauthorised"} 1.0')
    assert desk.counted('sms_case_push_rows_total{result="new"} 1.0')


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN, "Bearer \u00e9"],
)
async def test_without_a_token_nothing_is_taken(desk: Desk, header: str) -> None:
    heard = await desk.post(Authorization=header)
    assert (heard.status, heard.said["error"]) == (401, "unauthorised")
    assert heard.headers["WWW-Authenticate"] == "Bearer"
    assert not desk.cases.taken


async def test_while_a_token_is_being_changed_both_are_taken() -> None:
    async with served(CasePush(tokens=(Secret(TOKEN), Secret("next-years-token-1")))) as desk:
        for token in (TOKEN, "next-years-token-1"):
            assert (await desk.post(Authorization=f"Bearer {token}")).status == 200


def signature(body: bytes, at: datetime, key: str = KEY) -> dict[str, str]:
    """What the library of the standard itself writes."""
    signed = Webhook(key).sign("msg_1", at, body.decode())
    return {
        "webhook_id": "msg_1",
        "webhook_timestamp": str(int(at.timestamp())),
        "webhook_signature": signed,
    }


async def test_a_signed_batch_is_taken_without_a_token() -> None:
    async with served(SIGNED) as desk:
        body = json.dumps(BATCH).encode()
        assert (await desk.post(body, **signature(body, START))).status == 200


@pytest.mark.parametrize("late", [timedelta(seconds=301), timedelta(seconds=-301)])
async def test_a_signature_of_another_time_is_worth_nothing(late: timedelta) -> None:
    async with served(SIGNED) as desk:
        body = json.dumps(BATCH).encode()
        assert (await desk.post(body, **signature(body, START + late))).status == 401
        assert not desk.cases.taken


async def test_a_signature_of_another_body_or_key_is_worth_nothing() -> None:
    async with served(SIGNED) as desk:
        body = json.dumps(BATCH).encode()
        assert (await desk.post(body + b" ", **signature(body, START))).status == 401
        other = base64.b64encode(b"another-key-of-24-octets").decode()
        assert (await desk.post(body, **signature(body, START, other))).status == 401
        assert (await desk.post(body)).status == 401


async def test_where_both_are_set_both_must_hold() -> None:
    both = CasePush(tokens=OPEN.tokens, secrets=SIGNED.secrets)
    async with served(both) as desk:
        body = json.dumps(BATCH).encode()
        signed = signature(body, START)
        assert (await desk.post(body, **BEARER)).status == 401
        assert (await desk.post(body, **signed)).status == 401
        assert (await desk.post(body, **BEARER, **signed)).status == 200


async def test_only_the_networks_of_the_settings_are_let_in() -> None:
    there = CasePush(tokens=OPEN.tokens, cidrs=("10.9.0.0/16",))
    async with served(there, trusted=["127.0.0.0/8"]) as desk:
        assert (await desk.sent()).status == 403
        assert (await desk.post(**BEARER, X_Forwarded_For="10.8.0.1")).status == 403
        assert not desk.cases.taken
        assert (await desk.post(**BEARER, X_Forwarded_For="10.9.0.1")).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[" * 100_000,
        b'{"service": "DongBoHoSoMC", "data": [' + b"[" * 500_000 + b"]" * 500_000 + b"]}",
        b'{"service": "DongBoHoSoMC", "data": {"a": ' * 20_000,
        b'{"service": "DongBoHoSoMC"}',
        b'{"service": "DongBoHoSoMC", "data": {}}',
        b'{"service": "DongBoHoSoMC", "data": null}',
        b'{"service": "Login", "data": []}',
        b'{"service": 7, "data": []}',
        b'{"data": []}',
        b'{"service": "DongBoHoSoMC", "data": [tru]}',
        b'{"service": "DongBoHoSoMC", "data": [{}, 7]}',
    ],
)
async def test_what_is_no_batch_is_refused_in_one_piece(desk: Desk, body: bytes) -> None:
    heard = await desk.sent(body)
    assert (heard.status, heard.said["error"]) == (400, "unreadable")
    assert not desk.cases.taken


async def test_a_batch_that_is_too_large_is_refused(desk: Desk) -> None:
    row = b'{"MaHoSo": "A-1"}'
    padded = b'{"service": "DongBoHoSoMC", "data": [' + row + b"]}"
    fits = padded + b" " * (MAX_BODY - len(padded))
    assert (await desk.sent(fits)).status == 200
    heard = await desk.sent(fits + b" ")
    assert (heard.status, heard.said["error"]) == (413, "too_large")


async def test_a_batch_of_too_many_rows_is_refused(desk: Desk) -> None:
    desk.cases.says = []
    batch = {"service": "DongBoHoSoMC", "data": [{}] * MAX_ROWS}
    assert (await desk.sent(batch)).status == 200
    batch["data"] = [{}] * (MAX_ROWS + 1)
    heard = await desk.sent(batch)
    assert (heard.status, heard.said["error"]) == (400, "too_many")
    assert len(desk.cases.taken) == 1


async def test_a_compressed_body_is_never_unpacked(desk: Desk) -> None:
    heard = await desk.post(**BEARER, Content_Encoding="gzip")
    assert (heard.status, heard.said["error"]) == (415, "encoded")


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async with served(read_seconds=0.05) as desk:

        async def never() -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.Event().wait()

        async with desk.session.post(desk.url, data=never(), headers=BEARER) as response:
            assert response.status == 408
        assert desk.counted('sms_case_pushes_total{result="slow"} 1.0')


async def test_while_dossiers_cannot_be_written_the_software_is_asked_to_come_again(
    desk: Desk, captured_logs: io.StringIO
) -> None:
    desk.cases.says = CasesDownError("full")
    heard = await desk.sent()
    assert (heard.status, heard.said["error"]) == (503, "unavailable")
    assert heard.headers["Retry-After"] == "5"
    assert [line["reason"] for line in lines(captured_logs)] == ["full"]


async def test_a_batch_that_takes_too_long_is_given_up() -> None:
    async with served(CasePush(tokens=OPEN.tokens, timeout_s=0.01)) as desk:
        desk.cases.stuck = True
        heard = await desk.sent()
    assert (heard.status, heard.headers["Retry-After"]) == (503, "5")


async def test_one_line_of_the_log_tells_of_a_batch_and_nothing_of_what_it_held(
    desk: Desk, captured_logs: io.StringIO
) -> None:
    late = RowTold("A-1", RowFate.OVERTAKEN)
    refused = RowTold("", RowFate.REFUSED, "is no object")
    desk.cases.says = [RowTold("A-1", RowFate.NEW), late, refused]
    await desk.sent()
    (line,) = lines(captured_logs)
    names = ("event", "command", "rows", "new", "changed", "overtaken", "refused")
    assert {name: line[name] for name in names} == {
        "event": "cases.pushed", "command": "DongBoHoSoMC",
        "rows": 3, "new": 1, "changed": 0, "overtaken": 1, "refused": 1,
    }  # fmt: skip
    assert "A-1" not in str(line)
    assert PRIVATE not in str(line)


async def test_a_stranger_who_calls_again_and_again_fills_no_log(
    desk: Desk, captured_logs: io.StringIO
) -> None:
    for _ in range(20):
        await desk.post()
    assert [(line["event"], line["result"]) for line in lines(captured_logs)] == [
        ("cases.push_refused", "unauthorised")
    ]


async def test_a_fault_of_ours_is_answered_by_503_and_quotes_nothing(desk: Desk) -> None:
    desk.cases.says = RuntimeError(PRIVATE)
    heard = await desk.sent()
    assert (heard.status, heard.said) == (503, {"error": "internal_error"})


async def test_only_post_is_heard(desk: Desk) -> None:
    async with desk.session.get(desk.url, headers=BEARER) as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
