"""Wrong second secrets are counted in the store, by dossier, whoever guesses and however."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sms_gateway.domain.msisdn import Address
from sms_gateway.enquiry.decide import Enquiry
from tests.intake.intake_desk import PUSHING, IntakeDesk, opened
from tests.parts import BINH, SECRET_WORD, rules
from tests.virtual_time import VirtualClock

LOOK_UP = "MCKH 170703-0001"
DAY = 24 * 3600
OPENS = Enquiry(rules(DISCLOSURE__SECOND_SECRET="true"))


@pytest.fixture
async def desk(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[IntakeDesk]:
    """Intake and answerer at work, where a second secret opens a dossier."""
    async with opened(tmp_path, clock) as desk:
        desk.answerer.enquiry = OPENS
        yield desk


async def guess(desk: IntakeDesk, count: int, *, together: bool = False) -> None:
    """So many phones guess once each."""
    texts = [
        desk.mo(f"{LOOK_UP} B{number:04}", sender=Address(f"+849000100{number:02}"))
        for number in range(count)
    ]
    for call in [texts] if together else [[text] for text in texts]:
        await desk.accept(*call, door=PUSHING)
        await desk.clock.settled()


async def answered(desk: IntakeDesk, text: str) -> str:
    """How a text of a phone that is not registered ends."""
    await desk.accept(desk.mo(text, sender=BINH), door=PUSHING)
    await desk.clock.settled()
    return (await desk.ends())[-1]


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one call"])
async def test_ten_wrong_secrets_close_a_dossier_for_a_day(
    desk: IntakeDesk, *, together: bool
) -> None:
    await guess(desk, 10, together=together)
    assert await answered(desk, f"{LOOK_UP} {SECRET_WORD}") == "answered:E7"
    await desk.clock.advance(DAY)
    assert await answered(desk, f"{LOOK_UP} {SECRET_WORD}") == "answered:S4"


async def test_of_many_guesses_in_one_call_those_beyond_the_tenth_are_not_compared(
    desk: IntakeDesk,
) -> None:
    texts = [
        desk.mo(f"{LOOK_UP} {word}", sender=Address(f"+849000100{number:02}"))
        for number, word in enumerate([*(f"B{n:04}" for n in range(10)), SECRET_WORD])
    ]
    await desk.accept(*texts, door=PUSHING)
    await desk.clock.settled()
    assert await desk.ends() == ["answered:E7"] * 11


async def test_without_a_secret_in_the_text_nobody_asks_the_store(desk: IntakeDesk) -> None:
    await answered(desk, LOOK_UP)
    assert "wrong_secrets" not in desk.faults.calls
    await answered(desk, f"{LOOK_UP} {SECRET_WORD}")
    assert desk.faults.calls.count("wrong_secrets") == 1
