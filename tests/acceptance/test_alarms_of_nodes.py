"""Of several nodes on one PostgreSQL one tells what is wrong, and another goes on where it was."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from tests.acceptance.receiver import open_receiver
from tests.acceptance.test_alarms import LONG, ON_CALL
from tests.acceptance.test_nodes import Town, open_town
from tests.postgres import Postgres

pytestmark = pytest.mark.acceptance

ALARMS = """
[alarms]
numbers = ["{number}"]
door = "ack"
webhook_url = "{url}"
mute = ["disk"]
look_s = 0.1
hold_s = 0.2
calm_s = 0.5
"""
PAUSE = "INSERT INTO sms_gateway.door_state VALUES ('ackresend', 1, 0, 'os:an')"
RESUME = "UPDATE sms_gateway.door_state SET paused = 0"
TOLD = "SELECT trouble, posted_at IS NOT NULL, texted_at IS NOT NULL FROM incident"


async def test_one_node_tells_and_another_goes_on_when_it_is_killed(
    tmp_path: Path, samples: Path, postgres_server: Postgres
) -> None:
    async with open_receiver() as receiver, open_town(tmp_path, samples, postgres_server) as town:
        with (town.config / "gateway.toml").open("a") as file:  # before it starts
            file.write(ALARMS.format(number=ON_CALL, url=receiver.url))
        nodes = {name: await town.start(name) for name in ("alpha", "beta")}
        await _said(town, PAUSE)
        (begun,) = await receiver.received(1)
        (text,) = await town.telco.received(ON_CALL)
        assert (begun["trouble"], begun["door"]) == ("paused", "ackresend")
        assert "cua ackresend bi tam giu" in text.text
        await town.until([("paused", True, True)], TOLD)
        await asyncio.to_thread(nodes.pop(begun["node"]).kill)
        ((left, survivor),) = nodes.items()
        await asyncio.to_thread(survivor.wait_for_line, '"store.leads"')
        await _said(town, RESUME)
        said = await receiver.received(2, LONG)
        texts = await town.telco.received(ON_CALL, 2)
        assert [one["type"] for one in said] == ["incident.opened", "incident.closed"]
        assert (said[1]["id"], said[1]["node"]) == (begun["id"], left)
        assert texts[1].text.startswith(f"HET CANH BAO {left}: cua ackresend bi tam giu")
        assert len(receiver.calls) == len(town.telco.to(ON_CALL)) == 2


async def _said(town: Town, statement: str) -> None:
    """Do what a person would by a command, which wants a node's data folder."""
    onlooker = await asyncpg.connect(town.url)
    try:
        await onlooker.execute(statement)
    finally:
        await onlooker.close()
