import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest

from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Deferred, MtState, SendOutcome
from sms_gateway.domain.records import Answer, PendingMo
from sms_gateway.enquiry.decide import Verdict
from sms_gateway.intake.at_once import Slots
from sms_gateway.ports import Limits, Settled, StoreDownError
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import SWEEP, DispatchDesk
from tests.intake.intake_desk import PUSHING


@pytest.fixture
async def wired(dispatching: Open) -> DispatchDesk:
    """Answering and one door's sending, with the slots between them."""
    sending = dispatching(Limits(slots=2))
    dispatch, answerer = sending.dispatch, sending.desk.answerer
    answerer.at_once._slots = Slots(  # noqa: SLF001  # as the service does
        keep=lambda door: door == PUSHING and dispatch.keep(),
        give_back=lambda _door: dispatch.give_back(),
        send=lambda _door, mts: dispatch.take(mts),
    )
    answerer._queued = lambda _door: dispatch.wake()  # noqa: SLF001  # as the service does
    return sending


def leases(desk: DispatchDesk) -> int:
    return desk.faults.calls.count("lease")


async def ask(desk: DispatchDesk, count: int = 1) -> None:
    for _ in range(count):
        await desk.desk.accept(desk.desk.mo("MCKH"), door=PUSHING)
    await desk.clock.settled()


async def test_a_reply_leaves_as_it_is_written_without_a_lease_of_its_own(
    wired: DispatchDesk,
) -> None:
    await wired.clock.settled()
    before = leases(wired)
    await ask(wired)
    assert len(wired.telco.got) == 1
    assert leases(wired) == before
    assert await wired.states() == [MtState.ACCEPTED]


async def test_it_carries_what_the_telco_wants_to_hear_again(wired: DispatchDesk) -> None:
    await wired.clock.settled()
    mo = wired.desk.mo("MCKH", telco_id="T-1")
    await wired.desk.accept(mo, door=PUSHING)
    await wired.clock.settled()
    ((_, (mt,)),) = wired.telco.calls
    assert (mt.reply_to, mt.attempt, mt.intent) == ("T-1", 1, "help")
    assert mt.mo_received_at is not None


