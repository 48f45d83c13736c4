"""What waits at a door that is down leaves by another one of its telco."""

import pytest

from sms_gateway.dispatch.health import DoorState
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.outcome import Deferred, MtState
from sms_gateway.intake.at_once import Slots
from sms_gateway.ports import Limits, StoreDownError
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import DispatchDesk
from tests.dispatch.test_door_down import TABLE, says
from tests.dispatch.test_ways import door
from tests.intake.intake_desk import PUSHING

OTHER = DoorName("other")


async def replies(desk: DispatchDesk, count: int) -> None:
    """As many replies that any door of the telco may carry."""
    desk.desk.answerer.at_once._slots = Slots(leaves_by=lambda door, _template: door)  # noqa: SLF001  # as with other settings
    await desk.sent(count)


async def doors(desk: DispatchDesk) -> list[DoorName]:
    return [row.door for row in await desk.rows()]


async def test_all_but_those_under_way_move_as_soon_as_the_door_is_down(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    desk.others = [door(OTHER)]
    says(desk, Deferred("unreachable"))
    await replies(desk, 10)
    assert await doors(desk) == [OTHER] * 10
    assert set(desk.called) == {OTHER}
    assert len(desk.telco.got) == 3
    (row, *_) = await desk.desk.rows()
    attempts = (await desk.desk.line(row.id)).attempts
    assert [(a.attempt, a.door, a.result) for a in attempts] == [
        (1, PUSHING, "deferred"),
        (2, PUSHING, "moved"),
    ]


async def test_replies_that_must_go_back_wait_for_their_door(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    desk.others = [door(OTHER)]
    says(desk, Deferred("unreachable"))
    await desk.sent(5)
    assert await doors(desk) == [PUSHING] * 5
    desk.telco.behaviour = None
    await desk.clock.advance(10)
    assert set(await desk.states()) == {MtState.ACCEPTED}


async def test_where_no_other_door_works_they_wait(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    says(desk, Deferred("unreachable"))
    await replies(desk, 5)
    assert await doors(desk) == [PUSHING] * 5
    assert "take_over" not in desk.faults.calls
    desk.others = [door(OTHER)]
    await desk.clock.advance(5)
    assert await doors(desk) == [OTHER] * 5


async def test_after_a_rest_one_is_tried_first_and_the_others_move(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    says(desk, Deferred("unreachable"))
    await replies(desk, 5)
    desk.others = [door(OTHER)]
    desk.telco.behaviour = None
    await desk.clock.advance(5)
    assert len(desk.telco.got) >= 4
    states = await desk.states()
    assert states.count(MtState.ACCEPTED) >= 1


async def test_a_door_that_works_hands_nothing_on_and_asks_for_nothing(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    desk.others = [door(OTHER)]
    await replies(desk, 10)
    assert await doors(desk) == [PUSHING] * 10
    assert "take_over" not in desk.faults.calls


async def test_what_the_other_door_does_not_carry_waits_and_says_why(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    desk.others = [door(OTHER, limits=Limits(max_segments=0))]
    says(desk, Deferred("unreachable"))
    await replies(desk, 5)
    found = {(row.door, row.state, row.hold_reason) for row in await desk.rows()}
    assert found == {(PUSHING, MtState.QUEUED, "does_not_fit other")}
    desk.telco.behaviour = None
    await desk.clock.advance(10)
    found = {(row.door, row.state, row.hold_reason) for row in await desk.rows()}
    assert found == {(PUSHING, MtState.ACCEPTED, "")}


async def test_a_door_of_registered_templates_gets_no_reply_without_one(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    says(desk, Deferred("unreachable"))
    await replies(desk, 2)
    (template,) = {row.template for row in await desk.rows()}
    for listed, result, reason in (
        (f"not {template}", PUSHING, "does_not_fit other"),
        (template, OTHER, ""),
    ):
        desk.others = [door(OTHER, limits=Limits(templates=frozenset({listed})))]
        await desk.clock.advance(30)
        found = {(row.door, row.hold_reason) for row in await desk.rows()}
        assert found == {(result, reason)}


async def test_what_one_other_door_does_not_carry_leaves_by_the_next_one(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    third = DoorName("third")
    desk.others = [door(OTHER, limits=Limits(max_segments=0)), door(third)]
    says(desk, Deferred("unreachable"))
    await replies(desk, 5)
    assert {(row.door, row.hold_reason) for row in await desk.rows()} == {(third, "")}


@pytest.mark.parametrize("refused, result", [("ấ", PUSHING), ("%", OTHER)])
async def test_accented_words_stay_where_the_other_door_would_make_holes_in_them(
    refused: str, result: DoorName, dispatching: Open
) -> None:
    desk = dispatching(Limits(slots=3), TABLE)
    desk.others = [door(OTHER, limits=Limits(refused_characters=frozenset(refused)))]
    says(desk, Deferred("unreachable"))
    await replies(desk, 4)
    await desk.desk.accept(desk.desk.mo("MCKH CO DAU"), door=PUSHING)
    await desk.clock.settled()
    desk.dispatch.wake()
    await desk.clock.settled()
    assert await doors(desk) == [OTHER] * 4 + [result]


async def test_a_queue_that_stays_is_not_walked_again_and_again(dispatching: Open) -> None:
    """A door that is not bound looks at its queue at each sweep, and not for others."""
    desk = dispatching(Limits(slots=0), TABLE)
    desk.others = [door(OTHER, limits=Limits(max_segments=0))]
    await replies(desk, 5)
    await desk.clock.advance(50)
    assert desk.health().state is DoorState.DOWN
    assert desk.faults.calls.count("take_over") == 1
    await desk.clock.advance(60)
    assert desk.faults.calls.count("take_over") == 2


async def test_a_message_that_comes_while_the_door_is_down_moves_at_once(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=0), TABLE)
    desk.others = [door(OTHER)]
    await replies(desk, 2)
    await desk.clock.advance(20)
    assert await doors(desk) == [OTHER] * 2
    await replies(desk, 2)
    assert await doors(desk) == [OTHER] * 4


async def test_a_door_that_changes_is_asked_for_all_that_waits(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=0), TABLE)
    desk.others = [door(OTHER, limits=Limits(max_segments=0))]
    await replies(desk, 3)
    await desk.clock.advance(20)
    desk.others = [door(OTHER)]
    await desk.clock.advance(3)
    assert await doors(desk) == [OTHER] * 3


async def test_what_came_while_the_other_door_was_away_moves_when_it_is_back(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=0), TABLE)
    desk.others = [door(OTHER)]
    await replies(desk, 1)
    await desk.clock.advance(20)
    desk.others = []
    await replies(desk, 2)
    desk.others = [door(OTHER)]
    await desk.clock.advance(3)
    assert await doors(desk) == [OTHER] * 3


async def test_what_was_not_looked_at_for_the_store_was_down_moves_later(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=0), TABLE)
    desk.others = [door(OTHER)]
    await replies(desk, 1)
    await desk.clock.advance(20)
    desk.faults.broken["take_over"] = [StoreDownError("SQLITE_IOERR")]
    await replies(desk, 2)
    assert (await doors(desk)).count(PUSHING) == 2
    await desk.clock.advance(3)
    assert await doors(desk) == [OTHER] * 3
