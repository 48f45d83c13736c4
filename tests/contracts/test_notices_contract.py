"""What every store does with automatic messages: a step once, a ruling whole or not at all."""

from datetime import timedelta
from typing import cast

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DossierId, NoticeId
from sms_gateway.domain.notices import (
    BLAST,
    CHANGES,
    DROP_ACT,
    RELEASE_ACT,
    BatchOrder,
    Ends,
    Fate,
    Known,
    Learned,
    Mark,
    Postponed,
    Ruling,
    Step,
    Text,
    wants_none,
)
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import AT_NIGHT_PRIORITY, NOTICE_PRIORITY, Push
from sms_gateway.domain.records import OptOutChange
from sms_gateway.domain.restores import HoldOrder, ReleaseOrder
from sms_gateway.domain.retention import PurgeBatch, PurgedBatch, Walk
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import AN, DOOR, Desk, number
from tests.contracts.test_pushing_contract import notice

DOSSIER = DossierId("000.00.12.H32-170703-0001")
STANDS = timedelta(seconds=45)


def store(desk: Desk) -> SqlStore:
    return cast("SqlStore", desk.store)


def step(desk: Desk, transition: str = "9#2", dossier: DossierId = DOSSIER) -> Step:
    at = desk.clock.at
    states = (State.PROCESSING, State.FINISHED)
    name = NoticeId(desk.new_id())
    return Step(name, dossier, "H32", transition, 7, *states, at, at + STANDS, tells=True)


def ruling(desk: Desk, of: Step, *pushes: Push, fate: Fate = Fate.QUEUED) -> Ruling:
    texts = tuple(Text(push, (push.recipient_hash,)) for push in pushes)
    known = (State.PROCESSING, State.FINISHED)
    return Ruling((of.id,), of.dossier_id, desk.clock.at, fate, "why", *known, texts=texts)


async def learned(desk: Desk, *steps: Step) -> None:
    await store(desk).notices.learn(Learned(CHANGES, 7, desk.clock.at, steps))


async def due(desk: Desk) -> list[NoticeId]:
    now = desk.clock.at
    return [one.id for one in await store(desk).notices.due(now, now - STANDS, 100)]


async def opt_out(desk: Desk, dossier: DossierId | None = None) -> None:
    mo = await desk.receive()
    said = OptOutChange(opted_out=True, dossier_id=dossier)
    assert await desk.store.answer([replace(desk.answer(mo), opt_out=said)]) == [True]


async def test_steps_and_mark_are_written_together_and_a_step_once(desk: Desk) -> None:
    notices = store(desk).notices
    assert await notices.mark(CHANGES) is None
    first = step(desk)
    await learned(desk, first, step(desk))
    assert await notices.mark(CHANGES) == Mark(7, desk.clock.at)
    assert await due(desk) == []
    desk.clock.step(45)
    assert await due(desk) == [first.id]
    (found,) = await notices.due(desk.clock.at, desk.clock.at - STANDS, 9)
    assert found == replace(first)


async def test_a_ruling_queues_its_texts_once(desk: Desk) -> None:
    notices, one = store(desk).notices, step(desk)
    await learned(desk, one)
    push = notice(desk)
    (ruled,) = await notices.rule([ruling(desk, one, push)])
    assert (ruled.fate, ruled.doors) == (Fate.QUEUED, (DOOR,))
    (again,) = await notices.rule([ruling(desk, one, notice(desk, "notice:2"))])
    assert again.fate is Fate.STANDING
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 9)] == [push.id]
    assert await notices.known([DOSSIER]) == {
        DOSSIER: Known(
            State.FINISHED, State.PROCESSING, desk.clock.at, waiting=False,
            made_at=desk.clock.at, made_of=State.FINISHED,
        )
    }  # fmt: skip


async def test_what_its_number_wants_no_more_is_not_queued(desk: Desk) -> None:
    notices, one = store(desk).notices, step(desk)
    await learned(desk, one)
    await opt_out(desk, DOSSIER)
    (ruled,) = await notices.rule([ruling(desk, one, notice(desk))])
    assert (ruled.fate, ruled.reason) == (Fate.SILENT, "opted_out")
    assert await desk.store.lease(DOOR, desk.clock.at, 9) == []
    (choice,) = (await notices.choices([number(AN)]))[number(AN)]
    assert (choice.dossier_id, choice.opted_out) == (DOSSIER, True)


