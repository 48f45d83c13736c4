"""A purge through a gateway that runs, as an operator would ask for it."""

import asyncio
import json
import os
import pwd
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sms_gateway.domain.ids import MessageId
from tests.contracts.store_desk import Desk, maker_of
from tests.real_process import Program

LONG_AGO = datetime(2024, 5, 6, 3, 15, tzinfo=UTC)
ME = f"os:{pwd.getpwuid(os.getuid()).pw_name}"

pytestmark = pytest.mark.acceptance


async def _fill(data: Path) -> list[MessageId]:
    async with Desk(maker_of("sqlite"), data) as desk:
        desk.clock.at = LONG_AGO
        texts = []
        for place in range(120):
            mo = await desk.receive(f"MCKH {place}")
            await desk.sent(await desk.reply(mo=mo), f"T-{place}")
            texts.append(mo.id)
        return texts


def test_a_running_gateway_purges_what_is_old_and_leaves_what_is_held(program: Program) -> None:
    data = program.new_data()
    texts = asyncio.run(_fill(data))
    gateway = program(data=data)

    def told(*args: str) -> str:
        done = program.run(*args, data=data)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert told("hold", "add", "--message", texts[7], "--reason", "court") == (
        f"held message {texts[7]}\n"
    )
    assert json.loads(told("purge", "--dry-run", "--json"))["texts"] == 119
    done = json.loads(told("purge", "--json"))
    assert (done["texts"], done["left"], done["scrubbed"]) == (119, 1, True)
    line = json.loads(gateway.wait_for_line('"retention.purged"').string)
    assert (line["count"], line["result"]) == (119, "done")
    shown = json.loads(told("message", texts[7], "--json"))
    assert shown["message"]["text"] == "MCKH 7"
    assert [(act["by"], act["act"]) for act in shown["acts"]] == [(ME, "hold.add")]
    assert json.loads(told("message", texts[8], "--json"))["message"]["text"] is None
    assert gateway.stop() == 0
