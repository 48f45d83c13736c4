"""A case database of somebody else's that is up, slow or dead, with the copy behind it."""

import asyncio
import io

import pytest

from sms_gateway.cases.breaker import Breaker
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.reading import read_records
from sms_gateway.cases.remembering import LEFT, Around, Remembering
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.dossier import (
    Ambiguous,
    CaseLookup,
    Found,
    NotFound,
    Stale,
    State,
    Unavailable,
)
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.untold import NOBODYS
from tests.cases.far_away import LONG_AGO, RULES, FarAway, KeptCopy, record
from tests.virtual_time import VirtualClock

KEY, OTHER = CanonicalKey("2611270001"), CanonicalKey("2611270002")
DOWN = Away("down", "the case database cannot be reached")


class Desk:
    """A directory whose parts a test holds in its hands."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.remote, self.copy = FarAway(), KeptCopy()
        self.seen: list[Row] = []
        breaker = Breaker(3, 10.0, self.clock.monotonic)
        around = Around(RULES, 0.75, self.clock, breaker, self.seen.extend)
        self.directory = Remembering(self.remote, self.copy, around)

    def remember(self, *codes: str) -> None:
        rows = read_records([record(code) for code in codes], RULES).rows
        self.copy.rows |= {row.id: row for row in rows}

    async def find(self, key: CanonicalKey = KEY) -> CaseLookup:
        return (await self.directory.find_many([key]))[key]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_what_the_remote_says_is_the_answer_and_is_to_be_learned(desk: Desk) -> None:
    desk.remember("261127-0001")
    desk.remote.says = Told([record("261127-0001", "9")])
    answer = await desk.find()
    assert isinstance(answer, Found)
    assert (answer.dossier.state, answer.dossier.as_of) == (State.FINISHED, desk.clock.now())
    assert [row.state for row in desk.seen] == [9]


async def test_what_was_read_says_when_the_look_up_began(desk: Desk) -> None:
    async def slowly() -> Told:
        await desk.clock.sleep(0.5)
        return Told([record("261127-0001", "9")])

    desk.remote.says = slowly
    began = round(desk.clock.now().timestamp() * 1000)
    with desk.clock.ruling():
        asked = asyncio.create_task(desk.find())
        await desk.clock.advance(0.6)
        await asked
    assert [row.read_at for row in desk.seen] == [began]


async def test_that_there_is_no_such_dossier_is_believed_though_the_copy_has_one(
    desk: Desk,
) -> None:
    desk.remember("261127-0001")
    assert await desk.find() == NotFound()


async def test_while_it_is_down_the_copy_stands_in_and_says_how_old_it_is(desk: Desk) -> None:
    desk.remember("261127-0001")
    desk.remote.says = DOWN
    answer = await desk.find()
    assert isinstance(answer, Stale)
    assert isinstance(answer.copy, Found)
    assert answer.reason == "down"
    assert answer.copy.dossier.as_of is not None
    assert answer.copy.dossier.as_of.timestamp() * 1000 == LONG_AGO
    assert desk.seen == []


async def test_dossiers_that_share_a_number_stay_together_in_the_copy(desk: Desk) -> None:
    for code in ("A-1", "B-1"):
        (row,) = read_records([record(code, SoBienNhan="261127-0001")], RULES).rows
        desk.copy.rows[row.id] = row
    desk.remote.says = DOWN
    answer = await desk.find()
    assert isinstance(answer, Stale)
    assert isinstance(answer.copy, Ambiguous)


@pytest.mark.parametrize("copy_is_down", [False, True])
async def test_what_the_copy_never_saw_is_unavailable(desk: Desk, *, copy_is_down: bool) -> None:
    desk.copy.down = copy_is_down
    desk.remote.says = DOWN
    assert await desk.find() == Unavailable("down")


async def test_a_slow_one_is_not_waited_for_longer_than_its_share(desk: Desk) -> None:
    desk.remember("261127-0001")
    never = asyncio.Event()

    async def hang() -> Told:
        await never.wait()
        return Told(())

    desk.remote.says = hang
    with desk.clock.ruling():
        asked = asyncio.create_task(desk.find())
        await desk.clock.advance(0.7)
        assert not asked.done()
        await desk.clock.advance(0.1)
        answer = await asked
    assert isinstance(answer, Stale)
    assert answer.reason == "slow"


async def test_one_that_does_not_even_end_when_it_is_given_up_costs_the_copy_no_time(
    desk: Desk,
) -> None:
    desk.remember("261127-0001")
    closed = asyncio.Event()

    async def hang() -> Told:
        try:
            await asyncio.Event().wait()
        finally:
            await closed.wait()
        return Told(())

    desk.remote.says = hang
    with desk.clock.ruling():
        asked = asyncio.create_task(desk.find())
        await desk.clock.advance(0.76)
        assert asked.done()
        assert isinstance(await asked, Stale)
    closed.set()


async def test_of_those_that_never_end_only_some_are_kept() -> None:
    clock, remote = VirtualClock(), FarAway()
    closed = asyncio.Event()

    async def hang() -> Told:
        try:
            await asyncio.Event().wait()
        finally:
            await closed.wait()
        return Told(())

    remote.says = hang
    breaker = Breaker(1_000, 10.0, clock.monotonic)
    around = Around(RULES, 0.75, clock, breaker, lambda _rows: None)
    directory = Remembering(remote, KeptCopy(), around)
    with clock.ruling():
        for _ in range(LEFT + 5):
            asked = asyncio.create_task(directory.find_many([KEY]))
            await clock.advance(0.76)
            assert (await asked)[KEY] == Unavailable("slow")
        assert len(remote.asked) == LEFT
        closed.set()
        await clock.settled()
        asked = asyncio.create_task(directory.find_many([KEY]))
        await clock.advance(0.76)
        await asked
    assert len(remote.asked) == LEFT + 1


async def test_one_that_failed_again_and_again_is_left_alone_and_tried_after_a_rest(
    desk: Desk,
) -> None:
    desk.remote.says = DOWN
    with desk.clock.ruling():
        for _ in range(10):
            assert await desk.find() == Unavailable("down")
        assert len(desk.remote.asked) == 3
        await desk.clock.advance(10.0)
        answers = await asyncio.gather(*(desk.find() for _ in range(10)))
        assert set(answers) == {Unavailable("down")}
        assert len(desk.remote.asked) == 4
        desk.remote.says = Told([record("261127-0001")])
        await desk.clock.advance(10.0)
        assert isinstance(await desk.find(), Found)
        assert isinstance(await desk.find(), Found)
    assert len(desk.remote.asked) == 6


async def test_whoever_does_not_wait_leaves_it_usable(desk: Desk) -> None:
    never = asyncio.Event()

    async def hang() -> Told:
        await never.wait()
        return Told(())

    desk.remote.says = hang
    for number in range(5):
        asked = asyncio.create_task(desk.find(CanonicalKey(f"C{number}")))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    desk.remote.says = Told([record("261127-0001")])
    with desk.clock.ruling():
        assert await desk.find() == Unavailable("slow")
        await desk.clock.advance(10.0)
        assert isinstance(await desk.find(), Found)


async def test_a_record_that_cannot_be_read_hinders_no_other(desk: Desk) -> None:
    desk.remember("261127-0001")
    desk.remote.says = Told([record("261127-0001", SoDienThoai="nobody"), record("261127-0002")])
    answers = await desk.directory.find_many([KEY, OTHER, CanonicalKey("X1")])
    assert isinstance(answers[KEY], Stale)
    assert isinstance(answers[OTHER], Found)
    assert answers[CanonicalKey("X1")] == NotFound()


async def test_where_nobody_knows_whose_record_cannot_be_read_nothing_is_denied(
    desk: Desk,
) -> None:
    desk.remote.says = Told([record("", "4"), record("261127-0002")])
    answers = await desk.directory.find_many([KEY, OTHER])
    assert answers[KEY] == Unavailable("unreadable")
    assert isinstance(answers[OTHER], Found)


async def test_a_number_that_could_not_be_told_is_answered_alone_and_closes_no_way(
    desk: Desk,
) -> None:
    desk.remember("261127-0001")
    bad = CanonicalKey("BAD")
    desk.remote.says = Told([record("261127-0002")], lost={KEY: "failed", bad: "timeout"})
    for _ in range(4):
        await desk.find(bad)
    answers = await desk.directory.find_many([KEY, OTHER, bad])
    assert isinstance(answers[KEY], Stale)
    assert isinstance(answers[OTHER], Found)
    assert answers[bad] == Unavailable("timeout")
    assert len(desk.remote.asked) == 5


@pytest.mark.parametrize("word", ["broken", "slow", "failed"])
async def test_a_number_that_is_asked_for_alone_and_chokes_closes_no_way(
    desk: Desk, word: str
) -> None:
    desk.remote.says = Away(word, "it chokes")
    for _ in range(9):
        assert await desk.find() == Unavailable(word)
    assert len(desk.remote.asked) == 9
    desk.remote.says = Told([record("261127-0002")])
    assert isinstance(await desk.find(OTHER), Found)


async def test_where_several_numbers_choke_one_after_the_other_the_way_is_closed(
    desk: Desk,
) -> None:
    desk.remote.says = Away("broken", "it chokes")
    for number in range(9):
        await desk.find(CanonicalKey(f"C{number}"))
    # The first two may have a fault of their own; three more close it.
    assert len(desk.remote.asked) == 5


async def test_where_nobodys_number_chokes_the_way_is_closed(desk: Desk) -> None:
    desk.remote.says = Away("broken", "it chokes")
    for _ in range(9):
        await desk.find(NOBODYS)
    assert len(desk.remote.asked) == 3


async def test_a_number_that_chokes_when_the_way_is_tried_keeps_it_closed_for_nobody(
    desk: Desk,
) -> None:
    desk.remote.says = DOWN
    with desk.clock.ruling():
        for _ in range(3):
            await desk.find()
        await desk.clock.advance(10.0)
        desk.remote.says = Away("broken", "it chokes")
        assert await desk.find() == Unavailable("broken")
        desk.remote.says = Told([record("261127-0002")])
        assert isinstance(await desk.find(OTHER), Found)


async def test_two_rows_of_one_dossier_are_one_dossier(desk: Desk) -> None:
    desk.remote.says = Told([record("261127-0001", "4"), record("261127-0001", "9")])
    answer = await desk.find()
    assert isinstance(answer, Found)
    assert answer.dossier.state == State.FINISHED


async def test_a_fault_of_ours_costs_no_more_than_one_of_theirs(
    desk: Desk, captured_logs: io.StringIO
) -> None:
    async def broken() -> Told:
        raise OverflowError

    desk.remember("261127-0001")
    desk.remote.says = broken
    answer = await desk.find()
    assert isinstance(answer, Stale)
    assert answer.reason == "broke"
    assert captured_logs.getvalue().count("cases.broke") == 1
