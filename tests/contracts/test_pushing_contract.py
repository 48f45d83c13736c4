"""What every store does with a text that answers none: a notice, a question, a late answer."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId, ShortCode
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import NOTICE_PRIORITY, Push
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


async def test_it_counts_for_no_budget(desk: Desk) -> None:
    await desk.store.queue_pushes([notice(desk)])
    since = desk.clock.at - timedelta(days=1)
    found = await desk.store.citizens([number(AN)], since)
    assert [citizen.history for citizen in found.values()] in ([], [()])
