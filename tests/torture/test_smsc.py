"""The campaign's SMSC keeps what nobody acknowledged, and records what it took."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import decode, encode
from sms_gateway.smpp.framing import Framer
from sms_gateway.smpp.status import Status
from tests.acceptance.telco import Does
from tests.torture.manners import BUSY_INSIDE, THROTTLING, Manners
from tests.torture.smsc import Smsc, open_smsc

DOOR = "smsc"
NUMBER = "84930100001"
REPLY = pdus.SubmitSm(source_addr="8083", destination_addr=NUMBER, short_message=b"Ho so")
PATIENCE = 5.0


class Esme:
    """A gateway that does what a test says."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._framer = Framer()
        self._found: list[pdus.Pdu] = []

    def say(self, pdu: pdus.Pdu) -> None:
        self._writer.write(encode(pdu))

    async def hears(self) -> pdus.Pdu:
        while not self._found:
            octets = await asyncio.wait_for(self._reader.read(65_536), PATIENCE)
            assert octets, "the SMSC hung up"
            for frame in self._framer.feed(octets):
                assert isinstance(frame, bytes)
                pdu = decode(frame)
                assert isinstance(pdu, pdus.Pdu)
                self._found.append(pdu)
        return self._found.pop(0)

    async def text(self) -> pdus.DeliverSm:
        pdu = await self.hears()
        assert isinstance(pdu, pdus.DeliverSm)
        return pdu

    def hang_up(self) -> None:
        self._writer.transport.abort()


@asynccontextmanager
async def binding(smsc: Smsc, status: Status = Status.ROK) -> AsyncIterator[Esme]:
    """One that asked to bind and was told so; it hangs up with the block."""
    esme = Esme(*await asyncio.open_connection(*smsc.line.address))
    try:
        esme.say(pdus.BindTransceiver(1, system_id=DOOR))
        answer = await esme.hears()
        assert isinstance(answer, pdus.BindTransceiverResp)
        assert answer.status == status
        yield esme
    finally:
        esme.hang_up()
        ends = [bind.connection.closed for bind in smsc.binds]
        await asyncio.wait_for(asyncio.gather(*ends), PATIENCE)


@pytest_asyncio.fixture
async def smsc() -> AsyncIterator[Smsc]:
    async with open_smsc(random.Random(1)) as opened:  # noqa: S311  # repeatable, no secret
        yield opened


async def test_a_text_comes_again_after_a_refusal_and_after_a_broken_line_until_it_is_taken(
    smsc: Smsc,
) -> None:
    async with binding(smsc) as first:
        delivering = asyncio.create_task(smsc.deliver(DOOR, *smsc.parts(NUMBER, "MCKH")))
        text = await first.text()
        first.say(pdus.DeliverSmResp(text.sequence, Status.RX_T_APPN))
        assert (await first.text()).short_message == text.short_message
    async with binding(smsc) as second:
        text = await second.text()
        assert not delivering.done()
        second.say(pdus.DeliverSmResp(text.sequence))
        heard = await asyncio.wait_for(delivering, PATIENCE)
    assert (heard.tries, heard.refusals) == (3, (Status.RX_T_APPN, 0))


async def test_a_text_that_is_refused_for_good_is_told(smsc: Smsc) -> None:
    async with binding(smsc) as esme:
        delivering = asyncio.create_task(smsc.deliver(DOOR, *smsc.parts(NUMBER, "MCKH")))
        esme.say(pdus.DeliverSmResp((await esme.text()).sequence, Status.RX_R_APPN))
        with pytest.raises(AssertionError, match="ESME_RX_R_APPN"):
            await asyncio.wait_for(delivering, PATIENCE)


async def test_a_reply_is_recorded_and_its_receipt_is_reported_once_it_was_taken(
    smsc: Smsc,
) -> None:
    async with binding(smsc) as esme:
        esme.say(REPLY)
        taken = await esme.hears()
        receipt = await esme.text()
        assert isinstance(taken, pdus.SubmitSmResp)
        assert b"id:" + taken.message_id.encode() in receipt.short_message
        assert not smsc.reported
        esme.say(pdus.DeliverSmResp(receipt.sequence))
        await asyncio.wait_for(smsc.quiet(), PATIENCE)
        assert smsc.reported == {taken.message_id}
    (mt,) = smsc.mts
    assert (mt.door, mt.id, mt.text, mt.did) == (DOOR, f"+{NUMBER}", "Ho so", Does.ACCEPT)


async def test_a_receipt_may_come_before_the_answer(smsc: Smsc) -> None:
    smsc.behave(Manners({Does.REPORT_FIRST: 1}, hurry_s=0.01))
    async with binding(smsc) as esme:
        esme.say(REPLY)
        esme.say(pdus.DeliverSmResp((await esme.text()).sequence))
        assert isinstance(await esme.hears(), pdus.SubmitSmResp)


@pytest.mark.parametrize("does, said", [(Does.BREAK, BUSY_INSIDE), (Does.THROTTLE, THROTTLING)])
async def test_a_reply_may_be_refused(smsc: Smsc, does: Does, said: tuple[Status, ...]) -> None:
    smsc.behave(Manners({does: 1}))
    async with binding(smsc) as esme:
        esme.say(REPLY)
        refused = await esme.hears()
        assert isinstance(refused, pdus.SubmitSmResp)
        assert refused.status in said
    assert [mt.did for mt in smsc.mts] == [does]


async def test_a_reply_may_be_taken_without_a_word(smsc: Smsc) -> None:
    smsc.behave(Manners({Does.SILENT: 1}))
    async with binding(smsc) as esme:
        esme.say(REPLY)
        esme.say(pdus.EnquireLink(7))
        assert isinstance(await esme.hears(), pdus.EnquireLinkResp)
    assert [mt.did for mt in smsc.mts] == [Does.SILENT]


async def test_an_smsc_that_is_starting_refuses_binds(smsc: Smsc) -> None:
    smsc.refuses = 1
    async with binding(smsc, Status.RBINDFAIL):
        pass
    async with binding(smsc):
        pass
