import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.records import StoredAnswer
from sms_gateway.intake.waiting import Waiters
from tests.virtual_time import VirtualClock

MO = MessageId("mo")
ANSWER = StoredAnswer(Outcome.ANSWERED, MessageId("mt"), 1, "Dang xu ly", state=MtState.SENDING)
COMMIT = 5.0


def waiting(waiters: Waiters, seconds: float) -> "asyncio.Task[StoredAnswer | None]":
    """A call that is open for so long."""
    return asyncio.create_task(waiters.wait(MO, waiters.open(MO), seconds, COMMIT))


async def test_a_claimed_call_gets_the_reply(clock: VirtualClock) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    assert waiters.claim(MO)
    assert waiters.resolve(MO, ANSWER)
    assert await call == ANSWER
    await clock.settled()
    assert not waiters.claim(MO)


async def test_a_call_that_ended_can_no_longer_be_claimed(clock: VirtualClock) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    await clock.advance(2)
    assert await call is None
    assert not waiters.claim(MO)


async def test_a_call_whose_time_is_up_but_that_has_not_gone_yet_cannot_be_claimed(
    clock: VirtualClock,
) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    await clock.settled()
    claimed: list[bool] = []
    asyncio.get_running_loop().call_later(2, lambda: claimed.append(waiters.claim(MO)))
    await clock.advance(2)
    assert (await call, claimed) == (None, [False])


async def test_a_claimed_call_waits_for_the_commit_beyond_its_deadline(
    clock: VirtualClock,
) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    await clock.advance(1.9)
    waiters.claim(MO)
    await clock.advance(COMMIT)
    assert waiters.resolve(MO, ANSWER)
    assert await call == ANSWER


async def test_a_reply_that_nobody_waits_for_any_more_is_told_so(clock: VirtualClock) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    waiters.claim(MO)
    await clock.advance(2 + COMMIT)
    assert await call is None
    assert not waiters.resolve(MO, ANSWER)


async def test_a_released_call_ends_at_its_deadline(clock: VirtualClock) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    waiters.claim(MO)
    waiters.release(MO)
    await clock.advance(2)
    assert await call is None


async def test_a_call_released_after_its_deadline_ends_at_once(clock: VirtualClock) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    await clock.settled()
    waiters.claim(MO)
    await clock.advance(3)
    waiters.release(MO)
    await clock.settled()
    assert call.done()
    assert await call is None


async def test_every_call_for_one_mo_gets_the_same_answer(clock: VirtualClock) -> None:
    waiters = Waiters()
    calls = [waiting(waiters, seconds) for seconds in (2, 2, 1)]
    await clock.advance(1)
    waiters.claim(MO)
    waiters.resolve(MO, ANSWER)
    assert [await call for call in calls] == [ANSWER, ANSWER, None]


async def test_a_cancelled_call_leaves_nothing_behind(clock: VirtualClock) -> None:
    waiters = Waiters()
    call = waiting(waiters, 2)
    await clock.settled()
    call.cancel()
    await asyncio.wait([call])
    assert not waiters.claim(MO)


STEPS = st.lists(
    st.sampled_from(["call", "claim", "resolve", "release", "cancel", 0.0, 0.5, 1.0, 2.0, 5.0]),
    max_size=30,
)


async def _played(steps: Sequence[str | float], turns: Sequence[int]) -> None:
    clock, waiters = VirtualClock(), Waiters()
    calls: list[asyncio.Task[StoredAnswer | None]] = []
    taken: list[bool] = []
    with clock.ruling():
        for step, turn in zip(steps, turns, strict=True):
            if isinstance(step, float):
                await clock.advance(step)
            elif step == "call":
                calls.append(waiting(waiters, 1.0))
            elif step == "claim":
                promised = waiters.claim(MO)
                undone = [call for call in calls if not call.done()]
                assert not promised or undone, "nobody is there to carry the reply"
            elif step == "resolve":
                before = [call for call in calls if call.done()]
                taken.append(waiters.resolve(MO, ANSWER))
                await clock.settled()
                carried = [call for call in calls if call not in before and gave(call)]
                assert taken[-1] == bool(carried), "the answerer and a call disagree"
            elif step == "release":
                waiters.release(MO)
            elif calls:
                await asyncio.sleep(0)  # a call that never began to wait is its caller's to end
                calls[-1].cancel()
            for _ in range(turn):
                await asyncio.sleep(0)
        await clock.advance(10 + COMMIT)
    assert all(call.done() for call in calls), "a call waits for ever"
    assert not waiters.claim(MO)


def gave(call: "asyncio.Task[StoredAnswer | None]") -> bool:
    return call.done() and not call.cancelled() and call.result() == ANSWER


@given(STEPS, st.data())
def test_answerer_and_call_always_agree_whether_the_reply_was_in_time(
    steps: list[str | float], data: st.DataObject
) -> None:
    turns = data.draw(
        st.lists(st.integers(0, 3), min_size=len(steps), max_size=len(steps)), label="turns"
    )
    asyncio.run(_played(steps, turns))
