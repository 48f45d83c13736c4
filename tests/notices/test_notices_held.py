"""What is held until a person acts, and what happens when things break."""

from sms_gateway.domain.dossier import ReturnVia, State
from sms_gateway.domain.notices import CONFIRM_ACT, DROP_ACT, RELEASE_ACT
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import NoticesDesk, dossier_id

HOUR = 3600


async def test_a_backward_move_is_held_until_staff_confirm_it(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.RETURNED)
    await notices.told()
    notices.change(State.FINISHED)
    assert await notices.told(5 * HOUR) == []
    (batch,) = await notices.store.notices.batches()
    assert (batch.reason, batch.texts, batch.samples) == ("backward", 1, (dossier_id(),))
    wrong = notices.order(batch.id, RELEASE_ACT, "blast")
    assert (await notices.store.notices.end_batch(wrong)).texts == 0
    done = await notices.store.notices.end_batch(notices.order(batch.id, CONFIRM_ACT, "backward"))
    assert done.texts == 1
    assert await notices.told() == ["S9-undated"]


async def test_a_held_backward_move_that_is_undone_is_told_to_nobody(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.RETURNED)
    await notices.told()
    notices.change(State.FINISHED)
    await notices.told(5 * HOUR)
    notices.change(State.RETURNED)
    assert await notices.told() == []
    assert await notices.store.notices.batches() == []


async def test_a_bulk_fix_of_many_dossiers_is_held_whole_until_it_is_dropped(desk: Desk) -> None:
    notices = NoticesDesk(desk, most=20)
    await notices.to_the_present()
    for number in range(700):
        notices.change(State.PROCESSING, number)
    await notices.look(60)
    for number in range(700):
        notices.change(State.FINISHED, number)
    for _ in range(10):
        assert await notices.told() == []
    (batch,) = await notices.store.notices.batches()
    assert (batch.reason, batch.texts, batch.dossiers) == ("blast", 700, 700)
    assert batch.templates == (("S9-undated", 700),)
    assert (await notices.store.notices.end_batch(notices.order(batch.id, DROP_ACT))).texts == 700
    assert await notices.told(HOUR) == []


async def test_a_fix_that_comes_in_small_parts_is_held_as_well(desk: Desk) -> None:
    notices = NoticesDesk(desk, most=20)
    await notices.to_the_present()
    told: list[str] = []
    for part in range(30):
        for number in range(part * 5, part * 5 + 5):
            notices.change(State.PAPERS_NEEDED, number, state_at=notices.desk.clock.at)
        told += await notices.told(70)
    assert len(told) <= 20
    (batch,) = await notices.store.notices.batches()
    assert batch.texts + len(told) >= 145


async def test_a_released_batch_goes_out_at_a_pace(desk: Desk) -> None:
    notices = NoticesDesk(desk, most=2, per_minute=60)
    await notices.to_the_present()
    for number in range(5):
        notices.change(State.PAPERS_NEEDED, number, state_at=notices.desk.clock.at)
    assert await notices.told() == []
    (batch,) = await notices.store.notices.batches()
    await notices.store.notices.end_batch(notices.order(batch.id, RELEASE_ACT, "blast"))
    assert await notices.told(0) == ["S5"]
    assert await notices.told(4.5) == ["S5"] * 4


