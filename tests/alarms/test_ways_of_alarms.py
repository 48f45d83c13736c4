"""By which door a text to the people on call leaves."""

from tests.alarms.alarms_desk import OTHER, TELCO, AlarmsDesk


async def test_it_leaves_by_the_door_of_the_same_telco_that_works(desk: AlarmsDesk) -> None:
    desk.ways = {TELCO: OTHER}
    desk.cases_down = "locked"
    await desk.pass_by(120)
    assert set(desk.queued) == {OTHER}
    assert await desk.texts() == []
    desk.queued.clear()
    await desk.watch.test()
    assert set(desk.queued) == {OTHER}
