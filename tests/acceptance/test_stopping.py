"""SIGTERM ends the gateway within its grace, whatever hangs around it."""

import asyncio
import signal
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.telco import PATIENCE, Does, citizen, mo
from tests.real_process import ROOT, Program

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

ASKED = "MCKH_170703-0001"
GRACE = 4.0
CLOSING = 3.0
"""What a busy machine may need to close everything, and what is measured besides, in seconds."""

PATIENT = {
    "SMS_GATEWAY_DISPATCH__GRACE_S": str(GRACE),
    "SMS_GATEWAY_WEB__REQUEST_TIMEOUT_S": "60",
    "SMS_GATEWAY_DOORS__ACK__OUTBOUND__TOTAL_S": "60",
    "SMS_GATEWAY_DOORS__ACKRESEND__OUTBOUND__TOTAL_S": "60",
}
"""Nothing but the grace ends what hangs."""

NEVER_CLOSES = """
import asyncio
from sms_gateway import signals
from sms_gateway.sqlite.connection import SqliteConnection

close = SqliteConnection.close

async def never(_connection):
    await asyncio.Event().wait()

async def once(connection):
    SqliteConnection.close = never  # behind what the start closes
    await close(connection)

SqliteConnection.close = once
signals.OVERDUE_S = 0.5
"""


@asynccontextmanager
async def loaded(house: House, *does: Does) -> AsyncIterator[None]:
    """Many citizens text through all doors at once; the telco does this with each reply."""
    begun = asyncio.Event()

    async def texts(door: str) -> None:
        while True:
            text = mo(citizen(), ASKED)
            house.telco.scripts[str(text["from"])] = list(does)
            await house.telco.deliver(door, text)
            if len(house.telco.mts) > 10:
                begun.set()

    doors = ("local", "ack", "ackresend") * 3
    callers = [asyncio.create_task(texts(door)) for door in doors]
    try:
        await asyncio.wait_for(begun.wait(), PATIENCE)
        yield
    finally:
        for caller in callers:
            caller.cancel()
        await asyncio.wait(callers)


async def seconds_to_stop(house: House, *again: signal.Signals) -> float:
    """Seconds from SIGTERM to the end, which must be in order; further signals come meanwhile."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    stopping = asyncio.create_task(house.stop())
    await asyncio.to_thread(house.process.wait_for_line, "service.stopping")
    for number in again:
        house.process.process.send_signal(number)
    assert await stopping == 0, house.process.output[-2000:]
    return loop.time() - began


async def test_a_loaded_gateway_whose_telco_never_answers_stops_within_its_grace(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples, env=PATIENT) as house, loaded(house, Does.SILENT):
        assert await seconds_to_stop(house) < GRACE + CLOSING
        in_doubt = house.rows("SELECT count(*) FROM outbox WHERE state = 'uncertain'")
        assert in_doubt > [(0,)]
        assert house.rows("SELECT count(*) FROM outbox WHERE state = 'sending'") == [(0,)]


async def test_callers_that_send_half_a_text_and_a_silent_telco_share_one_grace(
    tmp_path: Path, samples: Path
) -> None:
    async with (
        open_house(tmp_path, samples, env=PATIENT) as house,
        loaded(house, Does.SILENT),
        half_a_call(house),
    ):
        assert await seconds_to_stop(house) < GRACE + CLOSING


async def test_more_signals_neither_hasten_nor_hinder_it(tmp_path: Path, samples: Path) -> None:
    async with open_house(tmp_path, samples, env=PATIENT) as house, loaded(house, Does.SILENT):
        again = (signal.SIGTERM, signal.SIGINT, signal.SIGTERM)
        assert await seconds_to_stop(house, *again) < GRACE + CLOSING


async def test_whoever_signals_to_the_very_end_does_not_make_it_look_like_a_crash(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        process = house.process.process

        def impatient() -> int:
            while process.poll() is None:
                process.send_signal(signal.SIGTERM)
            return process.returncode

        assert await asyncio.to_thread(impatient) == 0
        assert "Traceback" not in house.process.output


async def test_a_process_that_cannot_close_its_files_is_ended_all_the_same(
    tmp_path: Path, samples: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NEVER_CLOSES)
    env = {"PYTHONPATH": str(tmp_path), "SMS_GATEWAY_DISPATCH__GRACE_S": "0.5"}
    async with open_house(tmp_path / "house", samples, env=env) as house:
        assert await house.stop() == -signal.SIGALRM
        assert "service.stop_overdue" in house.process.output


@asynccontextmanager
async def half_a_call(house: House) -> AsyncIterator[None]:
    """A call of which half the body has come, and the rest never comes."""
    host, port = house.process.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /mo/ack HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        b'Content-Length: 100\r\n\r\n{"id": '
    )
    await writer.drain()
    try:
        yield
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("closed", ["0<&-", "2>&-", "0<&- 2>&-"])
async def test_a_gateway_that_was_started_without_input_or_error_output_ends_like_any_other(
    tmp_path: Path, samples: Path, closed: str
) -> None:
    program = Program(tmp_path, samples)
    command = program.line("serve", "--port", "0", data=program.new_data(), config=ROOT / "config")
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f'exec "$@" {closed}', "sh", *command, cwd=tmp_path, stdout=PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while b"ready" not in (line := await process.stdout.readline()):
                assert line
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
