"""What every store lets staff see and decide of one number."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.domain.acts import HandleOrder
from sms_gateway.domain.citizens import NumberAct, NumberOrder
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.records import Citizen, OptOutChange, PreferenceChange
from sms_gateway.store.citizens import StoreNumbers
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import AN, BINH, DOOR, START, Desk, number
from tests.contracts.test_pushing_contract import notice

DAY = timedelta(days=1)
DOSSIER = DossierId("H32.12-230615-0001")


def numbers(desk: Desk) -> StoreNumbers:
    assert isinstance(desk.store, SqlStore)
    return desk.store.numbers


async def decided(desk: Desk, act: NumberAct, dossier: str = "") -> None:
    order = NumberOrder(
        desk.new_id(), (number(AN),), act, dossier, "gọi quấy rối", desk.clock.at, "staff:an"
    )
    await numbers(desk).decide(order)


async def known(desk: Desk) -> Citizen | None:
    return (await desk.store.citizens([number(AN)], START - DAY)).get(number(AN))


async def test_a_number_is_blocked_and_let_in_again(desk: Desk) -> None:
    await desk.receive()
    await decided(desk, NumberAct.BLOCK)
    assert await known(desk) == Citizen(blocked=True)
    facts = await numbers(desk).facts([number(AN)], START - DAY)
    assert (facts.blocked_at, facts.blocked_by, facts.note) == (START, "staff:an", "gọi quấy rối")
    desk.clock.step(1)
    await decided(desk, NumberAct.UNBLOCK)
    assert await known(desk) == Citizen()
    facts = await numbers(desk).facts([number(AN)], START - DAY)
    assert facts.blocked_at is None
    assert [(act, by) for _, by, act, _ in facts.acts] == [
        ("citizen.unblock", "staff:an"),
        ("citizen.block", "staff:an"),
    ]


async def test_the_language_of_a_blocked_number_is_kept(desk: Desk) -> None:
    mo = await desk.receive("EN")
    change = replace(desk.answer(mo), preference=PreferenceChange(Language.EN))
    assert await desk.store.answer([change]) == [True]
    await decided(desk, NumberAct.BLOCK)
    assert await known(desk) == Citizen(Language.EN, blocked=True)


async def test_nothing_goes_to_a_blocked_number_by_itself(desk: Desk) -> None:
    before = notice(desk, "notice:1")
    assert await desk.store.queue_pushes([before]) == [True]
    await decided(desk, NumberAct.BLOCK)
    assert (await desk.mt_row(before.id)).state is MtState.FAILED
    later = notice(desk, "notice:2")
    await desk.store.queue_pushes([later])
    desk.clock.step(60)
    assert await desk.store.lease(DOOR, desk.clock.at, 9) == []
    await decided(desk, NumberAct.UNBLOCK)
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 9)] == [later.id]


async def test_a_blocked_number_counts_as_one_that_wants_no_automatic_message(desk: Desk) -> None:
    await decided(desk, NumberAct.BLOCK)
    assert isinstance(desk.store, SqlStore)
    known_of = await desk.store.notices.choices([number(AN), number(BINH)])
    assert [(one.dossier_id, one.opted_out) for one in known_of[number(AN)]] == [("", True)]
    assert number(BINH) not in known_of


async def test_what_was_asked_before_a_reset_counts_no_more(desk: Desk) -> None:
    async def asks() -> None:
        mo = await desk.receive()
        answer = replace(desk.answer(mo, desk.mt(mo)), usage=desk.usage())
        assert await desk.store.answer([answer]) == [True]

    await asks()
    desk.clock.step(1)
    await decided(desk, NumberAct.RESET)
    assert await known(desk) == Citizen()
    desk.clock.step(1)
    await asks()
    citizen = await known(desk)
    assert citizen is not None
    assert [event.at for event in citizen.history] == [desk.clock.at]
    facts = await numbers(desk).facts([number(AN)], START - DAY)
    assert facts.history == citizen.history
    assert facts.counts_from == START + timedelta(seconds=1)


async def test_a_choice_told_to_a_person_holds_until_the_citizen_texts_another(desk: Desk) -> None:
    waits = replace(notice(desk), dossier_id=DOSSIER)
    await desk.store.queue_pushes([waits])
    await decided(desk, NumberAct.OPT_OUT, DOSSIER)
    assert (await desk.mt_row(waits.id)).hold_reason == "opted_out"
    (choice,) = (await numbers(desk).facts([number(AN)], START - DAY)).choices
    assert (choice.what, choice.dossier_id, choice.message) == ("out", DOSSIER, None)
    desk.clock.step(1)
    mo = await desk.receive("MO")
    change = OptOutChange(opted_out=False, dossier_id=DOSSIER)
    await desk.store.answer([replace(desk.answer(mo), opt_out=change)])
    (choice,) = (await numbers(desk).facts([number(AN)], START - DAY)).choices
    assert (choice.what, choice.message, choice.agency) == ("in", mo.id, "000.00.01.H19")


async def test_a_thread_has_the_replies_and_what_went_by_itself(desk: Desk) -> None:
    mo = await desk.receive()
    reply = await desk.reply(mo=mo)
    told = notice(desk)
    await desk.store.queue_pushes([told])
    assert [(of, mt.id) for of, mt in await numbers(desk).replies([mo.id])] == [(mo.id, reply.id)]

    async def pushed(low: str = "", high: str = "", agencies: list[str] | None = None) -> list[str]:
        found = await numbers(desk).pushes([number(AN)], (low, high), 9, agencies)
        return [mt.id for mt in found]

    assert await pushed() == [told.id]
    assert await pushed(high=told.id) == []
    assert await pushed(low=told.id) == [told.id]
    assert await pushed(agencies=["another"]) == []
    assert await pushed(agencies=[told.agency]) == [told.id]


async def test_what_waits_for_a_person_is_listed_newest_first(desk: Desk) -> None:
    held = [replace(notice(desk, f"notice:{n}"), state=MtState.HELD) for n in range(3)]
    await desk.store.queue_pushes(held)
    ids = [mt.id for mt in held]

    async def waiting(which: str, before: str = "", limit: int = 9) -> list[str]:
        found = await numbers(desk).waiting(which, START - DAY, (before, limit), None)
        return [mt.id for mt in found]

    assert await waiting("held_alone") == ids[::-1]
    assert await waiting("held_alone", limit=1) == [ids[2]]
    assert await waiting("held_alone", before=ids[2]) == [ids[1], ids[0]]
    assert await numbers(desk).waiting("held_alone", START, ("", 9), ["another"]) == []
    assert await waiting("failed") == await waiting("uncertain") == []
    # What is ended on purpose is no failure.
    await decided(desk, NumberAct.BLOCK)
    assert await waiting("failed") == []
    mt = await desk.reply()
    assert await desk.store.lease(DOOR, desk.clock.at, 1)
    assert await desk.store.settle([desk.settlement(mt.id, 1, MtState.FAILED)]) == [True]
    assert await waiting("failed") == [mt.id]
    assert await numbers(desk).waiting("failed", START + DAY, ("", 9), None) == []
    assert await numbers(desk).dossier_of(mt.id) is None
    assert await numbers(desk).dossier_of(held[0].id) == held[0].dossier_id


@pytest.mark.parametrize(
    "delivery", [Delivery.EXPIRED, Delivery.UNDELIVERABLE, Delivery.REJECTED, Delivery.DELIVERED]
)
async def test_what_never_arrived_is_listed_as_often_as_it_is_counted(
    desk: Desk, delivery: Delivery
) -> None:
    late = await desk.reply()
    await desk.change(f"UPDATE outbox SET state = 'expired' WHERE id = '{late.id}'")  # noqa: S608  # our id
    gone = await desk.reply(MtState.HELD)
    assert await desk.store.handle(HandleOrder(gone.id, START, "os:an", "")) is not None
    mt = await desk.reply()
    await desk.sent(mt, "T1")
    await desk.reported("T1", delivery)
    found = await numbers(desk).waiting("failed", START - DAY, ("", 9), None)
    expected = [late.id] if delivery is Delivery.DELIVERED else [mt.id, late.id]
    assert [one.id for one in found] == expected
    assert (await desk.reading.attention(START - DAY)).failed == len(expected)


async def test_automatic_messages_about_a_dossier_are_found_by_it(desk: Desk) -> None:
    keys = (
        f"notice:{DOSSIER}:1:{number(AN)}", f"survey:{DOSSIER}", f"notice:{DOSSIER}1:1:x",
        f"survey:{DOSSIER}1",
    )  # fmt: skip
    sent = [notice(desk, key) for key in keys]
    await desk.store.queue_pushes(sent)
    found = await numbers(desk).about(DOSSIER, 9, None)
    assert [mt.id for mt in found] == [sent[1].id, sent[0].id]
    assert {mt.kind for mt in found} == {MtKind.NOTICE}
    assert await numbers(desk).about(DOSSIER, 9, ["another"]) == []
