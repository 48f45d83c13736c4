"""What staff let go or drop is done in short commits, and a kill between two loses nothing."""

import itertools
from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.dossier import State
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import DROP_ACT, RELEASE_ACT
from sms_gateway.notices.announcing import Announcer
from sms_gateway.notices.staff import NoticeActs
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import NoticesDesk
from tests.parts import AN, BINH

HOUR = 3600
MANY = 7


async def held(desk: Desk) -> NoticesDesk:
    """Seven dossiers of two phones each."""
    notices = NoticesDesk(desk, most=2)
    await notices.to_the_present()
    hold(notices, range(MANY))
    await notices.look(60)
    return notices


def hold(notices: NoticesDesk, numbers: range) -> None:
    at = notices.desk.clock.at
    for number in numbers:
        notices.change(State.PAPERS_NEEDED, number, state_at=at, owners=(AN, BINH))


async def batch_of(notices: NoticesDesk) -> tuple[str, int]:
    (batch,) = await notices.store.notices.batches()
    return batch.id, batch.texts


async def texts(notices: NoticesDesk) -> int:
    """How many leave, from now on for an hour."""
    left = 0
    for _ in range(4):
        left += len(await notices.told(HOUR / 4))
    return left


def acts(notices: NoticesDesk) -> NoticeActs:
    known = (notices.store.notices, lambda: notices.desk.clock.at, lambda _door: None)
    return NoticeActs(*known, timedelta(seconds=1), timedelta(days=1))


async def test_a_killed_release_leaves_the_rest_held_whole_and_goes_on(desk: Desk) -> None:
    notices = await held(desk)
    batch, count = await batch_of(notices)
    assert count == 2 * MANY
    order = replace(notices.order(batch, RELEASE_ACT, "blast"), limit=2)
    first = await notices.store.notices.end_batch(order)
    assert (first.texts, bool(first.upto)) == (4, True)
    await desk.die()
    notices.begin()
    assert await batch_of(notices) == (batch, 2 * MANY - 4)
    assert await texts(notices) == 4
    assert (await acts(notices).release(batch, "os:an")).texts == 2 * MANY - 4
    assert await notices.store.notices.batches() == []
    assert await texts(notices) == 2 * MANY - 4
    told = [(mt.recipient, mt.params["code"]) for mt in notices.texted]
    assert len(set(told)) == len(told) == 2 * MANY


async def test_a_killed_drop_leaves_the_rest_held_whole_and_goes_on(desk: Desk) -> None:
    notices = await held(desk)
    batch, _ = await batch_of(notices)
    order = replace(notices.order(batch, DROP_ACT), limit=3)
    assert (await notices.store.notices.end_batch(order)).texts == 6
    await desk.die()
    notices.begin()
    assert await batch_of(notices) == (batch, 2 * MANY - 6)
    assert (await acts(notices).drop(batch, "os:an")).texts == 2 * MANY - 6
    assert await texts(notices) == 0
    assert await desk.rows("SELECT DISTINCT fate FROM notice") == [("dropped",)]


async def test_the_same_commit_made_twice_ends_nothing_twice(desk: Desk) -> None:
    notices = await held(desk)
    batch, _ = await batch_of(notices)
    order = replace(notices.order(batch, RELEASE_ACT, "blast"), limit=MANY + 1)
    assert [(await notices.store.notices.end_batch(order)).texts for _ in range(2)] == [14, 0]
    assert await texts(notices) == 2 * MANY


async def test_one_act_is_one_line_of_the_audit_however_many_commits_it_takes(desk: Desk) -> None:
    notices = await held(desk)
    batch, _ = await batch_of(notices)
    order = replace(notices.order(batch, DROP_ACT), limit=2)
    done = await notices.store.notices.end_batch(order)
    while done.upto:
        done = await notices.store.notices.end_batch(replace(order, upto=done.upto))
    assert await desk.rows("SELECT act, detail FROM audit") == [(DROP_ACT, "texts=14")]


async def test_what_is_held_since_staff_released_a_batch_stays_held(desk: Desk) -> None:
    notices = await held(desk)
    batch, _ = await batch_of(notices)
    order = replace(notices.order(batch, RELEASE_ACT, "blast"), limit=2)
    done = await notices.store.notices.end_batch(order)
    hold(notices, range(50, 53))
    await notices.look(60)
    while done.upto:
        done = await notices.store.notices.end_batch(replace(order, upto=done.upto))
    assert [one.texts for one in await notices.store.notices.batches()] == [6]


async def test_what_nobody_wants_any_more_keeps_no_step_of_a_batch_waiting(desk: Desk) -> None:
    notices = await held(desk)
    batch, _ = await batch_of(notices)
    await notices.opt_out()
    await notices.opt_out(phone=BINH)
    fresh = {"owners": (Address("+84900000061"),), "state_at": desk.clock.at}
    notices.change(State.PAPERS_NEEDED, 60, **fresh)
    await notices.look(60)
    await acts(notices).drop(batch, "os:an")
    assert await desk.rows("SELECT count(*) FROM notice WHERE fate = 'held'") == [(0,)]


async def test_an_announcement_goes_at_its_pace_whatever_number_of_commits_lets_it_go(
    notices: NoticesDesk,
) -> None:
    for number in range(MANY):
        phone = Address(f"+8490000010{number}")
        notices.change(State.PROCESSING, number, owners=(phone,))
    store, feed, desk = notices.store, notices.feed, notices.desk
    reading = (store.notices, store, feed, notices.maker, notices.followers)
    announcer = Announcer(*reading, store.queue_pushes, lambda: desk.clock.at)
    made = await announcer.hold("w1", dict.fromkeys(Language, "He thong tam ngung"))
    order = replace(notices.order(made.batch, RELEASE_ACT, "blast"), limit=2)
    done, count = await store.notices.end_batch(order), 2
    while done.upto:
        done = await store.notices.end_batch(replace(order, upto=done.upto, done=count))
        count += done.texts
    due = await desk.rows("SELECT not_before FROM outbox ORDER BY not_before")
    moments = [int(str(at)) for (at,) in due]
    assert [b - a for a, b in itertools.pairwise(moments)] == [1000] * (MANY - 1)
