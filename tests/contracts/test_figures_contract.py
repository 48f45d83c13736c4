"""What reports count, in every store."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.figures import SentCount, SpeedCount, TextCount, UnreadText, Window
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.store.operations import figures
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import AN, DOOR, START, Desk

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


async def test_texts_are_counted_by_how_soon_the_telco_took_the_reply(desk: Desk) -> None:
    mt = await desk.reply()
    desk.clock.step(9.95)
    await desk.sent(mt, "T-1")
    await desk.receive()
    await desk.reply()
    found = await store(desk).reading.counted.speeds(WINDOW)
    agency, key = "000.00.01.H19", lambda one: (one.outcome, one.tenths is None)
    assert sorted(found, key=key) == [
        SpeedCount(agency, "VIETTEL", "answered", waits=False, tenths=100, count=1),
        SpeedCount(agency, "VIETTEL", "answered", waits=True, tenths=None, count=1),
        SpeedCount("", "VIETTEL", "unanswered", waits=True, tenths=None, count=1),
    ]


async def test_what_is_counted_of_one_agency_is_no_other_ones(desk: Desk) -> None:
    await desk.reply()
    counted = store(desk).reading.counted
    ours = replace(WINDOW, agencies=("000.00.01.H19",))
    theirs = replace(WINDOW, agencies=("000.00.02.H19",))
    assert [one.count for one in await counted.texts(ours)] == [1]
    assert [one.count for one in await counted.sent(ours)] == [1]
    assert not await counted.texts(theirs)
    assert not await counted.sent(theirs)
    assert [text async for text in counted.unread(theirs)] == []


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


READ = (
    *(("malformed", "E2"), ("help", "H1"), ("lookup", "E1-nocode")),
    *(("lookup", "S4"), ("malformed", "E2")),
)
"""Intent and reply of each of the texts; only who was told of a dossier was understood."""


async def test_texts_that_were_not_understood_come_page_by_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "PAGE", 2)
    expected = []
    for number in range(5):
        mo = await desk.receive(f"text {number}")
        intent, reason = READ[number]
        answer = replace(desk.answer(mo, desk.mt(mo)), intent=intent, reason=reason)
        await desk.store.answer([answer])
        if number != 3:
            expected.append(
                UnreadText(
                    mo.id, mo.short_code, f"text {number}", mo.received_at, mo.door, mo.operator
                )
            )
        desk.clock.step(1)
    counted = store(desk).reading.counted
    assert [text async for text in counted.unread(WINDOW)] == expected
    late = Window(START + HOUR, START + 2 * HOUR)
    assert [text async for text in counted.unread(late)] == []


async def test_messages_that_the_telco_took_are_told_with_its_ids(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "PAGE", 1)
    taken = []
    for telco_id in ("T-1", "T-2"):
        mt = await desk.reply()
        await desk.sent(mt, telco_id)
        taken.append((mt.id, (telco_id,), AN, mt.segments))
        desk.clock.step(1)
    await desk.reply()  # nobody took it
    counted = store(desk).reading.counted
    found = [one async for one in counted.charged(WINDOW, [DOOR], texts=False)]
    assert [(one.id, one.telco_ids, one.number, one.segments) for one in found] == taken
    other = [one async for one in counted.charged(WINDOW, [DoorName("x")], texts=False)]
    assert other == []


async def test_texts_are_told_with_how_their_replies_are_charged(desk: Desk) -> None:
    answered, alone = await desk.receive(), await desk.receive()
    mt = replace(desk.mt(answered), billing=Billing.CHARGE, segments=2)
    await desk.store.answer([desk.answer(answered, mt)])
    found = [one async for one in store(desk).reading.counted.charged(WINDOW, [DOOR], texts=True)]
    assert [(one.id, one.charged, one.segments) for one in found] == [
        (answered.id, True, 2),
        (alone.id, False, 0),
    ]
    assert [one.number for one in found] == [answered.sender, alone.sender]
