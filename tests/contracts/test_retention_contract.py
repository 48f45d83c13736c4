"""What a purge takes from every store, and what it leaves."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.acts import HandleOrder
from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.notices import CHANGES, Learned
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.records import PendingMo
from sms_gateway.domain.retention import (
    HoldKind,
    PurgeCounts,
    PurgedBatch,
    PurgeEnd,
    PurgeState,
    Walk,
)
from sms_gateway.log_question import MessageFilter
from tests.contracts.purge_desk import (
    DAY,
    answered,
    batch,
    call,
    hold,
    is_purged,
    parked,
    purge,
    ripe,
    rows_of,
    store,
)
from tests.contracts.store_desk import AN, DOOR, KEY, Desk, number
from tests.contracts.test_notices_contract import step
from tests.contracts.test_owed_contract import DOSSIER, chosen, interrupted
from tests.contracts.test_pushing_contract import notice

# What goes, and what is left


async def test_of_an_old_text_the_hash_the_template_and_the_outcome_are_left(desk: Desk) -> None:
    mo = await answered(desk)
    desk.clock.step(DAY)
    assert await ripe(desk) == {Walk.TEXTS: 1}
    assert await purge(desk) == PurgeCounts(texts=1)
    line = await desk.line_of(mo.id)
    assert line.mo is not None
    assert line.mo.reply is not None
    assert (line.mo.sender.value, line.mo.text, line.mo.telco_id) == ("", "", None)
    assert (line.mo.code_key, line.mo.dossier_id, line.mo.purged_at) == ("", None, desk.clock.at)
    assert (line.mo.outcome, line.mo.reason, line.mo.intent) == ("answered", "S4", "Lookup")
    assert (line.mo.short_code, line.mo.agency) == ("8083", "000.00.01.H19")
    reply = line.mo.reply
    assert (reply.recipient.value, reply.text, reply.purged_at) == ("", "", desk.clock.at)
    assert (reply.template, reply.state, reply.delivery) == ("S4", "accepted", "delivered")
    assert (reply.billing, reply.segments, reply.language) == ("charge", 1, "vi")
    assert (line.raw, line.snapshot, line.attempts, line.receipts) == (None, None, [], [])
    assert await desk.rows("SELECT sender_hash FROM inbox") == [(number(AN),)]
    assert await desk.rows("SELECT recipient_hash, params FROM outbox") == [(number(AN), "{}")]


async def test_nothing_of_the_words_and_the_number_is_left_in_any_row(desk: Desk) -> None:
    await desk.part("MCKH 77", desk.part_of(1, 2))
    mo = await desk.part("88 secret", desk.part_of(2, 2))
    assert mo is not None
    await desk.reply(mo=mo, params={"code": "SECRET"})
    await desk.store.lease(DOOR, desk.clock.at, 1)
    (mt_id,) = (desk.id_of(row[0]) for row in await desk.rows("SELECT id FROM outbox"))
    await desk.store.settle([desk.accepted(mt_id, 1, "A1")])
    desk.clock.step(DAY)
    await purge(desk)
    left = await rows_of(desk, "inbox_part", "raw_exchange", "attempt", "receipt", "case_snapshot")
    assert set(left.values()) == {0}
    for table in ("inbox", "outbox"):
        told = repr(await desk.rows(f"SELECT * FROM {table}"))  # noqa: S608  # names of ours
        for word in (AN.value, "MCKH 77", "secret", "SECRET", "Dang xu ly", "1707030001"):
            assert word not in told


async def test_what_is_younger_stays_whole(desk: Desk) -> None:
    old = await answered(desk, "A1")
    before = desk.clock.step(DAY)
    young = await answered(desk, "A2")
    assert await purge(desk, before) == PurgeCounts(texts=1)
    assert [await is_purged(desk, mo.id) for mo in (old, young)] == [True, False]
    line = await desk.line_of(young.id)
    assert line.raw is not None
    assert line.snapshot is not None
    assert len(line.attempts) == len(line.receipts) == 1


async def test_the_figures_of_the_log_are_those_of_before(desk: Desk) -> None:
    for place in range(3):
        await answered(desk, f"A{place}", f"MCKH {place}")
    await desk.store.answer([desk.answer(await desk.receive())])
    before = await desk.reading.counts()
    desk.clock.step(DAY)
    assert (await purge(desk)).texts == 4
    assert await desk.reading.counts() == before


async def test_a_purged_text_is_found_by_its_number_and_no_more_by_its_code(desk: Desk) -> None:
    mo = await answered(desk)
    by_number, by_code = MessageFilter(sender_hash=number(AN)), MessageFilter(code_key=KEY)
    assert [row.id for row in await desk.reading.messages(by_code)] == [mo.id]
    desk.clock.step(DAY)
    await purge(desk)
    assert [row.id for row in await desk.reading.messages(by_number)] == [mo.id]
    assert await desk.reading.messages(by_code) == []


async def test_the_words_of_a_purged_text_are_forgotten_with_it(desk: Desk) -> None:
    words = store(desk).words
    await answered(desk, "A1", "giấy phép")
    between = desk.clock.step(DAY / 2)
    await answered(desk, "A2", "giấy khác")
    assert await words.fill(desk.clock.step(60), 10) == 2
    assert await desk.rows("SELECT count(*) FROM text_word") == [(4,)]
    await purge(desk, between)
    assert await desk.rows("SELECT count(*) FROM text_word") == [(2,)]


async def test_choices_of_citizens_are_kept(desk: Desk) -> None:
    """The contract of choosing is elsewhere: here rows that say nothing but the choice."""
    mo = await desk.receive()
    await desk.store.answer([desk.answer(mo)])
    before = await rows_of(desk, "citizen", "opt_out", "door_state", "node")
    await desk.store.set_paused(DOOR, desk.clock.at, "os:an", paused=True)
    desk.clock.step(DAY)
    await purge(desk)
    assert await rows_of(desk, "citizen", "opt_out", "door_state", "node") == {
        **before,
        "door_state": before["door_state"] + 1,
    }


# What has not ended


async def uncertain(desk: Desk) -> PendingMo:
    mo = await desk.receive()
    mt = await desk.reply(mo=mo)
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
    return mo


async def queued(desk: Desk) -> PendingMo:
    mo = await desk.receive()
    await desk.reply(mo=mo)
    return mo


async def held_reply(desk: Desk) -> PendingMo:
    mo = await desk.receive()
    await desk.reply(MtState.HELD, mo)
    return mo


async def in_a_response(desk: Desk) -> PendingMo:
    mo = await desk.receive()
    await desk.reply(MtState.SENDING, mo)
    return mo


OPEN = [Desk.receive, uncertain, parked, queued, held_reply, in_a_response]


@pytest.mark.parametrize("made", OPEN, ids=lambda made: made.__name__)
async def test_what_has_not_ended_is_never_purged(desk: Desk, made: object) -> None:
    assert callable(made)
    mo = await made(desk)
    desk.clock.step(DAY)
    assert await ripe(desk) == {}
    assert await purge(desk) == PurgeCounts(left=1)
    line = await desk.line_of(mo.id)
    assert line.mo is not None
    assert line.mo.text == mo.text
    assert line.raw is not None


async def test_what_ends_later_goes_with_the_next_purge(desk: Desk) -> None:
    waits, done = await parked(desk), await answered(desk)
    desk.clock.step(DAY)
    assert await purge(desk) == PurgeCounts(texts=1, left=1)
    assert await is_purged(desk, done.id)
    await desk.store.handle(HandleOrder(waits.id, desk.clock.at, "os:an", "called"))
    assert await ripe(desk) == {Walk.LEFT: 1}
    assert await purge(desk) == PurgeCounts(texts=1)
    assert await is_purged(desk, waits.id)


async def test_a_text_stays_as_long_as_a_younger_message_about_it(desk: Desk) -> None:
    mo = await desk.receive()
    before = desk.clock.step(DAY)
    mt = await desk.reply(mo=mo)
    await desk.sent(mt, "A1")
    desk.clock.step(DAY)
    assert await purge(desk, before) == PurgeCounts(left=1)
    assert await purge(desk) == PurgeCounts(texts=1)


# Messages that answer nothing, reports, calls, the audit


async def test_a_message_that_answers_nothing_goes_by_itself(desk: Desk) -> None:
    await answered(desk, "A1")
    for state in ("accepted", "queued"):
        await _alone(desk, state)
    desk.clock.step(DAY)
    assert await ripe(desk) == {Walk.TEXTS: 1, Walk.ALONE: 1}
    assert await purge(desk) == PurgeCounts(texts=1, messages=1, left=1)
    told = await desk.rows("SELECT state, text FROM outbox WHERE inbox_id IS NULL ORDER BY state")
    assert told == [("accepted", ""), ("queued", "Dang xu ly")]
    assert await purge(desk) == PurgeCounts(left=1)


async def _alone(desk: Desk, state: str) -> None:
    """A notice: none is made yet, so that a reply is cut off from its text."""
    mo = await desk.receive(f"cut off {state}")
    mt = await desk.reply(mo=mo)
    if state == "accepted":
        await desk.sent(mt, f"cut-{state}")
    await desk.change(f"UPDATE outbox SET inbox_id = NULL WHERE id = '{mt.id}'")  # noqa: S608  # an id of ours
    await desk.change(f"DELETE FROM inbox WHERE id = '{mo.id}'")  # noqa: S608  # the same


async def test_reports_that_speak_of_no_message_go_with_their_requests(desk: Desk) -> None:
    await desk.reported("nobody", Delivery.DELIVERED)
    before = desk.clock.step(DAY)
    await desk.reported("nobody else", Delivery.DELIVERED)
    assert await purge(desk, before) == PurgeCounts(reports=1)
    assert await rows_of(desk, "receipt", "raw_exchange") == {"receipt": 1, "raw_exchange": 1}


async def test_calls_that_could_not_be_read_go_when_they_came_last_long_ago(desk: Desk) -> None:
    await desk.store.keep_refused([call(desk, "again"), *(call(desk, f"h{n}") for n in range(3))])
    before = desk.clock.step(DAY)
    await desk.store.keep_refused([call(desk, "again")])
    assert await ripe(desk) == {Walk.REFUSED: 3}
    assert await purge(desk, before, limit=2) == PurgeCounts(refused=3)
    assert await desk.rows("SELECT body_hash, times FROM refused") == [("again", 2)]


async def test_old_lines_of_the_audit_go(desk: Desk) -> None:
    for _ in range(5):
        await desk.store.set_paused(DOOR, desk.clock.at, "os:an", paused=True)
    before = desk.clock.step(DAY)
    await desk.store.set_paused(DOOR, desk.clock.at, "os:an", paused=False)
    assert await purge(desk, before, limit=2) == PurgeCounts(audit=5)
    assert [act for (act,) in await desk.rows("SELECT act FROM audit ORDER BY id")] == [
        "door.resume",
        "retention.purged",
    ]


# One step at a time


async def test_a_purge_goes_on_where_it_was_cut_off(desk: Desk) -> None:
    texts = [await answered(desk, f"A{n}", f"MCKH {n}") for n in range(5)]
    desk.clock.step(DAY)
    first = await batch(desk, Walk.TEXTS, desk.clock.at, limit=2)
    assert first == PurgedBatch(2, texts[1].id)
    await desk.die()
    assert [await is_purged(desk, mo.id) for mo in texts] == [True, True, False, False, False]
    assert (await batch(desk, Walk.TEXTS, desk.clock.at, limit=2)).upto == texts[3].id
    assert await purge(desk) == PurgeCounts(texts=5)


async def test_the_audit_is_told_what_a_purge_that_was_killed_had_done(desk: Desk) -> None:
    await answered(desk)
    desk.clock.step(DAY)
    await batch(desk, Walk.TEXTS, desk.clock.at)
    for count in (250, 3):
        await store(desk).retention.forgotten(count)
    await desk.die()
    await purge(desk)
    ((by, act, subject, detail),) = await desk.rows("SELECT by, act, subject, detail FROM audit")
    assert (by, act, subject) == ("os:an", "retention.purged", "before then")
    counts = "texts=1 messages=0 reports=0 refused=0 audit=0 left=0 notices=0 subscriptions=0"
    assert detail == f"{counts} surveys=0 dossiers=253 complaints=0 whole=yes"
    assert (await purge(desk)).texts == 0


async def test_how_purging_stands(desk: Desk) -> None:
    retention = store(desk).retention
    received = desk.clock.at
    await answered(desk)
    await parked(desk)
    assert await retention.state() == PurgeState(None, received, 0, 0)
    await hold(desk, HoldKind.CODE, KEY)
    desk.clock.step(DAY)
    await purge(desk)
    assert await retention.state() == PurgeState(desk.clock.at, None, 2, 1)


async def test_a_purge_that_was_cut_off_has_not_come_to_its_end(desk: Desk) -> None:
    retention = store(desk).retention
    await retention.end_purge(PurgeEnd(desk.clock.at, "os:an", "before then", whole=False))
    assert (await retention.state()).ended_at is None


async def test_what_was_deleted_can_be_taken_off_the_disk(desk: Desk) -> None:
    await answered(desk)
    desk.clock.step(DAY)
    await purge(desk)
    assert await store(desk).retention.scrub()


async def test_a_dossier_of_which_something_waits_to_be_told_is_needed(desk: Desk) -> None:
    names = [DossierId(name) for name in ("queued", "held", "standing", "reply", "nothing")]
    queued = replace(notice(desk, "1"), dossier_id=names[0])
    held = replace(notice(desk, "2"), dossier_id=names[1], state=MtState.HELD, hold_reason="blast")
    await desk.store.queue_pushes([queued, held])
    mo = await desk.receive()
    await desk.store.answer([replace(desk.answer(mo, desk.mt(mo)), dossier_id=names[3])])
    waiting = await desk.rows("SELECT dossier_id FROM outbox WHERE state = 'queued'")
    assert {row[0] for row in waiting} == {names[0], names[3]}
    standing = step(desk, dossier=names[2])
    await store(desk).notices.learn(Learned(CHANGES, 7, desk.clock.at, (standing,)))
    needed, _ = await store(desk).retention.needed(names, [])
    assert set(needed) == set(names[:3])


async def test_a_number_that_is_held_back_or_owed_an_answer_is_needed(desk: Desk) -> None:
    await hold(desk, HoldKind.CODE, "H321")
    await interrupted(desk)
    keys = [CanonicalKey(key) for key in ("H321", KEY, "H322")]
    _, needed = await store(desk).retention.needed([], keys)
    assert set(needed) == set(keys[:2])


async def test_a_dossier_is_needed_while_somebody_follows_it(desk: Desk) -> None:
    names = [DOSSIER, DossierId("other")]
    await chosen(desk, follows=True)
    assert set((await store(desk).retention.needed(names, []))[0]) == {DOSSIER}
    await chosen(desk, follows=False, opted_out=True)
    assert set((await store(desk).retention.needed(names, []))[0]) == set()
