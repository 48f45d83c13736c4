"""Stopping, starting again, being killed at known moments, and not starting at all."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.acceptance.house import House, open_house, reply_of
from tests.acceptance.telco import Does, Heard, citizen, mo

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

ASKED = "MCKH_170703-0001"
COUNT = "SELECT count(*) FROM inbox WHERE telco_id = ?"


async def test_a_caller_that_hangs_up_before_the_reply_fetches_it_later(house: House) -> None:
    text = mo(citizen(), ASKED)
    with house.stuck_directory():
        await _call_and_hang_up(house, text)
        await house.until((1,), COUNT, text["id"])
    await house.mt_is(text, "uncertain")
    assert house.attempts(text) == [("uncertain", "connection_lost")]
    first = await house.telco.deliver("local", text)
    again = await house.telco.deliver("local", text)
    assert reply_of(first.body)["reply"]
    assert again.body == first.body
    await house.mt_is(text, "accepted")
    assert house.rows(COUNT, text["id"]) == [(1,)]


async def test_a_text_that_was_recorded_and_not_answered_is_answered_after_a_kill(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        with house.stuck_directory():
            call = asyncio.create_task(house.telco.call("/mo/local", text))
            await house.until((1,), COUNT, text["id"])
            await house.kill()
        with pytest.raises(aiohttp.ClientError):
            await call
        await house.start()
        first = await house.telco.deliver("local", text)
        again = await house.telco.deliver("local", text)
        assert reply_of(first.body)["reply"].startswith("Ho so 170703-0001")
        assert again.body == first.body
        await house.mt_is(text, "accepted")
        assert house.rows(COUNT, text["id"]) == [(1,)]


async def test_a_reply_without_a_way_back_is_parked_until_a_retry_fetches_it(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        with house.stuck_directory():
            call = asyncio.create_task(house.telco.call("/mo/local", text))
            await house.until((1,), COUNT, text["id"])
            await house.kill()
        with pytest.raises(aiohttp.ClientError):
            await call
        await house.start()
        await house.mo_is(text, "parked", "no_way_back")
        await house.mt_is(text, "held")
        first = await house.telco.deliver("local", text)
        again = await house.telco.deliver("local", text)
        assert reply_of(first.body)["reply"].startswith("Ho so 170703-0001")
        assert again.body == first.body
        await house.mo_is(text, "answered", "fetched")
        await house.mt_is(text, "accepted")


async def test_an_mt_that_was_being_sent_when_the_process_was_killed_is_held(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        house.telco.scripts[str(text["from"])] = [Does.SILENT]
        await house.telco.deliver("ack", text)
        await house.telco.received(str(text["from"]))
        await house.kill()
        await house.start()
        await house.mt_is(text, "uncertain")
        assert house.attempts(text) == [("uncertain", "process_ended")]
        assert (await house.telco.deliver("ack", text)).body == b"OK"
        assert len(house.telco.to(str(text["from"]))) == 1


async def test_a_telco_that_knows_our_ids_gets_it_again_after_a_kill(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        house.telco.scripts[str(text["from"])] = [Does.SILENT]
        await house.telco.deliver("ackresend", text)
        await house.telco.received(str(text["from"]))
        await house.kill()
        await house.start()
        mts = await house.telco.received(str(text["from"]), 2)
        await house.mt_is(text, "accepted")
        assert len({mt.id for mt in mts}) == 1


async def test_parts_of_a_long_text_outlive_a_kill(tmp_path: Path, samples: Path) -> None:
    async with open_house(tmp_path, samples) as house:
        sender = citizen()
        await house.telco.deliver("ack", mo(sender, "MCKH 170703-", ref=3, total=2, part=1))
        await house.kill()
        await house.start()
        await house.telco.deliver("ack", mo(sender, "0001", ref=3, total=2, part=2))
        (mt,) = await house.telco.received(sender)
        assert mt.text.startswith("Ho so 170703-0001")


async def test_a_request_that_is_open_at_sigterm_gets_its_reply(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        with house.stuck_directory():
            call = asyncio.create_task(house.telco.call("/mo/local", text))
            await house.until((1,), COUNT, text["id"])
            stopping = asyncio.create_task(house.stop())
            await asyncio.to_thread(house.process.wait_for_line, "service.stopping")
        heard = await call
        assert reply_of(heard.body)["reply"]
        assert await stopping == 0
        await house.mt_is(text, "accepted")


async def test_sigterm_under_load_loses_nothing_that_was_acknowledged(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        doors = ("local", "ack", "ackresend")
        taken: list[tuple[str, dict[str, object], Heard]] = []
        enough = asyncio.Event()

        async def load(door: str) -> None:
            for _ in range(40):
                text = mo(citizen(), ASKED)
                taken.append((door, text, await house.telco.deliver(door, text)))
                if len(taken) >= 60:
                    enough.set()

        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                for door in doors:
                    group.create_task(load(door))
            await enough.wait()
            assert await house.stop() == 0
            await house.start()
        for door, text, heard in taken:
            if door == "local":
                assert (await house.telco.deliver(door, text)).body == heard.body
            await house.mt_is(text, "accepted")
            assert len(house.telco.to(str(text["from"]))) == (door != "local")
        assert house.rows("SELECT count(*) FROM outbox WHERE state <> 'accepted'") == [(0,)]


async def test_a_second_serve_on_the_same_data_says_so_in_one_line(house: House) -> None:
    done = await asyncio.to_thread(
        house.program.run, "serve", "--port", "0", data=house.data, config=house.config
    )
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    assert "another process is serving" in line
    assert (await house.telco.deliver("local", mo(citizen(), ASKED))).status == 200


async def test_a_data_folder_that_cannot_be_written_is_told_in_one_line(
    house: House, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o555)
    done = await asyncio.to_thread(_serve_without_override, house.config, data)
    assert done.returncode not in {0, -9}
    (line,) = done.stderr.strip().splitlines()
    assert str(data) in line
    assert "cannot be written" in line


async def test_a_store_that_cannot_be_written_is_told_in_one_line(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        await house.telco.deliver("local", mo(citizen(), ASKED))
        assert await house.stop() == 0
        for path in house.data.glob("*.db*"):
            path.chmod(0o444)
        house.data.chmod(0o555)
        done = await asyncio.to_thread(_serve_without_override, house.config, house.data)
        house.data.chmod(0o755)
        assert done.returncode not in {0, -9}
        assert len(done.stderr.strip().splitlines()) == 1


def _serve_without_override(config: Path, data: Path) -> "subprocess.CompletedProcess[str]":
    """`serve` as a user whom permissions bind: root may write anywhere, unless it gives that up."""
    bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    line = [sys.executable, "-m", "sms_gateway", "serve", "--port", "0"]
    line += ["--config", str(config), "--data", str(data)]
    return subprocess.run(  # noqa: S603  # a list written here
        [*(bound if os.geteuid() == 0 else []), *line],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        cwd=data.parent,
    )


async def _call_and_hang_up(house: House, text: dict[str, object]) -> None:
    """Send a call whole and close the connection without waiting for what comes."""
    address = urlsplit(house.telco.gateway)
    body = json.dumps(text).encode()
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        "POST /mo/local HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def test_a_gateway_whose_writer_was_killed_says_so_and_ends_and_the_next_one_goes_on(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        assert (await house.telco.deliver("local", text)).status == 200
        writer = house.process.writer
        assert writer is not None
        os.kill(writer, signal.SIGKILL)
        assert await house.ended() == 1
        last = house.process.err[-1]
        assert last.startswith("sms-gateway: the process that writes the database ended")
        await house.start()
        again = await house.telco.deliver("local", text)
        assert reply_of(again.body)["reply"].startswith("Ho so 170703-0001")
        assert house.rows(COUNT, text["id"]) == [(1,)]
