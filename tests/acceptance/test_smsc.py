"""A gateway bound to the simulator of an SMSC, both as processes of their own."""

import asyncio
import os
import signal
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import decode, encode
from tests.acceptance.house import House
from tests.acceptance.smsc import ANSWER, ASKED, bound_house, free_port, number, smsc
from tests.structure.tree import ROOT

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

CERTIFICATE = ROOT / "tests" / "web" / "certificates" / "proxy.pem"
COUNT = "SELECT count(*) FROM inbox WHERE sender LIKE '%' || ?"
REPLIES = "SELECT state, delivery FROM outbox WHERE recipient LIKE '%' || ?"
STATES = "SELECT state, delivery FROM outbox WHERE recipient LIKE '+' || ? || '%'"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bound(
    samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[House, int]]:
    """A gateway for tests that do not end it, and the port it binds to."""
    async with bound_house(tmp_path_factory.mktemp("smpp"), samples) as opened:
        yield opened


async def test_a_text_that_is_typed_gets_its_reply_and_the_receipt_is_noted(
    bound: tuple[House, int],
) -> None:
    house, port = bound
    who = number()
    with smsc(port, "--system-id", "office", "--password", "secret") as telco:
        await telco.prints("bind as transceiver by office")
        telco.type(f"{who} {ASKED}")
        await telco.prints(f"^taken   {who}")
        await telco.prints(f"^reply   8083 > {who}  {ANSWER}")
        await house.until(("accepted", "delivered"), REPLIES, who)
        assert await asyncio.to_thread(telco.stop) == 0
        assert "line 1  closed: unbound" in telco.out
        assert telco.figure("without_reply") == 0


async def test_a_receipt_that_looks_like_a_text_is_noted_and_never_answered(
    bound: tuple[House, int],
) -> None:
    house, port = bound
    who = number()
    told = (
        "--receipts",
        "failed",
        "--receipts-plain",
        "--receipts-after",
        "0.2",
        "--receipts-twice",
    )
    with smsc(port, *told) as telco:
        await telco.prints("bind as transceiver")
        telco.type(f"{who} {ASKED}")
        await house.until(("accepted", "undeliverable"), REPLIES, who)
        await telco.prints(f"^taken   receipt for {who}")
        assert await asyncio.to_thread(telco.stop) == 0
        assert telco.count(f"reply   8083 > {who}") == 1
        assert telco.figure("receipts") == 2
    assert house.rows(COUNT, who) == [(1,)]


async def test_a_wrong_password_is_refused_and_the_gateway_goes_on_trying(
    bound: tuple[House, int],
) -> None:
    house, port = bound
    with smsc(port, "--password", "other") as telco:
        await telco.prints("line 2  bind as transceiver by office, refused: ESME_RINVPASWD")
        args = ("door", "test", "telco")
        tried = await asyncio.to_thread(
            house.program.run, *args, data=house.data, config=house.config, env=house.env
        )
        assert tried.returncode == 1
        told = "FAIL bind 0 of 1 bound: bind_refused ESME_RINVPASWD"
        assert tried.stdout.splitlines()[-1].split() == told.split()
    with smsc(port) as telco:
        await telco.prints("bind as transceiver by office$")


async def test_a_text_that_nobody_binds_for_is_counted_and_the_reason_told() -> None:
    who = number()
    with smsc(free_port(), "--until-done", "--patience", "0.5") as telco:
        telco.type(f"{who} {ASKED}")
        assert telco.process.stdin is not None
        telco.process.stdin.close()
        assert await telco.over() == 1
        assert (telco.figure("texts"), telco.figure("delivered")) == (1, 0)
        assert f"without_reply: 1 {who}" in telco.out
        (told,) = telco.err
        assert told.startswith("sms-gateway: no gateway bound within 0.5 s: start this first")


async def test_a_gateway_that_is_bound_and_does_not_reply_is_another_reason() -> None:
    port = free_port()
    with smsc(port, "--until-done", "--patience", "0.5", "--count", "1") as telco:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(encode(pdus.BindTransceiver(7, system_id="office")))
        assert await telco.over() == 1
        assert telco.figure("without_reply") == 1
        (told,) = telco.err
        assert told.startswith("sms-gateway: not every text was taken and has a reply")
        writer.close()


async def test_it_speaks_tls() -> None:
    port = free_port()
    context = ssl.create_default_context(cafile=CERTIFICATE)
    with smsc(port, "--cert", str(CERTIFICATE)) as telco:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname="sms.example.vn"
        )
        writer.write(encode(pdus.BindTransceiver(7, system_id="office")))
        answer = decode(await reader.readexactly(21))
        assert answer == pdus.BindTransceiverResp(7, system_id="smsc")
        writer.close()
        await telco.prints("line 1  closed: the connection broke")


