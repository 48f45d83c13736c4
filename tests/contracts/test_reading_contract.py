"""What people may ask of every store."""

import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import CanonicalKey, DossierId, MessageId, TraceId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Delivery, MtState, Outcome
from sms_gateway.domain.records import PendingMo, RefusedRequest
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import KeptRequest, MoRow, RefusedRow
from tests.contracts.store_desk import AN, BINH, DOOR, KEY, START, Desk, number
from tests.contracts.test_pushing_contract import notice

OTHER_KEY = CanonicalKey("1707030002")


async def fill(desk: Desk, *asked: tuple[Address, CanonicalKey]) -> list[MessageId]:
    """MOs a minute apart, each answered; oldest first."""
    ids = []
    for sender, key in asked:
        mo = await desk.receive(sender=sender)
        await desk.store.answer([replace(desk.answer(mo, desk.mt(mo)), key=key)])
        ids.append(mo.id)
        desk.clock.step(60)
    return ids


async def found(desk: Desk, wanted: MessageFilter) -> list[MessageId]:
    return [row.id for row in await desk.reading.messages(wanted)]


async def test_the_log_is_told_newest_first(desk: Desk) -> None:
    ids = await fill(desk, (AN, KEY), (BINH, KEY), (AN, OTHER_KEY))
    assert await found(desk, MessageFilter()) == ids[::-1]


async def test_the_log_of_a_phone_a_code_and_both(desk: Desk) -> None:
    ids = await fill(desk, (AN, KEY), (BINH, KEY), (AN, OTHER_KEY))
    an = MessageFilter(sender_hash=number(AN))
    assert await found(desk, an) == [ids[2], ids[0]]
    assert await found(desk, MessageFilter(code_key=KEY)) == [ids[1], ids[0]]
    assert await found(desk, dataclasses.replace(an, code_key=KEY)) == [ids[0]]
    assert await found(desk, dataclasses.replace(an, code_key=CanonicalKey("X"))) == []


async def test_the_log_of_a_dossier_by_both_of_its_numbers(desk: Desk) -> None:
    """A neighbour's dossier with the same receipt number stays out; an ambiguous text stays in."""
    ours, theirs = DossierId("H32-1707030001"), DossierId("H33-1707030001")
    whole = CanonicalKey("H321707030001")
    ids = []
    for key, dossier in ((KEY, ours), (KEY, theirs), (KEY, None), (whole, None), (OTHER_KEY, ours)):
        mo = await desk.receive()
        told = replace(desk.answer(mo, desk.mt(mo)), key=key, dossier_id=dossier)
        await desk.store.answer([told])
        ids.append(mo.id)
        desk.clock.step(60)
    wanted = MessageFilter(code_key=whole, also=((KEY, ours),))
    assert await found(desk, wanted) == [ids[3], ids[2], ids[0]]
    of_an = dataclasses.replace(wanted, sender_hash=number(AN))
    assert await found(desk, of_an) == [ids[3], ids[2], ids[0]]
    assert await found(desk, dataclasses.replace(wanted, sender_hash=number(BINH))) == []
    first = await found(desk, dataclasses.replace(wanted, limit=2))
    rest = await found(desk, dataclasses.replace(wanted, limit=2, before=first[-1]))
    assert (first, rest) == ([ids[3], ids[2]], [ids[0]])
    twice = dataclasses.replace(wanted, also=((KEY, ours), (KEY, theirs)))
    assert await found(desk, twice) == [ids[3], ids[2], ids[1], ids[0]]


async def test_the_log_since_a_moment_holds_what_came_at_it_or_later(desk: Desk) -> None:
    ids = await fill(desk, (AN, KEY), (BINH, KEY), (AN, KEY))
    since = START + timedelta(seconds=60)
    for wanted, expected in (
        (MessageFilter(since=since), [ids[2], ids[1]]),
        (MessageFilter(since=since + timedelta(milliseconds=1)), [ids[2]]),
        (MessageFilter(since=since, sender_hash=number(AN)), [ids[2]]),
        (MessageFilter(since=since, code_key=KEY), [ids[2], ids[1]]),
    ):
        assert await found(desk, wanted) == expected


async def test_the_log_of_an_outcome(desk: Desk) -> None:
    (answered,) = await fill(desk, (AN, KEY))
    waiting = (await desk.receive()).id
    suppressed = await desk.receive()
    await desk.store.answer([desk.answer(suppressed)])
    for outcome, expected in (
        ("answered", [answered]),
        ("suppressed", [suppressed.id]),
        ("unanswered", [waiting]),
        ("parked", []),
    ):
        assert await found(desk, MessageFilter(outcome=outcome)) == expected
        an = MessageFilter(outcome=outcome, sender_hash=number(AN))
        assert await found(desk, an) == expected
    assert await found(desk, MessageFilter(outcome="answered", code_key=KEY)) == [answered]


