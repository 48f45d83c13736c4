"""What becomes of a reply that is sent later, by a request of ours."""

import asyncio
import json

import pytest

from tests.acceptance.house import House
from tests.acceptance.telco import Does, Mt, citizen, mo

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

ASKED = "MCKH_170703-0001"
DELIVERY = """SELECT delivery, state FROM outbox JOIN inbox ON inbox.id = outbox.inbox_id
              WHERE inbox.telco_id = ?"""


async def test_an_acknowledged_text_gets_its_reply_at_the_telco(house: House) -> None:
    text = mo(citizen(), ASKED)
    heard = await house.telco.deliver("ack", text)
    assert (heard.status, heard.body) == (200, b"OK")
    (mt,) = await house.telco.received(str(text["from"]))
    assert mt.text.startswith("Ho so 170703-0001: da co ket qua.")
    assert (mt.door, mt.reply_to) == ("ack", text["id"])
    await house.mt_is(text, "accepted")


async def test_a_repeated_delivery_sends_no_second_reply(house: House) -> None:
    text = mo(citizen(), ASKED)
    first, *others = await asyncio.gather(*(house.telco.deliver("ack", text) for _ in range(5)))
    assert all((other.status, other.body) == (first.status, first.body) for other in others)
    await house.mt_is(text, "accepted")
    later = await house.telco.deliver("ack", text)
    assert later.body == b"OK"
    await _everything_sent(house)
    assert len(house.telco.to(str(text["from"]))) == 1


async def test_a_throttled_reply_is_sent_later_and_spends_no_failure(house: House) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [Does.THROTTLE]
    await house.telco.deliver("ack", text)
    mts = await house.telco.received(str(text["from"]), 2)
    await house.mt_is(text, "accepted")
    assert len({mt.id for mt in mts}) == 1
    assert house.attempts(text) == [("deferred", "throttled"), ("accepted", "")]
    assert _failures(house, text) == 0


async def test_a_telco_that_breaks_is_asked_again_and_that_counts(house: House) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [Does.BREAK, Does.BREAK]
    await house.telco.deliver("ack", text)
    await house.mt_is(text, "accepted")
    assert [result for result, _ in house.attempts(text)] == ["rejected", "rejected", "accepted"]
    assert _failures(house, text) == 2


async def test_after_a_fault_of_which_nobody_knows_whether_it_took_the_reply_a_person_is_asked(
    house: House,
) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [Does.FAULT]
    await house.telco.deliver("ack", text)
    await house.mt_is(text, "uncertain")
    assert house.attempts(text) == [("uncertain", "bad_gateway")]
    assert len(house.telco.to(str(text["from"]))) == 1


async def test_a_telco_that_breaks_too_often_is_given_up(house: House) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [Does.BREAK] * 9
    await house.telco.deliver("ack", text)
    await house.mt_is(text, "failed")
    await house.mo_is(text, "parked", "send_failed")
    assert len(house.telco.to(str(text["from"]))) == 3


async def test_a_rejected_reply_fails_and_its_text_waits_for_a_person(house: House) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [Does.REJECT]
    await house.telco.deliver("ack", text)
    await house.mt_is(text, "failed")
    await house.mo_is(text, "parked", "send_failed")
    assert await _shown(house, text) == [("parked", "send_failed")]
    assert house.attempts(text) == [("rejected", "99")]
    assert len(house.telco.to(str(text["from"]))) == 1


@pytest.mark.parametrize("does", [Does.SILENT, Does.CLOSE])
async def test_a_reply_of_unknown_fate_is_held_and_never_sent_again(
    house: House, does: Does
) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [does]
    before = await house.figure("sms_mt_attempts_total", door="ack", result="uncertain")
    await house.telco.deliver("ack", text)
    await house.mt_is(text, "uncertain")
    assert await house.figure("sms_mt_attempts_total", door="ack", result="uncertain") == before + 1
    await _everything_sent(house)
    assert len(house.telco.to(str(text["from"]))) == 1
    assert len(house.attempts(text)) == 1
    timeline = await house.command("message", house.id_of(text))
    assert "uncertain" in timeline


@pytest.mark.parametrize("does", [Does.SILENT, Does.CLOSE])
async def test_a_telco_that_knows_our_ids_gets_it_again_with_the_same_id(
    house: House, does: Does
) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [does]
    await house.telco.deliver("ackresend", text)
    mts = await house.telco.received(str(text["from"]), 2)
    await house.mt_is(text, "accepted")
    assert len({mt.id for mt in mts}) == 1
    assert [result for result, _ in house.attempts(text)] == ["uncertain", "accepted"]