@pytest.mark.parametrize(
    "coding,long", [("0", "udh8"), ("8", "udh16"), ("3", "sar"), ("utf-8", "payload")]
)
async def test_a_long_text_is_joined_and_answered(
    coding: str, long: str, bound: tuple[House, int]
) -> None:
    house, port = bound
    who = number()
    options = ("--coding", coding, "--long", long, "--reorder", "--until-done")
    with smsc(port, *options) as telco:
        telco.type(f"{who} MCKH{' ' * 200}170703-0001")
        assert telco.process.stdin is not None
        telco.process.stdin.close()
        assert await telco.over() == 0
        assert telco.figure("delivered") == (1 if long == "payload" else 2 if coding != "8" else 4)
        await telco.prints(f"^reply   8083 > {who}  {ANSWER}")
    assert house.rows(COUNT, who) == [(1,)]


async def test_a_telco_that_misbehaves_loses_and_doubles_nothing(
    bound: tuple[House, int],
) -> None:
    house, port = bound
    options = (
        "--throttle", "20%", "--drop", "20%", "--duplicate", "30%", "--reorder", "--early-receipts",
        "--receipts-twice", "--count", "30", "--until-done",
    )  # fmt: skip
    with smsc(port, *options) as telco:
        assert await telco.over() == 0
        dropped = telco.figure("dropped")
        assert telco.figure("delivered") > 30
        assert telco.figure("throttled") > 0
        assert telco.figure("answered") + dropped == 30
        assert telco.count("reply") == telco.figure("throttled") + 30
    assert house.rows(COUNT.replace("?", "'849000000' || ? || '%'"), "") == [(30,)]
    await house.until((dropped,), "SELECT count(*) FROM outbox WHERE state = 'uncertain'")
    made_up = sorted(house.rows(STATES, "849000000"), key=str)
    assert made_up == [("accepted", "delivered")] * (30 - dropped) + [("uncertain", None)] * dropped


async def test_the_gateway_unbinds_when_it_is_stopped(tmp_path: Path, samples: Path) -> None:
    async with bound_house(tmp_path, samples) as (house, port):
        with smsc(port) as telco:
            # The answer to the bind is still on its way when the telco says that it is bound.
            await asyncio.to_thread(house.process.wait_for_line, "smpp.bound")
            assert await house.stop() == 0
            await telco.prints("line 1  unbind")
            await telco.prints("line 1  closed: the peer unbound")


@pytest.mark.parametrize("commits", [False, True])
async def test_a_text_that_was_not_acknowledged_before_a_kill_comes_again_and_has_one_reply(
    tmp_path: Path, samples: Path, *, commits: bool
) -> None:
    async with bound_house(tmp_path, samples) as (house, port):
        who = number()
        with smsc(port, "--again", "0.1") as telco:
            await telco.prints("bind as transceiver")
            writer = house.process.writer
            assert writer is not None
            house.process.stop_child(writer)
            telco.type(f"{who} {ASKED}")
            await telco.prints(f"^text    {who}")
            await house.figure("sms_mo_received_total", door="telco")  # its loop went round once
            house.process.process.kill()
            os.kill(writer, signal.SIGCONT if commits else signal.SIGKILL)
            await house.kill()
            await telco.prints(f"^put off {who}  the connection broke")
            await house.start()
            await telco.prints(f"^taken   {who}")
            await house.until(("accepted", "delivered"), REPLIES, who)
            assert house.rows(COUNT, who) == [(1,)]
            assert telco.count(f"reply   8083 > {who}  {ANSWER}") == 1


async def test_a_text_that_was_acknowledged_before_a_kill_has_its_reply_after_it(
    tmp_path: Path, samples: Path
) -> None:
    async with bound_house(tmp_path, samples) as (house, port):
        who, other = number(), number()
        with smsc(port, "--again", "0.1", "--delay", "0.5") as telco:
            await telco.prints("bind as transceiver")
            with house.stuck_directory():
                telco.type(f"{who} {ASKED}")
                await telco.prints(f"^taken   {who}")
                await house.kill()
            await house.start()
            await house.until(("accepted", "delivered"), REPLIES, who)
            telco.type(f"{other} {ASKED}")
            await telco.prints(f"^reply   8083 > {other}")
            await house.kill()  # the reply is there, its answer is not
            await house.start()
            await house.until(("uncertain", None), REPLIES, other)
            for one in (who, other):
                assert telco.count(f"reply   8083 > {one}  {ANSWER}") == 1
