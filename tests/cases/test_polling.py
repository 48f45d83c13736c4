"""Changes of somebody else's case database are read by the node that leads, and by no other."""

import asyncio
import io
import threading
from collections import Counter
from collections.abc import Sequence

import pytest

from sms_gateway.cases.embedded.rows import Record, Rules
from sms_gateway.cases.places import cursor_name
from sms_gateway.cases.polling import AT_ONCE, Around, CasePoll
from sms_gateway.cases.reading import Read, read_records
from sms_gateway.cases.remote import Away, Remote, Told
from sms_gateway.cases.width import PAGE
from sms_gateway.settings import decode
from sms_gateway.settings.cases import Cases
from tests.cases.far_away import RULES, FarAway, KeptCopy, record
from tests.virtual_time import VirtualClock

PRIVATE = "Nguyen Thi Private"
DOWN = Away("down", "the case database cannot be reached")


class Desk:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.remote, self.copy = FarAway(), KeptCopy()
        self.leads = True
        self.counted: Counter[str] = Counter()
        self.rounds = 0
        self.poll = self.polling(self.remote)

    def polling(self, remote: Remote) -> CasePoll:
        """It, for another database."""
        around = Around(
            rules=RULES,
            source="sql",
            cursor="sql:1",
            seconds=15.0,
            clock=self.clock,
            leads=lambda: self.leads,
            counted=self.count,
            done=self.done,
        )
        return CasePoll(remote, self.copy, around)

    def count(self, name: str, number: int) -> None:
        self.counted[name] += number

    def done(self) -> None:
        self.rounds += 1


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_all_pages_are_learned_each_with_its_cursor(desk: Desk) -> None:
    desk.remote.pages = [
        Told([record("A"), record("B")], "1", more=True),
        Told([record("A", "9")], "2"),
    ]
    await desk.poll.round()
    assert desk.remote.cursors == ["", "1"]
    assert {code: row.state for code, row in desk.copy.rows.items()} == {"A": 9, "B": 4}
    assert desk.copy.at == {"sql:1": "2"}
    assert desk.counted == {"new": 2, "changed": 1}
    assert desk.rounds == 1


async def test_a_page_of_thousands_is_read_beside_the_loop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def noting(records: Sequence[Record], rules: Rules) -> Read:
        threads.append(threading.current_thread().name)
        return read_records(records, rules)

    monkeypatch.setattr("sms_gateway.cases.polling.read_records", noting)
    desk.remote.pages = [Told([record(f"C{n}") for n in range(AT_ONCE + 1)], "1")]
    await desk.poll.round()
    assert threads != [threading.main_thread().name]
    assert desk.counted == {"new": AT_ONCE + 1}


async def test_the_next_round_goes_on_where_the_last_one_ended(desk: Desk) -> None:
    desk.remote.pages = [Told([record("A")], "1")]
    await desk.poll.round()
    await desk.poll.round()
    assert desk.remote.cursors == ["", "1"]
    assert desk.copy.batches == [1]


async def test_the_present_is_noted_where_nothing_has_changed_yet(desk: Desk) -> None:
    desk.remote.pages = [Told((), "now")]
    await desk.poll.round()
    assert desk.copy.at == {"sql:1": "now"}


async def test_what_cannot_be_read_holds_up_nothing_behind_it(desk: Desk) -> None:
    desk.remote.pages = [Told([record("A", SoDienThoai="nobody"), record("B")], "1")]
    await desk.poll.round()
    assert set(desk.copy.rows) == {"B"}
    assert desk.copy.at["sql:1"] == "1"
    assert desk.counted == {"unreadable": 1, "new": 1}


async def test_a_remote_that_is_away_is_told_once_and_asked_again_from_the_same_place(
    desk: Desk, captured_logs: io.StringIO
) -> None:
    desk.remote.pages = [Told([record("A")], "1"), DOWN, DOWN]
    for _ in range(3):
        await desk.poll.round()
    assert desk.poll.failing == "down"
    assert captured_logs.getvalue().count("cases.changes_failing") == 1
    await desk.poll.round()
    assert desk.poll.failing == ""
    assert captured_logs.getvalue().count("cases.changes_working") == 1
    assert desk.remote.cursors == ["", "1", "1", "1"]
    assert desk.rounds == 2


async def test_a_copy_that_cannot_be_written_moves_no_cursor(desk: Desk) -> None:
    desk.copy.down = True
    await desk.poll.round()
    assert (desk.poll.failing, desk.copy.at) == ("locked", {})


async def test_a_fault_of_ours_is_told_once_and_the_loop_goes_on(
    desk: Desk, captured_logs: io.StringIO
) -> None:
    good = desk.remote.changed

    async def broken(*_args: object) -> Told | Away:
        raise OverflowError(PRIVATE)

    desk.remote.changed = broken  # type: ignore[assignment,method-assign]  # for as long as it is broken
    await desk.poll.round()
    await desk.poll.round()
    assert (desk.poll.failing, desk.rounds) == ("broke", 0)
    logs = captured_logs.getvalue()
    assert logs.count("cases.broke") == 1
    assert "OverflowError" in logs
    assert PRIVATE not in logs
    desk.remote.changed = good  # type: ignore[method-assign]  # and now it works again
    await desk.poll.round()
    assert (desk.poll.failing, desk.rounds) == ("", 1)


