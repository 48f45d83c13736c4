from collections.abc import Sequence
from dataclasses import replace

import pytest
from msgspec import structs

from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.message import DeliveryReport
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.records import Settlement
from sms_gateway.intake.accept import Hands
from sms_gateway.intake.sessions import Counts, SessionIntake, Surroundings
from sms_gateway.ports import Handed, StoreDownError, Unreadable
from sms_gateway.reading import RefusedFilter, ReportFilter
from tests.intake.intake_desk import DOORS, PUSHING, IntakeDesk
from tests.parts import HASHER

DOWN = StoreDownError("SQLITE_FULL")


class Counted:
    def __init__(self) -> None:
        self.duplicates = 0
        self.unreadable = 0
        self.unavailable: list[tuple[str, int]] = []
        self.full = False
        self.late: list[Settlement] = []

    def of(self, desk: IntakeDesk) -> SessionIntake:
        counts = Counts(
            lambda _door, count: setattr(self, "duplicates", self.duplicates + count),
            lambda _door, count: setattr(self, "unreadable", self.unreadable + count),
            lambda _door, reason, _error, count: self.unavailable.append((reason, count)),
        )
        hands = Hands(
            desk.answerer.offer,
            lambda: not self.full,
            desk.elsewhere.watch,
            HASHER,
            desk.new_id,
            desk.clock,
        )
        door = replace(DOORS[PUSHING], dedupe_window=DOORS[PUSHING].id_window)
        nothing = (lambda: True, lambda: None, lambda: None)
        around = Surroundings(*nothing, self.late.append, counts)
        return SessionIntake(door, desk.store, hands, around)


@pytest.fixture
def counted() -> Counted:
    return Counted()


async def hand_over(
    desk: IntakeDesk, session: SessionIntake, handed: Sequence[Handed]
) -> list[bool]:
    heard: list[bool] = []
    session.record(handed, heard.append)
    assert heard == []
    await desk.clock.settled()
    return heard


async def test_a_text_is_acknowledged_after_it_is_on_disk_and_is_answered(
    desk: IntakeDesk, counted: Counted
) -> None:
    session = counted.of(desk)
    assert await hand_over(desk, session, [Handed(desk.mo("MCKH"), b"octets")]) == [True]
    (row,) = await desk.rows()
    assert row.outcome is not None
    assert (await desk.line(row.id)).raw == b"octets"


async def test_a_store_that_is_down_is_told_to_the_telco(
    desk: IntakeDesk, counted: Counted
) -> None:
    session = counted.of(desk)
    desk.faults.down = DOWN
    assert await hand_over(desk, session, [Handed(desk.mo(), b"")]) == [False]
    assert counted.unavailable == [("store_down", 1)]
    desk.faults.down = None
    assert await hand_over(desk, session, [Handed(desk.mo(), b"")]) == [True]


async def test_a_full_queue_leaves_texts_with_the_telco(desk: IntakeDesk, counted: Counted) -> None:
    session = counted.of(desk)
    counted.full = True
    assert await hand_over(desk, session, [Handed(desk.mo(), b"")]) == [False]
    assert await desk.rows() == []


async def test_what_comes_during_a_commit_goes_into_one_more(
    desk: IntakeDesk, counted: Counted
) -> None:
    session = counted.of(desk)
    heard: list[bool] = []
    for _ in range(20):
        session.record([Handed(desk.mo(), b"")], heard.append)
    await desk.clock.settled()
    assert heard == [True] * 20
    assert desk.faults.calls.count("record") == 1


async def test_one_that_the_store_cannot_keep_does_not_keep_the_others_out(
    desk: IntakeDesk, counted: Counted
) -> None:
    session = counted.of(desk)
    desk.faults.broken["record"] = [DOWN, DOWN]
    heard: list[bool] = []
    for _ in range(3):
        session.record([Handed(desk.mo(), b"")], heard.append)
    await desk.clock.settled()
    assert heard == [False, True, True]


async def test_a_repeated_text_is_acknowledged_and_answered_once(
    desk: IntakeDesk, counted: Counted
) -> None:
    session, mo = counted.of(desk), desk.mo("MCKH")
    assert await hand_over(desk, session, [Handed(mo, b""), Handed(mo, b"")]) == [True]
    assert await hand_over(desk, session, [Handed(mo, b"")]) == [True]
    assert len(await desk.rows()) == 1
    assert counted.duplicates == 2


async def test_the_same_words_asked_anew_are_another_text_and_that_one_counts_once_too(
    desk: IntakeDesk, counted: Counted
) -> None:
    session, mo = counted.of(desk), structs.replace(desk.mo("MCKH"), telco_id=None)
    for anew in (False, False, True, False):
        assert await hand_over(desk, session, [Handed(mo, b"", anew)]) == [True]
    assert len(await desk.rows()) == 2
    assert counted.duplicates == 2


async def test_what_cannot_be_read_is_kept_once_and_acknowledged(
    desk: IntakeDesk, counted: Counted
) -> None:
    session = counted.of(desk)
    why = "field source_addr is no phone number or name"
    bad = Handed(Unreadable(why, b"00ff"), b"")
    assert await hand_over(desk, session, [bad, Handed(desk.mo(), b"")]) == [True]
    assert await hand_over(desk, session, [bad]) == [True]
    with desk.clock.working():
        kept = await desk.reading.refused(RefusedFilter())
    assert [(one.reason, one.times) for one in kept] == [(why, 2)]
    assert counted.unreadable == 2


async def test_a_report_is_written_down_and_never_answered(
    desk: IntakeDesk, counted: Counted
) -> None:
    session = counted.of(desk)
    report = DeliveryReport(TelcoId("77"), Delivery.DELIVERED)
    assert await hand_over(desk, session, [Handed(report, b"octets")]) == [True]
    assert await desk.rows() == []
    with desk.clock.working():
        (row,) = await desk.reading.reports(ReportFilter())
    assert (row.telco_id, row.delivery) == ("77", Delivery.DELIVERED)
