"""What every store does with the survey: a question once for each dossier, its answer once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.figures import Window
from sms_gateway.domain.ids import DossierId, NumberHash
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.notices import Learned, Mark, Text
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import NOTICE_PRIORITY, SURVEY_PRIORITY
from sms_gateway.domain.records import Opinion
from sms_gateway.domain.restores import HoldOrder, ReleaseOrder
from sms_gateway.domain.retention import HoldKind, PurgedBatch, Walk
from sms_gateway.domain.surveys import SURVEY, AskDone, Asked, Asking, AskOrder
from tests.contracts.purge_desk import batch, hold, purge, release, ripe
from tests.contracts.store_desk import AN, DOOR, Desk, number
from tests.contracts.test_notices_contract import DOSSIER, opt_out, store
from tests.contracts.test_pushing_contract import notice

OTHER = DossierId("000.00.12.H32-170703-0002")
DAY = timedelta(days=1)
VOID = AskDone(written=False)


def asking(desk: Desk, dossier: DossierId = DOSSIER, *numbers: NumberHash) -> Asking:
    push = replace(
        notice(desk, f"survey:{dossier}"), kind=MtKind.SURVEY, dossier_id=dossier, template="Q1",
        priority=SURVEY_PRIORITY,
    )  # fmt: skip
    return Asking(dossier, "SNGV", "170703-0001", Text(push, numbers or (number(AN),)))


def order(desk: Desk, *asked: Asking, since: int = 0, upto: int = 7) -> AskOrder:
    return AskOrder(asked, since, upto, desk.clock.at)


async def begun(desk: Desk) -> None:
    await store(desk).notices.learn(Learned(SURVEY, 0, desk.clock.at))


async def waiting(desk: Desk) -> list[str]:
    """Dossiers about which a question leaves now."""
    leased = await desk.store.lease(DOOR, desk.clock.at, 9)
    rows = await desk.rows("SELECT id, dossier_id FROM outbox")
    return [str(dossier) for name, dossier in rows if name in {mt.id for mt in leased}]


async def answered(desk: Desk, score: int, dossier: DossierId = DOSSIER) -> None:
    mo = await desk.receive(str(score))
    said = Opinion(dossier, "170703-0001", score)
    assert await desk.store.answer([replace(desk.answer(mo), opinion=said)]) == [True]


async def surveyed(desk: Desk) -> list[Asked]:
    at = desk.clock.at
    window = Window(at - DAY, at + DAY)
    return list(await store(desk).reading.counted.surveyed(window))


async def test_a_question_its_row_and_the_mark_are_written_together(desk: Desk) -> None:
    surveys = store(desk).surveys
    await begun(desk)
    assert await surveys.ask(order(desk, asking(desk))) == AskDone(True, 1, 0, (DOOR,))  # noqa: FBT003  # a field
    assert await store(desk).notices.mark(SURVEY) == Mark(7, desk.clock.at)
    assert await surveyed(desk) == [Asked(DOSSIER, "SNGV", desk.clock.at, None, None)]
    assert (await desk.store.citizens([number(AN)], desk.clock.at))[number(AN)].asked is not None
    assert await surveys.asked_since(desk.clock.at) == 1
    assert await surveys.asked_since(desk.clock.at + DAY) == 0
    assert await waiting(desk) == [DOSSIER]


async def test_about_a_dossier_somebody_is_asked_once_for_ever(desk: Desk) -> None:
    surveys = store(desk).surveys
    await begun(desk)
    await surveys.ask(order(desk, asking(desk)))
    desk.clock.step(400 * 86_400)
    again = order(desk, asking(desk), asking(desk, OTHER), since=7, upto=9)
    assert await surveys.ask(again) == AskDone(True, 1, 0, (DOOR,))  # noqa: FBT003  # a field
    assert await waiting(desk) == [OTHER]


async def test_an_order_is_void_where_the_feed_was_read_further(desk: Desk) -> None:
    surveys = store(desk).surveys
    assert await surveys.ask(order(desk, asking(desk))) == VOID
    await begun(desk)
    assert await surveys.ask(order(desk, asking(desk), since=3)) == VOID
    assert await surveyed(desk) == []
    assert await waiting(desk) == []
    assert await store(desk).notices.mark(SURVEY) == Mark(0, desk.clock.at)


async def test_nobody_is_asked_while_a_restored_copy_is_held_nor_of_what_was_before(
    desk: Desk,
) -> None:
    surveys, at = store(desk).surveys, desk.clock.at
    await begun(desk)
    await surveys.ask(order(desk, asking(desk)))
    await store(desk).hold_restored(HoldOrder(at, "os:an", at - DAY))
    assert await waiting(desk) == []
    assert await surveys.ask(order(desk, asking(desk, OTHER), since=7)) == VOID
    await begun(desk)
    assert await surveys.ask(order(desk, asking(desk, OTHER))) == VOID
    await store(desk).release_restored(ReleaseOrder(at, "os:an"))
    assert await store(desk).notices.mark(SURVEY) is None
    assert await surveys.ask(order(desk, asking(desk, OTHER))) == VOID
    # What waited in the copy may have been asked by the store that is gone: it is asked no more.
    assert await waiting(desk) == []


async def test_who_wants_no_texts_is_not_asked_by_whatever_hash_that_was_said(desk: Desk) -> None:
    surveys = store(desk).surveys
    await begun(desk)
    await opt_out(desk, DOSSIER)
    numbers = (NumberHash("of a newer key"), number(AN))
    both = order(desk, asking(desk, DOSSIER, *numbers), asking(desk, OTHER, *numbers))
    assert await surveys.ask(both) == AskDone(True, 1, 1, (DOOR,))  # noqa: FBT003  # a field
    assert await waiting(desk) == [OTHER]


async def test_a_question_ends_when_its_recipient_opts_out_of_its_dossier_or_of_all(
    desk: Desk,
) -> None:
    surveys = store(desk).surveys
    await begun(desk)
    first, second = asking(desk), asking(desk, OTHER)
    await surveys.ask(order(desk, first, second))
    await opt_out(desk, DOSSIER)
    assert (await desk.mt_row(first.text.push.id)).state is MtState.FAILED
    assert (await desk.mt_row(second.text.push.id)).state is MtState.QUEUED
    await opt_out(desk)
    assert (await desk.mt_row(second.text.push.id)).state is MtState.FAILED
    assert await waiting(desk) == []


async def test_at_night_no_question_leaves(desk: Desk) -> None:
    await begun(desk)
    await store(desk).surveys.ask(order(desk, asking(desk)))
    assert await desk.store.lease(DOOR, desk.clock.at, 9, NOTICE_PRIORITY) == []
    assert await waiting(desk) == [DOSSIER]


async def test_the_last_mark_counts_and_a_window_holds_what_was_asked_in_it(desk: Desk) -> None:
    await begun(desk)
    await store(desk).surveys.ask(order(desk, asking(desk)))
    desk.clock.step(3600)
    await store(desk).surveys.ask(order(desk, asking(desk, OTHER), since=7, upto=8))
    desk.clock.step(60)
    await answered(desk, 4)
    desk.clock.step(60)
    await answered(desk, 1)
    at = desk.clock.at
    one, two = await surveyed(desk)
    assert (one.dossier_id, one.score, one.answered_at) == (DOSSIER, 1, at)
    assert (two.dossier_id, two.score, two.answered_at) == (OTHER, None, None)
    window = Window(one.asked_at, two.asked_at)
    assert list(await store(desk).reading.counted.surveyed(window)) == [one]


async def test_a_mark_that_came_earlier_and_is_answered_later_changes_nothing(desk: Desk) -> None:
    await begun(desk)
    await store(desk).surveys.ask(order(desk, asking(desk)))
    early = await desk.receive("4")
    desk.clock.step(60)
    late = await desk.receive("5")
    for mo, score in ((late, 5), (early, 4)):
        said = Opinion(DOSSIER, "170703-0001", score)
        assert await desk.store.answer([replace(desk.answer(mo), opinion=said)]) == [True]
    assert [one.score for one in await surveyed(desk)] == [5]


async def test_who_answered_is_known_with_the_mark_until_another_question(desk: Desk) -> None:
    await begun(desk)
    await store(desk).surveys.ask(order(desk, asking(desk)))
    await answered(desk, 4)
    known = (await desk.store.citizens([number(AN)], desk.clock.at))[number(AN)]
    assert known.asked == Opinion(DOSSIER, "170703-0001", 4)
    desk.clock.step(3600)
    await store(desk).surveys.ask(order(desk, asking(desk, OTHER), since=7, upto=8))
    known = (await desk.store.citizens([number(AN)], desk.clock.at))[number(AN)]
    assert known.asked == Opinion(OTHER, "170703-0001", 0)


async def test_after_its_time_a_question_names_nobody_and_its_mark_counts_as_before(
    desk: Desk,
) -> None:
    surveys = store(desk).surveys
    await begun(desk)
    await surveys.ask(order(desk, asking(desk), asking(desk, OTHER)))
    await answered(desk, 4)
    before = await surveyed(desk)
    desk.clock.step(1)
    assert await ripe(desk) == {Walk.TEXTS: 1, Walk.SURVEYS: 2}
    assert await batch(desk, Walk.SURVEYS, desk.clock.at, limit=1) == PurgedBatch(1, "more")
    assert (await purge(desk)).surveys == 2
    assert await ripe(desk) == {}
    assert await surveyed(desk) == before
    named = await desk.rows("SELECT code, recipient_hash, mt_id, mo_id FROM survey")
    assert named == [("", "", "", None)] * 2
    desk.clock.step(400 * 86_400)
    again = order(desk, asking(desk), since=7, upto=9)
    assert (await surveys.ask(again)).asked == 0


async def test_a_question_that_is_younger_keeps_whom_it_asked(desk: Desk) -> None:
    await begun(desk)
    await store(desk).surveys.ask(order(desk, asking(desk)))
    assert await batch(desk, Walk.SURVEYS, desk.clock.at) == PurgedBatch(0, "")
    assert (await desk.store.citizens([number(AN)], desk.clock.at))[number(AN)].asked is not None


@pytest.mark.parametrize("kind", [HoldKind.NUMBER, HoldKind.MESSAGE])
async def test_a_question_that_is_held_keeps_whom_it_asked(desk: Desk, kind: HoldKind) -> None:
    await begun(desk)
    question = asking(desk)
    await store(desk).surveys.ask(order(desk, question))
    push = question.text.push
    value = push.recipient_hash if kind is HoldKind.NUMBER else push.id
    await hold(desk, kind, value)
    desk.clock.step(1)
    assert await ripe(desk) == {}
    assert await batch(desk, Walk.SURVEYS, desk.clock.at) == PurgedBatch(0, "")
    await release(desk, kind, value)
    assert await batch(desk, Walk.SURVEYS, desk.clock.at) == PurgedBatch(1, "")