@pytest.mark.parametrize(
    "wanted",
    [
        MessageFilter(),
        MessageFilter(sender_hash=number(AN)),
        MessageFilter(code_key=KEY),
        MessageFilter(since=START + timedelta(seconds=60), outcome="answered"),
    ],
)
async def test_pages_of_the_log_leave_nothing_out_and_repeat_nothing(
    desk: Desk, wanted: MessageFilter
) -> None:
    await fill(desk, *[(AN, KEY)] * 7)
    whole = await found(desk, wanted)
    pages: list[MessageId] = []
    page = await found(desk, dataclasses.replace(wanted, limit=3))
    while page:
        assert len(page) <= 3
        pages += page
        await fill(desk, (AN, KEY))  # what comes meanwhile moves no page
        page = await found(desk, dataclasses.replace(wanted, limit=3, before=page[-1]))
    assert pages == whole


async def test_a_row_of_the_log_shows_the_mo_and_its_reply(desk: Desk) -> None:
    arrival = desk.arrival(telco_id="T1")
    await desk.record(arrival)
    await desk.die()
    (mo,) = await desk.store.lease_unanswered(1)
    (row,) = await desk.reading.messages(MessageFilter())
    assert row == MoRow(
        id=arrival.id, door=DOOR, telco_id="T1", sender=AN, short_code=arrival.mo.short_code,
        operator="VIETTEL", received_at=arrival.received_at, trace_id=arrival.trace_id,
        text=arrival.mo.text, outcome=None, reason="", intent="", code_key=CanonicalKey(""),
        dossier_id=None, agency="", answered_at=None, failures=0, reply=None,
    )  # fmt: skip
    mt = await desk.reply(mo=mo)
    (row,) = await desk.reading.messages(MessageFilter())
    assert (row.outcome, row.reason, row.answered_at) == (*(Outcome.ANSWERED, "S4", desk.clock.at),)
    assert row.reply is not None
    assert (row.reply.id, row.reply.text, row.reply.state) == (mt.id, mt.text, MtState.QUEUED)
    assert (row.reply.template, row.reply.language) == ("S4", "vi")
    assert (row.reply.billing, row.reply.billing_reason) == (mt.billing, "useful")
    assert (row.reply.recipient, row.reply.created_at) == (AN, desk.clock.at)


async def test_an_mo_shows_its_reply_and_not_its_notices(desk: Desk) -> None:
    await desk.reply(kind=MtKind.NOTICE)
    (row,) = await desk.reading.messages(MessageFilter())
    assert row.reply is None


async def test_the_timeline_is_the_same_by_the_id_of_the_mo_or_the_mt(desk: Desk) -> None:
    mo = await desk.receive()
    mt = await desk.reply(mo=mo)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.QUEUED)])
    desk.clock.step(1)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.accepted(mt.id, 2, "A1", "A2")])
    for telco_id in ("A1", "A2"):
        desk.clock.step(1)
        await desk.reported(telco_id, Delivery.DELIVERED)
    line = await desk.line_of(mo.id)
    assert line == await desk.line_of(mt.id)
    assert line.mo is not None
    assert (line.mo.id, line.mo.reply) == (mo.id, line.mts[0])
    assert [(a.attempt, a.part, a.result, a.telco_id) for a in line.attempts] == [
        (1, 1, "queued", ""),
        (2, 1, "accepted", "A1"),
        (2, 2, "accepted", "A2"),
    ]
    assert [r.delivery for r in line.receipts] == [Delivery.DELIVERED] * 2
    assert (line.parts, line.snapshot) == ([], None)
    assert line.raw == b"raw " + mo.id.encode()


async def test_the_timeline_of_a_joined_part_is_that_of_its_text(desk: Desk) -> None:
    arrivals = [desk.arrival(text, part=desk.part_of(n, 2)) for n, text in ((2, "b"), (1, "a"))]
    waiting = arrivals[0].id
    await desk.record(arrivals[0])
    line = await desk.line_of(waiting)
    assert (line.mo, [part.id for part in line.parts]) == (None, [waiting])
    assert line.raw == arrivals[0].raw
    await desk.record(arrivals[1])
    line = await desk.line_of(waiting)
    assert line == await desk.line_of(arrivals[1].id)
    assert line.mo is not None
    assert (line.mo.id, line.mo.text) == (arrivals[1].id, "ab")
    assert [(part.number, part.total, part.reference) for part in line.parts] == [
        (1, 2, 7),
        (2, 2, 7),
    ]


