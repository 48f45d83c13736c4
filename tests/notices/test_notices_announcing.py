"""A planned outage is told to whoever has a dossier in work, once, when staff release it."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.commands import CommandError
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import WindowId
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import BLAST, DROP_ACT, RELEASE_ACT
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.records import PreferenceChange
from sms_gateway.domain.windows import EndResult, WindowAnnounced, WindowEnd
from sms_gateway.notices import announcing
from sms_gateway.notices.announcing import Announcer, Held
from sms_gateway.ports import CasesDownError
from tests.notices.notices_desk import NoticesDesk, dossier_id
from tests.parts import AN, BINH
from tests.windows.windows_desk import window

WORDS = {
    Language.VI: "He thong tam ngung tu 20:00",
    Language.VI_ACCENTED: "Hệ thống tạm ngừng từ 20:00",
    Language.EN: "Interrupted from 20:00",
}
HOUR = 3600
CUONG = Address("+84900000003")


def announcer(notices: NoticesDesk) -> Announcer:
    store, feed, desk = notices.store, notices.feed, notices.desk
    reading = (store.notices, store, feed, notices.maker, notices.followers)
    return Announcer(*reading, store.queue_pushes, lambda: desk.clock.at)


async def held(
    notices: NoticesDesk, window: str = "w1", words: Mapping[Language, str] = WORDS
) -> Held:
    return await announcer(notices).hold(window, words)


async def left(notices: NoticesDesk) -> list[tuple[str, str]]:
    """Who gets what, once all that may go has gone."""
    notices.desk.clock.step(HOUR)
    return sorted((mt.recipient.value, mt.text) for mt in await notices.leased())


async def released(notices: NoticesDesk, batch: str) -> None:
    await notices.store.notices.end_batch(notices.order(batch, RELEASE_ACT, BLAST))


async def test_each_phone_is_told_once_however_many_dossiers_it_has(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    notices.change(State.ACCEPTED, 2)
    notices.change(State.PROCESSING, 3, phones=(BINH,), owners=(BINH,))
    notices.change(State.FINISHED, 4, phones=(BINH,), owners=(BINH,))
    made = await held(notices)
    assert made.texts == 2
    assert await left(notices) == []
    (batch,) = await notices.store.notices.batches()
    assert (batch.id, batch.texts, batch.reason, batch.samples) == (made.batch, 2, BLAST, ())
    assert (batch.window, batch.numbers, batch.templates) == ("w1", 2, (("announcement", 2),))
    assert sorted(batch.phones) == sorted([AN.masked, BINH.masked])
    assert batch.words == WORDS[Language.VI]
    await released(notices, made.batch)
    assert await left(notices) == [(AN.value, WORDS[Language.VI]), (BINH.value, WORDS[Language.VI])]


async def test_all_who_wait_for_the_office_or_for_whom_it_waits_are_told_appointment_or_not(
    notices: NoticesDesk,
) -> None:
    told = []
    for state in State:
        notices.change(state, 1, due_at=None)
        if (await held(notices, f"w{state}")).texts:
            told.append(state.value)
    assert told == [1, 2, 4, 5, 6]


async def test_nobody_is_told_of_the_same_window_twice(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    assert (await held(notices)).texts == 1
    assert (await held(notices)).texts == 0
    assert (await held(notices, "w2")).texts == 1


async def test_a_released_announcement_is_noted_at_its_window_and_is_not_made_again(
    notices: NoticesDesk,
) -> None:
    windows = notices.store.windows
    await windows.add(window(begins=48))
    notices.change(State.PROCESSING, 1)
    made = await held(notices)
    await released(notices, made.batch)
    (noted,) = await windows.windows()
    assert (noted.announced_at, noted.announced_by) == (notices.desk.clock.at, "os:an")
    assert noted.announced_where == f"SMS, {made.batch}"
    with pytest.raises(CommandError, match="released before"):
        await held(notices)
    # Who came since is told, and nobody else.
    notices.change(State.PROCESSING, 2, phones=(BINH,), owners=(BINH,))
    await released(notices, (await held(notices)).batch)
    assert [to for to, _ in await left(notices)] == [AN.value, BINH.value]
    assert (await held(notices, "w2")).texts == 2


@pytest.mark.parametrize("let_go", [True, False])
async def test_an_announcement_that_was_cut_short_is_held_to_its_end(
    notices: NoticesDesk, monkeypatch: pytest.MonkeyPatch, *, let_go: bool
) -> None:
    monkeypatch.setattr(announcing, "PAGE", 1)
    notices.change(State.PROCESSING, 1)
    notices.change(State.PROCESSING, 2, phones=(BINH,), owners=(BINH,))
    notices.change(State.PROCESSING, 3, phones=(CUONG,), owners=(CUONG,))

    async def dies(pushes: Sequence[Push]) -> Sequence[bool]:
        notices.feed.down = True
        return await notices.store.queue_pushes(pushes)

    with pytest.raises(CasesDownError):
        await dataclasses.replace(announcer(notices), queue=dies).hold("w1", WORDS)
    notices.feed.down = False
    ((begun, count),) = [(one.id, one.texts) for one in await notices.store.notices.batches()]
    assert count == 1
    if let_go:
        await released(notices, begun)
    rest = await held(notices)
    assert rest.texts == 2
    # One that is held grows; a second one stands for what was let go.
    assert (rest.batch == begun) is not let_go
    await released(notices, rest.batch)
    assert [to for to, _ in await left(notices)] == [AN.value, BINH.value, CUONG.value]


async def test_a_key_that_was_rotated_meanwhile_tells_nobody_twice(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    assert (await held(notices)).texts == 1
    notices.rotate()
    assert (await held(notices)).texts == 0
    notices.rotate()
    assert (await held(notices)).texts == 0


@pytest.mark.parametrize("let_go", [True, False])
async def test_nobody_is_told_of_an_outage_that_was_called_off(
    notices: NoticesDesk, *, let_go: bool
) -> None:
    await notices.store.windows.add(window(begins=48))
    notices.change(State.PROCESSING, 1)
    made = await held(notices)
    if let_go:
        await released(notices, made.batch)
    order = WindowEnd(WindowId("w1"), None, notices.desk.clock.at, "os:an")
    assert await notices.store.windows.end(order) is EndResult.ENDED
    assert await notices.store.notices.batches() == []
    assert await left(notices) == []


async def test_an_outage_whose_end_is_set_right_is_still_told(notices: NoticesDesk) -> None:
    await notices.store.windows.add(window(begins=48))
    notices.change(State.PROCESSING, 1)
    await released(notices, (await held(notices)).batch)
    at = notices.desk.clock.at
    await notices.store.windows.end(
        WindowEnd(WindowId("w1"), at + 60 * timedelta(hours=1), at, "os:an")
    )
    assert len(await left(notices)) == 1


async def test_nobody_is_told_of_an_outage_that_has_begun(notices: NoticesDesk) -> None:
    await notices.store.windows.add(window(begins=3))
    notices.change(State.PROCESSING, 1)
    await released(notices, (await held(notices)).batch)
    notices.desk.clock.step(3 * HOUR)
    assert await left(notices) == []


async def test_what_staff_said_of_where_it_was_announced_stays(notices: NoticesDesk) -> None:
    windows = notices.store.windows
    await windows.add(window(begins=48))
    at = notices.desk.clock.at
    await windows.announced(WindowAnnounced(WindowId("w1"), "niêm yết", at, "os:binh"))
    notices.change(State.PROCESSING, 1)
    await released(notices, (await held(notices)).batch)
    assert [one.announced_where for one in await windows.windows()] == ["niêm yết"]


async def test_what_was_dropped_can_be_said_in_other_words(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    made = await held(notices)
    await notices.store.notices.end_batch(notices.order(made.batch, DROP_ACT))
    again = await held(notices, words=dict.fromkeys(WORDS, "He thong tam ngung tu 21:00"))
    await released(notices, again.batch)
    assert await left(notices) == [(AN.value, "He thong tam ngung tu 21:00")]


async def test_who_opted_out_or_has_no_sms_is_not_told(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1, sms_allowed=False)
    assert (await held(notices)).texts == 0
    notices.change(State.PROCESSING, 2)
    await notices.opt_out()
    assert (await held(notices)).texts == 0
    await notices.opt_out(out=False)
    assert (await held(notices)).texts == 1


async def test_a_no_to_one_dossier_is_none_to_the_other_one(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    await notices.opt_out(dossier_id(1))
    assert (await held(notices)).texts == 0
    notices.change(State.PROCESSING, 2)
    assert (await held(notices)).texts == 1


async def test_a_no_that_comes_while_it_is_held_is_heard(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    made = await held(notices)
    await notices.opt_out()
    await released(notices, made.batch)
    assert await left(notices) == []


@pytest.mark.parametrize("let_go", [True, False])
async def test_a_no_to_all_its_dossiers_is_heard_until_it_has_left(
    notices: NoticesDesk, *, let_go: bool
) -> None:
    notices.change(State.PROCESSING, 1)
    notices.change(State.PROCESSING, 2)
    notices.change(State.PROCESSING, 3)
    await notices.opt_out(dossier_id(3))
    made = await held(notices)
    assert made.texts == 1
    await notices.opt_out(dossier_id(1))
    if let_go:
        await released(notices, made.batch)
    await notices.opt_out(dossier_id(2))
    if not let_go:
        await released(notices, made.batch)
    assert await left(notices) == []


async def test_a_no_to_one_of_its_dossiers_leaves_the_text_for_the_other(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, 1)
    notices.change(State.PROCESSING, 2)
    made = await held(notices)
    await notices.opt_out(dossier_id(1))
    await released(notices, made.batch)
    assert await left(notices) == [(AN.value, WORDS[Language.VI])]


@pytest.mark.parametrize("begun", [True, False])
async def test_an_outage_that_has_begun_or_was_called_off_while_it_was_held_is_not_announced(
    notices: NoticesDesk, *, begun: bool
) -> None:
    windows, at = notices.store.windows, notices.desk.clock.at
    await windows.add(window(begins=3))
    notices.change(State.PROCESSING, 1)
    if not begun:  # while the first page was written
        await windows.end(WindowEnd(WindowId("w1"), None, at, "os:an"))
    made = await held(notices)
    if begun:
        notices.desk.clock.step(3 * HOUR)
    done = await notices.store.notices.end_batch(notices.order(made.batch, RELEASE_ACT, BLAST))
    assert (done.texts, done.over) == (0, True)
    assert [one.announced_at for one in await windows.windows()] == [None]
    assert [one.texts for one in await notices.store.notices.batches()] == [1]
    assert await left(notices) == []
    await notices.store.notices.end_batch(notices.order(made.batch, DROP_ACT))
    assert await notices.store.notices.batches() == []


async def test_what_changes_in_a_dossier_does_not_take_the_place_of_the_announcement(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, 1)
    await notices.look(HOUR)
    await left(notices)
    made = await held(notices)
    notices.change(State.FINISHED, 1)
    await notices.look(60)
    await released(notices, made.batch)
    texts = [text for _, text in await left(notices)]
    assert WORDS[Language.VI] in texts
    assert len(texts) == 2


async def test_a_dropped_batch_is_never_sent(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING, 1)
    made = await held(notices)
    await notices.store.notices.end_batch(notices.order(made.batch, DROP_ACT))
    assert await left(notices) == []


async def test_nothing_is_held_where_a_restored_copy_waits_or_the_words_do_not_fit(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING, 1)
    with pytest.raises(CommandError, match="shorter cause"):
        await held(notices, words={**WORDS, Language.VI: "x" * 2000})
    await notices.hold_restored()
    notices.desk.clock.step(timedelta(minutes=1).total_seconds())
    with pytest.raises(CommandError, match="sms-gateway resume"):
        await held(notices)
    assert list(await notices.store.notices.batches()) == []


@pytest.mark.parametrize(
    "words, text",
    [(WORDS, "Interrupted from 20:00"), ({**WORDS, Language.EN: "x" * 2000}, WORDS[Language.VI])],
)
async def test_a_number_is_told_in_its_language_and_unaccented_where_that_does_not_fit(
    notices: NoticesDesk, words: Mapping[Language, str], text: str
) -> None:
    notices.change(State.PROCESSING, 1)
    mo = await notices.desk.receive(sender=AN)
    chosen = replace(notices.desk.answer(mo), preference=PreferenceChange(Language.EN))
    assert await notices.store.answer([chosen]) == [True]
    made = await held(notices, words=words)
    await released(notices, made.batch)
    assert await left(notices) == [(AN.value, text)]


async def test_what_would_be_held_is_told_before_and_nothing_is_written(
    notices: NoticesDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "PAGE", 1)
    notices.change(State.PROCESSING, 1)
    notices.change(State.ACCEPTED, 2)
    notices.change(State.PROCESSING, 3, phones=(BINH,), owners=(BINH,))
    notices.change(State.FINISHED, 4, phones=(CUONG,), owners=(CUONG,))
    foreseen = await announcer(notices).foresee("w1", WORDS)
    assert (foreseen.texts, foreseen.segments) == (2, 2)
    assert {one.recipient for one in foreseen.samples} == {AN, BINH}
    assert await notices.store.notices.batches() == []
    assert (await held(notices)).texts == 2
