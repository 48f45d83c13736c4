"""What is held, as far as somebody may see it, in every dialect."""

from sms_gateway.domain.dossier import State
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import NoticesDesk, dossier_id
from tests.parts import AN, BINH


async def test_each_sees_the_part_of_a_batch_that_belongs_to_their_agencies(desk: Desk) -> None:
    notices = NoticesDesk(desk, most=2)
    await notices.to_the_present()
    for number in range(4):
        agency, at = ("H32.01", "H32.02")[number % 2], desk.clock.at
        changed = {"state_at": at, "agency": agency, "owners": (AN, BINH)}
        notices.change(State.PAPERS_NEEDED, number, **changed)
    await notices.look(60)
    held = notices.store.held
    (every,) = await held.parts(None)
    assert (every.reason, every.texts, every.dossiers, every.numbers) == ("blast", 8, 4, 2)
    (some,) = await held.parts(["H32.01"])
    assert (some.id, some.texts, some.dossiers, some.numbers) == (every.id, 4, 2, 2)
    assert await held.parts([]) == []
    assert len(await held.texts(every.id, None, 5)) == 5
    texts = await held.texts(every.id, ["H32.02"], 9)
    assert {one.code for one in texts} == {dossier_id(1), dossier_id(3)}
    assert {one.to for one in texts} == {AN.masked, BINH.masked}
    assert {one.template for one in texts} == {"S5"}
    assert await held.texts("none", None, 5) == []