async def test_what_finds_no_free_slot_is_queued_and_goes_when_one_is_free(
    wired: DispatchDesk,
) -> None:
    await wired.clock.settled()
    gate = asyncio.Event()

    async def slowly(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        await gate.wait()
        for mt in messages:
            settled(mt.id, Deferred("busy"))

    wired.telco.behaviour = slowly
    await ask(wired, 3)
    assert sorted(await wired.states()) == [MtState.QUEUED, MtState.SENDING, MtState.SENDING]
    assert len(wired.telco.got) == 2
    wired.telco.behaviour = None
    gate.set()
    await wired.clock.advance(60)
    assert await wired.states() == [MtState.ACCEPTED] * 3


async def test_it_does_not_overtake_what_waits(wired: DispatchDesk) -> None:
    await wired.clock.settled()
    wired.dispatch.wake()
    await ask(wired, 2)
    first, second = [row.id for row in await wired.rows()]
    assert wired.telco.got == [first, second]


async def test_nothing_leaves_through_a_door_that_staff_paused(wired: DispatchDesk) -> None:
    await wired.desk.store.set_paused(PUSHING, wired.clock.now(), "an", paused=True)
    wired.dispatch.wake()
    await wired.clock.advance(SWEEP)
    await ask(wired)
    assert wired.telco.got == []
    assert await wired.states() == [MtState.QUEUED]
    await wired.desk.store.set_paused(PUSHING, wired.clock.now(), "an", paused=False)
    wired.dispatch.wake()
    await wired.clock.advance(SWEEP)
    assert len(wired.telco.got) == 1


async def test_nothing_leaves_as_it_is_written_where_another_node_sends(
    wired: DispatchDesk,
) -> None:
    await wired.clock.settled()
    wired.leads = False
    await ask(wired)
    assert wired.telco.got == []
    assert await wired.states() == [MtState.QUEUED]


async def test_a_telco_that_says_not_now_gets_it_again_later(wired: DispatchDesk) -> None:
    await wired.clock.settled()
    answers: list[SendOutcome] = [Deferred("throttled")]
    wired.telco.answers = answers
    await ask(wired)
    assert await wired.states() == [MtState.QUEUED]
    await wired.clock.advance(60)
    assert await wired.states() == [MtState.ACCEPTED]
    assert len(wired.telco.got) == 2


async def test_a_slot_is_free_again_when_the_answer_could_not_be_written(
    wired: DispatchDesk,
) -> None:
    await wired.clock.settled()
    wired.desk.faults.broken["answer"] = [StoreDownError("SQLITE_FULL")]
    await ask(wired)
    assert await wired.states() == []
    assert [wired.dispatch.keep() for _ in range(3)] == [True, True, False]
    wired.dispatch.give_back()
    wired.dispatch.give_back()
    await wired.clock.advance(10)
    assert await wired.states() == [MtState.ACCEPTED]


async def test_a_text_that_breaks_us_takes_no_slot_of_its_neighbours_with_it(
    wired: DispatchDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wired.clock.settled()
    answerer = wired.desk.answerer
    compose = answerer._answer_of  # noqa: SLF001  # what a bug in it would break

    def breaks(mo: PendingMo, verdict: Verdict, made_by: str, now: datetime) -> Answer:
        if "breaks" in mo.text:
            raise ZeroDivisionError
        return compose(mo, verdict, made_by, now)

    monkeypatch.setattr(answerer, "_answer_of", breaks)
    mos = [wired.desk.mo(text) for text in ("MCKH", "MCKH breaks us")]
    await wired.desk.accept(*mos, door=PUSHING)
    await wired.clock.advance(1)
    assert await wired.states() == [MtState.ACCEPTED]
    assert [wired.dispatch.keep() for _ in range(3)] == [True, True, False]


async def test_a_reply_whose_commit_counted_as_lost_is_sent_after_all(wired: DispatchDesk) -> None:
    await wired.clock.settled()

    async def lost() -> None:
        # As when the disk hangs: it is written, and whoever wrote it is told that it is not.
        del wired.desk.faults.held["answer"]
        msg = "hangs"
        raise StoreDownError(msg)

    wired.desk.faults.held["answer"] = lost
    await ask(wired)
    assert await wired.states() == [MtState.SENDING]
    assert wired.telco.got == []
    await wired.clock.advance(1 + SWEEP)
    assert await wired.states() == [MtState.ACCEPTED]
    assert len(wired.telco.got) == 1


async def test_a_reply_that_is_under_way_is_never_taken_for_lost(wired: DispatchDesk) -> None:
    await wired.clock.settled()

    async def never(_messages: Sequence[MobileTerminated], _settled: Settled) -> None:
        await asyncio.Event().wait()

    wired.telco.behaviour = never
    await ask(wired)
    (row,) = await wired.desk.rows()
    stored = await wired.desk.store.stored_answers([row.id])
    await wired.desk.answerer.handing_over.hand_over(stored)
    assert await wired.states() == [MtState.SENDING]


async def test_what_is_written_while_the_gateway_stops_waits_for_its_next_start(
    wired: DispatchDesk,
) -> None:
    await wired.clock.settled()
    assert wired.dispatch.keep()
    await wired.stop()
    wired.dispatch.give_back()
    wired.dispatch._in_flight += 1  # noqa: SLF001  # a slot that was kept before the stop
    queued = await wired.queue()
    (mt,) = await wired.desk.store.lease(PUSHING, wired.clock.now(), 1)
    assert [mt.id] == queued
    wired.dispatch.take([mt])
    await wired.settler.drained()
    assert await wired.states() == [MtState.QUEUED]
    assert wired.telco.got == []


async def test_no_slot_is_kept_of_a_door_that_is_down(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=2), RetryTable(down_after=1))
    desk.telco.answers = [Deferred("unreachable")]
    await desk.sent()
    assert not desk.dispatch.keep()
    await desk.clock.advance(1)
    assert not desk.dispatch.keep()
    await desk.clock.advance(5)
    assert desk.dispatch.keep()
