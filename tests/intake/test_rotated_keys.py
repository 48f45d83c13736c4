"""After the key of the number hashes was changed a citizen is still who they were."""

from dataclasses import replace

import pytest

from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.intake.accept import Hands, Intake
from tests.intake.intake_desk import PUSHING, RULES, IntakeDesk
from tests.parts import AN, BINH, HASHER, receipt_of

NEW = Hasher(Secret("08" * 32), (HASHER.key,))


def rotate(desk: IntakeDesk) -> None:
    """From now on numbers are hashed by a new key, and found by both."""
    hands = Hands(
        desk.answerer.offer,
        desk.answerer.has_room,
        desk.elsewhere.watch,
        NEW,
        desk.new_id,
        desk.clock,
    )
    desk.intake = Intake(desk.store, desk.waiters, hands)
    rules = desk.answerer.enquiry.rules
    desk.answerer.enquiry = Enquiry(replace(rules, number_hashes=NEW.rotated))


async def text(desk: IntakeDesk, *words: str) -> None:
    await desk.accept(*(desk.mo(word) for word in words), door=PUSHING)
    await desk.clock.settled()


async def test_its_budgets_count_what_it_asked_before(desk: IntakeDesk) -> None:
    desk.answerer.enquiry = Enquiry(
        replace(RULES, budgets=replace(RULES.budgets, receipts_per_day=2))
    )
    await text(desk, f"MCKH {receipt_of(1)}")
    rotate(desk)
    await text(desk, f"MCKH {receipt_of(2)}", f"MCKH {receipt_of(3)}")
    await text(desk, f"MCKH {receipt_of(4)}")
    assert await desk.ends() == [
        "answered:S4", "answered:S4", "answered:E3-tomorrow", "answered:E3-tomorrow",
    ]  # fmt: skip


@pytest.mark.parametrize("again", [False, True])
async def test_it_is_answered_in_the_language_it_chose_last(
    desk: IntakeDesk, *, again: bool
) -> None:
    await text(desk, "MCKH EN")
    rotate(desk)
    if again:
        await text(desk, "MCKH VI")
    await text(desk, "MCKH")
    last = desk.written[-1].mt
    assert last is not None
    assert last.language == ("vi" if again else "en")


async def test_another_number_is_another_number(desk: IntakeDesk) -> None:
    await text(desk, "MCKH EN")
    rotate(desk)
    await desk.accept(desk.mo("MCKH", sender=BINH), door=PUSHING)
    await desk.clock.settled()
    last = desk.written[-1].mt
    assert last is not None
    assert last.language == "vi"
    assert NEW.number(AN) != HASHER.number(AN)
