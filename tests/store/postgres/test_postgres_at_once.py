"""What two nodes do in one moment is done once, and what fell between them is found."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from sms_gateway.domain.ids import RunId, TelcoId
from sms_gateway.domain.message import DeliveryReport
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.records import ReceivedReport
from sms_gateway.gsm.words import part_numbers, word_number
from sms_gateway.postgres.connecting import connect
from sms_gateway.store.operations.outbox import OutboxWrites
from sms_gateway.store.operations.words import WordsBatch, drop_words, fill_words
from sms_gateway.store.postgres.driver import PostgresStatements
from sms_gateway.store.postgres.opening import SCHEMA
from tests.contracts.store_desk import DOOR, pending
from tests.store.postgres.nodes_desk import Nodes, desk_of

TEXTS = 30
TIMES_JOINED = "SELECT text, count(*) FROM inbox GROUP BY text ORDER BY text"


async def test_parts_that_two_nodes_find_overdue_at_once_become_one_text(nodes: Nodes) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        for reference in range(TEXTS):
            words = (f"{reference:02} ", "MCKH ")
            parts = [
                desk.arrival(word, part=desk.part_of(number, 3, reference))
                for number, word in enumerate(words, 1)
            ]
            await alpha.record(parts)
            now = nodes.clock.step(60)
            before = now - timedelta(seconds=30)
            await asyncio.gather(*(one.join_overdue_parts(before, now) for one in (alpha, beta)))
    wanted = [(f"{reference:02} MCKH ", 1) for reference in range(TEXTS)]
    assert await nodes.rows(TIMES_JOINED) == wanted


async def test_no_part_is_lost_or_doubled_where_the_last_one_comes_as_the_others_are_overdue(
    nodes: Nodes,
) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        for reference in range(TEXTS):
            early = desk.arrival("early ", part=desk.part_of(1, 2, reference))
            await alpha.record([early])
            now = nodes.clock.step(60)
            last = desk.arrival("last", part=desk.part_of(2, 2, reference))
            await asyncio.gather(
                alpha.join_overdue_parts(now - timedelta(seconds=30), now), beta.record([last])
            )
        now = nodes.clock.step(60)
        await alpha.join_overdue_parts(now, now)
    joined = {str(text): count for text, count in await nodes.rows(TIMES_JOINED)}
    whole = joined.pop("early last", 0)
    assert isinstance(whole, int)
    apart = TEXTS - whole
    assert joined == ({"early ": apart, "last": apart} if apart else {})


async def test_a_report_that_is_written_down_in_the_moment_of_its_settlement_is_found_later(
    nodes: Nodes,
) -> None:
    """Each of two transactions sees nothing of the other, whichever is first."""
    alpha = await nodes.start("alpha")
    async with desk_of(nodes) as desk, AsyncExitStack() as stack:
        (recorded,) = await alpha.record([desk.arrival()])
        mo = pending(recorded)
        reply = desk.mt(mo)
        assert await alpha.answer([desk.answer(mo, reply)]) == [True]
        (mt,) = await alpha.lease(DOOR, nodes.clock.at, 1)
        dlr = DeliveryReport(TelcoId("T1"), Delivery.DELIVERED, nodes.clock.at, "")
        report = ReceivedReport(desk.new_id(), DOOR, dlr, nodes.clock.at, b"dlr")

        lines = [await connect(nodes.url, SCHEMA, name) for name in ("one", "other")]
        for line in lines:
            stack.push_async_callback(line.close)
        settling, reporting = map(PostgresStatements, lines)
        async with lines[0].transaction(), lines[1].transaction():
            settled = desk.accepted(mt.id, mt.attempt, "T1")
            assert await OutboxWrites(RunId("alpha")).settle(settling, [settled]) == [True]
            await OutboxWrites(RunId("beta")).record_reports(reporting, [report])
        delivery = "SELECT delivery FROM outbox"
        assert await nodes.rows(delivery) == [(None,)]

        await alpha.expire(nodes.clock.step(5))
        assert await nodes.rows(delivery) == [(str(Delivery.DELIVERED),)]


async def test_reports_of_two_parts_that_two_nodes_get_at_once_make_one_delivered_message(
    nodes: Nodes,
) -> None:
    alpha, beta = await nodes.start("alpha"), await nodes.start("beta")
    async with desk_of(nodes) as desk:
        for number in range(TEXTS):
            (recorded,) = await alpha.record([desk.arrival()])
            mo = pending(recorded)
            assert await alpha.answer([desk.answer(mo, desk.mt(mo))]) == [True]
            (mt,) = await alpha.lease(DOOR, nodes.clock.at, 1)
            parts = [f"{number}-1", f"{number}-2"]
            await alpha.settle([desk.accepted(mt.id, mt.attempt, *parts)])
            at = nodes.clock.at
            one, other = (
                ReceivedReport(
                    desk.new_id(), DOOR, DeliveryReport(TelcoId(part), Delivery.DELIVERED, at, ""),
                    at, b"dlr",
                )
                for part in parts
            )  # fmt: skip
            await asyncio.gather(alpha.record_reports([one]), beta.record_reports([other]))
    delivered = "SELECT delivery, count(*) FROM outbox GROUP BY delivery"
    assert await nodes.rows(delivered) == [(str(Delivery.DELIVERED), TEXTS)]


async def test_a_word_is_not_forgotten_while_another_text_with_it_is_being_written_down(
    nodes: Nodes,
) -> None:
    """Whoever purges and whoever fills see nothing of each other until one has committed."""
    alpha = await nodes.start("alpha")
    async with desk_of(nodes) as desk, AsyncExitStack() as stack:
        lines = [await connect(nodes.url, SCHEMA, name) for name in ("filling", "purging")]
        for line in lines:
            stack.push_async_callback(line.close)
        filling, purging = (PostgresStatements(line) for line in lines)
        (old,) = await alpha.record([desk.arrival("giay")])
        later = nodes.clock.step(60)
        await fill_words(filling, [WordsBatch(later, 9)])
        (recorded,) = await alpha.record([desk.arrival("giay")])
        later = nodes.clock.step(60)

        async def purge() -> None:
            async with lines[1].transaction():
                await drop_words(purging, [pending(old).id])

        async with lines[0].transaction():
            await fill_words(filling, [WordsBatch(later, 9)])
            purged = asyncio.create_task(purge())
            await asyncio.wait({purged}, timeout=0.3)
        await purged
    assert await nodes.rows("SELECT mo_id FROM text_word") == [(pending(recorded).id,)]
    expected = [(part, word_number("giay")) for part in sorted(part_numbers("giay"))]
    assert await nodes.rows("SELECT part, word FROM word_part ORDER BY part") == expected
