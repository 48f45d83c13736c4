"""What was purged is on the disk no more: neither in the database nor in its log ahead."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import OptOutChange
from sms_gateway.domain.retention import PurgeBatch, Walk
from sms_gateway.gsm.words import word_number
from sms_gateway.sqlite.connection import open_reader, open_writer
from sms_gateway.sqlite.driving import driven
from sms_gateway.store.committing import Call, commit, scrub
from sms_gateway.store.sqlite.driver import SqliteDatabase
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import DOOR, KEY, Desk, maker_of

FILE = "gateway.db"
TEXTS = 400
WORD, REPLY, SENDER = "tracked-words", "worded-reply", "+8490111"
RAW, SNAPSHOT = "request-as-it-came", "dossier-as-it-was"
ALL = (WORD, REPLY, SENDER, RAW, SNAPSHOT, KEY, "170703-0001")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A store that was written in an hour like any other: answers, leases, settlements."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite", "apart"), folder) as opened:
        await _fill(opened)
        yield opened


async def _fill(desk: Desk) -> None:
    """Rows that grow after they were written, so that pages are split and cells are moved."""
    for start in range(0, TEXTS, 20):
        arrivals = [
            desk.arrival(f"{WORD} {n} " + "x" * (n % 300), sender=Address(f"{SENDER}{n:04}"))
            for n in range(start, start + 20)
        ]
        raws = [f'{{"text": "{RAW} {arrival.mo.text}"}}'.encode() for arrival in arrivals]
        recorded = await desk.store.record(
            [replace(a, raw=raw) for a, raw in zip(arrivals, raws, strict=True)]
        )
        mos = [one.pending for one in recorded]  # type: ignore[union-attr]  # all are new
        mts = [desk.mt(mo, text=f"{REPLY} {n} " + "y" * (n % 250)) for n, mo in enumerate(mos)]
        snapshot = f"{SNAPSHOT} {start}".encode()
        follows = OptOutChange(opted_out=False, dossier_id=DossierId("another"), follows=True)
        answers = [
            replace(desk.answer(mo, mt), snapshot=snapshot, opt_out=follows)
            for mo, mt in zip(mos, mts, strict=True)
        ]
        await desk.store.answer(answers)
        leased = await desk.store.lease(DOOR, desk.clock.at, 20)
        await desk.store.settle([desk.accepted(mt.id, 1, f"T{mt.id}") for mt in leased])
        desk.clock.step(60)


def on_disk(folder: Path, *words: str) -> dict[str, int]:
    """How often words stand in the files of a database, where they do."""
    octets = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{FILE}*")))
    counts = {word: octets.count(word.encode()) for word in words}
    return {word: count for word, count in counts.items() if count}


async def purge(desk: Desk) -> SqlStore:
    assert isinstance(desk.store, SqlStore)
    before = desk.clock.step(86_400)
    for walk in (Walk.TEXTS, Walk.SUBSCRIPTIONS):
        after = "-"
        while after:
            step = PurgeBatch(walk, before, "", 50, desk.clock.at)
            after = (await desk.store.retention.purge(step)).upto
    return desk.store


async def test_words_and_numbers_of_purged_texts_are_in_no_file(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert set(on_disk(folder, *ALL)) == set(ALL)
    store = await purge(desk)
    assert await store.retention.scrub()
    assert (folder / f"{FILE}-wal").stat().st_size == 0
    assert not on_disk(folder, *ALL)
    assert on_disk(folder, "8083")
    assert await desk.sound()


async def test_nothing_tells_which_words_purged_texts_had(desk: Desk, tmp_path: Path) -> None:
    """Not even the numbers that stand for them."""
    assert isinstance(desk.store, SqlStore)
    before = desk.clock.step(60)
    while await desk.store.words.fill(before, 70):
        pass
    await desk.receive("kept words")
    desk.clock.step(60)
    folder = tmp_path / "data"
    numbers = [word_number(word) for word in ("tracked", "words", "170703", *map(str, range(400)))]
    octets = [number.to_bytes(8, "big", signed=True) for number in numbers]
    assert numbers_on_disk(folder, octets)
    store = await purge(desk)
    assert await store.retention.scrub()
    assert await desk.rows("SELECT count(*) FROM text_word") == [(0,)]
    assert await desk.rows("SELECT count(*) FROM word_part") == [(0,)]
    assert not numbers_on_disk(folder, octets)


def numbers_on_disk(folder: Path, numbers: Sequence[bytes]) -> int:
    octets = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{FILE}*")))
    return sum(octets.count(number) for number in numbers)


async def test_somebody_who_reads_what_was_there_is_not_waited_for(
    desk: Desk, tmp_path: Path
) -> None:
    reader = await open_reader(tmp_path / "data" / FILE)
    await reader.work(
        lambda db: db.execute("BEGIN").execute("SELECT count(*) FROM inbox").fetchone()
    )
    store = await purge(desk)
    assert not await store.retention.scrub()
    assert on_disk(tmp_path / "data", WORD)
    await reader.close()
    assert await store.retention.scrub()
    assert not on_disk(tmp_path / "data", WORD)


async def test_where_another_program_checkpoints_it_is_left_to_it(tmp_path: Path) -> None:
    writer = await open_writer(tmp_path / FILE)
    await writer.work(lambda db: db.execute("CREATE TABLE t (x)"))
    call = Call(scrub, [None])

    def tried(db: sqlite3.Connection, pages: int) -> object:
        db.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        return driven(commit(SqliteDatabase(db, lambda: None), [call]))

    assert await writer.work(lambda db: tried(db, 0)) == [[False]]
    assert (tmp_path / f"{FILE}-wal").stat().st_size > 0
    assert await writer.work(lambda db: tried(db, 1000)) == [[True]]
    assert (tmp_path / f"{FILE}-wal").stat().st_size == 0
    assert await writer.work(lambda db: db.execute("PRAGMA busy_timeout").fetchone()) == (5000,)
    await writer.close()
