"""The feed: what happened to dossiers, each entry once, in an order that never changes."""

import asyncio
import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import EmbeddedDirectory, Row, open_embedded
from sms_gateway.cases.embedded.postgres.opening import SCHEMA
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.changes import CaseChange
from sms_gateway.domain.dossier import IN_WORK, ReturnVia, State
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import CaseFeed, CasesDownError
from sms_gateway.postgres.connecting import connect
from tests.cases.embedded.exports import NOW, Rows, SetClock, change, many
from tests.cases.embedded.test_embedded_learning import FULL, step


def told(changes: Sequence[CaseChange]) -> list[tuple[str, int | None, int, int, str]]:
    """Dossier, state before, state, ordinal, source."""
    return [
        (c.case.dossier.id, None if c.before is None else int(c.before), int(c.state), c.ordinal,
         c.source)
        for c in changes
    ]  # fmt: skip


async def test_entries_come_in_the_order_in_which_they_were_learned(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    one, two = many(rows_of, 2)
    async with open_embedded(at, clock) as directory:
        feed: CaseFeed = directory
        assert await feed.head() == 0
        assert await feed.changes(0, 10) == []
        await directory.import_rows([one, two])
        await directory.learn([step(one.id, 9, 1_800_000_000_000)], "push")
        await directory.learn([step(two.id, 5), step(one.id, 4)], "http")
        changes = await feed.changes(0, 10)
        assert await feed.head() == changes[-1].number
    assert told(changes) == [
        (one.id, None, 4, 1, "import"),
        (two.id, None, 4, 1, "import"),
        (one.id, 4, 9, 2, "push"),
        (two.id, 4, 5, 2, "http"),
        (one.id, 9, 4, 3, "http"),
    ]
    numbers = [change.number for change in changes]
    assert numbers == sorted(set(numbers))
    assert changes[2].source_time == datetime.fromtimestamp(1_800_000_000, UTC)
    assert changes[2].transition == "9@1800000000000"
    assert changes[4].transition == "4#3"
    assert {change.learned_at for change in changes} == {NOW}
    # The dossier as it stands now, whatever the entry is about.
    assert changes[2].case.dossier.state is State.PROCESSING


async def test_the_feed_goes_on_behind_any_entry(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(many(rows_of, 7))
        whole = await directory.changes(0, 100)
        assert await directory.changes(whole[2].number, 3) == whole[3:6]
        assert await directory.changes(whole[-1].number, 3) == []


async def test_an_entry_has_all_that_is_known_of_its_dossier(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows_of(FULL))
        (change,) = await directory.changes(0, 10)
        found = await directory.cases([DossierId("H32-1"), DossierId("nobody")])
    assert found == {DossierId("H32-1"): change.case}
    facts = change.case.facts
    assert facts.submitted_via is ReturnVia.ONLINE
    assert not facts.sms_allowed
    assert (facts.procedure_code, facts.procedure_name) == ("2.000003", "Thủ tục")
    assert (facts.room, facts.officer) == ("Phòng A", "Nguyễn Văn An")
    assert facts.owners == (Address("+84900000042"), Address("+84900000041"))
    assert facts.authorised == (Address("+84900000007"), Address("+84900000006"))
    assert "Nguyễn" not in repr(change)


async def test_a_number_is_never_given_twice_even_when_the_newest_entry_was_removed(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 3)
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows)
        read = await directory.head()
        await directory.import_rows(rows[:1], replace=True)
        assert await directory.changes(read, 10) == []
        await directory.learn([step(rows[0].id, 9)], "push")
        assert told(await directory.changes(read, 10)) == [(rows[0].id, 4, 9, 2, "push")]


async def test_the_head_does_not_go_back_when_the_newest_entries_are_removed(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    """Who reads takes a head behind its own place for that of older dossiers put in place."""
    rows = many(rows_of, 3)
    async with open_embedded(at, clock) as directory:
        assert await directory.head() == 0
        await directory.import_rows(rows)
        read = await directory.head()
        assert read == (await directory.changes(0, 10))[-1].number
        await directory.import_rows(rows[:1], replace=True)
        assert await directory.head() >= read


async def test_what_two_write_at_once_never_appears_before_what_was_read_already(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 40)
    seen: list[CaseChange] = []

    async def write(directory: EmbeddedDirectory, own: Sequence[Row]) -> None:
        for row in own:
            await directory.learn([row, step(row.id, 9)], "push")

    async def read(
        directory: EmbeddedDirectory, writing: asyncio.Future[tuple[None, None]]
    ) -> None:
        news: Sequence[CaseChange] = ()
        done = False
        while news or not done:
            done = writing.done()
            news = await directory.changes(seen[-1].number if seen else 0, 5)
            seen.extend(news)

    async with contextlib.AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_embedded(at, clock))
        # A file belongs to one process; on PostgreSQL every node writes.
        shared = isinstance(at, Secret)
        two = await stack.enter_async_context(open_embedded(at, clock)) if shared else one
        writing = asyncio.gather(write(one, rows[:20]), write(two, rows[20:]))
        await read(one, writing)
        await writing
        everything = await one.changes(0, 100)
    assert len(everything) == 80
    assert [c.number for c in seen] == [c.number for c in everything]


async def test_a_writer_waits_while_another_one_may_still_add_entries_before_its_own(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    """The other one has its numbers and has not committed: what came behind would hide them."""
    other = await connect(on_server.value, SCHEMA, "a test")
    watcher = await connect(on_server.value, SCHEMA, "a test")
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name LIKE '% cases' AND wait_event = 'advisory'"
    )
    one, two = many(rows_of, 2)
    seen: list[list[int]] = []
    async with open_embedded(on_server, clock) as directory:
        await directory.import_rows([one])
        read = await directory.head()
        await other.execute(
            "BEGIN; SELECT pg_advisory_xact_lock(hashtext(current_schema()), 3);"
            "INSERT INTO dossier_state (dossier, state, source, learned_at, fingerprint) "
            "SELECT number, 5, 'push', 0, 'f' FROM dossier"
        )
        for act in (directory.learn([step(one.id, 9)], "push"), directory.import_rows([two])):
            writing = asyncio.ensure_future(act)
            while not await watcher.fetchval(waiting):
                pass
            assert await directory.changes(read, 10) == []
            await other.execute("COMMIT")
            await writing
            entries = await directory.changes(read, 10)
            read = entries[-1].number
            seen.append([int(entry.state) for entry in entries])
            await other.execute(
                "BEGIN; SELECT pg_advisory_xact_lock(hashtext(current_schema()), 3)"
            )
        await other.execute("ROLLBACK")
    await other.close()
    await watcher.close()
    assert seen == [[5, 9], [4]]


async def test_what_was_handed_out_is_on_the_disk(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    """Steps of an import do not wait for the disk; what somebody read does."""
    other = await connect(on_server.value, SCHEMA, "a test")
    async with open_embedded(on_server, clock) as directory:
        await directory.import_rows(many(rows_of, 3))
        changes = await directory.changes(0, 2)
        row = "SELECT cursor FROM feed_cursor WHERE name = 'feed'"
        assert await other.fetchval(row) == str(changes[-1].number)
        await other.execute("DELETE FROM feed_cursor")
        assert await directory.changes(0, 2) == changes
        assert await other.fetchval(row) is None
        await directory.changes(0, 3)
        assert await other.fetchval(row) is not None
    await other.close()


DAY = timedelta(days=1)
MS = 1_000


def due_on(row: Row, due: datetime, new_due: datetime | None = None) -> Row:
    new = None if new_due is None else round(new_due.timestamp() * MS)
    return replace(row, due_at=round(due.timestamp() * MS), new_due_at=new)


async def test_dossiers_whose_appointment_lies_in_a_span_are_found_in_order_of_their_ids(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 9)
    held = [
        due_on(rows[0], NOW + DAY),
        due_on(rows[1], NOW),
        due_on(rows[2], NOW + DAY + timedelta(seconds=1)),
        due_on(rows[3], NOW - DAY, NOW + DAY),
        due_on(rows[4], NOW + DAY, NOW + DAY / 2),
        due_on(replace(rows[5], state=5), NOW + DAY),
        due_on(replace(rows[6], state=9), NOW + DAY),
        due_on(replace(rows[7], state=2), NOW + DAY / 2),
        rows[8],
    ]
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(held)

        async def due(past: str, limit: int) -> list[str]:
            found = await directory.due(NOW, NOW + DAY, past, limit)
            return [case.dossier.id for case in found]

        assert await due("", 10) == [rows[n].id for n in (0, 3, 4, 7)]
        assert await due("", 2) == [rows[0].id, rows[3].id]
        assert await due(rows[3].id, 10) == [rows[4].id, rows[7].id]


async def test_dossiers_in_work_are_found_in_order_of_their_ids(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = [replace(row, state=n) for n, row in enumerate(many(rows_of, 10), 1)]
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows[::-1])
        found = [case.dossier.id for case in await directory.in_work("", 10)]
        assert found == [rows[state - 1].id for state in sorted(IN_WORK)]
        (third,) = await directory.in_work(found[1], 1)
        assert third.dossier.id == found[2]


async def test_what_cannot_be_read_is_told_in_one_word(at: Location, clock: SetClock) -> None:
    async with open_embedded(at, clock) as directory:
        pass
    for asked in (directory.head(), directory.changes(0, 1), directory.cases([])):
        with pytest.raises(CasesDownError, match=r"^closed$"):
            await asked
    with pytest.raises(CasesDownError, match=r"^closed$"):
        await directory.due(NOW, NOW, "", 1)


async def test_how_far_each_reader_was_told_is_kept_with_the_dossiers(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(many(rows_of, 3))
        assert await directory.handed_out("changes") is None
        first, second, _ = await directory.changes(0, 3)
        await directory.changes(0, 2, "changes")
        await directory.changes(0, 1, "survey")
        assert await directory.handed_out("changes") == second.number
        assert await directory.handed_out("survey") == first.number
    async with open_embedded(at, clock) as directory:
        # Read once more from the beginning: that is no step back.
        await directory.changes(0, 1, "changes")
        assert await directory.handed_out("changes") == second.number


async def test_who_begins_at_the_present_is_told_of_all_before_it(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(many(rows_of, 3))
        await directory.changes(0, 1, "changes")
        assert await directory.head("changes") == await directory.handed_out("changes")
        assert await directory.handed_out("survey") is None


async def test_tables_that_are_put_in_place_of_open_ones_tell_how_far_they_were_read(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(many(rows_of, 4))
        first, second, third, _ = await directory.changes(0, 4, "changes")
        statement = f"UPDATE feed_cursor SET cursor = '{first.number}'"  # noqa: S608  # a number
        await change(at, statement)
        assert await directory.handed_out("changes") == first.number
        await directory.changes(first.number, 1, "changes")
        assert await directory.handed_out("changes") == second.number
        await change(at, "DELETE FROM feed_cursor")
        assert await directory.handed_out("changes") is None
        await directory.changes(second.number, 1, "changes")
        assert await directory.handed_out("changes") == third.number


async def test_older_dossiers_that_are_put_in_place_tell_that_nobody_came_so_far(
    clock: SetClock, rows_of: Rows, tmp_path: Path
) -> None:
    live, kept = tmp_path / "cases.db", tmp_path / "kept.db"
    async with open_embedded(live, clock) as directory:
        await directory.import_rows(many(rows_of, 2))
        (*_, seen) = await directory.changes(0, 10, "changes")
    shutil.copyfile(live, kept)
    async with open_embedded(live, clock) as directory:
        await directory.import_rows(many(rows_of, 5))
        (*_, last) = await directory.changes(seen.number, 10, "changes")
        assert await directory.handed_out("changes") == last.number
    shutil.copyfile(kept, live)
    async with open_embedded(live, clock) as directory:
        # What is learned first takes places that were read of the dossiers that are gone.
        await directory.learn([replace(row, state=9) for row in many(rows_of, 2)], "push")
        handed = await directory.handed_out("changes")
        assert handed == seen.number < last.number
        assert [one.state for one in await directory.changes(handed, 10, "changes")] == [9, 9]
