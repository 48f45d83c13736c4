"""Imports: whole or not at all, the same for ever however often, and never in anybody's way."""

import asyncio
import sqlite3
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import CaseTablesError, ImportReport, merge, open_embedded
from sms_gateway.cases.embedded.postgres.opening import PostgresTables
from sms_gateway.cases.embedded.sqlite import opening, statements
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.dossier import Found, NotFound
from sms_gateway.domain.ids import CanonicalKey
from tests.cases.embedded.exports import Rows, SetClock, key, many, table

ALL_TABLES = ("dossier", "dossier_number", "dossier_phone", "dossier_state", "staged")


async def test_an_import_reports_what_is_new_changed_and_unchanged(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 300)
    async with open_embedded(at, clock) as directory:
        first = await directory.import_rows(rows)
        changed = [replace(row, state=9) for row in rows[:7]]
        second = await directory.import_rows([*changed, *rows[7:20], *many(rows_of, 302)[300:]])
        assert await directory.count() == 302
    assert first == ImportReport(new=300, changed=0, unchanged=0, removed=0)
    assert second == ImportReport(new=2, changed=7, unchanged=13, removed=0)


async def test_the_same_file_again_changes_nothing(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 300)
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows)
    before = [await table(at, name) for name in ALL_TABLES]
    clock.moment += timedelta(days=1)
    async with open_embedded(at, clock) as directory:
        report = await directory.import_rows(rows)
    after = [await table(at, name) for name in ALL_TABLES]
    assert report == ImportReport(new=0, changed=0, unchanged=300, removed=0)
    assert before == after
    assert after[-1] == []


async def test_dossiers_that_a_file_lacks_stay_unless_it_replaces_everything(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 400)
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows)
        await directory.import_rows(rows[:3])
        assert await directory.count() == 400
        report = await directory.import_rows(rows[:3], replace=True)
        assert report == ImportReport(new=0, changed=0, unchanged=3, removed=397)
        assert await directory.count() == 3
        answers = await directory.find_many([key(2), key(3)])
        with pytest.raises(CaseTablesError, match="at least one dossier"):
            await directory.import_rows([], replace=True)
    assert isinstance(answers[key(2)], Found)
    assert isinstance(answers[key(3)], NotFound)
    left = [len(await table(at, name)) for name in ALL_TABLES]
    assert left == [3, 6, 0, 3, 0]


async def test_a_changed_receipt_and_phone_take_the_place_of_the_old_ones(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    head = "MaHoSo,SoBienNhan,SoDienThoai,TrangThaiHoSo\n"
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows_of(head + "A1,R1,0900000001,4\n"))
        await directory.import_rows(rows_of(head + "A1,R2,0900000002,4\n"))
        answers = await directory.find_many([CanonicalKey(k) for k in ("A1", "R1", "R2")])
    assert [type(answer) for answer in answers.values()] == [Found, NotFound, Found]
    found = answers[CanonicalKey("R2")]
    assert isinstance(found, Found)
    assert [phone.national for phone in found.dossier.phones] == ["0900000002"]
    assert await table(at, "dossier_phone") == [(1, "owner", "+84900000002")]