async def test_a_report_after_the_send_tells_that_it_was_delivered(house: House) -> None:
    text, mt = await _sent(house)
    heard = await house.telco.report("ack", mt.telco_id)
    assert heard.status == 200
    assert house.rows(DELIVERY, text["id"]) == [("delivered", "accepted")]


async def test_a_report_that_comes_before_the_send_is_settled_finds_its_reply(
    house: House,
) -> None:
    text = mo(citizen(), ASKED)
    house.telco.scripts[str(text["from"])] = [Does.REPORT_FIRST]
    await house.telco.deliver("ack", text)
    await house.until(("delivered", "accepted"), DELIVERY, text["id"])


async def test_the_same_report_twice_is_kept_once_and_a_later_one_changes_nothing(
    house: House,
) -> None:
    text, mt = await _sent(house)
    for state in ("DELIVRD", "DELIVRD", "EXPIRED"):
        assert (await house.telco.report("ack", mt.telco_id, state)).status == 200
    assert house.rows(DELIVERY, text["id"]) == [("delivered", "accepted")]
    kept = house.rows(
        "SELECT delivery FROM receipt WHERE telco_id = ? ORDER BY received_at", mt.telco_id
    )
    assert kept == [("delivered",), ("expired",)]


async def test_a_report_of_an_unknown_message_is_acknowledged_and_kept(house: House) -> None:
    heard = await house.telco.report("ack", "nobody-knows-this-id")
    assert heard.status == 200
    kept = house.rows("SELECT outbox_id FROM receipt WHERE telco_id = 'nobody-knows-this-id'")
    assert kept == [(None,)]


async def test_a_long_text_is_joined_from_parts_in_any_order_and_answered_once(
    house: House,
) -> None:
    sender = citizen()
    parts = [
        mo(sender, "MCKH ", ref=9, total=3, part=1),
        mo(sender, "170703", ref=9, total=3, part=2),
        mo(sender, "-0001", ref=9, total=3, part=3),
    ]
    for part in (parts[2], parts[0], parts[2], parts[1], parts[1]):
        assert (await house.telco.deliver("ack", part)).body == b"OK"
    (mt,) = await house.telco.received(sender)
    assert mt.text.startswith("Ho so 170703-0001: da co ket qua.")
    await _everything_sent(house)
    assert len(house.telco.to(sender)) == 1


async def test_parts_of_two_citizens_with_the_same_reference_are_not_mixed(house: House) -> None:
    one, two = citizen(), citizen()
    await house.telco.deliver("ack", mo(one, "MCKH 170703-", ref=5, total=2, part=1))
    await house.telco.deliver("ack", mo(two, "MCKH 170704-", ref=5, total=2, part=1))
    await house.telco.deliver("ack", mo(two, "0001", ref=5, total=2, part=2))
    await house.telco.deliver("ack", mo(one, "0001", ref=5, total=2, part=2))
    (first,), (second,) = await house.telco.received(one), await house.telco.received(two)
    assert first.text.startswith("Ho so 170703-0001")
    assert second.text.startswith("Ho so 170704-0001")


async def test_a_paused_door_keeps_replies_until_it_is_resumed(house: House) -> None:
    await house.command("pause", "ack")
    text = mo(citizen(), ASKED)
    try:
        assert (await house.telco.deliver("ack", text)).body == b"OK"
        await house.mt_is(text, "queued")
        other = mo(citizen(), ASKED)
        await house.telco.deliver("ackresend", other)
        await house.mt_is(other, "accepted")
        assert not house.telco.to(str(text["from"]))
    finally:
        await house.command("resume", "ack")
    await house.mt_is(text, "accepted")


async def _sent(house: House) -> tuple[dict[str, object], Mt]:
    text = mo(citizen(), ASKED)
    await house.telco.deliver("ack", text)
    (mt,) = await house.telco.received(str(text["from"]))
    await house.mt_is(text, "accepted")
    return text, mt


async def _everything_sent(house: House) -> None:
    """A text that came later is answered by both doors: what was due before has gone."""
    for door in ("ack", "ackresend"):
        text = mo(citizen(), ASKED)
        await house.telco.deliver(door, text)
        await house.mt_is(text, "accepted")
    await house.until((0,), "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')")


async def _shown(house: House, text: dict[str, object]) -> list[tuple[str, str]]:
    """Outcome and reason of the MOs of a number, as `messages` shows them."""
    listed = await house.command("messages", "--phone", str(text["from"]), "--json")
    found = [json.loads(line) for line in listed.splitlines()]
    return [(row["outcome"], row["reason"]) for row in found]


def _failures(house: House, text: dict[str, object]) -> int:
    rows = house.rows(
        """SELECT outbox.failures FROM outbox JOIN inbox ON inbox.id = outbox.inbox_id
           WHERE inbox.telco_id = ?""",
        text["id"],
    )
    failures: int = rows[0][0]
    return failures
