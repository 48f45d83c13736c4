"""Kannel bound to `sms-gateway smsc`: an ESME that others wrote reads what it sends."""

import pytest

from tests.peers.kannel import NEEDS, Kannel

pytestmark = [pytest.mark.acceptance, NEEDS]

LONG = f"MCKH 170703-0001 {'xin hoi ho so cua toi da co ket qua chua ' * 6}cam on"
TEXTS = "SELECT text FROM inbox WHERE sender = '+' || ?"
FATE = "SELECT state, delivery FROM outbox WHERE recipient = '+' || ?"


@pytest.mark.parametrize(
    "way, phone",
    [
        ("udh8", "84904000001"),
        ("udh16", "84904000002"),
        ("sar", "84904000003"),
        ("payload", "84904000004"),
    ],
)
def test_kannel_joins_a_long_text_whichever_way_it_goes(
    kannel: Kannel, way: str, phone: str
) -> None:
    with kannel.simulated("--long", way) as smsc:
        smsc.type(f"{phone} {LONG}")
        smsc.wait_for_line(f"^reply   8083 > {phone}  Ho so 170703-0001")
        kannel.until([("accepted", "delivered")], FATE, phone)
    assert kannel.rows(TEXTS, phone) == [(LONG,)]


def test_kannel_reads_its_letters_and_receipts(kannel: Kannel) -> None:
    phone, text = "84904000005", "MCKH VN có dấu 170703-0001"
    with kannel.simulated("--receipts", "failed") as smsc:
        smsc.type(f"{phone} {text}")
        smsc.wait_for_line(rf"^reply   8083 > {phone}  Hồ sơ 170703-0001.*\[1/2 ")
        smsc.wait_for_line(rf"^reply   8083 > {phone}  .*\[2/2 ")
        kannel.until([("accepted", "undeliverable")], FATE, phone)
    assert kannel.rows(TEXTS, phone) == [(text,)]