async def test_history_keeps_each_state_also_backwards_and_each_only_once(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    head = "MaHoSo,TrangThaiHoSo,NgayKetThucXuLy,NgayTra,TenTTHC\n"
    told = [
        "A1,4,,,x\n",
        "A1,5,,,x\n",
        "A1,4,,,x\n",
        "A1,9,20261120100000,,x\n",
        "A1,9,20261120100000,,another name of the same procedure\n",
        "A1,10,20261120100000,20261121100000,x\n",
        "A1,9,20261120100000,,x\n",
        "A1,9,20261120110000,,x\n",
    ]
    async with open_embedded(at, clock) as directory:
        for line in told:
            clock.moment += timedelta(hours=1)
            await directory.import_rows(rows_of(head + line))
            await directory.import_rows(rows_of(head + line))
        (details,) = await directory.show("a-1")
    states = [int(entry.state) for entry in details.history]
    assert states == [9, 9, 10, 9, 4, 5, 4]
    assert [entry.source for entry in details.history] == ["import"] * 7
    assert details.history[0].learned_at == clock.moment
    assert details.history[0].source_time is not None
    assert details.history[-1].source_time is None
    assert details.dossier.as_of == clock.moment


async def test_show_gives_details_with_masked_phones(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    head = "MaHoSo,SoBienNhan,TrangThaiHoSo,SoDienThoai,MaTTHC,TenTTHC,PhongBanXuLy,ThongBaoSMS\n"
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(rows_of(head + "A1,R1,4,0900000001,2.01,Cấp thẻ,Phòng A,0\n"))
        (details,) = await directory.show("r 1")
        assert await directory.show("nothing") == []
    assert details.dossier.id == "A1"
    assert (details.procedure_code, details.procedure_name) == ("2.01", "Cấp thẻ")
    assert (details.room, details.sms_allowed, details.submitted_via) == ("Phòng A", False, None)
    assert details.masked_phones == ("09xx xxx 001",)
    assert "900000001" not in repr(details)


async def test_progress_rises_to_its_end(at: Location, clock: SetClock, rows_of: Rows) -> None:
    told: list[tuple[int, int]] = []
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(
            many(rows_of, 300), progress=lambda done, total: told.append((done, total))
        )
    assert told == sorted(told)
    assert told[-1] == (600, 600)
    assert len(told) > 300 // PostgresTables.step


async def test_lookups_are_answered_while_a_step_is_open_and_from_before_it(
    path: Path, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on = threading.Event(), threading.Event()
    unhindered = merge.state_fingerprint

    def hindered(dossier: str, state: int, at: int | None, before: str | None) -> str:
        if state == 9:
            inside.set()
            assert go_on.wait(30)
        return unhindered(dossier, state, at, before)

    monkeypatch.setattr(merge, "state_fingerprint", hindered)
    async with open_embedded(path, clock) as directory:
        await directory.import_rows(many(rows_of, 2))
        changing = asyncio.ensure_future(directory.import_rows(many(rows_of, 2, state=9)))
        await asyncio.to_thread(inside.wait, 30)
        # A step's transaction is open now and stays open until we say so.
        before = await directory.find_many([key(0), key(1)])
        go_on.set()
        await changing
        after = await directory.find_many([key(0), key(1)])
    assert [int(a.dossier.state) for a in before.values() if isinstance(a, Found)] == [4, 4]
    assert [int(a.dossier.state) for a in after.values() if isinstance(a, Found)] == [9, 9]


async def test_a_lookup_during_an_import_meets_each_dossier_before_or_after_never_between(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    head = "MaHoSo,SoBienNhan,SoDienThoai,TrangThaiHoSo\n"
    old = rows_of(head + "".join(f"A{n},R{n},0900000001,4\n" for n in range(600)))
    new = rows_of(head + "".join(f"A{n},R{n},0900000009,9\n" for n in range(600)))
    keys = [CanonicalKey(f"R{n}") for n in range(0, 600, 12)]
    met: set[tuple[int, str]] = set()
    async with open_embedded(at, clock) as directory:
        await directory.import_rows(old)
        changing = asyncio.ensure_future(directory.import_rows(new))
        while not changing.done():
            for answer in (await directory.find_many(keys)).values():
                assert isinstance(answer, Found)
                (phone,) = answer.dossier.phones
                met.add((int(answer.dossier.state), phone.masked))
        await changing
    assert met <= {(4, "09xx xxx 001"), (9, "09xx xxx 009")}
    assert (4, "09xx xxx 001") in met


async def test_imports_at_the_same_moment_come_one_after_the_other(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock) as directory:
        reports = await asyncio.gather(
            *(directory.import_rows(many(rows_of, 200)) for _ in range(3))
        )
        assert await directory.count() == 200
    assert sorted(report.new for report in reports) == [0, 0, 200]


async def test_a_full_disk_is_told_in_one_line_and_leaves_everything_as_it_was(
    path: Path, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhindered = statements.prepare

    def no_room(connection: sqlite3.Connection) -> None:
        unhindered(connection)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 10}")

    async with open_embedded(path, clock) as directory:
        await directory.import_rows(many(rows_of, 5))
    monkeypatch.setattr(opening, "prepare", no_room)
    async with open_embedded(path, clock) as directory:
        with pytest.raises(CaseTablesError, match=r"^cases\.db: the disk is full: free"):
            await directory.import_rows(many(rows_of, 1_000, state=9))
        answers = await directory.find_many([key(0), key(999)])
    assert isinstance(answers[key(0)], Found)
    assert isinstance(answers[key(999)], NotFound)


async def test_a_directory_opened_for_reading_only_imports_nothing(
    at: Location, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(at, clock):
        pass
    async with open_embedded(at, clock, writable=False) as directory:
        with pytest.raises(CaseTablesError, match="reading only"):
            await directory.import_rows(many(rows_of, 1))


async def test_a_file_that_cannot_be_written_is_told_in_one_line(
    tmp_path: Path, clock: SetClock
) -> None:
    with pytest.raises(CaseTablesError) as told:
        async with open_embedded(tmp_path / "no folder" / "cases.db", clock):
            raise AssertionError
    assert str(told.value).startswith("cases.db: it is not there or its folder")
