"""What the directory is asked for a batch: no more than its senders' budgets allow."""

from dataclasses import replace

import pytest

from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.enquiry.policy import Budgets
from tests.intake.intake_desk import PUSHING, RULES, IntakeDesk
from tests.parts import AN, BINH, key_of, receipt_of

LITTLE = 4


def allow(desk: IntakeDesk, budgets: Budgets) -> None:
    desk.answerer.enquiry = Enquiry(replace(RULES, budgets=budgets))


@pytest.mark.parametrize(
    "budgets",
    [
        replace(RULES.budgets, receipts_per_day=LITTLE),
        replace(RULES.budgets, replies_per_hour=LITTLE),
        replace(RULES.budgets, replies_per_day=LITTLE),
    ],
    ids=["receipts", "replies-an-hour", "replies-a-day"],
)
async def test_texts_of_one_batch_count_for_each_other_before_the_directory_is_asked(
    desk: IntakeDesk, budgets: Budgets
) -> None:
    allow(desk, budgets)
    texts = [f"MCKH {receipt_of(number)}" for number in range(1, LITTLE + 4)]
    await desk.accept(*map(desk.mo, texts), door=PUSHING)
    await desk.clock.settled()
    assert desk.cases.asked == [[key_of(number) for number in range(1, LITTLE + 1)]]
    assert len(await desk.ends()) == len(texts)


async def test_a_receipt_asked_for_earlier_in_the_batch_is_no_new_one(desk: IntakeDesk) -> None:
    allow(desk, replace(RULES.budgets, receipts_per_day=LITTLE))
    known = [f"MCKH {receipt_of(number)}" for number in range(1, LITTLE + 1)]
    await desk.accept(*map(desk.mo, [*known, known[0], "MCKH 170703-0009"]), door=PUSHING)
    await desk.clock.settled()
    assert desk.cases.asked == [[key_of(number) for number in range(1, LITTLE + 1)]]
    assert (await desk.ends())[LITTLE:] == ["answered:S4", "answered:E3-tomorrow"]


async def test_one_senders_budget_keeps_nothing_from_another(desk: IntakeDesk) -> None:
    allow(desk, replace(RULES.budgets, receipts_per_day=1))
    mine = [desk.mo(f"MCKH {receipt_of(number)}", sender=AN) for number in (1, 2)]
    hers = [desk.mo(f"MCKH {receipt_of(number)}", sender=BINH) for number in (3, 4)]
    await desk.accept(mine[0], hers[0], mine[1], hers[1], door=PUSHING)
    await desk.clock.settled()
    assert desk.cases.asked == [[key_of(1), key_of(3)]]


async def test_a_text_that_is_refused_or_not_answered_counts_for_no_later_one_of_its_batch(
    desk: IntakeDesk,
) -> None:
    allow(desk, replace(RULES.budgets, receipts_per_day=1, replies_per_hour=2))
    known, new = (f"MCKH {receipt_of(number)}" for number in (1, 2))
    report = "id:1 sub:001 dlvrd:001 stat:DELIVRD err:0"
    await desk.accept(*map(desk.mo, [known, new, report, known]), door=PUSHING)
    await desk.clock.settled()
    assert await desk.ends() == [
        "answered:S4", "answered:E3-tomorrow", "suppressed:not_a_citizen", "answered:S4",
    ]  # fmt: skip


async def test_what_a_number_asked_before_counts_beside_its_batch(desk: IntakeDesk) -> None:
    await desk.accept(desk.mo(f"MCKH {receipt_of(1)}"), door=PUSHING)
    await desk.clock.settled()
    await desk.accept(*map(desk.mo, ["MCKH", f"MCKH {receipt_of(1)}"]), door=PUSHING)
    await desk.clock.settled()
    assert [answer.mt and answer.mt.billing_reason for answer in desk.written] == [
        "S4", "H1", "repeat",
    ]  # fmt: skip
