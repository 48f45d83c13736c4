"""When a worker of a team stands still, and when it does not."""

import pytest

from sms_gateway.service.signs import PATIENCE, RECENT, Signs, look_at


def watched() -> Signs:
    signs = Signs()
    signs.takes_calls()
    return signs


def look(*team: Signs, times: int = 1) -> None:
    for _ in range(times):
        look_at(team)


def test_one_that_shows_nothing_stands_still_after_some_looks_and_not_before() -> None:
    silent = watched()
    look(silent, times=PATIENCE)
    assert not silent.stands_still()
    look(silent)
    assert silent.stands_still() == "loop"


def test_a_sign_is_enough_to_begin_anew() -> None:
    one = watched()
    look(one, times=PATIENCE)
    one.lives(works=True)
    look(one, times=PATIENCE)
    assert not one.stands_still()


def test_one_whose_store_alone_does_not_work_stands_still() -> None:
    ill, healthy = watched(), watched()
    for _ in range(PATIENCE + 1):
        assert not ill.stands_still()
        ill.lives(works=False)
        healthy.lives(works=True)
        look(ill, healthy)
    assert ill.stands_still() == "store"
    assert not healthy.stands_still()


def test_a_store_that_works_for_nobody_ends_nobody() -> None:
    both = [watched(), watched()]
    for _ in range(10 * PATIENCE):
        look(*both)
        for one in both:
            one.lives(works=False)
    assert not any(one.stands_still() for one in both)


@pytest.mark.parametrize("away", [PATIENCE, PATIENCE + 1, 3 * PATIENCE])
def test_the_first_one_whose_store_is_back_ends_none_of_the_others(away: int) -> None:
    """They say so a little later."""
    first, second, third = team = [watched(), watched(), watched()]
    for _ in range(away):
        look(*team)
        for one in team:
            one.lives(works=False)
    first.lives(works=True)
    for late in (second, third):
        look(*team)
        assert not any(one.stands_still() for one in team)
        late.lives(works=True)
    look(*team)
    assert not any(one.stands_still() for one in team)


def test_what_worked_for_another_long_ago_proves_nothing() -> None:
    ill, other = watched(), watched()
    for _ in range(RECENT + PATIENCE + 1):
        ill.lives(works=False)
        other.lives(works=False)
        look(ill, other)
    assert not ill.stands_still()


def test_one_that_starts_or_ends_is_not_watched_before_it_takes_calls() -> None:
    one = watched()
    one.unwatched()
    look(one, times=10 * PATIENCE)
    assert not one.stands_still()
    one.takes_calls()
    assert not one.stands_still()
    look(one, times=PATIENCE + 1)
    assert one.stands_still() == "loop"
