"""A text whose dossier the case database cannot tell takes nobody else's answer with it."""

import asyncio

import pytest

from sms_gateway.domain.dossier import Unavailable
from tests.intake.intake_desk import PUSHING, IntakeDesk
from tests.parts import AN, AN_IS_OWNER, BINH, key_of, receipt_of


async def test_a_dossier_that_chokes_is_asked_for_seldom_and_with_no_others(
    desk: IntakeDesk,
) -> None:
    odd = key_of(1)
    desk.cases.known = {**AN_IS_OWNER, odd: Unavailable("broken")}
    await desk.text(f"MCKH {receipt_of(1)}", PUSHING)
    others = 0
    for _ in range(18):
        await desk.clock.advance(1)
        await desk.text(f"MCKH {receipt_of(2)}", PUSHING, BINH)
        others += 1
    await desk.clock.advance(2)
    tries = [keys for keys in desk.cases.asked if odd in keys]
    assert 5 < len(tries) < 20
    assert all(keys == [odd] for keys in tries)
    ends = await desk.ends()
    assert ends.count("answered:E4") == 1
    assert len(ends) == others + 1


@pytest.mark.parametrize("word", ["down", "broken"])
async def test_a_directory_that_tells_of_nobody_is_asked_again_at_once(
    desk: IntakeDesk, word: str
) -> None:
    desk.cases.known = {key_of(n): Unavailable(word) for n in range(1, 4)}
    leave = asyncio.Event()
    desk.faults.held["record"] = leave.wait
    calls = [
        desk.call(desk.mo(f"MCKH {receipt_of(n)}", sender=who), door=PUSHING)
        for n, who in ((1, AN), (2, BINH), (3, AN))
    ]
    await desk.clock.settled()
    leave.set()
    await asyncio.gather(*calls)
    await desk.clock.advance(19)
    assert len(desk.cases.asked) > 50
