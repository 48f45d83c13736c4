"""When a worker of a team stands still, and when it does not."""

from sms_gateway.service.signs import PATIENCE, RECENT, Signs


def watched() -> Signs:
    signs = Signs()
    signs.takes_calls()
    return signs


def look(*workers: Signs, times: int = 1) -> None:
    for _ in range(times):
        for one in workers:
            one.look()


def test_one_that_shows_nothing_stands_still_after_some_looks_and_not_before() -> None:
    silent, healthy = watched(), watched()
    look(silent, times=PATIENCE)
    assert not silent.stands_still([healthy])
    look(silent)
    assert silent.stands_still([healthy]) == "loop"


def test_a_sign_is_enough_to_begin_anew() -> None:
    one = watched()
    look(one, times=PATIENCE)
    one.lives(works=True)
    look(one, times=PATIENCE)
    assert not one.stands_still([])


def test_one_whose_store_alone_does_not_work_stands_still() -> None:
    ill, healthy = watched(), watched()
    for _ in range(PATIENCE + 1):
        look(ill, healthy)
        ill.lives(works=False)
        healthy.lives(works=True)
    assert ill.stands_still([ill, healthy]) == "store"
    assert not healthy.stands_still([ill, healthy])


def test_a_store_that_works_for_nobody_ends_nobody() -> None:
    both = [watched(), watched()]
    for _ in range(10 * PATIENCE):
        look(*both)
        for one in both:
            one.lives(works=False)
    assert not any(one.stands_still(both) for one in both)


def test_what_worked_for_another_long_ago_proves_nothing() -> None:
    ill, other = watched(), watched()
    for _ in range(PATIENCE + 1):
        look(ill)
        ill.lives(works=False)
    look(other, times=RECENT + 1)
    assert not ill.stands_still([ill, other])


def test_one_that_starts_is_not_watched_before_it_takes_calls() -> None:
    one = watched()
    one.started()
    look(one, times=10 * PATIENCE)
    assert not one.stands_still([watched()])
    one.takes_calls()
    assert not one.stands_still([watched()])
    look(one, times=PATIENCE + 1)
    assert one.stands_still([watched()]) == "loop"
