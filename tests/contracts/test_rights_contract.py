"""What is kept of one number, and how it goes, in every store."""

from collections.abc import Sequence

from msgspec.structs import replace

from sms_gateway.domain.acts import UNMASK_ACT, HandleOrder
from sms_gateway.domain.audit_chain import Check
from sms_gateway.domain.citizens import NumberAct, NumberOrder
from sms_gateway.domain.ids import DossierId, TraceId
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import OptOutChange, PreferenceChange
from sms_gateway.domain.retention import HoldKind
from sms_gateway.domain.rights import KeptOfNumber
from sms_gateway.retention.rights import CitizenRights, Erased
from sms_gateway.store.tables import MADE_AGAIN, messages
from sms_gateway.store.verifying import verified
from tests.contracts.purge_desk import (
    answered,
    hold,
    is_purged,
    parked,
    release,
    rows_of,
    store,
)
from tests.contracts.store_desk import AN, BINH, HASHER, Desk, number, pending

ONE = DossierId("H32-1")
WORD = "tracked-word"
NUMBER, DIGITS = "0900000001", "900000001"
TABLES = sorted({one.name for one in messages().tables} | MADE_AGAIN)


async def erase(desk: Desk, sender: Address = AN) -> Erased:
    rights = CitizenRights(store(desk).retention, desk.clock.now)
    return await rights.erase([number(sender)], "asked at the desk", "os:an")


async def kept(desk: Desk, sender: Address = AN) -> KeptOfNumber:
    return await store(desk).reading.kept_of([number(sender)])


async def chosen(desk: Desk) -> None:
    """An chooses English, follows a dossier, and refuses notices of another."""
    for change in (
        OptOutChange(opted_out=False, dossier_id=ONE, follows=True),
        OptOutChange(opted_out=True),
    ):
        mo = await desk.receive("MCKH EN")
        answer = replace(
            desk.answer(mo, desk.mt(mo)), opt_out=change, preference=PreferenceChange(Language.EN)
        )
        assert await desk.store.answer([answer]) == [True]


async def states(desk: Desk) -> Sequence[tuple[object, ...]]:
    return await desk.rows("SELECT state, hold_reason FROM outbox ORDER BY id")


async def test_texts_lose_words_and_number_with_all_that_belongs_to_them(desk: Desk) -> None:
    mo = await answered(desk)
    done = await erase(desk)
    assert (done.texts, done.held, done.open) == (1, 0, 0)
    assert await is_purged(desk, mo.id)
    gone = await rows_of(desk, "raw_exchange", "case_snapshot", "attempt", "receipt")
    assert set(gone.values()) == {0}
    ((sender, text, hashed, key),) = await desk.rows(
        "SELECT sender, text, sender_hash, code_key FROM inbox"
    )
    assert (sender, text, hashed, key) == ("", "", number(AN), "")


async def test_others_keep_what_is_theirs(desk: Desk) -> None:
    await desk.receive("MCKH 1")
    other = await desk.receive("MCKH 2", sender=BINH)
    await desk.store.answer([desk.answer(other, desk.mt(other))])
    await erase(desk)
    assert not await is_purged(desk, other.id)


async def test_what_has_not_left_is_not_sent_any_more_and_loses_its_words_too(desk: Desk) -> None:
    mo = await desk.receive()
    await desk.store.answer([desk.answer(mo, desk.mt(mo))])
    done = await erase(desk)
    assert (done.texts, done.open) == (1, 0)
    assert await states(desk) == [("failed", "erased")]


async def test_what_is_being_sent_or_answered_stays_and_goes_the_next_time(desk: Desk) -> None:
    mo = await desk.receive()
    mt = desk.mt(mo, MtState.SENDING)
    await desk.store.answer([desk.answer(mo, mt)])
    await desk.receive("MCKH 2")
    done = await erase(desk)
    assert (done.texts, done.open) == (0, 2)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.FAILED)])
    again = await erase(desk)
    assert (again.texts, again.open) == (1, 1)


async def test_a_text_that_waits_for_a_person_is_handled_by_that(desk: Desk) -> None:
    mo = await parked(desk)
    assert (await erase(desk)).texts == 1
    row = (await desk.line_of(mo.id)).mo
    assert row is not None
    assert row.handled_at == desk.clock.at


async def test_a_hold_keeps_its_text_and_is_named(desk: Desk) -> None:
    held, free = await answered(desk, "A1"), await answered(desk, "A2", "MCKH 3")
    await hold(desk, HoldKind.MESSAGE, held.id)
    done = await erase(desk)
    assert (done.texts, done.held) == (1, 1)
    assert done.holds == [f"message {held.id}"]
    assert not await is_purged(desk, held.id)
    assert await is_purged(desk, free.id)


async def test_a_hold_of_the_number_keeps_everything(desk: Desk) -> None:
    mo = await answered(desk)
    await chosen(desk)
    await hold(desk, HoldKind.NUMBER, number(AN))
    before = await states(desk)
    done = await erase(desk)
    assert (done.texts, done.rest.preferences, done.rest.subscriptions) == (0, 0, 0)
    assert done.holds == [f"number {number(AN)}"]
    assert not await is_purged(desk, mo.id)
    assert await states(desk) == before


