"""A bulk fix, and a restored copy, send nothing by themselves.

By hand with the forty thousand dossiers of a province, as shipped, and with times:
REHEARSAL=1 pytest -n 0 -s tests/acceptance/test_notices_bulk.py
Else with fewer, though with several pages of each: to write down and decide of forty thousand takes
the store alone some twenty seconds, twice.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests import real_process
from tests.acceptance.house import House, open_house, pause
from tests.acceptance.test_backup import move
from tests.acceptance.test_cases_in_sql import LATER, on
from tests.acceptance.test_notices import OWNER, SAID, begun, learn, row
from tests.acceptance.test_notices_from_databases import settings_of

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(1200),
]

BY_HAND = bool(os.environ.get("REHEARSAL"))
MANY = 40_000 if BY_HAND else 1_200
PACE: dict[str, object] = {} if BY_HAND else {"look_s": 0.5, "stands_s": 5}
SOON = LATER.replace("00:00:00", "00:00:01")
DECIDED = "SELECT count(*) FROM notice WHERE fate <> 'standing'"


async def until(house: House, decided: int) -> None:
    """So many changes are decided of; by hand that takes minutes."""
    async with asyncio.timeout(900):
        while house.rows(DECIDED) != [(decided,)]:
            await pause()


@pytest.fixture
def say(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, float], None]:
    """Tell who measures by hand how long something took; commands may take long then."""
    monkeypatch.setattr(real_process, "PATIENCE_S", 600.0)

    def told(what: str, began: float) -> None:
        with capsys.disabled():
            if BY_HAND:
                print(f"\n{what}: {time.monotonic() - began:.1f} s")  # noqa: T201  # for whoever measures

    return told


async def held_whole(house: House, say: Callable[[str, float], None]) -> None:
    """All of it is one batch with counts and samples; dropped, it is over, and nothing left."""
    began = time.monotonic()
    (batch,) = (await house.command("notices", "held", "--json")).splitlines()
    said = json.loads(batch)
    assert (said["reason"], said["texts"], said["dossiers"]) == ("blast", MANY, MANY)
    assert sum(said["templates"].values()) == MANY
    assert said["samples"]
    assert f"dropped {MANY} texts" in await house.command("notices", "drop", said["id"])
    say("held and drop", began)
    assert await house.command("notices", "held", "--json") == ""
    assert house.rows("SELECT DISTINCT state, hold_reason FROM outbox") == [("failed", "dropped")]
    assert house.telco.mts == []


async def test_a_file_that_changes_very_many_dossiers_is_held_whole(
    tmp_path: Path, samples: Path, say: Callable[[str, float], None]
) -> None:
    said = "\n".join(f"{name} = {value}" for name, value in PACE.items())
    more = f'[notices]\non = true\ndoor = "ack"\nquiet = ""\n{said}'
    async with open_house(tmp_path, samples, more=more) as house:
        await begun(house)
        for count, state in enumerate((4, 5), 1):
            began = time.monotonic()
            rows = [row(state, n, f"09{n:08}") for n in range(1, MANY + 1)]
            await learn(house, tmp_path, *rows)
            say("import", began)
            await until(house, count * MANY)
            say("import and decided", began)
        await held_whole(house, say)


@asynccontextmanager
async def poll_of_many(
    folder: Path, samples: Path
) -> AsyncIterator[tuple[House, Callable[[str], None]]]:
    """An office with so many dossiers, a gateway that knows them, and a way to change them."""
    poll = 15 if BY_HAND else 0.1
    async with on("postgres") as (office, _server):
        more = settings_of(office, poll, PACE)
        async with open_house(folder, samples, more=more) as house:
            await begun(house)
            await asyncio.to_thread(
                office.run,
                "INSERT INTO ho_so (ma_ho_so, trang_thai, dien_thoai, cap_nhat) "  # noqa: S608  # written here
                "SELECT '000.00.12.H32-261120-' || lpad(n::text, 5, '0'), 4, "
                f"'09' || lpad(n::text, 8, '0'), '{LATER}' FROM generate_series(1, {MANY}) AS n",
            )
            await until(house, MANY)
            yield house, office.run


async def test_one_update_of_very_many_rows_in_their_database_is_held_whole(
    tmp_path: Path, samples: Path, say: Callable[[str, float], None]
) -> None:
    async with poll_of_many(tmp_path, samples) as (house, run):
        began = time.monotonic()
        await asyncio.to_thread(run, f"UPDATE ho_so SET trang_thai = 5, cap_nhat = '{SOON}'")  # noqa: S608  # written here
        await until(house, 2 * MANY)
        say("update, polled and decided", began)
        await held_whole(house, say)


async def test_a_restored_copy_tells_nobody_again_and_then_goes_on_from_the_present(
    tmp_path: Path, samples: Path
) -> None:
    env = {f"SMS_GATEWAY_{name}": value for name, value in SAID.items()}
    async with open_house(tmp_path, samples, env=env) as house:
        await learn(house, tmp_path, row(4))
        await begun(house)
        file = tmp_path / "copy.tar.gz"
        await house.command("backup", "--to", str(file))
        await learn(house, tmp_path, row(5))
        await house.telco.received(OWNER)
        await move(house, str(file))
        # The same change once more, as the one-stop software tells it: the lost machine told it.
        await learn(house, tmp_path, row(5))
        await house.until_ready()
        assert house.rows("SELECT count(*) FROM notice WHERE state = 5") == [(0,)]
        await house.command("resume", "--yes")
        await asyncio.to_thread(house.process.wait_for_line, "notices.begun")
        await learn(house, tmp_path, row(6))
        _, told = await house.telco.received(OWNER, 2)
        assert "phi" in told.text
        assert len(house.telco.to(OWNER)) == 2
