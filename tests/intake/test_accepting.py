import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, MessageId, TelcoId
from sms_gateway.domain.message import DeliveryReport, MobileOriginated, PartOf
from sms_gateway.domain.outcome import Billing, Delivery
from sms_gateway.intake.accept import QueueFullError, dedupe_key
from sms_gateway.intake.around import AnsweringLimits
from sms_gateway.ports import Answered, Late, NoReply, Stored, StoreDownError
from sms_gateway.sqlite.connecting import connect_reader
from tests.intake.intake_desk import ASKED, DOORS, INLINE, PUSHING, IntakeDesk, opened, reply
from tests.parts import AN, BINH, CODE
from tests.virtual_time import VirtualClock

REPORT = DeliveryReport(TelcoId("T1"), Delivery.DELIVERED)


async def test_an_inline_door_hears_the_reply(desk: IntakeDesk) -> None:
    taken = await desk.accept(desk.mo())
    (result,) = taken.results
    assert "170703-0001 dang xu ly" in reply(result)
    assert isinstance(result, Answered)
    assert result.billing is Billing.CHARGE
    (sent,) = taken.in_response
    assert not sent.fetched


async def test_another_door_hears_that_it_is_written_down(desk: IntakeDesk) -> None:
    taken = await desk.accept(desk.mo(), door=PUSHING)
    assert [type(result) for result in taken.results] == [Stored]
    assert taken.in_response == []


