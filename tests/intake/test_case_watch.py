import asyncio
import contextlib
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest

from sms_gateway.domain.dossier import Ambiguous, CaseLookup, Found, NotFound, Unavailable, Withheld
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.intake.case_watch import CALM_SECONDS, PROBE_SECONDS, CaseWatch
from tests.intake.intake_desk import Cases
from tests.parts import dossier, key_of
from tests.virtual_time import VirtualClock

DOWN: dict[CanonicalKey, CaseLookup] = {key_of(n): Unavailable("locked") for n in range(9)}


class Watched:
    """A directory that is watched, and what was counted."""

    def __init__(self, clock: VirtualClock, log: io.StringIO) -> None:
        self.clock = clock
        self.cases = Cases()
        self.counts: Counter[str] = Counter()
        self.watch = CaseWatch(self.cases, clock, self._counted, 1.0)
        self._log = log

    def _counted(self, result: str, number: int) -> None:
        self.counts[result] += number

    async def look_up(self, *numbers: int) -> None:
        await self.watch.find_many([key_of(number) for number in numbers])

    def told(self) -> list[tuple[str, str, object]]:
        """What the log says of the directory."""
        lines = [json.loads(line) for line in self._log.getvalue().splitlines()]
        return [(line["level"], line["event"], line.get("reason")) for line in lines]


@pytest.fixture
async def watched(captured_logs: io.StringIO) -> AsyncIterator[Watched]:
    clock = VirtualClock()
    with clock.ruling():
        yield Watched(clock, captured_logs)


FAILING = ("warning", "cases.failing", "locked")
WORKING = ("info", "cases.working", None)


async def test_each_number_that_is_looked_up_is_counted_by_what_it_led_to(watched: Watched) -> None:
    watched.cases.known = {
        key_of(1): Found(dossier(1)),
        key_of(2): Ambiguous((dossier(2), dossier(3))),
        key_of(4): Withheld(),
        key_of(5): Unavailable("locked"),
    }
    await watched.look_up(1, 2, 4, 5, 6, 7)
    assert watched.counts == {
        "found": 1, "ambiguous": 1, "withheld": 1, "unavailable": 1, "not_found": 2,
    }  # fmt: skip


async def test_what_the_directory_says_is_passed_on(watched: Watched) -> None:
    keys = [key_of(1), CanonicalKey("NOBODY")]
    found = await watched.watch.find_many(keys)
    assert found == await watched.cases.find_many(keys)
    assert [type(found[key]) for key in keys] == [Found, NotFound]


async def test_the_log_says_once_that_look_ups_fail_and_once_that_they_work_again(
    watched: Watched,
) -> None:
    await watched.look_up(1)
    assert (watched.watch.failing, watched.told()) == ("", [])
    known, watched.cases.known = watched.cases.known, DOWN
    for _ in range(3):
        await watched.look_up(1)
    assert (watched.watch.failing, watched.told()) == ("locked", [FAILING])
    watched.cases.known = known
    await watched.clock.advance(CALM_SECONDS)
    for _ in range(3):
        await watched.look_up(1)
    assert (watched.watch.failing, watched.told()) == ("", [FAILING, WORKING])


async def test_a_directory_that_answers_every_other_time_is_one_incident(watched: Watched) -> None:
    known = watched.cases.known
    for turn in range(20):
        watched.cases.known = known if turn % 2 else DOWN
        await watched.look_up(1)
        await watched.clock.advance(CALM_SECONDS / 3)
    assert watched.told() == [FAILING]


async def test_a_look_up_that_is_given_up_has_failed(watched: Watched) -> None:
    watched.cases.before = lambda _keys: asyncio.Event().wait()
    looking = asyncio.create_task(watched.look_up(1, 2))
    await watched.clock.settled()
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking
    assert watched.watch.failing == "timeout"
    assert watched.counts == {"unavailable": 2}


async def test_a_directory_that_breaks_has_failed_and_the_fault_is_passed_on(
    watched: Watched,
) -> None:
    watched.cases.before = broken
    with pytest.raises(ZeroDivisionError):
        await watched.look_up(1)
    assert watched.watch.failing == "broke"


@contextlib.asynccontextmanager
async def probing(watched: Watched) -> AsyncIterator[None]:
    """The watch at work."""
    running = asyncio.create_task(watched.watch.run())
    try:
        await watched.clock.settled()
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_without_any_text_it_is_seen_that_the_directory_fails_and_works_again(
    watched: Watched,
) -> None:
    async with probing(watched):
        assert watched.watch.failing == ""
        watched.cases.before = broken
        await watched.clock.advance(PROBE_SECONDS)
        assert watched.watch.failing == "broke"
        watched.cases.before = None
        await watched.clock.advance(PROBE_SECONDS + CALM_SECONDS)
        assert watched.watch.failing == ""
    assert not watched.counts


async def test_a_directory_that_hangs_is_seen_without_any_text(watched: Watched) -> None:
    watched.cases.before = lambda _keys: asyncio.Event().wait()
    async with probing(watched):
        await watched.clock.advance(PROBE_SECONDS)
        assert watched.watch.failing == "timeout"


async def broken(_keys: Sequence[CanonicalKey]) -> None:
    raise ZeroDivisionError


ODD = ("warning", "cases.number_failing", "failed")


async def test_a_number_that_alone_cannot_be_told_says_nothing_of_the_others(
    watched: Watched,
) -> None:
    watched.cases.known = {key_of(1): Found(dossier(1)), key_of(2): Unavailable("failed")}
    await watched.look_up(1, 2)
    assert (watched.watch.failing, watched.told()) == ("", [])
    assert watched.counts == {"found": 1, "unavailable": 1}


async def test_what_no_number_can_be_does_not_prove_that_the_directory_answers(
    watched: Watched,
) -> None:
    watched.cases.known = DOWN
    await watched.watch.find_many([CanonicalKey("Ă"), CanonicalKey("A" * 99), key_of(1)])
    assert watched.watch.failing == "locked"


async def test_a_number_with_a_fault_that_is_asked_for_again_and_again_is_told_but_is_no_incident(
    watched: Watched,
) -> None:
    watched.cases.known = {key_of(1): Unavailable("failed")}
    for _ in range(9):
        await watched.look_up(1)
    assert (watched.watch.tried, watched.watch.failing) == (False, "")
    assert watched.told() == [ODD]


async def test_a_number_that_alone_cannot_be_told_is_told_again_after_others_were(
    watched: Watched,
) -> None:
    watched.cases.known = {key_of(1): Unavailable("failed"), key_of(2): Found(dossier(2))}
    for _ in range(2):
        await watched.look_up(1)
        await watched.look_up(2)
    assert watched.told() == [ODD, ODD]


async def test_where_several_numbers_in_a_row_cannot_be_told_it_is_the_directory(
    watched: Watched,
) -> None:
    watched.cases.known = {key_of(n): Unavailable("failed") for n in range(9)}
    for number in (1, 2, 1, 2):
        await watched.look_up(number)
    assert watched.watch.failing == ""
    await watched.look_up(3)
    assert watched.watch.failing == "failed"


async def test_where_not_even_the_question_of_nobody_is_answered_it_is_the_directory(
    watched: Watched,
) -> None:
    watched.cases.known = {key_of(1): Unavailable("slow"), CanonicalKey("0"): Unavailable("slow")}
    await watched.look_up(1)
    assert watched.watch.failing == ""
    async with probing(watched):
        assert watched.watch.failing == "slow"
