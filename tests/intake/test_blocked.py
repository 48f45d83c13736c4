"""A number that staff blocked: its texts are kept, nothing is looked up, and nothing is sent."""

from datetime import timedelta

from sms_gateway.domain.citizens import NumberAct, NumberOrder
from sms_gateway.domain.ids import ShortCode
from sms_gateway.domain.outcome import Outcome
from sms_gateway.enquiry.decide import Enquiry, Incoming
from sms_gateway.intake.verdicts import too_late
from sms_gateway.ports import NoReply
from sms_gateway.store.store import SqlStore
from tests.intake.intake_desk import IntakeDesk, reply
from tests.intake.test_rotated_keys import rotate
from tests.parts import AN, BINH, CODE, HASHER, START, rules


async def decided(desk: IntakeDesk, act: NumberAct) -> None:
    numbers, at = (HASHER.number(AN),), desk.clock.now()
    order = NumberOrder(desk.new_id(), numbers, act, "", "gọi quấy rối", at, "staff:an")
    store = desk.faults.inner
    assert isinstance(store, SqlStore)
    with desk.clock.working():
        await store.numbers.decide(order)


async def test_its_texts_are_kept_and_not_answered(desk: IntakeDesk) -> None:
    await decided(desk, NumberAct.BLOCK)
    assert isinstance(await desk.text("MCKH 170703-0001"), NoReply)
    assert "dang xu ly" in reply(await desk.text("MCKH 170703-0001", sender=BINH)).lower()
    assert (await desk.ends())[0] == "suppressed:blocked"
    assert len(desk.cases.asked) == 1


async def test_it_is_answered_again_once_it_is_let_in(desk: IntakeDesk) -> None:
    await decided(desk, NumberAct.BLOCK)
    await desk.text("MCKH 170703-0001")
    await decided(desk, NumberAct.UNBLOCK)
    assert "170703-0001" in reply(await desk.text("MCKH 170703-0001"))


async def test_it_stays_blocked_when_the_key_of_the_hashes_is_changed(desk: IntakeDesk) -> None:
    await decided(desk, NumberAct.BLOCK)
    rotate(desk)
    assert isinstance(await desk.text("MCKH 170703-0001"), NoReply)


async def test_a_reset_lets_a_number_ask_that_had_used_up_its_budget(desk: IntakeDesk) -> None:
    for number in range(1, 12):
        await desk.text(f"MCKH 170703-{number:04}")
    assert "qua nhieu lan" in reply(await desk.text("MCKH 170703-0012"))
    await desk.clock.advance(1)
    await decided(desk, NumberAct.RESET)
    await desk.clock.advance(1)
    assert "qua nhieu lan" not in reply(await desk.text("MCKH 170703-0012"))


def test_a_text_of_it_that_comes_too_late_waits_for_nobody() -> None:
    incoming = Incoming("MCKH 170703-0001", AN, ShortCode(CODE), START - timedelta(days=1))
    enquiry = Enquiry(rules())
    verdict = too_late(enquiry.ask(incoming, (), blocked=True))
    assert (verdict.outcome, verdict.reason) == (Outcome.SUPPRESSED, "blocked")
    assert too_late(enquiry.ask(incoming, ())).outcome is Outcome.PARKED
