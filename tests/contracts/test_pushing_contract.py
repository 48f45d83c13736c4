"""What every store does with a text that answers none: a notice, a question, a late answer."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId, ShortCode
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import ANY_PRIORITY, NOTICE_PRIORITY, Push
from tests.contracts.store_desk import AN, DOOR, Desk, number


def notice(desk: Desk, key: str = "notice:1") -> Push:
    at = desk.clock.at
    return Push(
        desk.new_id(), MtKind.NOTICE, DossierId("000.00.12.H32-170703-0001"), "SNGV", AN,
        number(AN), ShortCode("8083"), DOOR, "S9", "", {"code": "170703-0001"}, Language.VI,
        "Ho so 170703-0001 da xong", "gsm7", 1, "notice", NOTICE_PRIORITY, at, at,
        at + timedelta(hours=6), key,
    )  # fmt: skip


async def test_it_goes_out_when_its_time_has_come(desk: Desk) -> None:
    push = replace(notice(desk), not_before=desk.clock.at + timedelta(minutes=1))
    assert await desk.store.queue_pushes([push]) == [True]
    assert await desk.store.lease(DOOR, desk.clock.at, 10) == []
    desk.clock.step(60)
    (mt,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (mt.id, mt.recipient, mt.template, mt.params) == (push.id, AN, "S9", push.params)
    assert (mt.intent, mt.reply_to, mt.mo_received_at) == ("", None, None)


async def test_a_second_one_with_the_same_key_is_not_stored(desk: Desk) -> None:
    first = notice(desk)
    assert await desk.store.queue_pushes([first, notice(desk)]) == [True, False]
    assert await desk.store.queue_pushes([notice(desk)]) == [False]
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 10)] == [first.id]


async def test_a_held_one_stays(desk: Desk) -> None:
    push = replace(notice(desk), state=MtState.HELD, hold_reason="blast", batch_id="b1")
    assert await desk.store.queue_pushes([push]) == [True]
    assert await desk.store.lease(DOOR, desk.clock.at, 10) == []
    row = await desk.mt_row(push.id)
    assert (row.state, row.hold_reason) == (MtState.HELD, "blast")


async def test_replies_go_before_it(desk: Desk) -> None:
    push = notice(desk)
    await desk.store.queue_pushes([push])
    reply = await desk.reply()
    leased = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert [mt.id for mt in leased] == [reply.id, push.id]


async def leased(desk: Desk, apart: float = 10) -> list[str]:
    below = ANY_PRIORITY
    return [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 9, below, apart)]


async def test_they_leave_one_at_a_time_and_replies_do_not_wait_for_them(desk: Desk) -> None:
    first, second = notice(desk, "notice:1"), notice(desk, "notice:2")
    await desk.store.queue_pushes([first, second])
    replies = [(await desk.reply()).id for _ in range(3)]
    assert await leased(desk) == [*replies, first.id]
    assert await leased(desk) == []
    place = desk.clock.at + timedelta(seconds=10)
    assert await desk.store.next_due(DOOR, ANY_PRIORITY, desk.clock.at) == place
    desk.clock.step(9)
    last = await desk.reply()
    assert await desk.store.next_due(DOOR, ANY_PRIORITY, desk.clock.at) == desk.clock.at
    assert await leased(desk) == [last.id]
    desk.clock.step(1)
    assert await leased(desk) == [second.id]


async def test_a_clock_that_steps_back_holds_none_of_them_up(desk: Desk) -> None:
    await desk.store.queue_pushes([notice(desk, "notice:1")])
    assert len(await leased(desk)) == 1
    desk.clock.step(-7200)
    later = notice(desk, "notice:2")
    await desk.store.queue_pushes([later])
    assert await desk.store.next_due(DOOR, ANY_PRIORITY, desk.clock.at) == desk.clock.at
    assert await leased(desk) == [later.id]


async def test_a_pace_that_is_no_whole_number_of_milliseconds_is_kept(desk: Desk) -> None:
    await desk.store.queue_pushes([notice(desk, f"notice:{n}") for n in range(3)])
    assert [len(await leased(desk, 60 / 7)) for _ in range(2)] == [1, 0]
    desk.clock.step(60 / 7 - 0.001)
    assert await leased(desk, 60 / 7) == []
    desk.clock.step(0.003)
    assert len(await leased(desk, 60 / 7)) == 1


async def test_a_node_whose_clock_is_a_little_behind_keeps_the_pace(desk: Desk) -> None:
    await desk.store.queue_pushes([notice(desk, f"notice:{n}") for n in range(2)])
    assert len(await leased(desk, 1)) == 1
    desk.clock.step(-0.2)
    assert await leased(desk, 1) == []


async def test_a_pace_that_is_made_quicker_holds_at_once(desk: Desk) -> None:
    await desk.store.queue_pushes([notice(desk, "notice:1"), notice(desk, "notice:2")])
    assert len(await leased(desk, 60)) == 1
    desk.clock.step(2)
    assert len(await leased(desk, 1)) == 1


async def test_it_counts_for_no_budget(desk: Desk) -> None:
    await desk.store.queue_pushes([notice(desk)])
    since = desk.clock.at - timedelta(days=1)
    found = await desk.store.citizens([number(AN)], since)
    assert [citizen.history for citizen in found.values()] in ([], [()])
