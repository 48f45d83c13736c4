"""What every store does when MTs that wait at one door are to leave by another one."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, IncidentId, MessageId, NumberHash, ShortCode
from sms_gateway.domain.incidents import NO_DOOR, AlarmText, Incident, IncidentNote, Trouble
from sms_gateway.domain.message import Language
from sms_gateway.domain.moves import PassOn, TakeOver
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import NewMt
from tests.contracts.store_desk import AN, DOOR, START, Desk

OTHER = DoorName("other")


async def free(desk: Desk, not_before: datetime = START) -> NewMt:
    """A reply that any door of the telco may carry, queued at DOOR."""
    return await desk.reply(door=DOOR, not_before=not_before)


async def moved(desk: Desk, limit: int = 500) -> int:
    return await desk.store.take_over(TakeOver(DOOR, OTHER, desk.clock.at, limit))


async def at(desk: Desk, door: DoorName) -> list[MessageId]:
    return [mt.id for mt in await desk.store.lease(door, desk.clock.at, 10)]


async def test_what_any_door_may_carry_leaves_by_the_other_one(desk: Desk) -> None:
    mts = [await free(desk) for _ in range(2)]
    assert await moved(desk) == 2
    assert await at(desk, DOOR) == []
    assert await at(desk, OTHER) == [mt.id for mt in mts]


async def test_a_reply_that_must_go_back_where_its_text_came_from_stays(desk: Desk) -> None:
    mt = await desk.reply()
    assert await moved(desk) == 0
    assert await at(desk, DOOR) == [mt.id]


async def to_people_on_call(desk: Desk) -> AlarmText:
    incident = Incident(IncidentId(desk.new_id()), Trouble.DISK, NO_DOOR, 1, START)
    text = AlarmText(
        desk.new_id(), DOOR, ShortCode("8083"), AN, NumberHash("h"), "alarm", "CANH BAO", "gsm7",
        START, START + timedelta(hours=2), "alarm:1",
    )  # fmt: skip
    await desk.store.incidents.note([IncidentNote(incident, (text,))])
    return text


async def test_a_text_to_people_on_call_leaves_by_the_other_one(desk: Desk) -> None:
    text = await to_people_on_call(desk)
    assert await moved(desk) == 1
    assert await at(desk, OTHER) == [text.id]


async def test_it_shows_in_the_timeline_as_an_attempt_of_the_door_it_left(desk: Desk) -> None:
    mt = await free(desk)
    await moved(desk)
    await desk.store.take_over(TakeOver(OTHER, DOOR, desk.clock.at))
    line = await desk.line_of(mt.id)
    assert [(a.attempt, a.door, a.result, a.reason) for a in line.attempts] == [
        (1, DOOR, "moved", OTHER),
        (2, OTHER, "moved", DOOR),
    ]
    (again,) = await desk.store.lease(DOOR, desk.clock.at, 1)
    assert (again.attempt, again.failures) == (3, 0)


async def test_what_is_being_sent_stays_and_its_settlement_counts(desk: Desk) -> None:
    mt = await free(desk)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    assert await moved(desk) == 0
    assert await desk.store.settle([desk.accepted(mt.id, 1, "A1")]) == [True]
    assert (await desk.mt_row(mt.id)).door == DOOR


async def test_a_late_settlement_of_a_try_before_the_move_changes_nothing(desk: Desk) -> None:
    mt = await free(desk)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.QUEUED)])
    await moved(desk)
    assert await desk.store.settle([desk.accepted(mt.id, 1, "A1")]) == [False]
    (leased,) = await desk.store.lease(OTHER, desk.clock.at, 1)
    assert await desk.store.settle([desk.accepted(mt.id, 1, "A1")]) == [False]
    assert await desk.store.settle([desk.accepted(mt.id, leased.attempt, "B1")]) == [True]


async def test_one_of_which_a_try_is_in_doubt_stays(desk: Desk) -> None:
    mt = await free(desk)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    doubt = replace(desk.settlement(mt.id, 1, MtState.QUEUED), result="uncertain")
    await desk.store.settle([doubt])
    assert await moved(desk) == 0


async def test_what_the_old_door_put_off_is_due_at_once_and_what_was_planned_is_not(
    desk: Desk,
) -> None:
    later = desk.clock.at + timedelta(hours=1)
    tried = await free(desk)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    off = replace(desk.settlement(tried.id, 1, MtState.QUEUED), not_before=later)
    await desk.store.settle([off])
    planned = await free(desk, not_before=later)
    assert await moved(desk) == 2
    assert await at(desk, OTHER) == [tried.id]
    desk.clock.step(3600)
    assert await at(desk, OTHER) == [planned.id]


async def test_no_more_go_than_were_asked_for_and_none_that_is_too_old(desk: Desk) -> None:
    for _ in range(3):
        await free(desk)
    assert await moved(desk, limit=2) == 2
    desk.clock.step(timedelta(hours=7).total_seconds())
    assert await moved(desk) == 0


async def fitting(
    desk: Desk, *, most: int = 255, accents: bool = True, templates: tuple[str, ...] | None = None
) -> int:
    order = TakeOver(DOOR, OTHER, desk.clock.at, 500, most, accents, templates)
    return await desk.store.take_over(order)


async def test_a_text_that_is_too_long_for_the_other_door_stays_and_says_why(desk: Desk) -> None:
    short, long = await desk.reply(door=DOOR), await desk.reply(door=DOOR, segments=2)
    assert await fitting(desk, most=1) == 1
    assert await at(desk, OTHER) == [short.id]
    assert (await desk.mt_row(long.id)).hold_reason == "does_not_fit other"
    assert await fitting(desk, most=1) == 0
    assert await fitting(desk, most=2) == 1
    assert (await desk.mt_row(long.id)).hold_reason == ""
    assert await at(desk, OTHER) == [long.id]


async def test_a_text_with_accents_stays_where_the_other_door_takes_none(desk: Desk) -> None:
    mt = await desk.reply(door=DOOR, language=Language.VI_ACCENTED)
    assert await fitting(desk, accents=False) == 0
    assert (await desk.mt_row(mt.id)).hold_reason == "does_not_fit other"
    assert await fitting(desk) == 1


async def test_a_reply_stays_where_the_other_door_sends_other_templates_only(desk: Desk) -> None:
    found = await desk.reply(door=DOOR, template="S4")
    busy = await desk.reply(door=DOOR, template="E5")
    for templates in ((), ("S5", "E1")):
        assert await fitting(desk, templates=templates) == 0
    assert (await desk.mt_row(found.id)).hold_reason == "does_not_fit other"
    assert await fitting(desk, templates=("S4", "S5")) == 1
    assert (await desk.mt_row(found.id)).hold_reason == ""
    assert await at(desk, OTHER) == [found.id]
    assert (await desk.mt_row(busy.id)).hold_reason == "does_not_fit other"
    assert await fitting(desk) == 1


async def test_a_text_of_our_own_is_made_from_no_template_that_is_registered(desk: Desk) -> None:
    text = await to_people_on_call(desk)
    assert await fitting(desk, templates=("S4",)) == 0
    assert await at(desk, DOOR) == [text.id]


async def test_what_stays_leaves_by_its_own_door_and_has_no_reason_then(desk: Desk) -> None:
    mt = await desk.reply(door=DOOR, segments=2)
    await fitting(desk, most=1)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.accepted(mt.id, 1, "A1")])
    row = await desk.mt_row(mt.id)
    assert (row.state, row.hold_reason) == (MtState.ACCEPTED, "")


async def test_a_reply_that_must_go_back_gives_no_reason(desk: Desk) -> None:
    mt = await desk.reply(segments=2)
    await fitting(desk, most=1)
    assert (await desk.mt_row(mt.id)).hold_reason == ""


async def test_a_reply_by_another_door_has_nothing_of_the_first_doors_telco(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.reply(mo=mo, door=OTHER)
    (mt,) = await desk.store.lease(OTHER, desk.clock.at, 1)
    assert (mt.door, mt.reply_to, mt.door_data, mt.operator) == (OTHER, None, {}, "VIETTEL")


async def test_the_reason_that_it_has_is_not_written_over_by_the_next_door(desk: Desk) -> None:
    mt = await desk.reply(door=DOOR, segments=2)
    await fitting(desk, most=1)
    order = TakeOver(DOOR, DoorName("third"), desk.clock.at, max_segments=1)
    assert await desk.store.take_over(order) == 0
    assert (await desk.mt_row(mt.id)).hold_reason == "does_not_fit other"


async def test_of_many_that_stay_each_says_why_after_a_few_looks(desk: Desk) -> None:
    mts = [await desk.reply(door=DOOR, segments=2) for _ in range(5)]
    for _ in range(3):
        await desk.store.take_over(TakeOver(DOOR, OTHER, desk.clock.at, 2, 1))
    reasons = {(await desk.mt_row(mt.id)).hold_reason for mt in mts}
    assert reasons == {"does_not_fit other"}


async def test_one_of_which_a_try_is_in_doubt_says_nothing_of_other_doors(desk: Desk) -> None:
    mt = await desk.reply(door=DOOR, segments=2)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    doubt = replace(desk.settlement(mt.id, 1, MtState.QUEUED), result="uncertain")
    await desk.store.settle([doubt])
    await fitting(desk, most=1)
    assert (await desk.mt_row(mt.id)).hold_reason == ""


async def test_no_more_go_than_have_room_and_what_is_too_long_for_it_does_fit(desk: Desk) -> None:
    mts = [await desk.reply(door=DOOR, segments=2) for _ in range(4)]
    order = TakeOver(DOOR, OTHER, desk.clock.at, max_segments=2, room=5)
    assert await desk.store.take_over(order) == 2
    assert await desk.store.parts_waiting(OTHER, desk.clock.step(1)) == 4
    assert await desk.store.take_over(replace(order, room=1)) == 0
    assert {(await desk.mt_row(mt.id)).hold_reason for mt in mts} == {""}


async def test_what_is_due_later_takes_no_room(desk: Desk) -> None:
    tomorrow = desk.clock.at + timedelta(days=1)
    await desk.reply(door=OTHER, not_before=tomorrow)
    assert await desk.store.parts_waiting(OTHER, tomorrow) == 0


async def test_only_what_is_new_or_was_put_off_just_now_is_looked_at(desk: Desk) -> None:
    always = datetime(1970, 1, 1, tzinfo=UTC)
    old = await free(desk, not_before=always)
    tried = await free(desk)
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 2)] == [old.id, tried.id]
    again = replace(desk.settlement(old.id, 1, MtState.QUEUED), not_before=always)
    later = desk.clock.at + timedelta(minutes=2)
    await desk.store.settle(
        [again, replace(desk.settlement(tried.id, 1, MtState.QUEUED), not_before=later)]
    )
    since = desk.clock.step(60)
    new = await free(desk, not_before=always)
    order = TakeOver(
        DOOR, OTHER, desk.clock.at, since=since, until=desk.clock.at + timedelta(minutes=10)
    )
    assert await desk.store.take_over(order) == 2
    assert await at(desk, DOOR) == [old.id]
    assert set(await at(desk, OTHER)) == {tried.id, new.id}


async def passed(desk: Desk, *mts: NewMt, door: DoorName = DOOR, to: DoorName = OTHER) -> int:
    ids = tuple(mt.id for mt in mts)
    went = await desk.store.pass_on(PassOn(door, to, desk.clock.at, START, ids))
    return len(went)


async def test_what_was_leased_and_finds_no_room_waits_at_the_other_door(desk: Desk) -> None:
    bound, mt, other = await desk.reply(), await free(desk), await free(desk)
    await desk.store.lease(DOOR, desk.clock.at, 10)
    assert await desk.store.pass_on(
        PassOn(DOOR, OTHER, desk.clock.at, START, (bound.id, mt.id))
    ) == [mt.id]
    assert await at(desk, OTHER) == [mt.id]
    rows = [await desk.mt_row(one.id) for one in (bound, other)]
    assert {(row.door, row.state) for row in rows} == {(DOOR, MtState.SENDING)}
    line = await desk.line_of(mt.id)
    assert [(a.attempt, a.door, a.result, a.reason) for a in line.attempts] == [
        (1, DOOR, "moved", "telco_limit")
    ]
    assert await desk.store.settle([desk.accepted(mt.id, 1, "A1")]) == [False]


async def test_what_is_not_leased_by_this_run_is_not_passed_on(desk: Desk) -> None:
    mt = await free(desk)
    assert await passed(desk, mt) == 0


async def test_it_does_not_come_back_to_a_door_that_had_no_room_that_day(desk: Desk) -> None:
    mt = await free(desk)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    assert await passed(desk, mt) == 1
    tomorrow = START + timedelta(days=1)
    back = TakeOver(OTHER, DOOR, desk.clock.at, day=START)
    assert await desk.store.take_over(back) == 0
    await desk.store.lease(OTHER, desk.clock.at, 1)
    assert await passed(desk, mt, door=OTHER, to=DOOR) == 0
    await desk.store.settle([desk.settlement(mt.id, 2, MtState.QUEUED)])
    assert await desk.store.take_over(replace(back, day=tomorrow)) == 1


async def test_one_of_which_a_try_is_in_doubt_is_not_passed_on(desk: Desk) -> None:
    mt = await free(desk)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    doubt = replace(desk.settlement(mt.id, 1, MtState.QUEUED), result="uncertain")
    await desk.store.settle([doubt])
    await desk.store.lease(DOOR, desk.clock.at, 1)
    assert await passed(desk, mt) == 0
