"""A dossier that changed and could not be read is asked for again until somebody has mended it."""

import io
from collections import Counter
from datetime import timedelta

import pytest

from sms_gateway.cases.embedded.rows import Record
from sms_gateway.cases.faulty import FIRST_MS, LONGEST_MS, MOST, TRIES, faulty
from sms_gateway.cases.polling import Around, CasePoll
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey
from tests.cases.far_away import RULES, FarAway, KeptCopy, record
from tests.virtual_time import VirtualClock

DOWN = Away("down", "the case database cannot be reached")
LONG = timedelta(milliseconds=LONGEST_MS).total_seconds()


class Desk:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.remote, self.copy = FarAway(), KeptCopy()
        self.counted: Counter[str] = Counter()
        self.leads = True
        self.poll = self.started()

    def started(self) -> CasePoll:
        """A process that reads changes, over the same copy."""
        around = Around(
            rules=RULES, source="sql", cursor="sql:1", seconds=15.0, clock=self.clock,
            leads=lambda: self.leads, counted=self.count, done=lambda: None,
        )  # fmt: skip
        return CasePoll(self.remote, self.copy, around)

    def count(self, name: str, number: int) -> None:
        self.counted[name] += number

    async def met(self, *codes: str) -> None:
        """Changes of dossiers that cannot be read."""
        self.remote.pages.append(Told([bad(code) for code in codes], "1"))
        await self.poll.round()

    async def later(self, seconds: float = LONG) -> None:
        with self.clock.ruling():
            await self.clock.advance(seconds)
        await self.poll.round()

    async def kept(self) -> list[str]:
        return [one.key for one in await faulty(self.copy, "sql:1")]


def bad(code: str) -> Record:
    return record(code, SoDienThoai="nobody")


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_dossier_that_is_mended_without_a_change_is_learned_all_the_same(
    desk: Desk,
) -> None:
    await desk.met("A-1")
    assert (await desk.kept(), desk.remote.asked, desk.copy.rows) == (["A1"], [], {})
    desk.remote.says = Told([record("A-1", "9")])
    await desk.later(FIRST_MS / 1000)
    assert desk.remote.asked == [["A1", "A-1"]]
    assert {code: row.state for code, row in desk.copy.rows.items()} == {"A-1": 9}
    assert await desk.kept() == []
    assert desk.counted == {"unreadable": 1, "new": 1}


async def test_a_process_that_begins_anew_goes_on_asking(desk: Desk) -> None:
    await desk.met("A-1")
    desk.poll = desk.started()
    await desk.later()
    assert desk.remote.asked == [["A1", "A-1"]]


async def test_one_that_lies_under_its_second_number_is_asked_for_by_it_too(desk: Desk) -> None:
    await desk.met("A/1 (2)")
    desk.remote.says = Told([record("A/1 (2)", "9")])
    await desk.later()
    assert desk.remote.asked == [["A12", "A/1 (2)"]]
    assert (await desk.kept(), set(desk.copy.rows)) == ([], {"A/1 (2)"})


async def test_a_list_that_an_earlier_version_wrote_is_gone_on_with(desk: Desk) -> None:
    desk.copy.at["faulty sql:1"] = '[["A1",["SoDienThoai"],3,0]]'
    await desk.later()
    assert desk.remote.asked == [["A1"]]
    (kept,) = await faulty(desk.copy, "sql:1")
    assert kept.tries == 4


async def test_who_leads_no_more_when_the_answer_comes_writes_nothing_down(desk: Desk) -> None:
    await desk.met("A-1")
    before = dict(desk.copy.at)

    async def lost() -> Told:
        desk.leads = False
        return Told([record("A-1", "9")])

    desk.remote.says = lost
    await desk.later()
    assert (desk.copy.at, desk.copy.rows) == (before, {})


async def test_what_another_node_wrote_meanwhile_is_not_taken_away(desk: Desk) -> None:
    await desk.met("A-1")
    theirs = '[["A1",["SoDienThoai"],9,1,"A-1"],["B1",["SoDienThoai"],0,1,"B-1"]]'

    async def written() -> Told:
        desk.copy.at["faulty sql:1"] = theirs
        return Told([bad("A-1")])

    desk.remote.says = written
    await desk.later()
    assert desk.copy.at["faulty sql:1"] == theirs


@pytest.mark.parametrize(
    "says", [DOWN, Told((), lost={CanonicalKey("A1"): "failed"}), Told([bad("A-1")]), Told(())]
)
async def test_one_that_stays_as_it_is_is_given_up_after_some_days(
    desk: Desk, captured_logs: io.StringIO, says: Told | Away
) -> None:
    await desk.met("A-1")
    desk.remote.says = says
    for _ in range(TRIES - 1):
        await desk.later()
    assert await desk.kept() == ["A1"]
    assert "cases.given_up" not in captured_logs.getvalue()
    await desk.later()
    assert (len(desk.remote.asked), await desk.kept()) == (TRIES, [])
    assert desk.counted["given_up"] == 1
    assert captured_logs.getvalue().count("cases.given_up") == 1
    assert "A1" not in captured_logs.getvalue()


async def test_it_is_asked_for_less_and_less_often(desk: Desk) -> None:
    await desk.met("A-1")
    desk.remote.says = DOWN
    for _ in range(60):
        await desk.later(60)
    # After 5, 15 and 35 minutes; the next time would be after 75.
    assert len(desk.remote.asked) == 3


async def test_one_that_comes_again_each_round_is_kept_once_and_written_once(desk: Desk) -> None:
    for _ in range(3):
        await desk.met("A-1")
    assert await desk.kept() == ["A1"]
    assert desk.copy.batches == [0, 0]


async def test_of_too_many_the_oldest_is_given_up(desk: Desk) -> None:
    await desk.met(*(f"C{n}" for n in range(MOST + 2)))
    kept = await desk.kept()
    assert (len(kept), kept[0]) == (MOST, "C2")
    assert desk.counted["given_up"] == 2


async def test_a_record_without_a_number_is_only_counted(desk: Desk) -> None:
    desk.remote.pages = [Told([record("", SoDienThoai="nobody")], "1")]
    await desk.poll.round()
    assert (await desk.kept(), desk.counted) == ([], {"unreadable": 1})


async def test_what_somebody_wrote_there_by_hand_stops_nothing(desk: Desk) -> None:
    desk.copy.at["faulty sql:1"] = "?"
    await desk.met("A-1")
    assert (await desk.kept(), desk.poll.failing) == (["A1"], "")
