"""A door's probe text is known by number and words, and ends like no citizen's text."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.intake.around import AnsweringLimits
from sms_gateway.ports import NoReply, Probe
from tests.intake.intake_desk import DOORS, INLINE, IntakeDesk, opened, reply
from tests.parts import AN, BINH
from tests.virtual_time import VirtualClock

PROBE = Probe(AN, "MCKH  170703-0001", timedelta(minutes=30))


def probing(desk: IntakeDesk, probe: Probe = PROBE) -> IntakeDesk:
    doors = {**DOORS, INLINE: replace(DOORS[INLINE], probe=probe)}
    desk.answerer._doors = doors  # noqa: SLF001  # as with other settings
    return desk


@pytest.mark.parametrize("text", ["MCKH  170703-0001", " mckh 170703-0001 "])
async def test_a_probe_text_is_written_down_and_gets_no_reply(desk: IntakeDesk, text: str) -> None:
    result = await probing(desk).text(text)
    assert isinstance(result, NoReply)
    (row,) = await desk.rows()
    assert (row.outcome, row.reason, row.intent) == ("suppressed", "probe", "probe")
    assert desk.cases.asked == []


async def test_other_words_other_numbers_and_other_doors_are_no_probe(desk: IntakeDesk) -> None:
    probing(desk)
    await desk.text("MCKH 170703-0002")
    await desk.text("MCKH 170703-0001", sender=BINH)
    await desk.accept(desk.mo("MCKH 170703-0001"), door=next(d for d in DOORS if d != INLINE))
    await desk.clock.advance(30)
    assert "probe" not in {row.intent for row in await desk.rows()}


async def test_one_that_is_answered_costs_its_number_nothing(desk: IntakeDesk) -> None:
    probing(desk, replace(PROBE, answered=True))
    words = set()
    for _ in range(12):
        words.add(reply(await desk.text("MCKH 170703-0001")))
        await desk.clock.advance(60)
    assert len(words) == 1
    assert {row.intent for row in await desk.rows()} == {"probe"}


async def test_two_in_one_batch_are_answered_once(desk: IntakeDesk) -> None:
    probing(desk, replace(PROBE, answered=True))
    calls = [desk.call(desk.mo("MCKH 170703-0001")) for _ in range(2)]
    results = [await desk.result(call) for call in calls]
    assert [isinstance(result, NoReply) for result in results] == [False, True]


async def test_one_that_is_too_old_waits_for_nobody(tmp_path: Path, clock: VirtualClock) -> None:
    limits = AnsweringLimits(valid=timedelta(seconds=-1))
    async with opened(tmp_path, clock, limits) as desk:
        probing(desk, replace(PROBE, answered=True))
        await desk.text("MCKH 170703-0001")
        await desk.text("MCKH 170703-0002")
        assert await desk.ends() == ["suppressed:probe", "parked:too_late"]
