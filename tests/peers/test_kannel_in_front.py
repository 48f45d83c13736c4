"""An office that runs Kannel: it speaks with the telco, and the gateway answers behind it."""

import re
from urllib.parse import unquote_to_bytes

import pytest

from tests.peers.kannel import CENTRE, NEEDS, Kannel

pytestmark = [pytest.mark.acceptance, NEEDS]

TEXT = "MCKH_170703-0001"
RECEIPTS = """SELECT receipt.delivery FROM receipt JOIN outbox ON outbox.id = receipt.outbox_id
              WHERE outbox.recipient = '+' || ? ORDER BY receipt.rowid"""
FATE = "SELECT state, delivery FROM outbox WHERE recipient = '+' || ?"
TEXTS = "SELECT text FROM inbox WHERE sender = '+' || ? ORDER BY id"


def test_texts_are_answered_in_the_response(kannel: Kannel) -> None:
    kannel.says("0900000001", TEXT)
    assert kannel.hears("0900000001")[0].startswith("text Ho so 170703-0001")
    kannel.says("0900000002", "MCKH 999999")
    assert kannel.hears("0900000002")[0].startswith("text Khong thay ho so 999999.")


@pytest.mark.parametrize(
    "telco, sender, receiver",
    [("fake", "0900000003", "0900000003"), ("slow", "0900000004", "84900000004")],
)
def test_an_accented_reply_of_two_parts_keeps_its_letters(
    kannel: Kannel, telco: str, sender: str, receiver: str
) -> None:
    kannel.says(sender, "MCKH VN co dau 170703-0001", telco)
    text = ""
    for number, part in enumerate(kannel.hears(receiver, 2, telco), 1):
        header, data = re.findall("(?:udh|data) ([^ ]+)", part)
        assert re.fullmatch(f"%05%00%03%..%02%0{number}", header)
        text += unquote_to_bytes(data.replace("+", " ")).decode("utf-16-be")
    assert text.startswith("Hồ sơ 170703-0001")
    assert "đã có kết quả" in text


@pytest.mark.parametrize(
    "sender, text", [("0900000005", "MCKH@£€[x]%41+&#'\"_é 1"), ("0900000006", "MCKH   12\t3_4")]
)
def test_odd_characters_and_blanks_come_as_they_were_sent(
    kannel: Kannel, sender: str, text: str
) -> None:
    kannel.says(sender, text)
    kannel.hears(sender)
    assert kannel.rows(TEXTS, f"84{sender[1:]}") == [(text,)]


def test_a_text_with_vietnamese_letters_comes_as_it_was_sent(kannel: Kannel) -> None:
    text = "MCKH \u2013 hồ sơ “170703-0001” đã có kết quả chưa? 😀"
    kannel.smsc.deliver(CENTRE, "84900000007", text)
    (reply,) = kannel.smsc.told("submitted", account=CENTRE, to="84900000007")
    assert "170703-0001" in reply["text"]
    assert kannel.rows(TEXTS, "84900000007") == [(text,)]


def test_of_several_telcos_a_reply_goes_back_by_its_own(kannel: Kannel) -> None:
    kannel.says("0900000008", TEXT, "slow")
    assert kannel.hears("84900000008", telco="slow")[0].startswith("text Ho so 170703-0001")
    kannel.smsc.deliver(CENTRE, "84900000009", TEXT)
    (reply,) = kannel.smsc.told("submitted", account=CENTRE, to="84900000009")
    assert reply["text"].startswith("Ho so 170703-0001")


@pytest.mark.parametrize(
    "sender, status, receipts, delivery, told",
    [
        ("84900000011", 0, ["ENROUTE", "DELIVRD"], "delivered", ["enroute", "delivered"]),
        ("84900000012", 0, ["UNDELIV"], "undeliverable", ["enroute", "undeliverable"]),
        ("84900000013", 0, ["EXPIRED"], "undeliverable", ["enroute", "undeliverable"]),
        ("84900000014", 0x0B, [], "rejected", ["rejected"]),
    ],
    ids=["4 and 1", "2", "2 for expired", "16"],
)
def test_each_report_of_kannel_finds_its_reply(
    kannel: Kannel, sender: str, status: int, receipts: list[str], delivery: str, told: list[str]
) -> None:
    with kannel.smsc.planned(status, receipts):
        kannel.smsc.deliver(CENTRE, sender, TEXT)
        kannel.smsc.told("submitted", account=CENTRE, to=sender)
        kannel.until([(word,) for word in told], RECEIPTS, sender)
    kannel.until([("accepted", delivery)], FATE, sender)


def test_a_number_that_kannel_denies_is_a_fault_of_that_reply_alone(kannel: Kannel) -> None:
    kannel.says("0999000001", TEXT, "slow")
    kannel.until([("failed", None)], FATE, "84999000001")
    kannel.says("0900000015", TEXT, "slow")
    assert kannel.hears("84900000015", telco="slow")


def test_a_wrong_password_of_ours_loses_no_reply(kannel: Kannel) -> None:
    kannel.says("0900000016", TEXT, "mistaken")
    kannel.gateway.wait_for_line('"reason":"door_refused"')
    kannel.until([("queued", None)], FATE, "84900000016")


def test_an_smsbox_with_a_wrong_path_is_refused_and_asks_again(kannel: Kannel) -> None:
    kannel.says("0900000017", TEXT, "stranger")
    kannel.smsbox.heard(r"Retrying request .*from=0900000017.* \(1/60\)")
    assert '"reason":"unauthorised","' in kannel.gateway.output
    assert kannel.rows(TEXTS, "84900000017") == []


def test_a_text_that_smsbox_repeats_is_answered_once(kannel: Kannel) -> None:
    kannel.gateway.stand_still()
    try:
        kannel.says("0900000018", TEXT)
        kannel.smsbox.heard(r"Retrying request .*from=0900000018.* \(1/60\)")
    finally:
        kannel.gateway.go_on()
    assert len(kannel.hears("0900000018")) == 1
    assert len(kannel.rows(TEXTS, "84900000018")) == 1


def test_smsbox_waits_for_a_gateway_that_is_down(kannel: Kannel) -> None:
    kannel.down()
    try:
        kannel.says("0900000019", TEXT)
        kannel.smsbox.heard(r"Retrying request .*from=0900000019.* \(1/60\)")
    finally:
        kannel.up()
    assert kannel.hears("0900000019")[0].startswith("text Ho so 170703-0001")
    assert len(kannel.rows(TEXTS, "84900000019")) == 1


def test_forty_texts_at_once_have_forty_answers(kannel: Kannel) -> None:
    with kannel.crowd(40, TEXT) as fakesmsc:
        got = fakesmsc.heard("Got message", 40)
    assert len(got) == 40