async def test_choices_go_and_what_was_refused_stays(desk: Desk) -> None:
    await chosen(desk)
    before = await kept(desk)
    assert [one["language"] for one in before.preferences] == ["en"]
    assert [one["dossier"] for one in before.subscriptions] == [ONE]
    done = await erase(desk)
    assert (done.rest.preferences, done.rest.subscriptions) == (1, 1)
    after = await kept(desk)
    assert (after.preferences, after.subscriptions) == ([], [])
    assert list(after.opt_outs) == list(before.opt_outs)
    assert any(one["opted_out"] for one in after.opt_outs)


async def test_parts_of_a_text_that_was_never_whole_go_with_their_requests(desk: Desk) -> None:
    await desk.part("MCKH 1707", desk.part_of(1, 2))
    assert [one["text"] for one in (await kept(desk)).parts] == ["MCKH 1707"]
    assert (await erase(desk)).rest.parts == 1
    assert set((await rows_of(desk, "inbox_part", "raw_exchange")).values()) == {0}


async def test_pages_follow_one_another_to_the_end(desk: Desk) -> None:
    for n in range(205):
        mo = await desk.receive(f"MCKH {n}")
        await desk.store.answer([desk.answer(mo)])
    looked: list[int] = []

    async def progress(count: int) -> None:
        looked.append(count)

    rights = CitizenRights(store(desk).retention, desk.clock.now)
    done = await rights.erase([number(AN), number(BINH)], "", "os:an", progress)
    assert done.texts == 205
    assert looked[:3] == [100, 200, 205]


async def test_it_is_audited_by_the_hash_and_doing_it_twice_does_no_harm(desk: Desk) -> None:
    await answered(desk)
    await erase(desk)
    assert (await erase(desk)).texts == 0
    rows = await desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id")
    subject = f"number {number(AN)}"
    assert rows[0] == ("citizen.erase", "os:an", subject, "asked at the desk")
    counts = "texts=1 messages=0 held=0 open=0 preferences=0 subscriptions=0 surveys=0 parts=0"
    assert rows[1] == ("citizen.erased", "os:an", subject, counts)
    assert len(rows) == 4
    assert await desk.sound()


async def test_what_is_told_of_a_number_is_its_own_alone(desk: Desk) -> None:
    await chosen(desk)
    other = await kept(desk, BINH)
    told = (other.preferences, other.opt_outs, other.subscriptions, other.surveys, other.parts)
    assert not any(told)


async def told_of_an(desk: Desk) -> None:
    """An's text and one of BINH came in one call; staff wrote AN's number into all they could."""
    one = replace(desk.arrival(f"{WORD} {AN.value}"), raw=None)
    first = replace(desk.arrival("MCKH 7", sender=BINH), raw=f"{AN.value} {WORD}".encode())
    call = TraceId(first.id)
    results = await desk.store.record([replace(first, trace_id=call), replace(one, trace_id=call)])
    mo = pending(results[1])
    answer = replace(desk.answer(mo, desk.mt(mo, text=WORD)), snapshot=f'"{WORD}"'.encode())
    assert await desk.store.answer([answer]) == [True]
    waits = await parked(desk)
    audit, at = store(desk).note_audit, desk.clock.at
    await desk.store.handle(HandleOrder(waits.id, at, "staff:lan", f"{WORD} {NUMBER}"))
    await audit(at, "staff:lan", UNMASK_ACT, mo.id, f"called {NUMBER} {WORD}")
    for act in (NumberAct.BLOCK, NumberAct.OPT_OUT):
        note = f"{NUMBER} {WORD}"
        await store(desk).numbers.decide(
            NumberOrder(desk.new_id(), (number(AN),), act, "", note, at, "staff:lan")
        )
    await hold(desk, HoldKind.MESSAGE, mo.id, f"{NUMBER} {WORD}")
    await release(desk, HoldKind.MESSAGE, mo.id)
    await desk.part(f"{WORD} {NUMBER}", desk.part_of(1, 2))


async def cells(desk: Desk) -> list[str]:
    """Every value of every row of every table."""
    found = []
    for table in TABLES:
        for row in await desk.rows(f"SELECT * FROM {table}"):  # noqa: S608  # names of ours
            found += [
                f"{table}: {bytes(one) if isinstance(one, bytes | memoryview) else one!r}"
                for one in row
            ]
    return found


def naming(found: Sequence[str]) -> list[str]:
    return [one for one in found if DIGITS in one or WORD in one]


async def test_nothing_in_the_store_names_who_was_erased_and_the_audit_holds(desk: Desk) -> None:
    await told_of_an(desk)
    assert len(naming(await cells(desk))) > 10
    rights = CitizenRights(store(desk).retention, desk.clock.now)
    await rights.erase([number(AN)], f"asked by {NUMBER}", "os:an")
    assert naming(await cells(desk)) == []
    acts = await desk.rows("SELECT act, by, detail FROM audit WHERE detail <> '' ORDER BY id")
    assert ("citizen.erase", "os:an", "asked by xxx001") in acts
    trail = store(desk).reading.trail
    check = Check(HASHER.seals)
    assert [fault async for fault in verified(trail, check)] == []
    assert check.blanked == 5


async def test_the_call_of_a_text_that_is_held_stays_whole(desk: Desk) -> None:
    await told_of_an(desk)
    await hold(desk, HoldKind.NUMBER, number(BINH))
    await erase(desk)
    assert [one.partition(":")[0] for one in naming(await cells(desk))] == ["raw_exchange"]
