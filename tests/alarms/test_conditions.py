"""What is wrong, by what was seen: from which figure on, and what cannot be known."""

import dataclasses
import math
from collections.abc import Mapping
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sms_gateway.alarms.conditions import Observed, judged
from sms_gateway.alarms.usual import Usual
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.incidents import NO_DOOR, Standing, Traffic, Trouble, hour_of
from tests.alarms.alarms_desk import DOORS, FIGURES, MANY, OTHER, PLAN, PROBE, TELCO, door
from tests.parts import START

MIB = 1024 * 1024
NOW = START + timedelta(days=1)
MINUTES = timedelta(minutes=1)
STANDING = Standing(0, {})


OBSERVED = Observed(NOW, START, "", "", FIGURES, STANDING, MANY, {}, Usual(), list(DOORS.values()))


def observed(**changes: object) -> Observed:
    return dataclasses.replace(OBSERVED, **{"usual": Usual(), **changes})  # type: ignore[arg-type]  # by name


def standing(**changes: object) -> list[tuple[Trouble, DoorName, int]]:
    """What stands, with its figure."""
    seen = judged(observed(**changes), PLAN.limits)
    assert len({one.subject for one in seen}) == len(seen)
    return [(*one.subject, one.figure) for one in seen if one.stands]


def known(**changes: object) -> set[Trouble]:
    """The troubles of which something can be said."""
    return {one.subject[0] for one in judged(observed(**changes), PLAN.limits)}


def test_nothing_is_wrong_where_all_is_well() -> None:
    assert standing() == []


@pytest.mark.parametrize(
    "changes, trouble, figure",
    [
        ({"store_down": "SQLITE_FULL"}, Trouble.STORE_DOWN, 0),
        ({"cases_down": "timeout"}, Trouble.CASES_DOWN, 0),
        ({"changes_down": "failed"}, Trouble.CHANGES_DOWN, 0),
        (
            {"figures": replace(FIGURES, oldest_unanswered=NOW - 6 * MINUTES)},
            Trouble.UNANSWERED,
            6,
        ),
        ({"figures": replace(FIGURES, late=20)}, Trouble.LATE, 20),
        ({"figures": replace(FIGURES, parked=5)}, Trouble.PARKED, 5),
        ({"standing": replace(STANDING, uncertain=5)}, Trouble.UNCERTAIN, 5),
        ({"standing": replace(STANDING, held=1)}, Trouble.HELD, 1),
        ({"standing": replace(STANDING, held=40_000)}, Trouble.HELD, 40_000),
        ({"free_octets": 499 * MIB}, Trouble.DISK, 499),
        ({"backup_age": 36 * 3600 + 1.0}, Trouble.BACKUP, 36),
        ({"certificate_ends": NOW + timedelta(days=13, hours=5)}, Trouble.CERTIFICATE, 13),
        ({"certificate_ends": NOW - timedelta(days=1)}, Trouble.CERTIFICATE, 0),
        ({"unknown_states": 1}, Trouble.UNKNOWN_STATE, 1),
        ({"announce_left": 6.5}, Trouble.UNANNOUNCED, 6),
        ({"announce_left": -2.0}, Trouble.UNANNOUNCED, 0),
    ],
)
def test_a_trouble_stands_from_its_figure_on(
    changes: Mapping[str, object], trouble: Trouble, figure: int
) -> None:
    assert standing(**changes) == [(trouble, NO_DOOR, figure)]


def test_below_its_figure_it_does_not() -> None:
    figures = replace(FIGURES, oldest_unanswered=NOW - 5 * MINUTES, late=19, parked=4)
    uncertain = replace(STANDING, uncertain=4)
    assert standing(figures=figures, standing=uncertain, free_octets=500 * MIB) == []
    assert standing(backup_age=36 * 3600.0, certificate_ends=NOW + timedelta(days=14)) == []
    assert standing(unknown_states=0, announce_left=math.inf) == []


def test_what_cannot_be_known_is_left_out() -> None:
    assert known(store_down=None, cases_down=None).isdisjoint(
        {Trouble.STORE_DOWN, Trouble.CASES_DOWN}
    )
    queues = {Trouble.UNANSWERED, Trouble.LATE, Trouble.PARKED}
    assert known(figures=None).isdisjoint(queues)
    # What the store told last is of before.
    assert known(store_down="SQLITE_FULL").isdisjoint(queues)
    assert known(standing=None).isdisjoint({Trouble.UNCERTAIN, Trouble.PAUSED, Trouble.HELD})
    assert Trouble.DISK not in known(free_octets=None)
    assert known().isdisjoint({Trouble.BACKUP, Trouble.CERTIFICATE, Trouble.UNKNOWN_STATE})
    assert Trouble.UNANNOUNCED not in known()
    assert known().isdisjoint({Trouble.FAILING, Trouble.SILENT})


