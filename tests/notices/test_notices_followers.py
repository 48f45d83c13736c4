"""Who follows a dossier of somebody else's is told of it until it is closed."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import ReturnVia, State
from sms_gateway.domain.notices import CONFIRM_ACT, DROP_ACT, RELEASE_ACT
from sms_gateway.domain.records import OptOutChange
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import NoticesDesk, dossier_id
from tests.parts import AN, BINH

HOUR = 3600


async def follow(notices: NoticesDesk, number: int = 1) -> None:
    """Binh follows a dossier of An's."""
    desk = notices.desk
    mo = await desk.receive(sender=BINH)
    wish = OptOutChange(opted_out=False, dossier_id=dossier_id(number), follows=True)
    assert await desk.store.answer([replace(desk.answer(mo), opt_out=wish)]) == [True]


async def kept(notices: NoticesDesk) -> list[object]:
    """The numbers that stand among who follows; empty where one is forgotten."""
    return [one for (one,) in await notices.desk.rows("SELECT recipient FROM subscription")]


async def recipients(notices: NoticesDesk, seconds: float) -> list[str]:
    notices.texted.clear()
    await notices.look(seconds)
    await notices.leased()
    notices.desk.clock.step(2)  # the pace lets the second recipient's text go
    await notices.leased()
    return [mt.recipient.value for mt in notices.texted]


@pytest.mark.parametrize(
    "state, via",
    [
        (State.RETURNED, ReturnVia.POST),
        (State.NOT_ACCEPTED, ReturnVia.COUNTER),
        (State.WITHDRAWN, ReturnVia.COUNTER),
        (State.STOPPED, ReturnVia.COUNTER),
    ],
)
async def test_who_follows_is_told_that_it_is_closed_and_then_forgotten(
    notices: NoticesDesk, state: State, via: ReturnVia
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    await follow(notices)
    notices.change(state, return_via=via)
    assert await recipients(notices, 30) == []
    assert await kept(notices) == [BINH.value]
    assert await recipients(notices, 30) == [AN.value, BINH.value]
    assert await kept(notices) == [""]
    notices.change(State.FINISHED)
    assert BINH.value not in await recipients(notices, 5 * HOUR)


async def test_who_follows_is_forgotten_where_the_end_is_told_to_nobody(
    notices: NoticesDesk,
) -> None:
    notices.change(State.FINISHED)
    await notices.told()
    await follow(notices)
    notices.change(State.RETURNED, return_via=ReturnVia.COUNTER)
    assert await recipients(notices, 60) == []
    assert await kept(notices) == [""]


async def test_who_follows_is_kept_while_a_dossier_goes_on(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    await follow(notices)
    notices.change(State.FINISHED)
    assert await recipients(notices, 60) == [AN.value, BINH.value]
    assert await kept(notices) == [BINH.value]


@pytest.mark.parametrize("act, left", [(CONFIRM_ACT, ""), (DROP_ACT, BINH.value)])
async def test_who_follows_what_went_back_is_kept_until_staff_confirm_it(
    notices: NoticesDesk, act: str, left: str
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.change(State.FINISHED)
    await notices.told(60)
    await follow(notices)
    notices.change(State.STOPPED)
    assert await recipients(notices, 5 * HOUR) == []
    assert await kept(notices) == [BINH.value]
    (batch,) = await notices.store.notices.batches()
    wrong = notices.order(batch.id, RELEASE_ACT, "blast")
    assert (await notices.store.notices.end_batch(wrong)).texts == 0
    assert await kept(notices) == [BINH.value]
    assert (await notices.store.notices.end_batch(notices.order(batch.id, act))).texts == 2
    await notices.look()  # what is let go is made anew, also for who follows
    assert await kept(notices) == [left]


async def test_who_follows_dossiers_of_a_large_batch_is_kept_until_it_is_released(
    desk: Desk,
) -> None:
    notices = NoticesDesk(desk, most=1)
    await notices.to_the_present()
    for number in (1, 2, 3):
        notices.change(State.REGISTERED, number)
    await notices.told()
    await follow(notices, 1)
    await follow(notices, 2)
    notices.change(State.PAPERS_NEEDED, 1)
    notices.change(State.NOT_ACCEPTED, 2)
    notices.change(State.NOT_ACCEPTED, 3)
    assert await recipients(notices, 60) == []
    assert await kept(notices) == [BINH.value] * 2
    (batch,) = await notices.store.notices.batches()
    released = notices.order(batch.id, RELEASE_ACT, "blast")
    assert (await notices.store.notices.end_batch(released)).texts == 5
    await notices.look()  # what is let go is made anew, also for who follows
    rows = await notices.desk.rows("SELECT recipient FROM subscription ORDER BY dossier_id")
    assert rows == [(BINH.value,), ("",)]


async def test_the_plan_counts_who_follows_too(notices: NoticesDesk) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    await follow(notices)
    notices.change(State.PAPERS_NEEDED)
    planned = await notices.planner.plan(1)
    assert planned.texts == 2
    assert {sample.to for sample in planned.samples} == {AN.masked, BINH.masked}
