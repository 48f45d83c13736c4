"""What every store does with texts that staff let go or drop: some at a time, and each once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId, WindowId
from sms_gateway.domain.notices import (
    BLAST,
    DROP_ACT,
    RELEASE_ACT,
    BatchDone,
    BatchOrder,
    Fate,
)
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.records import OptOutChange
from sms_gateway.domain.windows import WindowEnd
from tests.contracts.store_desk import AN, DOOR, Desk
from tests.contracts.test_notices_contract import learned, ruling, step, store
from tests.contracts.test_pushing_contract import notice
from tests.parts import START
from tests.windows.windows_desk import window

HELD = {"state": MtState.HELD, "hold_reason": BLAST, "batch_id": "b1"}
SECOND = 1000


def order(desk: Desk, act: str = RELEASE_ACT) -> BatchOrder:
    return BatchOrder("b1", "", act, desk.clock.at, "os:an", SECOND, 3600 * SECOND, limit=2)


async def ended(desk: Desk, of: BatchOrder) -> list[BatchDone]:
    """What becomes of it, commit by commit."""
    done = [await store(desk).notices.end_batch(of)]
    while done[-1].upto:
        texts = sum(one.texts for one in done)
        more = replace(of, upto=done[-1].upto, done=texts)
        done.append(await store(desk).notices.end_batch(more))
    return done


async def hold_dossiers(desk: Desk, count: int = 5) -> None:
    steps = [step(desk, "9#2", DossierId(f"d{n}")) for n in range(count)]
    await learned(desk, *steps)
    held = [
        replace(notice(desk, f"notice:{n}"), dossier_id=one.dossier_id, **HELD)
        for n, one in enumerate(steps)
    ]
    known = {"batch_id": "b1", "reason": BLAST}
    rulings = [
        replace(ruling(desk, one, push, fate=Fate.HELD), **known)
        for one, push in zip(steps, held, strict=True)
    ]
    await store(desk).notices.rule(rulings)


async def hold_announcement(desk: Desk, count: int = 5) -> list[Push]:
    pushes = [
        replace(
            notice(desk, f"announcement:w1:{n}"), dossier_id=None, text="Tam ngung", template="",
            **HELD,
        )
        for n in range(count)
    ]  # fmt: skip
    assert await desk.store.queue_pushes(pushes) == [True] * count
    return pushes


async def unwanted(desk: Desk, dossier: str) -> None:
    """The number wants no more texts of a dossier."""
    mo = await desk.receive(sender=AN)
    said = OptOutChange(opted_out=True, dossier_id=DossierId(dossier))
    assert await desk.store.answer([replace(desk.answer(mo), opt_out=said)]) == [True]


@pytest.mark.parametrize("act, fates", [(RELEASE_ACT, "standing"), (DROP_ACT, "dropped")])
async def test_what_tells_of_dossiers_ends_some_at_a_time(desk: Desk, act: str, fates: str) -> None:
    await hold_dossiers(desk)
    done = await ended(desk, order(desk, act))
    assert [(one.texts, one.doors) for one in done] == [(2, (DOOR,)), (2, (DOOR,)), (1, (DOOR,))]
    assert await store(desk).notices.batches() == []
    assert await desk.rows("SELECT DISTINCT fate FROM notice") == [(fates,)]
    assert await desk.rows("SELECT act, detail FROM audit") == [(act, "texts=5")]
    assert await store(desk).notices.end_batch(order(desk, act)) == BatchDone(0)


async def test_a_killed_order_leaves_the_rest_as_it_was(desk: Desk) -> None:
    await hold_dossiers(desk)
    assert (await store(desk).notices.end_batch(order(desk))).texts == 2
    await desk.die()
    (batch,) = await store(desk).notices.batches()
    assert (batch.id, batch.texts, batch.dossiers, batch.numbers) == ("b1", 3, 3, 1)
    fates = await desk.rows("SELECT fate, count(*) FROM notice GROUP BY fate ORDER BY fate")
    assert fates == [("held", 3), ("standing", 2)]


async def test_an_announcement_goes_one_text_behind_the_other_and_is_noted_at_its_window(
    desk: Desk,
) -> None:
    windows, notices = store(desk).windows, store(desk).notices
    await windows.add(window(begins=(desk.clock.at - START) / timedelta(hours=1) + 48))
    pushes = await hold_announcement(desk)
    (batch,) = await notices.batches()
    assert (batch.window, batch.texts, batch.numbers, batch.words) == ("w1", 5, 1, "Tam ngung")
    assert batch.phones == (AN.masked,) * 5
    assert not await notices.announced("w1")
    assert [one.texts for one in await ended(desk, order(desk))] == [2, 2, 1]
    assert await notices.announced("w1")
    assert not await notices.announced("w")
    assert [one.announced_where for one in await windows.windows()] == ["SMS, b1"]
    left = []
    for _ in pushes:
        left.append([mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 9)])
        desk.clock.step(1)
    assert left == [[push.id] for push in pushes]


async def test_what_was_dropped_or_called_off_is_not_sent(desk: Desk) -> None:
    windows = store(desk).windows
    await windows.add(window(begins=(desk.clock.at - START) / timedelta(hours=1) + 48))
    await hold_announcement(desk)
    assert [one.texts for one in await ended(desk, order(desk, DROP_ACT))] == [2, 2, 1]
    assert not await store(desk).notices.announced("w1")
    await hold_announcement(desk)
    await ended(desk, order(desk))
    await windows.end(WindowEnd(WindowId("w1"), None, desk.clock.at, "os:an"))
    desk.clock.step(60)
    assert await desk.store.lease(DOOR, desk.clock.at, 9) == []


async def test_an_outage_counts_as_announced_once_all_of_it_was_let_go(desk: Desk) -> None:
    windows = store(desk).windows
    await windows.add(window(begins=(desk.clock.at - START) / timedelta(hours=1) + 48))
    await hold_announcement(desk)
    done = await store(desk).notices.end_batch(order(desk))
    assert (done.texts, bool(done.upto), done.window) == (2, True, "w1")
    assert [one.announced_at for one in await windows.windows()] == [None]
    await ended(desk, order(desk))
    assert [one.announced_at for one in await windows.windows()] == [desk.clock.at]


@pytest.mark.parametrize("act, fates", [(RELEASE_ACT, "standing"), (DROP_ACT, "dropped")])
async def test_a_kill_behind_any_commit_leaves_no_step_that_cannot_be_ended(
    desk: Desk, act: str, fates: str
) -> None:
    await hold_dossiers(desk)
    await unwanted(desk, "d4")
    # Of the fifth one no text is held: it ends with the last of the others.
    for _ in range(2):
        assert (await store(desk).notices.end_batch(order(desk, act))).texts == 2
    assert await desk.rows("SELECT DISTINCT fate FROM notice") == [(fates,)]


@pytest.mark.parametrize("act, fates", [(RELEASE_ACT, "standing"), (DROP_ACT, "dropped")])
async def test_steps_of_which_no_text_is_held_any_more_are_ended_by_the_same_order(
    desk: Desk, act: str, fates: str
) -> None:
    await hold_dossiers(desk, 2)
    for dossier in ("d0", "d1"):
        await unwanted(desk, dossier)
    assert await store(desk).notices.end_batch(order(desk, act)) == BatchDone(0, dossiers=2)
    assert await desk.rows("SELECT DISTINCT fate FROM notice") == [(fates,)]
    assert await store(desk).notices.end_batch(order(desk, act)) == BatchDone(0)


async def test_it_is_no_news_once_the_outage_has_begun(desk: Desk) -> None:
    hours = (desk.clock.at - START) / timedelta(hours=1)
    await store(desk).windows.add(window(begins=hours + 0.25))
    await hold_announcement(desk)
    await ended(desk, order(desk))
    desk.clock.step(900)
    assert await desk.store.lease(DOOR, desk.clock.at, 9) == []
