"""What every store does with MTs of which nobody knows whether a try of them came through."""

from msgspec.structs import replace

from sms_gateway.domain.outcome import MtState, Outcome
from tests.contracts.store_desk import DOOR, VALID, Desk


async def test_an_mt_says_for_ever_that_a_try_of_it_is_in_doubt(desk: Desk) -> None:
    mt = await desk.reply()
    other = await desk.reply()
    said = []
    for attempt, result in enumerate(["deferred", "uncertain", "deferred", "rejected"], 1):
        sending = await desk.store.lease(DOOR, desk.clock.at, 10)
        said.append([one.doubted for one in sending])
        again = [
            replace(desk.settlement(one.id, attempt, MtState.QUEUED), result=tried)
            for one, tried in ((mt, result), (other, "deferred"))
        ]
        assert await desk.store.settle(again) == [True, True]
    assert said == [[False, False], [False, False], [True, False], [True, False]]


async def test_what_the_dead_were_sending_is_in_doubt_when_it_is_sent_again(desk: Desk) -> None:
    await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 10)
    await desk.die()
    assert await desk.store.recover([DOOR], desk.clock.at) == (0, 1)
    assert [mt.doubted for mt in await desk.store.lease(DOOR, desk.clock.at, 1)] == [True]


async def test_an_mt_in_doubt_does_not_expire_but_waits_for_a_person(desk: Desk) -> None:
    """Its citizen may have it, and an expired one says that nobody has."""
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 10)
    tried = replace(desk.settlement(mt.id, 1, MtState.QUEUED), result="uncertain")
    assert await desk.store.settle([tried]) == [True]
    assert await desk.store.expire(desk.clock.step(VALID.total_seconds())) == []
    assert (await desk.mt_row(mt.id)).state is MtState.UNCERTAIN
    mo = (await desk.line_of(mt.id)).mo
    assert mo is not None
    assert mo.outcome is Outcome.ANSWERED
    assert (await desk.store.figures()).uncertain == 1