async def test_what_waits_ends_when_its_number_opts_out(desk: Desk) -> None:
    held = replace(notice(desk), state=MtState.HELD, hold_reason=BLAST, batch_id="b")
    other = replace(notice(desk, "notice:2"), dossier_id=DossierId("another"))
    await desk.store.queue_pushes([held, other])
    await opt_out(desk, DOSSIER)
    assert (await desk.mt_row(held.id)).state is MtState.FAILED
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 9)] == [other.id]


@pytest.mark.parametrize("about", [None, DOSSIER])
async def test_an_older_opt_out_that_is_answered_late_ends_nothing_that_a_newer_text_wants(
    desk: Desk, about: DossierId | None
) -> None:
    older = await desk.receive("MCKH HUY")
    desk.clock.step(1)
    newer = await desk.receive("MCKH NHAN")
    wants = OptOutChange(opted_out=False, dossier_id=about)
    assert await desk.store.answer([replace(desk.answer(newer), opt_out=wants)]) == [True]
    push = replace(notice(desk), dossier_id=DOSSIER)
    other = replace(notice(desk, "notice:2"), dossier_id=DossierId("another"))
    await desk.store.queue_pushes([push, other])
    late = replace(desk.answer(older), opt_out=OptOutChange(opted_out=True, dossier_id=None))
    assert await desk.store.answer([late]) == [True]
    wanted = [push.id] if about else [push.id, other.id]
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 9)] == wanted


async def test_of_two_choices_the_one_that_came_last_counts_where_the_clock_stepped_back(
    desk: Desk,
) -> None:
    push = replace(notice(desk), dossier_id=DOSSIER)
    for out in (False, True):
        mo = await desk.receive()
        said = OptOutChange(opted_out=out, dossier_id=None)
        assert await desk.store.answer([replace(desk.answer(mo), opt_out=said)]) == [True]
        desk.clock.step(-600)
    await desk.store.queue_pushes([push])
    assert await desk.store.lease(DOOR, desk.clock.at + timedelta(hours=1), 9) == []
    choices = (await store(desk).notices.choices([number(AN)]))[number(AN)]
    assert wants_none(list(choices), DOSSIER)


async def test_what_a_try_put_back_does_not_leave_after_an_opt_out(desk: Desk) -> None:
    push = notice(desk)
    await desk.store.queue_pushes([push])
    (mt,) = await desk.store.lease(DOOR, desk.clock.at, 9)
    await opt_out(desk)
    back = desk.settlement(mt.id, mt.attempt, MtState.QUEUED)
    assert await desk.store.settle([back]) == [True]
    assert await desk.store.lease(DOOR, desk.clock.at, 9) == []


async def test_at_night_only_what_may_go_then_is_leased(desk: Desk) -> None:
    quiet = notice(desk)
    awake = replace(notice(desk, "notice:2"), priority=AT_NIGHT_PRIORITY)
    await desk.store.queue_pushes([quiet, awake])
    below = NOTICE_PRIORITY
    assert [m.id for m in await desk.store.lease(DOOR, desk.clock.at, 9, below)] == [awake.id]
    assert await desk.store.next_due(DOOR, below) is None
    assert await desk.store.next_due(DOOR) == desk.clock.at
    assert [m.id for m in await desk.store.lease(DOOR, desk.clock.at, 9)] == [quiet.id]


async def test_a_newer_ruling_takes_the_place_of_what_has_not_left(desk: Desk) -> None:
    notices, one, two = store(desk).notices, step(desk), step(desk, "10#3")
    await learned(desk, one, two)
    first, second = notice(desk), notice(desk, "notice:2")
    await notices.rule([ruling(desk, one, first)])
    assert (await notices.known([DOSSIER]))[DOSSIER].waiting
    newer = replace(ruling(desk, two, second), waited=True, ends=Ends(DOSSIER, desk.clock.at))
    assert [r.fate for r in await notices.rule([newer])] == [Fate.QUEUED]
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 9)] == [second.id]


async def test_what_was_decided_because_of_a_waiting_text_is_void_once_that_left(
    desk: Desk,
) -> None:
    notices, one, two = store(desk).notices, step(desk), step(desk, "4#3")
    await learned(desk, one, two)
    await notices.rule([ruling(desk, one, notice(desk))])
    await desk.store.lease(DOOR, desk.clock.at, 9)
    silent = replace(ruling(desk, two, fate=Fate.SILENT), waited=True)
    assert [r.fate for r in await notices.rule([silent])] == [Fate.STANDING]


