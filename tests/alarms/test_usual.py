"""What came through the doors, counted by hours, and handed over to be written down."""

from datetime import timedelta

from sms_gateway.alarms.usual import Usual
from sms_gateway.domain.incidents import Traffic, hour_of
from tests.alarms.alarms_desk import OTHER, TELCO
from tests.parts import START

LATER = START + timedelta(minutes=5)


def test_what_came_is_handed_over_once_by_door_hour_and_kind() -> None:
    usual = Usual()
    for door, probe in ((TELCO, False), (TELCO, False), (TELCO, True), (OTHER, False)):
        usual.came(door, LATER, probe=probe)
    usual.came(TELCO, START + timedelta(hours=1))
    hour = hour_of(START)
    assert set(usual.take_unsaved()) == {
        Traffic(TELCO, probe=False, hour=hour, count=2, last_at=LATER),
        Traffic(TELCO, probe=True, hour=hour, count=1, last_at=LATER),
        Traffic(OTHER, probe=False, hour=hour, count=1, last_at=LATER),
        Traffic(TELCO, probe=False, hour=hour + 1, count=1, last_at=START + timedelta(hours=1)),
    }
    assert usual.take_unsaved() == []


def test_what_could_not_be_written_is_handed_over_again_with_what_came_since() -> None:
    usual = Usual()
    usual.came(TELCO, LATER)
    unsaved = usual.take_unsaved()
    usual.came(TELCO, START)
    usual.keep(unsaved)
    (one,) = usual.take_unsaved()
    assert (one.count, one.last_at) == (2, LATER)


def test_what_is_written_down_and_what_is_not_yet_are_both_known() -> None:
    usual = Usual()
    usual.came(TELCO, LATER)
    hour = hour_of(START)
    usual.load([Traffic(OTHER, probe=False, hour=hour, count=1, last_at=START)])
    assert (usual.last(TELCO), usual.last(OTHER)) == (LATER, START)
    usual.take_unsaved()
    usual.load([])
    assert usual.last(TELCO) is None


def test_of_an_hour_only_the_part_counts_that_went_by() -> None:
    usual = Usual()
    hour = hour_of(START)
    usual.load(
        [
            Traffic(TELCO, probe=False, hour=hour - 168 * week, count=60, last_at=START)
            for week in range(1, 5)
        ]
    )
    # It is a quarter past.
    assert usual.missing(TELCO, START, START + timedelta(minutes=10)) == 10
    assert usual.missing(TELCO, START, START + timedelta(days=3)) == 0
    assert usual.missing(TELCO, START - timedelta(minutes=30), START) == 15