async def test_the_telco_hears_nothing_before_the_commit(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.faults.held["record"] = leave.wait
    call = desk.call(desk.mo(), door=PUSHING)
    await desk.clock.advance(60)
    assert not call.done()
    leave.set()
    await call


async def test_a_store_that_is_down_is_told_as_it_is(desk: IntakeDesk) -> None:
    desk.faults.down = StoreDownError("SQLITE_FULL")
    with pytest.raises(StoreDownError):
        await desk.accept(desk.mo())
    assert await desk.rows() == []


async def test_with_a_full_queue_nothing_is_written_down(
    tmp_path_factory: pytest.TempPathFactory, clock: VirtualClock
) -> None:
    limits = AnsweringLimits(queue=1)
    async with opened(tmp_path_factory.mktemp("full"), clock, limits) as desk:
        desk.answerer._resting = 1  # noqa: SLF001  # one MO waits for its next try
        with pytest.raises(QueueFullError):
            await desk.accept(desk.mo())
        assert desk.faults.calls == []
        desk.answerer._resting = 0  # noqa: SLF001  # as above


async def test_several_texts_in_one_call_are_answered_in_their_order(desk: IntakeDesk) -> None:
    texts = ["MCKH", "MCKH 170703-0002", "MCKH 999999-0001", "MCKH 170703-0001"]
    call = desk.call(*(desk.mo(text, sender=AN) for text in texts))
    await desk.clock.settled()
    said = [reply(result) for result in (await call).results]
    assert [text[:12] for text in said] == [
        "Tra cuu ho s", "Ho so 170703", "Khong thay h", "Ho so 170703",
    ]  # fmt: skip
    assert "170703-0002" in said[1]
    assert "170703-0001" in said[3]


@pytest.mark.parametrize("door", [INLINE, PUSHING])
@pytest.mark.parametrize("part", [None, PartOf(7, 2, 1)])
async def test_a_text_alone_in_its_call_is_taken_as_it_is_beside_a_report(
    desk: IntakeDesk, door: DoorName, part: PartOf | None
) -> None:
    """Written down, answered, and told to the telco; the second delivery too."""
    seen: list[list[object]] = []
    for sender, beside in ((AN, ()), (BINH, (REPORT,))):
        mo = desk.mo("MCKH", sender=sender, part=part)
        for _ in range(2):
            taken = await desk.accept(mo, *beside, door=door)
            result = taken.results[0]
            said = reply(result) if isinstance(result, Answered) else ""
            fetched = [sent.fetched for sent in taken.in_response]
            kept = (await desk.line(result.id)).raw if part is None else None
            seen.append([type(result), said, fetched, taken.duplicates, taken.unreadable, kept])
    assert seen[:2] == seen[2:]
    assert [told[3] for told in seen] == [0, 1, 0, 1]


def owners_of_requests(path: Path) -> list[tuple[str]]:
    with closing(connect_reader(path)) as db:
        return db.execute("SELECT owner_id FROM raw_exchange").fetchall()


async def test_each_text_of_a_call_leads_to_its_request_which_is_kept_once(
    desk: IntakeDesk, tmp_path: Path
) -> None:
    taken = await desk.accept(desk.mo(), desk.mo("MCKH"))
    kept = [(await desk.line(result.id)).raw for result in taken.results]
    assert kept == [b"raw", b"raw"]
    with desk.clock.working():
        owners = await asyncio.to_thread(owners_of_requests, tmp_path / "gateway.db")
    assert owners == [(taken.results[0].id,)]


async def test_the_same_delivery_again_gets_the_same_reply(desk: IntakeDesk) -> None:
    mo = desk.mo(telco_id="T1")
    first, again = await desk.accept(mo), await desk.accept(mo)
    assert first.results == again.results
    assert [sent.fetched for sent in (*first.in_response, *again.in_response)] == [False, True]
    assert await desk.ends() == ["answered:S4"]


async def test_a_delivery_repeated_while_it_is_answered_waits_for_that_answer(
    desk: IntakeDesk,
) -> None:
    leave = asyncio.Event()
    desk.cases.before = lambda _keys: leave.wait()
    mo = desk.mo(telco_id="T1")
    first, again = desk.call(mo), desk.call(mo)
    await desk.clock.settled()
    assert not first.done()
    assert not again.done()
    leave.set()
    assert (await first).results == (await again).results
    assert len(desk.cases.asked) == 1


async def test_the_same_delivery_twice_in_one_call_is_answered_once(desk: IntakeDesk) -> None:
    mo = desk.mo(telco_id="T1")
    taken = await desk.accept(mo, mo)
    assert taken.results[0] == taken.results[1]
    assert len(await desk.rows()) == 1


async def test_a_repeated_delivery_of_a_pushed_reply_is_no_second_way_for_it(
    desk: IntakeDesk,
) -> None:
    leave = asyncio.Event()
    desk.faults.held["citizens"] = leave.wait
    mo = desk.mo(telco_id="T1")
    late = await desk.result(desk.call(mo))
    leave.set()
    await desk.clock.settled()
    again = await desk.accept(mo)
    assert isinstance(late, Late)
    assert again.results == [late]
    assert again.in_response == []
    assert desk.pushed == [INLINE]


async def test_a_repeated_delivery_fetches_a_reply_that_has_no_other_way(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    desk.faults.held["citizens"] = leave.wait
    mo = desk.mo(telco_id="T1")
    late = await desk.result(desk.call(mo, door=ASKED))
    leave.set()
    await desk.clock.settled()
    assert await desk.ends() == ["parked:no_way_back"]
    again = await desk.accept(mo, door=ASKED)
    assert isinstance(late, Late)
    assert "170703-0001" in reply(again.results[0])
    assert [sent.fetched for sent in again.in_response] == [True]


async def test_a_text_without_an_answer_is_told_so(desk: IntakeDesk) -> None:
    taken = await desk.accept(desk.mo("id:1 sub:001 dlvrd:001 stat:DELIVRD err:0"))
    assert [type(result) for result in taken.results] == [NoReply]
    assert taken.in_response == []


async def test_only_the_last_part_of_a_long_text_carries_the_reply(desk: IntakeDesk) -> None:
    parts = [
        desk.mo(text, part=PartOf(7, 2, number))
        for number, text in enumerate(["MCKH 1707", "03-0001"], 1)
    ]
    earlier, last = await desk.accept(parts[0]), await desk.accept(parts[1])
    assert [type(result) for result in earlier.results] == [NoReply]
    assert "170703-0001 dang xu ly" in reply(last.results[0])


async def test_a_repeated_part_is_told_what_its_first_delivery_was(desk: IntakeDesk) -> None:
    first = desk.mo("MCKH 1707", telco_id="T1", part=PartOf(7, 2, 1))
    last = desk.mo("03-0001", telco_id="T2", part=PartOf(7, 2, 2))
    await desk.accept(first)
    assert [type(r) for r in (await desk.accept(first)).results] == [NoReply]
    answered = await desk.accept(last)
    assert [type(r) for r in (await desk.accept(first)).results] == [NoReply]
    assert (await desk.accept(last)).results == answered.results


async def test_parts_for_a_door_that_pushes_are_written_down(desk: IntakeDesk) -> None:
    part = desk.mo("MCKH 1707", part=PartOf(7, 2, 1))
    assert [type(r) for r in (await desk.accept(part, door=PUSHING)).results] == [Stored]


async def test_delivery_reports_are_written_down(desk: IntakeDesk) -> None:
    taken = await desk.accept(REPORT, replace(REPORT, telco_id=TelcoId("T2")))
    assert [type(result) for result in taken.results] == [Stored, Stored]
    with desk.clock.working():
        assert (await desk.reading.counts()).unmatched == 2


async def test_reports_and_texts_in_one_call_keep_their_places(desk: IntakeDesk) -> None:
    taken = await desk.accept(REPORT, desk.mo("MCKH"), REPORT)
    assert [type(result) for result in taken.results] == [Stored, Answered, Stored]


async def test_reports_that_cannot_be_written_are_not_acknowledged(desk: IntakeDesk) -> None:
    desk.faults.broken["record_reports"] = [StoreDownError("SQLITE_FULL")]
    with pytest.raises(StoreDownError):
        await desk.accept(REPORT, desk.mo())
    assert await desk.rows() == []


async def test_a_call_that_fails_in_the_middle_leaves_no_promise_behind(desk: IntakeDesk) -> None:
    leave = asyncio.Event()
    answered = desk.mo("MCKH", telco_id="T1")
    await desk.accept(answered)
    desk.cases.before = lambda _keys: leave.wait()
    desk.faults.broken["stored_answers"] = [StoreDownError("SQLITE_IOERR")]
    with pytest.raises(StoreDownError):
        await desk.accept(answered, desk.mo())
    leave.set()
    await desk.clock.settled()
    (_, second) = await desk.rows()
    assert second.reply is not None
    assert second.reply.state == "queued"


async def test_a_repeated_call_that_fails_leaves_no_promise_behind_either(
    desk: IntakeDesk,
) -> None:
    leave = asyncio.Event()
    desk.cases.before = lambda _keys: leave.wait()
    text = desk.mo(telco_id="T1")
    first = desk.call(text)
    await desk.clock.settled()
    first.cancel()
    await asyncio.wait([first])
    desk.faults.broken["stored_answers"] = [StoreDownError("SQLITE_IOERR")]
    with pytest.raises(StoreDownError):
        await desk.accept(text)
    leave.set()
    await desk.clock.settled()
    (row,) = await desk.rows()
    assert row.reply is not None
    assert row.reply.state == "queued"


def mo(**changes: object) -> MobileOriginated:
    plain = MobileOriginated(TelcoId("T1"), AN, CODE, "MCKH 170703-0001")
    return replace(plain, **changes)


DIFFERENT = [
    {"telco_id": TelcoId("T2")},
    {"sender": BINH},
    {"short_code": "8183"},
    {"part": PartOf(1, 2, 1)},
]
MORNING = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("change", DIFFERENT)
def test_another_id_sender_short_code_or_part_is_another_delivery(
    change: dict[str, object],
) -> None:
    assert dedupe_key(DOORS[INLINE], mo())[0] != dedupe_key(DOORS[INLINE], mo(**change))[0]


def test_with_an_id_of_the_telco_nothing_else_makes_a_delivery_another_one() -> None:
    key, window = dedupe_key(DOORS[INLINE], mo())
    assert dedupe_key(DOORS[INLINE], mo(text="MCKH", telco_time=MORNING)) == (key, window)
    assert window == timedelta(days=7)


def test_two_doors_do_not_share_their_telcos_ids() -> None:
    assert dedupe_key(DOORS[INLINE], mo())[0] != dedupe_key(DOORS[PUSHING], mo())[0]


@pytest.mark.parametrize("change", [*DIFFERENT[1:], {"text": "MCKH"}, {"telco_time": MORNING}])
def test_without_an_id_the_content_tells_deliveries_apart(change: dict[str, object]) -> None:
    key, window = dedupe_key(DOORS[INLINE], mo(telco_id=None))
    assert dedupe_key(DOORS[INLINE], mo(telco_id=None)) == (key, window)
    assert dedupe_key(DOORS[INLINE], mo(telco_id=None, **change))[0] != key
    assert window == timedelta(seconds=10)


async def test_the_same_content_without_an_id_is_a_new_question_after_the_window(
    desk: IntakeDesk,
) -> None:
    bare = replace(desk.mo(), telco_id=None)
    ids: list[MessageId] = []
    for seconds in (0, 9, 2):
        await desk.clock.advance(seconds)
        (result,) = (await desk.accept(bare)).results
        ids.append(result.id)
    assert ids[0] == ids[1]
    assert ids[2] != ids[0]