async def test_steps_wait_until_a_newer_one_comes(desk: Desk) -> None:
    notices, one = store(desk).notices, step(desk)
    await learned(desk, one)
    await notices.postpone([Postponed((one.id,), desk.clock.at + timedelta(hours=4))])
    desk.clock.step(60)
    assert await due(desk) == []
    two = step(desk, "5#3")
    await learned(desk, two)
    desk.clock.step(46)
    assert await due(desk) == [one.id, two.id]


async def test_a_batch_is_released_to_be_made_anew_or_dropped_and_audited(desk: Desk) -> None:
    notices = store(desk).notices
    steps = [step(desk, "9#2", DossierId(f"d{n}")) for n in range(3)]
    await learned(desk, *steps)
    held = [
        replace(
            notice(desk, f"notice:{n}"), dossier_id=one.dossier_id, state=MtState.HELD,
            hold_reason=BLAST, batch_id="b1",
        )
        for n, one in enumerate(steps)
    ]  # fmt: skip
    rulings = [
        replace(ruling(desk, one, push, fate=Fate.HELD), batch_id="b1", reason=BLAST)
        for one, push in zip(steps, held, strict=True)
    ]
    await notices.rule(rulings)
    (batch,) = await notices.batches()
    assert (batch.id, batch.texts, batch.dossiers, batch.templates) == ("b1", 3, 3, (("S9", 3),))
    assert (await notices.load(desk.clock.at)).batch_id == "b1"
    assert (await notices.figures())[BLAST] == 3
    order = BatchOrder("b1", BLAST, RELEASE_ACT, desk.clock.at, "os:an", 1000, 60_000)
    assert await notices.end_batch(replace(order, reason="backward")) == replace(
        await notices.end_batch(replace(order, id="none"))
    )
    assert (await notices.end_batch(order)).texts == 3
    assert await desk.store.lease(DOOR, desk.clock.at, 9) == []
    again = await notices.due(desk.clock.at, desk.clock.at, 9)
    assert [(one.id, one.let_go) for one in again] == [(one.id, True) for one in steps]
    assert (await notices.load(desk.clock.at)).standing == 0
    anew = [notice(desk, f"notice:{n}") for n in range(3)]
    await notices.rule([ruling(desk, *both) for both in zip(steps, anew, strict=True)])
    assert len(await desk.store.lease(DOOR, desk.clock.at, 9)) == 3
    assert (await notices.load(desk.clock.at)).lately == 0
    audit = await desk.rows("SELECT by, act, subject, detail FROM audit")
    assert audit == [("os:an", RELEASE_ACT, "b1", "texts=3")]
    drop = replace(order, act=DROP_ACT, reason="")
    assert (await notices.end_batch(drop)).texts == 0


async def test_while_a_restored_copy_is_held_nothing_is_ruled_and_then_all_begins_anew(
    desk: Desk,
) -> None:
    notices, one = store(desk).notices, step(desk)
    await learned(desk, one)
    at = desk.clock.at
    await desk.store.hold_restored(HoldOrder(at, "os:an", at))
    assert await notices.held_back(at)
    assert await notices.mark(CHANGES) is None
    two = step(desk, "10#3")
    await learned(desk, two)
    (ruled,) = await notices.rule([ruling(desk, two, notice(desk))])
    assert ruled.fate is Fate.STANDING
    await desk.store.release_restored(ReleaseOrder(at, "os:an"))
    assert await notices.mark(CHANGES) is None
    desk.clock.step(60)
    assert await due(desk) == []


async def test_a_usual_day_is_known_after_a_week(desk: Desk) -> None:
    notices = store(desk).notices
    usual: list[float | None] = []
    for day in range(9):
        one = step(desk, f"9#{day}")
        await learned(desk, one)
        await notices.rule([ruling(desk, one)])
        usual.append((await notices.load(desk.clock.at)).usual)
        desk.clock.step(86_400)
    assert usual[:8] == [None] * 8
    assert usual[8] is not None
    assert 0.9 < usual[8] < 1.3


async def test_steps_go_when_their_time_is_over(desk: Desk) -> None:
    notices, old, new = store(desk).notices, step(desk), step(desk, "9#3")
    await learned(desk, old, new, step(desk, "9#4"))
    await notices.rule([ruling(desk, old)])
    desk.clock.step(86_400)
    before = desk.clock.at
    await notices.rule([ruling(desk, new)])
    batch = PurgeBatch(Walk.NOTICES, before, "", 10, before)
    assert await store(desk).retention.ripe(batch) == PurgedBatch(1, "")
    assert await store(desk).retention.purge(batch) == PurgedBatch(1, "")
    left = await desk.rows("SELECT transition FROM notice ORDER BY transition")
    assert left == [("9#3",), ("9#4",)]
