"""What doors learn: as an import would have written it, at once, and beside an import."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from sms_gateway.cases.embedded import (
    CaseTablesError,
    EmbeddedDirectory,
    Learned,
    Place,
    Progress,
    Row,
    merge,
    migrate_cases,
    open_embedded,
)
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.dossier import Found
from sms_gateway.domain.secret import Secret
from tests.cases.embedded.exports import Rows, SetClock, key, many, table
from tests.postgres import Postgres

FULL = (
    "MaHoSo,SoBienNhan,TrangThaiHoSo,SoDienThoai,SoDienThoaiUyQuyen,NgayTiepNhan,NgayHenTra,"
    "MaTraCuu,HinhThucNop,ThongBaoSMS,MaTTHC,TenTTHC,PhongBanXuLy,NguoiXuLy,ThoiDiemTrangThai\n"
    "H32-1,R1,4,0900000042;0900000041,0900000007;0900000006,20261120081500,04/12/2026 17:00,"
    "KX4-22,2,0,2.000003,Thủ tục,Phòng A,Nguyễn Văn An,20261121081500\n"
)
Items = Sequence[Row | Progress]
WRITTEN = ("dossier", "dossier_number", "dossier_phone")


HASH_OF_0_3_0 = "d0c529e045d5112909ea655dca57ec73"
"""What that version wrote as the content_hash of the first of `many`."""


def step(dossier: str, state: int, at: int | None = None) -> Progress:
    return Progress(Place(1), dossier, state, at)


async def written(at: Location) -> Sequence[object]:
    return [await table(at, name) for name in WRITTEN]


async def history(directory: EmbeddedDirectory, code: str) -> list[tuple[int, str]]:
    """State and source, oldest first."""
    (details,) = await directory.show(code)
    return [(int(entry.state), entry.source) for entry in reversed(details.history)]


async def test_what_is_learned_is_written_as_an_import_writes_it(
    at: Location, clock: SetClock, rows_of: Rows, postgres_server: Postgres, empty: Location
) -> None:
    rows = [*rows_of(FULL), *many(rows_of, 3)]
    async with open_embedded(at, clock) as directory:
        assert await directory.learn(rows, "push") == [Learned.NEW] * 4
    if isinstance(empty, Secret):
        other: Location = Secret(await asyncio.to_thread(postgres_server.database))
        await migrate_cases(other, 0)
    else:
        other = empty.with_name("other.db")
    async with open_embedded(other, clock) as directory:
        await directory.import_rows(rows)
    assert await written(at) == await written(other)
    assert await table(at, "staged") == []


async def test_the_same_told_again_by_any_door_changes_nothing_but_how_fresh_it_is(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = rows_of(FULL)
    beside = ("dossier_number", "dossier_phone", "dossier_state")
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows)
        before = [await table(at, name) for name in beside], await directory.show("R1")
        clock.moment += timedelta(hours=1)
        assert await directory.learn(rows, "sql") == [Learned.UNCHANGED]
        (then,), (now,) = before[1], await directory.show("R1")
        assert [await table(at, name) for name in beside] == before[0]
        assert now == replace(
            then, dossier=msgspec.structs.replace(then.dossier, as_of=clock.moment)
        )


async def test_what_is_seen_again_just_so_is_as_fresh_as_it_was_seen(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 2)
    async with open_embedded(at, clock) as directory:
        await directory.learn(rows, "sql")
        clock.moment += timedelta(hours=3)
        assert await directory.learn(rows[:1], "sql") == [Learned.UNCHANGED]
        found = await directory.find_many([key(0), key(1)])
    seen = [one.dossier.as_of for one in found.values() if isinstance(one, Found)]
    assert seen == [clock.now(), clock.now() - timedelta(hours=3)]


async def test_a_step_changes_what_it_tells_and_nothing_else(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    (row,) = rows_of(FULL)
    async with open_embedded(at, clock) as directory:
        await directory.learn([row], "push")
        told = replace(step(row.id, 5, 1_800_000_000_000), room="Phòng B", new_due_at=1)
        assert await directory.learn([told], "push") == [Learned.CHANGED]
        after = await written(at)
        whole = replace(row, state=5, state_at=1_800_000_000_000, room="Phòng B", new_due_at=1)
        assert await directory.learn([whole], "push") == [Learned.UNCHANGED]
        assert await written(at) == after
        assert await history(directory, row.id) == [(4, "push"), (5, "push")]


async def test_a_step_of_a_dossier_that_is_not_there_is_told_and_the_others_are_taken(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        first, second = many(rows_of, 2)
        items: Items = [step("nobody", 9), first, step(second.id, 9), step(first.id, 9)]
        assert await directory.learn(items, "push") == [
            Learned.UNKNOWN, Learned.NEW, Learned.UNKNOWN, Learned.CHANGED,
        ]  # fmt: skip
        assert await directory.count() == 1


async def test_what_comes_later_of_the_same_dossier_is_newer(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    (row,) = many(rows_of, 1)
    async with open_embedded(at, clock) as directory:
        items: Items = [
            row,
            step(row.id, 9),
            replace(row, state=4),
            step(row.id, 9),
            step(row.id, 10),
        ]
        await directory.learn(items, "http")
        assert await history(directory, row.id) == [(n, "http") for n in (4, 9, 4, 9, 10)]
        found = (await directory.find_many([key(0)]))[key(0)]
        assert isinstance(found, Found)
        assert found.dossier.state == 10


async def test_the_dates_of_an_end_are_void_once_the_dossier_is_open_again(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    (row,) = many(rows_of, 1)

    async def dates() -> tuple[bool, bool]:
        (details,) = await directory.show(row.id)
        return bool(details.dossier.finished_at), bool(details.dossier.returned_at)

    async with open_embedded(at, clock) as directory:
        await directory.learn([row, replace(step(row.id, 9), finished_at=1_000)], "push")
        await directory.learn([replace(step(row.id, 10), returned_at=2_000)], "push")
        assert await dates() == (True, True)
        await directory.learn([step(row.id, 4)], "push")
        assert await dates() == (False, False)


async def test_a_step_that_tells_no_time_keeps_that_of_a_state_that_is_the_same(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    (row,) = rows_of(FULL)
    async with open_embedded(at, clock) as directory:
        await directory.learn([row, replace(step(row.id, 4), officer="Trần Thị Bình")], "push")
        (details,) = await directory.show(row.id)
        assert details.officer == "Trần Thị Bình"
        assert len(details.history) == 1
        await directory.learn([step(row.id, 5)], "push")
        (details,) = await directory.show(row.id)
        assert details.dossier.state_at is None


async def test_how_far_a_door_was_read_is_kept_with_what_it_told(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        assert await directory.cursor("sql") == ""
        await directory.learn(many(rows_of, 1), "sql", ("sql", "2026-11-23T03:15:00"))
        assert await directory.learn([], "sql", ("sql", "later")) == ()
        await directory.learn([], "http", ("http", "7"))
    async with open_embedded(at, clock, writable=False) as directory:
        assert [await directory.cursor(name) for name in ("sql", "http")] == ["later", "7"]


async def test_what_cannot_be_merged_moves_no_cursor(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    (row,) = many(rows_of, 1)
    async with open_embedded(at, clock) as directory:
        with pytest.raises(CaseTablesError):
            await directory.learn([replace(row, submitted_via="owl")], "sql", ("sql", "7"))
        assert await directory.cursor("sql") == ""
        assert await directory.learn([row], "sql") == [Learned.NEW]


NEW, SAME, UNKNOWN = Learned.NEW, Learned.UNCHANGED, Learned.UNKNOWN


@pytest.mark.parametrize(
    "when, told, new",
    [(250, [NEW, NEW, UNKNOWN, NEW], 998), (1_250, [SAME, SAME, UNKNOWN, NEW], 1_000)],
    ids=["staging", "merging"],
)
async def test_a_running_import_is_not_waited_for_and_goes_on_behind_what_is_learned(
    at: Location, clock: SetClock, rows_of: Rows, when: int, told: list[Learned], new: int
) -> None:
    """1,000 rows are staged up to 1,000 and merged up to 2,000; somebody asks, so that it rests."""
    rows = many(rows_of, 1_000)
    reached = asyncio.Event()
    clock.step = 0.001
    clock.awake.set()

    def progress(done: int, _of: int) -> None:
        if done == when:
            clock.awake.clear()
            reached.set()

    async with open_embedded(at, clock) as directory:
        await directory.find_many([])
        importing = asyncio.ensure_future(directory.import_rows(rows, progress=progress))
        await reached.wait()
        items: Items = [*rows[:2], step(rows[990].id, 9), *many(rows_of, 1_001)[1_000:]]
        assert await directory.learn(items, "push") == told
        assert not importing.done()
        clock.awake.set()
        report = await importing
        assert await directory.count() == 1_001
    assert (report.new, report.unchanged) == (new, 1_000 - new)
    assert await table(at, "staged") == []


async def test_a_directory_that_is_only_read_or_is_closed_learns_nothing(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as closed:
        pass
    async with open_embedded(at, clock, writable=False) as reading:
        for directory in (closed, reading):
            with pytest.raises(CaseTablesError, match=r"closed already|for reading only"):
                await directory.learn(many(rows_of, 1), "push")


def test_a_dossier_without_an_officer_is_known_by_what_0_3_0_wrote_of_it(rows_of: Rows) -> None:
    """Else the first import after an update would write every dossier anew."""
    (row,) = many(rows_of, 1)
    assert HASH_OF_0_3_0 in merge.staged_of(1, row, 0)
    assert HASH_OF_0_3_0 not in merge.staged_of(1, replace(row, officer="An"), 0)


SECOND = 1_000
NOON = 1_763_700_000_000
"""Some moment before the clock of the tests."""


def whole(rows_of: Rows, state: int, at_ms: int | None) -> Row:
    return replace(many(rows_of, 1)[0], state=state, state_at=at_ms)


async def stands(directory: EmbeddedDirectory, code: str) -> tuple[int, int | None]:
    """State, and the time of it."""
    (details,) = await directory.show(code)
    moment = details.dossier.state_at
    return int(details.dossier.state), None if moment is None else round(moment.timestamp() * 1000)


async def test_a_batch_that_is_pushed_late_or_once_more_undoes_nothing(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    dossier = whole(rows_of, 2, NOON)
    first = replace(step(dossier.id, 4, NOON + SECOND), room="Phòng A")
    second = replace(step(dossier.id, 4, NOON + 2 * SECOND), room="Phòng B")
    third = step(dossier.id, 9, NOON + 3 * SECOND)
    async with open_embedded(at, clock) as directory:
        await directory.learn([dossier], "push")
        for one in (first, second, third):
            assert await directory.learn([one], "push") == [Learned.CHANGED]
        for late in (first, second, dossier, step(dossier.id, 3, NOON + SECOND)):
            assert await directory.learn([late], "push") == [Learned.OVERTAKEN]
        assert await directory.learn([third], "push") == [Learned.UNCHANGED]
        assert await stands(directory, dossier.id) == (9, NOON + 3 * SECOND)
        assert await history(directory, dossier.id) == [(n, "push") for n in (2, 4, 4, 9)]


async def test_a_dossier_that_goes_back_with_a_newer_time_is_believed(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    dossier = whole(rows_of, 9, NOON)
    async with open_embedded(at, clock) as directory:
        await directory.learn([dossier], "push")
        back = step(dossier.id, 4, NOON + SECOND)
        assert await directory.learn([back], "push") == [Learned.CHANGED]
        assert await stands(directory, dossier.id) == (4, NOON + SECOND)


@pytest.mark.parametrize("time_of_the_last", [NOON, None])
async def test_a_step_that_stands_in_the_history_is_not_taken_for_a_new_one(
    at: Location, clock: SetClock, rows_of: Rows, time_of_the_last: int | None
) -> None:
    dossier = whole(rows_of, 2, NOON - SECOND)
    first, last = step(dossier.id, 4, NOON), step(dossier.id, 9, time_of_the_last)
    async with open_embedded(at, clock) as directory:
        await directory.learn([dossier, first, last], "push")
        assert await directory.learn([first], "push") == [Learned.OVERTAKEN]
        assert (await stands(directory, dossier.id))[0] == 9


async def test_a_time_in_the_future_holds_up_no_later_step(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    dossier = whole(rows_of, 4, round(clock.moment.timestamp() * 1000) + 86_400_000)
    async with open_embedded(at, clock) as directory:
        await directory.learn([dossier], "push")
        assert await directory.learn([step(dossier.id, 9, NOON)], "push") == [Learned.CHANGED]


async def test_what_another_database_or_an_import_says_may_be_older_than_what_was_pushed(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.learn([whole(rows_of, 9, NOON)], "push")
        mended = whole(rows_of, 4, NOON - SECOND)
        assert await directory.learn([mended], "sql") == [Learned.CHANGED]


async def test_what_a_look_up_saw_before_a_change_was_learned_does_not_undo_it(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.learn([whole(rows_of, 4, NOON)], "sql")
        clock.moment += timedelta(seconds=5)
        began = round(clock.moment.timestamp() * 1000)
        clock.moment += timedelta(seconds=1)
        await directory.learn([whole(rows_of, 9, NOON + SECOND)], "sql", ("sql", "7"))
        saw = replace(whole(rows_of, 4, NOON), read_at=began)
        assert await directory.learn([saw], "sql") == [Learned.OVERTAKEN]
        later = replace(whole(rows_of, 10, NOON + 2 * SECOND), read_at=began + 1_000)
        assert await directory.learn([later], "sql") == [Learned.CHANGED]
