"""What reports count, in every store."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.figures import SentCount, TextCount, UnreadText, Window
from sms_gateway.domain.outcome import Outcome
from sms_gateway.store.operations import figures
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import DOOR, START, Desk

HOUR = timedelta(hours=1)
HERE_MS = 7 * 3_600_000
WINDOW = Window(START, START + HOUR, HERE_MS)


async def test_texts_are_counted_by_outcome_and_by_the_hour_of_the_day_here(desk: Desk) -> None:
    for _ in range(2):
        mo = await desk.receive()
        await desk.store.answer([desk.answer(mo, desk.mt(mo))])
        desk.clock.step(60)
    await desk.receive()
    desk.clock.step(3600)
    await desk.receive()
    found = await store(desk).reading.counted.texts(WINDOW)
    assert {(one.door, one.outcome, one.hour, one.count) for one in found} == {
        (DOOR, Outcome.ANSWERED.value, 10, 2),
        (DOOR, "unanswered", 10, 1),
    }
    assert all(isinstance(one, TextCount) for one in found)


async def test_our_messages_are_counted_with_their_segments(desk: Desk) -> None:
    for segments in (1, 3):
        mo = await desk.receive()
        mt = replace(desk.mt(mo), segments=segments)
        await desk.store.answer([desk.answer(mo, mt)])
        desk.clock.step(1)
    (found,) = await store(desk).reading.counted.sent(WINDOW)
    assert isinstance(found, SentCount)
    assert (found.door, found.kind, found.count, found.segments) == (DOOR, "reply", 2, 4)
    assert (found.accepted, found.delivered) == (0, 0)


async def test_texts_that_were_not_understood_come_page_by_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "PAGE", 2)
    expected = []
    for number in range(5):
        mo = await desk.receive(f"text {number}")
        intent = "lookup" if number == 3 else "malformed"
        await desk.store.answer([replace(desk.answer(mo, desk.mt(mo)), intent=intent)])
        if number != 3:
            expected.append(UnreadText(mo.id, mo.short_code, f"text {number}"))
        desk.clock.step(1)
    counted = store(desk).reading.counted
    assert [text async for text in counted.unread(WINDOW)] == expected
    late = Window(START + HOUR, START + 2 * HOUR)
    assert [text async for text in counted.unread(late)] == []
