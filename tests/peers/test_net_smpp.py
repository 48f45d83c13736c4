"""Our door against Perl's Net::SMPP as an SMSC."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.message import DeliveryReport, MobileOriginated, PartOf
from sms_gateway.domain.outcome import Accepted, Delivery
from tests.acceptance.smsc import free_port
from tests.contracts.test_sender_contract import message
from tests.peers.peer import door_to, needs_net_smpp, perl_smsc

pytestmark = [pytest.mark.acceptance, needs_net_smpp]


async def test_texts_replies_and_receipts_go_through() -> None:
    async with perl_smsc(free_port()) as peer:
        async with door_to(peer) as door:
            assert (await peer.says("bind"))["as"] == "transceiver"
            texts = [await door.gets() for _ in range(3)]
            assert [
                (one.text, one.part) for one in texts if isinstance(one, MobileOriginated)
            ] == [
                ("MCKH_170703-0001", None), ("MCKH 1707", PartOf(9, 2, 1)),
                ("03-0001", PartOf(9, 2, 2)),
            ]  # fmt: skip
            for _ in texts:
                said = await peer.says("pdu")
                assert (said["command"], said["status"]) == ("80000005", "0")
            (outcome,) = await door.sends(message(1))
            sent = await peer.says("submit_sm")
            assert bytes.fromhex(str(sent["hex"])) == b"Ho so 170703-0001 dang xu ly."
            assert outcome == Accepted((sent["id"],))  # type: ignore[arg-type]  # the id is a text
            report = await door.gets()
            assert isinstance(report, DeliveryReport)
            assert (report.telco_id, report.delivery) == (sent["id"], Delivery.DELIVERED)
        await peer.says("unbind")


async def test_it_gets_both_parts_of_a_long_text_with_their_headers() -> None:
    async with perl_smsc(free_port()) as peer, door_to(peer) as door:
        await door.bound()
        (outcome,) = await door.sends(replace(message(1), text="x" * 200, segments=2))
        assert isinstance(outcome, Accepted)
        assert len(outcome.telco_ids) == 2
        parts = [await peer.says("submit_sm") for _ in range(2)]
        assert [str(part["hex"])[8:12] for part in parts] == ["0201", "0202"]
        assert {part["esm_class"] for part in parts} == {"64"}


async def test_a_wrong_password_is_refused() -> None:
    async with perl_smsc(free_port()) as peer, door_to(peer, password="wrong") as door:
        await peer.says("bind")
        await peer.says("bind")
        assert door.door.session is not None
        assert "ESME_RINVPASWD" in door.door.session.state()