async def test_only_the_node_that_leads_asks_and_at_its_pace(desk: Desk) -> None:
    desk.leads = False
    with desk.clock.ruling():
        task = asyncio.create_task(desk.poll.run())
        await desk.clock.advance(60.0)
        assert desk.remote.cursors == []
        desk.leads = True
        await desk.clock.advance(45.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(desk.remote.cursors) == 3


async def test_who_leads_no_more_stops_between_two_pages_and_has_not_come_to_an_end(
    desk: Desk,
) -> None:
    desk.remote.pages = [Told([record("A")], "1", more=True)]
    desk.remote.asking = lambda: setattr(desk, "leads", desk.remote.cursors == [""])
    desk.copy.at["faulty sql:1"] = '[["C1",["SoDienThoai"],0,0]]'
    await desk.poll.round()
    assert desk.remote.cursors == ["", "1"]
    assert (desk.copy.at["sql:1"], set(desk.copy.rows)) == ("1", {"A"})
    assert (desk.remote.asked, desk.rounds) == ([], 0)


class Choking(FarAway):
    """Tells changes `C0` to `C99`, each with a cursor of its own, but for one that chokes."""

    def __init__(self, bad: int, word: str = "broken") -> None:
        super().__init__()
        self.bad: int | None = bad
        self.word = word
        self.limits: list[int] = []

    async def changed(self, cursor: str, limit: int) -> Told | Away:
        self.limits.append(limit)
        start = int(cursor or 0)
        places = range(start, min(start + limit, 100))
        if self.bad in places:
            return Away(self.word, "it chokes")
        return Told(
            [record(f"C{n}") for n in places], str(start + len(places)), more=len(places) == limit
        )


@pytest.mark.parametrize("bad", [0, 1, 41, 99])
async def test_a_change_that_chokes_holds_up_none_of_those_before_it(desk: Desk, bad: int) -> None:
    remote = Choking(bad)
    poll = desk.polling(remote)
    for _ in range(2):
        await poll.round()
    assert (remote.limits, desk.copy.rows) == ([PAGE] * 2, {})
    await poll.round()
    assert len(desk.copy.rows) == bad
    assert (poll.failing, desk.rounds) == ("broken", 0)
    asked = len(remote.limits)
    assert asked < 40
    await poll.round()
    assert len(remote.limits) == asked + 1
    remote.bad = None
    await poll.round()
    assert (len(desk.copy.rows), poll.failing, desk.rounds) == (100, "", 1)


async def test_a_change_that_takes_too_long_is_come_near_to_from_round_to_round(
    desk: Desk,
) -> None:
    remote = Choking(41, "slow")
    poll = desk.polling(remote)
    for rounds in range(1, 13):
        failed = len(remote.limits)
        await poll.round()
        assert len(remote.limits) > failed
        assert remote.limits.count(PAGE) == min(rounds, 3)
    assert len(desk.copy.rows) == 41


async def test_while_a_change_chokes_faulty_dossiers_are_asked_for_all_the_same(
    desk: Desk,
) -> None:
    desk.copy.at["faulty sql:1"] = '[["X1",["SoDienThoai"],0,0]]'
    remote = Choking(0)
    await desk.polling(remote).round()
    assert remote.asked == [["X1"]]


async def test_a_database_that_is_down_is_asked_for_all_as_soon_as_it_is_back(desk: Desk) -> None:
    remote = Choking(0, "down")
    poll = desk.polling(remote)
    for _ in range(9):
        await poll.round()
    assert remote.limits == [PAGE] * 9


async def test_where_few_rows_are_too_few_to_go_on_more_are_asked_for(desk: Desk) -> None:
    remote = Choking(0)
    poll = desk.polling(remote)
    for _ in range(3):
        await poll.round()
    assert remote.limits[-1] == 1
    remote.word = "stuck"
    await poll.round()
    remote.word = "broken"
    for _ in range(3):
        await poll.round()
    assert remote.limits[-3:] == [2] * 3


def settings_of(kind: str, url: str) -> Cases:
    selects = {
        "by_codes": "SELECT * FROM ho_so WHERE ma IN (:codes)",
        "by_time": "SELECT * FROM ho_so WHERE luc > :since ORDER BY luc LIMIT :limit",
        "time_column": "luc",
    }
    table = {"url": url, **(selects if kind == "sql" else {})}
    return decode({"kind": kind, kind: table}, Cases, "cases")


def test_how_far_a_database_was_read_is_kept_for_it_alone() -> None:
    one = cursor_name(settings_of("sql", "postgresql://an:secret@db.example/cases?sslmode=require"))
    again = cursor_name(settings_of("sql", "postgresql://binh:other@DB.example/cases"))
    other = cursor_name(settings_of("sql", "postgresql://an:secret@db.example/archive"))
    api = cursor_name(settings_of("http", "https://db.example/cases"))
    assert one == again
    assert one.startswith("sql:")
    assert api.startswith("http:")
    assert len({one, other, api}) == 3