def test_a_backup_that_there_never_was_is_missing_from_the_start_on() -> None:
    day = timedelta(days=1)
    assert Trouble.BACKUP not in known(backup_age=math.inf, started_at=NOW - day)
    found = standing(backup_age=math.inf, started_at=NOW - 2 * day)
    assert found == [(Trouble.BACKUP, NO_DOOR, 48)]


def test_where_no_backup_is_to_be_none_is_missing() -> None:
    assert Trouble.BACKUP in known(backup_age=0.0)
    assert standing(backup_age=0.0, started_at=NOW - timedelta(days=9)) == []


def test_a_door_that_was_paused_and_forgotten_is_wrong() -> None:
    paused = {TELCO: NOW - 61 * MINUTES, OTHER: NOW - 59 * MINUTES}
    found = standing(standing=replace(STANDING, paused=paused))
    assert found == [(Trouble.PAUSED, TELCO, 61)]


def test_a_door_whose_sends_fail_in_a_row_is_wrong() -> None:
    assert standing(failing={TELCO: 10, OTHER: 9}) == [(Trouble.FAILING, TELCO, 10)]
    assert Trouble.FAILING in known(failing={TELCO: 0})


def weeks(*counts: int, until: timedelta = timedelta(hours=12)) -> Usual:
    """So many texts in each hour of each of the weeks before, the last week last."""
    usual = Usual()
    hour = hour_of(NOW)
    usual.load(
        [
            Traffic(TELCO, probe=False, hour=h - 168 * week, count=count, last_at=NOW - until)
            for week, count in enumerate(reversed(counts), 1)
            for h in range(hour - 24, hour + 24)
        ]
    )
    return usual


def test_a_door_is_silent_when_as_many_texts_are_missing_as_usually_come() -> None:
    for quiet, silent in ((1, []), (2, [(Trouble.SILENT, TELCO, 120)])):
        usual = weeks(12, 12, 12, 12, until=timedelta(hours=quiet))
        assert standing(usual=usual) == silent


def test_where_few_texts_come_it_takes_longer() -> None:
    assert standing(usual=weeks(3, 3, 3, 3, until=timedelta(hours=6))) == []
    assert standing(usual=weeks(3, 3, 3, 3, until=timedelta(hours=7)))


def test_at_hours_when_nobody_texts_no_silence_is_wrong() -> None:
    assert standing(usual=weeks(0, 0, 0, 0)) == []


def test_one_week_of_holidays_is_no_rule_and_no_exception() -> None:
    assert standing(usual=weeks(12, 12, 0, 12))
    assert standing(usual=weeks(0, 0, 12, 12)) == []


def test_a_door_must_be_known_for_three_weeks() -> None:
    assert standing(usual=weeks(12, 12)) == []
    assert standing(usual=weeks(12, 12, 12))


def test_silence_before_the_start_is_not_wrong_and_not_over() -> None:
    usual = weeks(12, 12, 12, 12)
    assert standing(usual=usual, started_at=NOW - 30 * MINUTES) == []
    assert Trouble.SILENT not in known(usual=usual, started_at=NOW - 30 * MINUTES)
    usual.came(TELCO, NOW)
    assert Trouble.SILENT in known(usual=usual)


def test_a_clock_that_steps_back_makes_no_silence() -> None:
    assert standing(usual=weeks(12, 12, 12, 12, until=-timedelta(hours=2))) == []


def test_a_probe_must_come_within_its_time() -> None:
    usual = Usual()
    usual.came(TELCO, NOW - 31 * MINUTES, probe=True)
    doors = [door(probe=PROBE)]
    assert standing(usual=usual, doors=doors) == [(Trouble.NO_PROBE, TELCO, 31)]
    usual.came(TELCO, NOW - 29 * MINUTES, probe=True)
    assert standing(usual=usual, doors=doors) == []


def test_one_that_never_came_is_missed_too() -> None:
    doors = [door(probe=PROBE)]
    assert standing(doors=doors, started_at=NOW - 29 * MINUTES) == []
    assert standing(doors=doors, started_at=NOW - 31 * MINUTES)


def test_after_a_start_it_has_its_time_and_nothing_is_over_meanwhile() -> None:
    usual = Usual()
    usual.came(TELCO, NOW - 600 * MINUTES, probe=True)
    just = {"usual": usual, "doors": [door(probe=PROBE)], "started_at": NOW - MINUTES}
    assert standing(**just) == []
    assert Trouble.NO_PROBE not in known(**just)


def test_citizens_texts_are_no_probe_and_probes_are_no_citizens_texts() -> None:
    usual = weeks(12, 12, 12, 12)
    usual.came(TELCO, NOW, probe=True)
    assert (Trouble.SILENT, TELCO, 720) in standing(usual=usual)
    usual.came(TELCO, NOW)
    assert (Trouble.NO_PROBE, TELCO, 1440) in standing(
        usual=weeks(12, 12, 12, 12, until=timedelta()), doors=[door(probe=PROBE)]
    )
