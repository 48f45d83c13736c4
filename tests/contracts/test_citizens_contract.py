"""What every store knows of a number: its preference and what it asked."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import content_hash
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.records import (
    Citizen,
    OptOutChange,
    PendingMo,
    PreferenceChange,
    UsageEvent,
)
from tests.contracts.store_desk import AN, BINH, KEY, START, Desk, number

DAY = timedelta(days=1)


async def known(desk: Desk) -> Citizen | None:
    return (await desk.store.citizens([number(AN)], START - DAY)).get(number(AN))


async def choose(desk: Desk, mo: PendingMo, language: Language) -> None:
    answer = replace(desk.answer(mo), preference=PreferenceChange(language))
    assert await desk.store.answer([answer]) == [True]


async def opt(desk: Desk, mo: PendingMo, change: OptOutChange) -> None:
    assert await desk.store.answer([replace(desk.answer(mo), opt_out=change)]) == [True]


async def test_an_unknown_number_is_absent(desk: Desk) -> None:
    await desk.receive(sender=BINH)
    assert await desk.store.citizens([number(AN), number(BINH)], START - DAY) == {}
    assert await desk.store.citizens([], START - DAY) == {}


async def test_a_preference_is_kept_until_a_newer_mo_chooses_again(desk: Desk) -> None:
    first = await desk.receive("VI")
    desk.clock.step(1)
    second = await desk.receive("EN")
    await choose(desk, first, Language.VI_ACCENTED)
    assert await known(desk) == Citizen(Language.VI_ACCENTED)
    await choose(desk, second, Language.EN)
    assert await known(desk) == Citizen(Language.EN)


async def test_a_preference_of_an_older_mo_that_is_answered_later_is_not_taken(
    desk: Desk,
) -> None:
    first = await desk.receive("VI")
    desk.clock.step(1)
    await choose(desk, await desk.receive("EN"), Language.EN)
    desk.clock.step(1)
    await choose(desk, first, Language.VI)
    assert await known(desk) == Citizen(Language.EN)


async def test_of_two_mos_of_the_same_moment_the_one_that_came_later_chooses(desk: Desk) -> None:
    first, second = await desk.receive("VI"), await desk.receive("EN")
    answers = [
        replace(desk.answer(mo), preference=PreferenceChange(language))
        for mo, language in ((second, Language.EN), (first, Language.VI))
    ]
    assert await desk.store.answer(answers) == [True, True]
    assert await known(desk) == Citizen(Language.EN)


async def test_the_language_that_was_chosen_last_counts_where_the_clock_stepped_back(
    desk: Desk,
) -> None:
    await choose(desk, await desk.receive("VI"), Language.VI)
    desk.clock.step(-600)
    await choose(desk, await desk.receive("EN"), Language.EN)
    assert await known(desk) == Citizen(Language.EN)


async def test_a_void_answer_chooses_nothing(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.die()
    answer = replace(desk.answer(mo), preference=PreferenceChange(Language.EN))
    assert await desk.store.answer([answer]) == [False]
    assert await known(desk) is None


async def test_an_opt_out_changes_only_by_a_newer_mo(desk: Desk) -> None:
    first = await desk.receive("START")
    desk.clock.step(1)
    await opt(desk, await desk.receive("STOP"), OptOutChange(opted_out=True))
    await opt(desk, first, OptOutChange(opted_out=False))
    assert await desk.rows("SELECT opted_out FROM opt_out") == [(1,)]
    desk.clock.step(1)
    await opt(desk, await desk.receive("START"), OptOutChange(opted_out=False))
    assert await desk.rows("SELECT opted_out FROM opt_out") == [(0,)]


async def test_opting_out_of_one_dossier_leaves_the_others(desk: Desk) -> None:
    change = OptOutChange(opted_out=True, dossier_id=DossierId("D1"))
    await opt(desk, await desk.receive(), change)
    await opt(desk, await desk.receive(), OptOutChange(opted_out=False))
    found = await desk.rows("SELECT dossier_id, opted_out FROM opt_out ORDER BY dossier_id")
    assert found == [("", 0), ("D1", 1)]


async def test_what_a_number_asked_is_told_oldest_first_with_what_it_counts_for(
    desk: Desk,
) -> None:
    events: list[UsageEvent] = []
    for template, miss, failure in (("S4", 0, False), ("E1", 1, False), ("E4", 0, True)):
        mo = await desk.receive()
        mt = replace(desk.mt(mo, text=f"Tra loi {template}"), template=template)
        event = replace(desk.usage(), template=template, miss=miss, failure=failure)
        events.append(replace(event, text_hash=content_hash(mt.text)))
        await desk.store.answer([replace(desk.answer(mo, mt), usage=event)])
        desk.clock.step(60)
    assert await known(desk) == Citizen(None, tuple(events))


async def test_what_a_number_asked_is_known_at_once_and_after_a_death(desk: Desk) -> None:
    await desk.reply()
    await desk.die()
    citizen = await known(desk)
    assert citizen is not None
    assert [event.key for event in citizen.history] == [KEY]


async def test_only_events_after_the_moment_count(desk: Desk) -> None:
    keys = [CanonicalKey(f"17070300{i:02}") for i in range(3)]
    for key in keys:
        mo = await desk.receive()
        answer = replace(desk.answer(mo, desk.mt(mo)), key=key, usage=desk.usage(key))
        await desk.store.answer([answer])
        desk.clock.step(60)
    since = START + timedelta(seconds=60)
    found = (await desk.store.citizens([number(AN)], since))[number(AN)]
    assert [event.key for event in found.history] == keys[2:]
    just_before = since - timedelta(milliseconds=1)
    found = (await desk.store.citizens([number(AN)], just_before))[number(AN)]
    assert [event.key for event in found.history] == keys[1:]


async def test_an_event_counts_from_when_its_mo_came_not_from_when_it_was_answered(
    desk: Desk,
) -> None:
    mo = await desk.receive()
    usage = desk.usage()
    desk.clock.step(120)
    await desk.store.answer([replace(desk.answer(mo, desk.mt(mo)), usage=usage)])
    since = START + timedelta(seconds=60)
    assert await desk.store.citizens([number(AN)], since) == {}


async def test_numbers_never_see_each_others_events(desk: Desk) -> None:
    for sender in (AN, BINH, AN):
        await desk.reply(MtState.SENDING, await desk.receive(sender=sender))
    both = await desk.store.citizens([number(AN), number(BINH)], START - DAY)
    assert {h: len(c.history) for h, c in both.items()} == {number(AN): 2, number(BINH): 1}


async def guess(
    desk: Desk, dossier: DossierId, sender: Address = AN, *, wrong: bool = True, told: bool = True
) -> None:
    """A text with a second secret of a dossier, answered or in silence."""
    mo = await desk.receive(sender=sender)
    answer = desk.answer(mo, desk.mt(mo) if told else None)
    if not told:
        answer = replace(answer, outcome=Outcome.SUPPRESSED, reason="identical")
    answer = replace(answer, dossier_id=dossier, wrong_secret=wrong)
    assert await desk.store.answer([answer]) == [True]


async def test_wrong_second_secrets_are_counted_by_dossier_whoever_named_them(desk: Desk) -> None:
    one, two, other = DossierId("D1"), DossierId("D2"), DossierId("D3")
    for dossier, sender in ((one, AN), (one, BINH), (two, AN), (other, AN)):
        await guess(desk, dossier, sender)
    await guess(desk, one, wrong=False)
    await desk.die()
    assert await desk.store.wrong_secrets([one, two], START - DAY) == {one: 2, two: 1}
    assert await desk.store.wrong_secrets([DossierId("D4")], START - DAY) == {}
    assert await desk.store.wrong_secrets([], START - DAY) == {}


async def test_only_wrong_second_secrets_after_the_moment_count(desk: Desk) -> None:
    dossier = DossierId("D1")
    for _ in range(3):
        await guess(desk, dossier)
        desk.clock.step(60)
    since = START + timedelta(seconds=60)
    assert await desk.store.wrong_secrets([dossier], since) == {dossier: 1}
    assert await desk.store.wrong_secrets([dossier], since - timedelta(milliseconds=1)) == {
        dossier: 2
    }


async def test_a_wrong_second_secret_counts_also_where_nothing_is_sent(desk: Desk) -> None:
    dossier = DossierId("D1")
    await guess(desk, dossier, told=False)
    await guess(desk, dossier, wrong=False, told=False)
    assert await desk.store.wrong_secrets([dossier], START - DAY) == {dossier: 1}
    citizen = await known(desk)
    assert citizen is not None
    assert [event.miss for event in citizen.history] == [1, 0]
