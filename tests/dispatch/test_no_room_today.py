"""A door whose day is full takes nothing over, and hands back what it has no room for."""

from sms_gateway.dispatch.ways import Ways
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Deferred, MtState
from sms_gateway.intake.at_once import Slots
from sms_gateway.ports import Limits
from sms_gateway.settings.telcos import Telco
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import SWEEP, DispatchDesk
from tests.dispatch.test_door_down import TABLE, says
from tests.dispatch.test_ways import settings
from tests.intake.intake_desk import PUSHING

A, B = PUSHING, DoorName("other")
AN = Address("+84900000001")


class Two:
    """Doors A and B of one telco, each with its loop, on one store; replies leave by any."""

    def __init__(self, dispatching: Open, a: Limits, b: Limits, sweep: float = SWEEP) -> None:
        self.a = dispatching(a, TABLE, sweep, door=A)
        self.b = dispatching(b, TABLE, sweep, door=B)
        self.clock = self.a.clock
        loops = {A: self.a, B: self.b}
        doors = {name: loop.way for name, loop in loops.items()}
        records = {name: loop.record for name, loop in loops.items()}
        self.ways = Ways(settings(Telco(doors=(A, B), reply_by="any")), doors, records)
        for loop in loops.values():
            loop.goes(self.ways, lambda door: loops[door].dispatch.wake())
        # Where the intake is told nothing of the other door, all wait at A first.
        at_a = Slots(leaves_by=lambda _door, _template: A)
        self.a.desk.answerer.at_once._slots = at_a  # noqa: SLF001  # as with other settings

    async def found(self) -> list[tuple[DoorName, MtState]]:
        return sorted((row.door, row.state) for row in await self.a.rows())


async def from_one(desk: DispatchDesk, count: int) -> None:
    """Replies to one citizen."""
    for number in range(count):
        await desk.desk.accept(desk.desk.mo(f"MCKH 170703-000{number}", sender=AN), door=A)
    await desk.clock.settled()
    desk.dispatch.wake()
    await desk.clock.settled()


async def test_no_more_is_handed_on_than_the_other_door_takes_today(dispatching: Open) -> None:
    two = Two(dispatching, Limits(slots=3), Limits(per_day=1))
    says(two.a, Deferred("unreachable"))
    await two.a.sent(6)
    assert await two.found() == [(B, MtState.ACCEPTED)] + [(A, MtState.QUEUED)] * 5
    two.a.telco.behaviour = None
    await two.clock.advance(30)
    assert await two.found() == [(B, MtState.ACCEPTED)] + [(A, MtState.ACCEPTED)] * 5


async def test_what_waits_there_already_takes_its_room(dispatching: Open) -> None:
    two = Two(dispatching, Limits(slots=3), Limits(per_day=5))
    two.b.leads = False
    says(two.a, Deferred("unreachable"))
    await two.a.sent(3)
    assert await two.found() == [(B, MtState.QUEUED)] * 3
    await two.a.sent(4)
    assert await two.found() == [(B, MtState.QUEUED)] * 5 + [(A, MtState.QUEUED)] * 2


async def test_what_one_number_may_not_get_today_goes_back_and_waits(dispatching: Open) -> None:
    two = Two(dispatching, Limits(slots=3), Limits(per_number_per_day=1))
    says(two.a, Deferred("unreachable"))
    await from_one(two.a, 3)
    assert await two.found() == [(B, MtState.ACCEPTED)] + [(A, MtState.QUEUED)] * 2
    # And it does not go to and fro.
    moves = [len((await two.a.desk.line(row.id)).attempts) for row in await two.a.desk.rows()]
    assert max(moves) <= 3
    two.a.telco.behaviour = None
    await two.clock.advance(60)
    assert await two.found() == [(B, MtState.ACCEPTED)] + [(A, MtState.ACCEPTED)] * 2


async def test_a_door_that_works_gets_what_a_full_one_has_no_room_for(dispatching: Open) -> None:
    two = Two(dispatching, Limits(slots=3, per_day=2), Limits())
    ids = await two.a.sent(5)
    assert await two.found() == sorted([(A, MtState.ACCEPTED)] * 2 + [(B, MtState.ACCEPTED)] * 3)
    row = (await two.a.desk.rows())[-1]
    said = [(one.door, one.result, one.reason) for one in (await two.a.desk.line(row.id)).attempts]
    assert said == [(A, "moved", "telco_limit"), (B, "accepted", "")]
    assert len(two.b.telco.got) == len(ids) - 2


async def test_where_all_are_full_it_ends_as_before(dispatching: Open) -> None:
    two = Two(dispatching, Limits(slots=3, per_day=2), Limits(per_day=1))
    await two.a.sent(5)
    states = [state for _, state in await two.found()]
    assert states.count(MtState.ACCEPTED) == 3
    assert states.count(MtState.EXPIRED) == 2


async def test_a_reply_that_must_go_back_by_its_door_does_not_move_from_a_full_one(
    dispatching: Open,
) -> None:
    two = Two(dispatching, Limits(per_day=1), Limits())
    two.a.desk.answerer.at_once._slots = Slots()  # noqa: SLF001  # as with other settings
    await two.a.sent(3)
    assert two.b.telco.got == []
    assert sorted(await two.a.states()) == [MtState.ACCEPTED] + [MtState.EXPIRED] * 2


async def test_what_the_other_door_does_not_carry_does_not_move_from_a_full_one(
    dispatching: Open,
) -> None:
    two = Two(dispatching, Limits(per_day=1), Limits(templates=frozenset({"none"})))
    await two.a.sent(3)
    assert two.b.telco.got == []


async def test_a_door_that_is_full_today_is_chosen_again_tomorrow(dispatching: Open) -> None:
    two = Two(dispatching, Limits(per_day=1), Limits(), sweep=3600)
    assert two.ways.reply(B, "S4") == A
    await two.a.sent(1)
    assert [two.ways.reply(A, "S4"), two.ways.push(A)] == [B, B]
    assert [door.name for door in two.ways.elsewhere(B)] == []
    await two.clock.advance(24 * 3600)
    assert two.ways.reply(B, "S4") == A


async def test_where_all_doors_are_full_a_message_waits_at_its_own(dispatching: Open) -> None:
    two = Two(dispatching, Limits(per_day=1), Limits(per_day=1))
    await two.a.sent(2)
    assert [two.ways.push(A), two.ways.push(B)] == [A, B]
