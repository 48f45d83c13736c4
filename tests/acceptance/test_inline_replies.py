"""What a citizen reads when the telco wants the reply in its own request."""

import asyncio

import pytest

from tests.acceptance.house import House, reply_of
from tests.acceptance.telco import citizen, mo

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

OWNER = "0900000001"
ASKED = "MCKH_170703-0001"
FULL = (
    "Ho so 170703-0001 da co ket qua ngay 11/07/2017. Mang giay hen va giay to tuy than "
    "den noi nop ho so de nhan. Hoi dap: 0258 3999999"
)
LIMITED = (
    "Ho so 170703-0001: da co ket qua. De xem chi tiet hay nhan tu so da dang ky "
    "hoac xem tren Cong Dich vu cong"
)


async def test_the_registered_phone_reads_everything_in_the_response(house: House) -> None:
    heard = await house.telco.deliver("local", mo(OWNER, ASKED))
    assert heard.status == 200
    reply = reply_of(heard.body)
    assert (reply["status"], reply["reply"]) == ("answered", FULL)


async def test_any_other_phone_reads_the_state_only(house: House) -> None:
    heard = await house.telco.deliver("local", mo(citizen(), ASKED))
    assert reply_of(heard.body)["reply"] == LIMITED


async def test_the_same_delivery_twice_gives_the_same_bytes_and_one_row(house: House) -> None:
    text = mo(citizen(), ASKED)
    first = await house.telco.deliver("local", text)
    again = await house.telco.deliver("local", text)
    assert (again.status, again.body) == (first.status, first.body)
    assert house.rows("SELECT count(*) FROM inbox WHERE telco_id = ?", text["id"]) == [(1,)]
    await house.mt_is(text, "accepted")


async def test_a_repeated_question_within_ten_minutes_is_free_of_charge(house: House) -> None:
    sender = "0900000002"  # the phone of that dossier
    first = await house.telco.deliver("local", mo(sender, "MCKH_170703-0002"))
    again = await house.telco.deliver("local", mo(sender, "mckh 1707030002"))
    replies = reply_of(first.body), reply_of(again.body)
    assert replies[0]["reply"] == replies[1]["reply"]
    assert [reply["billing"] for reply in replies] == ["charge", "free"]


async def test_the_second_failure_within_the_hour_gets_a_simpler_text(house: House) -> None:
    sender = citizen()
    first = await house.telco.deliver("local", mo(sender, "xin chao cac ban"))
    again = await house.telco.deliver("local", mo(sender, "chao buoi sang nhe"))
    replies = reply_of(first.body), reply_of(again.body)
    assert replies[0]["reply"].startswith("Tin nhan chua dung mau.")
    assert replies[1]["reply"].startswith("Chua tra duoc ho so. Xin goi 0258 3999999")
    assert replies[1]["billing"] != "charge"


async def test_the_fourth_identical_reply_within_the_hour_is_not_sent(house: House) -> None:
    sender = citizen()
    texts = [mo(sender, ASKED) for _ in range(4)]
    replies = [reply_of((await house.telco.deliver("local", text)).body) for text in texts]
    assert [reply["status"] for reply in replies] == ["answered"] * 3 + ["no_reply"]
    assert replies[3]["reply"] == ""
    await house.mo_is(texts[3], "suppressed", "identical")


async def test_a_number_over_its_budget_is_asked_to_wait_whatever_it_asks(house: House) -> None:
    sender = citizen()
    receipts = [f"MCKH_{number}" for number in RECEIPTS[:12]]
    replies = [
        reply_of((await house.telco.deliver("local", mo(sender, text))).body) for text in receipts
    ]
    assert not any("qua nhieu lan" in reply["reply"] for reply in replies[:10])
    assert all("qua nhieu lan" in reply["reply"] for reply in replies[10:])
    assert replies[10]["billing"] != "charge"


RECEIPTS = (
    "170703-0001", "170703-0002", "170704-0001", "170705-0001", "170706-0001", "170712-0001",
    "170712-0002", "170714-0001", "170717-0001", "170719-0001", "170720-0001", "170720-0002",
)  # fmt: skip


async def test_texts_of_one_number_at_once_do_not_pass_its_budget(house: House) -> None:
    sender = citizen()
    calls = [house.telco.deliver("local", mo(sender, f"MCKH_{number}")) for number in RECEIPTS]
    replies = [reply_of(heard.body)["reply"] for heard in await asyncio.gather(*calls)]
    assert sum("qua nhieu lan" in reply for reply in replies) == len(RECEIPTS) - 10


async def test_the_last_part_of_a_long_text_carries_the_reply(house: House) -> None:
    sender = citizen()
    last = mo(sender, "0001", ref=7, total=2, part=2)
    begun = await house.telco.deliver("local", mo(sender, "MCKH 170703-", ref=7, total=2, part=1))
    ended = await house.telco.deliver("local", last)
    again = await house.telco.deliver("local", last)
    assert reply_of(begun.body)["status"] == "no_reply"
    assert reply_of(ended.body)["reply"] == LIMITED
    assert again.body == ended.body


async def test_a_duplicate_that_comes_during_answering_gets_the_same_bytes(
    house: House,
) -> None:
    text = mo(citizen(), ASKED)
    with house.stuck_directory():
        calls = [asyncio.create_task(house.telco.call("/mo/local", text)) for _ in range(5)]
        await house.until((1,), "SELECT count(*) FROM inbox WHERE telco_id = ?", text["id"])
    bodies = {(await call).body for call in calls}
    assert len(bodies) == 1
    assert reply_of(bodies.pop())["reply"]
    assert house.rows("SELECT count(*) FROM inbox WHERE telco_id = ?", text["id"]) == [(1,)]


async def test_repeated_deliveries_are_counted(house: House) -> None:
    text = mo(citizen(), ASKED)
    await house.telco.deliver("local", text)
    before = await house.figure("sms_mo_duplicates_total", door="local")
    await house.telco.deliver("local", text)
    assert await house.figure("sms_mo_duplicates_total", door="local") == before + 1
