"""npm's smpp as an ESME against our simulated SMSC."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.acceptance.smsc import Smsc, free_port, number, smsc
from tests.peers.peer import Peer, needs_npm, npm_esme

pytestmark = [pytest.mark.acceptance, needs_npm]


@asynccontextmanager
async def both(*told: str) -> AsyncIterator[tuple[Smsc, Peer]]:
    """The simulator, and the ESME that binds to it."""
    port = free_port()
    with smsc(port, "--password", "secret", *told) as telco:
        async with npm_esme(port) as esme:
            assert (await esme.says("bind"))["status"] == 0
            yield telco, esme


@pytest.mark.parametrize("coding,text", [("0", "MCKH_1 {€}"), ("3", "MCKH é"), ("8", "MCKH hồ sơ")])
async def test_it_reads_our_texts_and_their_receipts(coding: str, text: str) -> None:
    async with both("--coding", coding) as (telco, esme):
        who = number()
        telco.type(f"{who} {text}")
        said = await esme.says("deliver_sm")
        assert (said["text"], said["from"]) == (text, who)
        answer = await esme.says("answer")
        assert answer["status"] == 0
        receipt = await esme.says("deliver_sm")
        assert (receipt["receipted"], receipt["state"]) == (answer["id"], 2)
        assert str(receipt["text"]).startswith(f"id:{answer['id']} sub:001 dlvrd:001 ")
        await esme.says("unbound")
        await telco.prints(f"^reply   8083 > {who}  Ho so_1 {text[:9]}")
        await telco.prints("line 1  unbind")


@pytest.mark.parametrize("long", ["udh8", "udh16", "sar", "payload"])
async def test_it_reads_our_long_texts(long: str) -> None:
    async with both("--long", long, "--receipts", "none") as (telco, esme):
        text = "MCKH " + "0123456789" * 20
        telco.type(f"{number()} {text}")
        parts = [await esme.says("deliver_sm") for _ in range(1 if long == "payload" else 2)]
        assert "".join(str(part["text"]) for part in parts) == text
        assert all(part["headers"] is long.startswith("udh") for part in parts)