async def test_the_timeline_of_an_mo_shows_nothing_of_others(desk: Desk) -> None:
    mos: list[PendingMo] = []
    for _ in range(2):
        mos.append(await desk.receive())
        await desk.sent(await desk.reply(mo=mos[-1]), f"A{len(mos)}")
        await desk.reported(f"A{len(mos)}", Delivery.DELIVERED)
    line = await desk.line_of(mos[0].id)
    assert [a.telco_id for a in line.attempts] == ["A1"]
    assert (len(line.mts), len(line.receipts)) == (1, 1)


async def test_a_refused_call_is_found_by_the_trace_of_its_last_time(desk: Desk) -> None:
    first = last = desk.clock.at
    for trace in ("t1", "t2"):
        refused = RefusedRequest(
            DOOR, "h1", desk.clock.at, "field text is missing", b"body", TraceId(trace)
        )
        await desk.store.keep_refused([refused])
        last = desk.clock.at
        desk.clock.step(5)
    line = await desk.line_of(MessageId("t2"))
    assert (line.mo, line.parts, line.mts, line.raw) == (None, [], [], None)
    assert line.refused == [
        KeptRequest(
            RefusedRow(DOOR, "h1", "field text is missing", first, last, 2, 4, TraceId("t2")),
            b"body",
        )
    ]
    assert await desk.reading.timeline(MessageId("t1")) is None
    assert await desk.reading.timeline(MessageId("")) is None


async def test_the_timeline_of_a_text_shows_what_was_refused_beside_it(desk: Desk) -> None:
    arrival = desk.arrival()
    await desk.record(arrival)
    refused = RefusedRequest(DOOR, "h1", desk.clock.at, "why", b"item", arrival.trace_id)
    await desk.store.keep_refused([refused, replace(refused, body_hash="h2", raw=b"other")])
    line = await desk.line_of(arrival.id)
    assert line.mo is not None
    assert [kept.request for kept in line.refused] == [b"item", b"other"]


async def test_an_unknown_id_has_no_timeline(desk: Desk) -> None:
    await desk.receive()
    assert await desk.reading.timeline(desk.new_id()) is None
    assert await desk.reading.timeline(MessageId("")) is None
    assert await desk.reading.timeline(MessageId("'; --")) is None


async def test_counts_tell_how_the_log_stands(desk: Desk) -> None:
    empty = await desk.reading.counts()
    assert (empty.outcomes, empty.states, empty.refused, empty.unmatched) == ({}, {}, 0, 0)
    await desk.receive()
    await desk.reply()
    await desk.reply(MtState.HELD)
    await desk.reported("A9", Delivery.DELIVERED)
    counts = await desk.reading.counts()
    assert counts.outcomes == {"unanswered": 1, "answered": 1, "parked": 1}
    assert counts.states == {"queued": 1, "held": 1}
    assert (counts.refused, counts.unmatched) == (0, 1)


async def test_nothing_personal_shows_in_the_repr_of_a_timeline(desk: Desk) -> None:
    mo = await desk.receive("MCKH secret-words")
    await desk.reply(mo=mo, text="private answer")
    shown = repr(await desk.line_of(mo.id))
    for private in ("secret-words", "private answer", AN.value, AN.national, "raw "):
        assert private not in shown


async def test_what_came_to_a_number_without_being_asked_for_is_told_newest_first(
    desk: Desk,
) -> None:
    await fill(desk, (AN, KEY))
    first = notice(desk, "notice:1")
    await desk.store.queue_pushes([first])
    desk.clock.step(60)
    second = notice(desk, "notice:2")
    others = replace(notice(desk, "notice:3"), recipient=BINH, recipient_hash=number(BINH))
    await desk.store.queue_pushes([second, others])
    told = await desk.reading.pushes([number(BINH), number(AN)])
    assert {mt.id for mt in told} == {first.id, second.id, others.id}
    an = await desk.reading.pushes([number(AN)])
    assert [(mt.id, mt.kind) for mt in an] == [
        (second.id, MtKind.NOTICE),
        (first.id, MtKind.NOTICE),
    ]
    assert [mt.id for mt in await desk.reading.pushes([number(AN)], 1)] == [second.id]
