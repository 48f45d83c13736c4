"""A copy that ends anywhere goes on where it was, and writes nothing twice."""

import random

import pytest

from sms_gateway.copying.plan import CopyRefusedError
from sms_gateway.copying.target import Target
from sms_gateway.postgres import connecting
from tests.contracts.store_desk import Desk, maker_of
from tests.copying.copy_desk import DATABASE, CopyDesk, Cut, cutting

pytestmark = pytest.mark.usefixtures("small_batches")


@pytest.mark.parametrize("seed", range(6))
async def test_it_goes_on_however_often_it_is_cut_off(
    seed: int, desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)  # noqa: S311  # seeded
    cuts = 0
    with monkeypatch.context() as patch:
        for _ in range(12):
            written = chance.random() < 0.5
            patch.setattr(Target, "write", cutting(chance.randint(1, 9), written=written))
            try:
                await desk.copied()
            except Cut:
                cuts += 1
            patch.undo()
    assert cuts > 1
    if await desk.rows("SELECT to_regclass('copy_progress')") != [(None,)]:
        await desk.copied()
    here, there = await desk.here(), await desk.there()
    for table in DATABASE.tables:
        extra = 1 if table.name == "audit" else 0
        assert (there[table.name] - here[table.name]).total() == extra, table
        assert not here[table.name] - there[table.name], table


async def cut_off(desk: CopyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Target, "write", cutting(15, written=True))
        with pytest.raises(Cut):
            await desk.copied()


async def test_one_that_a_gateway_has_run_on_since_begins_again_only_when_told_to(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cut_off(desk, monkeypatch)
    async with Desk(maker_of("sqlite"), desk.file.parent, runs_before=7) as gateway:
        gateway.clock.step(3600)
        await gateway.receive("a new one")
    before = await desk.there()
    with pytest.raises(CopyRefusedError, match="FROM was written since"):
        await desk.copied()
    assert await desk.there() == before
    await desk.copied(anew=True)
    here, there = await desk.here(), await desk.there()
    assert here["inbox"] == there["inbox"]


async def test_rows_that_no_copy_wrote_are_never_mixed_nor_thrown_away(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cut_off(desk, monkeypatch)
    await desk.rows("INSERT INTO node (run, name, started_at, version) VALUES ('x', 'x', 1, '')")
    for anew in (False, True):
        with pytest.raises(CopyRefusedError, match="somebody else writes there"):
            await desk.copied(anew=anew)
    assert await desk.rows("SELECT name FROM node WHERE run = 'x'") == [("x",)]


async def test_rows_that_were_taken_away_meanwhile_are_noticed(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cut_off(desk, monkeypatch)
    await desk.rows("DELETE FROM node")
    with pytest.raises(CopyRefusedError, match="TO has 0 rows in node, and 1 were copied"):
        await desk.copied()


async def test_one_copy_into_a_database_at_a_time(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connecting._LIMITS, "lock_timeout", "50")  # noqa: SLF001  # no test waits for time
    async with desk.opened():
        with pytest.raises(CopyRefusedError, match="another copy into TO is under way"):
            async with desk.opened():
                pass
    async with desk.opened() as (work, _target):
        await work.begin()
