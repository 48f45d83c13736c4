"""Each recorded exchange of SMPP happens with a real door as it stands in its file."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from sms_gateway.channels import door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.domain.outcome import Accepted, Deferred, Delivery, Rejected, SendOutcome
from sms_gateway.ports import Door, Handed, Kept, Unreadable
from sms_gateway.smpp.codec import decode
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.pdus import Pdu
from sms_gateway.smpp.status import status_name
from tests.channels.presets.exchanges import DOOR, NOW, Fate
from tests.channels.smpp.exchanges import Player, Recorded, office, recorded
from tests.channels.smpp.telco import Desk
from tests.contracts.channel_case import CONTEXT

ALL = recorded()
each = pytest.mark.parametrize("one", ALL, ids=str)
PATIENCE_S = 10


class Clock(SystemClock):
    """Real time passes, but it is always the same moment: how long an MT is valid stands in it."""

    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True, slots=True)
class Stage:
    """A door, what it hands over, and its telco."""

    door: Door
    desk: Desk
    player: Player


@asynccontextmanager
async def stage(one: Recorded) -> AsyncIterator[Stage]:
    player, desk = Player(one.steps()), Desk()
    desk.written = one.exchange.stored
    server = await asyncio.start_server(player.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    table = {"kind": "smpp", "host": "127.0.0.1", "port": port, **office().door}
    context = replace(CONTEXT, clock=Clock())
    opened = door_opener("smpp")(DOOR, {**table, **one.exchange.settings}, context)
    async with server, opened as door:
        assert door.session is not None
        running = asyncio.create_task(door.session.run(desk))
        try:
            async with asyncio.timeout(PATIENCE_S):
                yield Stage(door, desk, player)
        finally:
            running.cancel()
            await asyncio.wait([running])


@each
async def test_an_exchange_happens_as_it_was_recorded(one: Recorded) -> None:
    exchange = one.exchange
    async with stage(one) as at:
        if exchange.refused:
            await at.desk.failures.get()
            assert at.door.session is not None
            assert (at.door.session.state(), at.door.session.kept()) == (
                exchange.refused,
                Kept.NONE,
            )
        else:
            await at.desk.changes.get()
        if exchange.mt:
            fates: list[SendOutcome] = []
            assert at.door.sender is not None
            message = exchange.mt.message()
            await at.door.sender.send([message], lambda _, fate: fates.append(fate))
            assert [as_fate(fate) for fate in fates] == [exchange.fate]
        wanted = len(exchange.mos) + len(exchange.reports) + bool(exchange.unreadable)
        handed = [await at.desk.handed.get() for _ in range(wanted)]
        await at.player.over.wait()
    assert [octets.hex() for octets in at.player.heard] == [
        step.raw.hex() for step in one.steps() if step.by == "us"
    ]
    assert at.desk.handed.empty()
    assert_handed(handed, one)


def assert_handed(handed: Sequence[Handed], one: Recorded) -> None:
    exchange = one.exchange
    items = [handed.item for handed in handed]
    if exchange.unreadable:
        (unread,) = items
        assert isinstance(unread, Unreadable)
        assert unread.detail == exchange.unreadable
    else:
        texts = [said.item() for said in exchange.mos]
        assert items == [*texts, *(said.item() for said in exchange.reports)]
    if exchange.anew:
        assert [handed.anew for handed in handed] == list(exchange.anew)


def as_fate(outcome: SendOutcome) -> Fate:
    """An outcome in the words of the exchange's file."""
    match outcome:
        case Accepted():
            return Fate(state="accepted", telco_ids=outcome.telco_ids)
        case Deferred():
            return Fate(state="deferred", reason=outcome.reason)
        case Rejected():
            return Fate(state="rejected", reason=outcome.reason, permanent=outcome.permanent)
        case _:
            return Fate(state="uncertain", reason=outcome.reason)


@each
def test_each_step_is_the_pdu_that_its_file_names(one: Recorded) -> None:
    for step in one.steps():
        _, command, status = (int.from_bytes(step.raw[at : at + 4]) for at in (0, 4, 8))
        assert CommandId(command).name.lower() == step.pdu
        assert status_name(status) == (step.status or "ESME_ROK")
        assert int.from_bytes(step.raw[:4]) == len(step.raw) or one.name == "mo_cut"


def test_what_must_be_recorded_is() -> None:
    exchanges = [one.exchange for one in ALL]
    fates = {one.fate.state for one in exchanges if one.fate}
    assert fates == {"accepted", "deferred", "rejected", "uncertain"}
    assert {said.delivery for one in exchanges for said in one.reports} == set(Delivery)
    ways = {one.name.rpartition("_")[2] for one in ALL if "_long_" in one.name}
    assert ways == {"udh", "udh16", "sar", "payload"}
    answered = {step.status for one in exchanges for step in one.steps if step.by == "us"}
    assert "ESME_RX_T_APPN" in answered
    said = {step.status for one in exchanges for step in one.steps if step.by == "telco"}
    assert {"ESME_RTHROTTLED", "ESME_RMSGQFUL", "ESME_RINVPASWD", "ESME_RINVDSTADR"} <= said
    assert any(one.anew == (False, False) for one in exchanges)
    assert any(one.fate.reason == "timed_out" for one in exchanges if one.fate)
    assert all(isinstance(decode(step.raw), Pdu) for step in office().bind)