async def test_a_restored_copy_sends_nothing_and_then_begins_at_the_present(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    await notices.look(10)
    await notices.hold_restored()
    assert await notices.told() == []
    notices.change(State.RETURNED, return_via=ReturnVia.POST)
    assert await notices.told() == []
    await notices.release_restored()
    assert await notices.told() == []
    notices.change(State.PAPERS_NEEDED)
    assert await notices.told() == ["S5-undated"]


async def test_what_happened_while_a_restored_copy_was_held_is_never_told(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    await notices.hold_restored()
    notices.change(State.PAPERS_NEEDED)
    await notices.look(60)
    await notices.release_restored()
    assert [await notices.told() for _ in range(3)] == [[], [], []]


async def test_a_process_that_begins_again_tells_nothing_twice(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    await notices.look(30)
    await notices.desk.die()
    notices.begin()
    assert await notices.told() == ["S9-undated"]
    await notices.desk.die()
    notices.begin()
    assert await notices.told() == []


async def test_after_a_long_pause_messages_begin_at_the_present(notices: NoticesDesk) -> None:
    notices.desk.clock.step(26 * HOUR)
    notices.change(State.PAPERS_NEEDED, state_at=notices.desk.clock.at)
    assert await notices.told() == []
    assert await notices.told() == []


async def test_while_the_dossiers_cannot_be_read_nothing_is_lost(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    notices.feed.down = True
    assert await notices.told() == []
    notices.feed.down = False
    assert await notices.told() == ["S9-undated"]


async def test_a_node_that_does_not_lead_does_nothing(notices: NoticesDesk) -> None:
    notices.change(State.PAPERS_NEEDED, state_at=notices.desk.clock.at)
    notices.leads = False
    assert await notices.told() == []
    notices.leads = True
    assert await notices.told() == ["S5"]


async def test_what_a_restored_copy_was_about_to_tell_is_told_to_nobody(desk: Desk) -> None:
    notices = NoticesDesk(desk, most=2)
    await notices.to_the_present()
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    await notices.look(60)  # the machine that is lost may have sent it
    for number in range(2, 7):
        notices.change(State.PAPERS_NEEDED, number, state_at=desk.clock.at)
    await notices.look(60)
    assert [batch.texts for batch in await notices.store.notices.batches()] == [5]
    await notices.hold_restored()
    await notices.release_restored()
    assert await notices.told(HOUR) == []
    assert await notices.store.notices.batches() == []


async def test_a_quiet_feed_is_no_pause_however_short_that_is(desk: Desk) -> None:
    notices = NoticesDesk(desk, fresh_hours=1)
    await notices.to_the_present()
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    assert await notices.told() == ["S9-undated"]
    notices.change(State.RETURNED, return_via=ReturnVia.POST)
    told = [name for _ in range(300) for name in await notices.told(60)]
    assert told == ["S10-undated"]


async def test_what_is_told_at_a_pace_stops_for_the_night_and_is_not_too_old_then(
    desk: Desk,
) -> None:
    notices = NoticesDesk(desk, per_minute=1, most=1000, valid_hours=8)
    await notices.to_the_present()
    await notices.look(10 * HOUR)  # a quarter past eight in the evening
    for state in (State.PROCESSING, State.FINISHED):
        for number in range(60):
            notices.change(state, number)
        await notices.look(60)
    told = [len(await notices.told(60)) for _ in range(60)]
    assert sum(told) < 60
    await notices.look(9.5 * HOUR)
    told += [len(await notices.told(60)) for _ in range(70)]
    assert sum(told) == 60
    assert max(told) <= 2


async def test_messages_begin_when_what_changed_was_read_and_not_before(desk: Desk) -> None:
    notices = NoticesDesk(desk)
    notices.caught_up = False
    await notices.look()
    notices.change(State.PAPERS_NEEDED, state_at=desk.clock.at)
    assert await notices.told() == []
    notices.caught_up = True
    assert await notices.told() == []
    notices.change(State.FEE_DUE)
    assert await notices.told() == ["S6"]


async def test_what_happens_after_a_batch_was_let_go_does_not_wait_behind_it(desk: Desk) -> None:
    notices = NoticesDesk(desk, most=20, per_minute=6)
    await notices.to_the_present()
    for number in range(60):
        notices.change(State.PAPERS_NEEDED, number, state_at=notices.desk.clock.at)
    await notices.look(60)
    (batch,) = await notices.store.notices.batches()
    await notices.store.notices.end_batch(notices.order(batch.id, RELEASE_ACT, "blast"))
    assert await notices.told(0) == ["S5"]
    notices.change(State.FINISHED, 99, state_at=notices.desk.clock.at)
    assert "S9" in [name for _ in range(12) for name in await notices.told(10)]
