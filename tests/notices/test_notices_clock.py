"""A clock that was wrong for a while, and is put right, makes nobody wait."""

from sms_gateway.domain.dossier import ReturnVia, State
from tests.notices.notices_desk import NoticesDesk

HOUR = 3600


async def test_what_was_told_by_a_clock_an_hour_ahead_does_not_hold_up_what_follows(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.desk.clock.step(HOUR)
    notices.change(State.FINISHED)
    assert await notices.told() == ["S9-undated"]
    notices.desk.clock.step(-HOUR)
    notices.change(State.FINISHED, 2, return_via=ReturnVia.POST, state_at=notices.desk.clock.at)
    assert [*await notices.told(), *await notices.told()] == ["S9-post"]


async def test_what_was_queued_by_a_clock_an_hour_ahead_leaves_when_it_is_right_again(
    notices: NoticesDesk,
) -> None:
    notices.change(State.PROCESSING)
    await notices.told()
    notices.desk.clock.step(HOUR)
    notices.change(State.FINISHED)
    await notices.look(70)
    notices.desk.clock.step(-HOUR)
    assert await notices.told(0) == ["S9-undated"]
