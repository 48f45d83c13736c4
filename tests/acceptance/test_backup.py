"""A backup beside a gateway in load, a machine that is lost, and what the restored copy does."""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.replica import replica, until_copied
from tests.acceptance.telco import citizen, mo
from tests.backup.long_ago import answered_long_ago
from tests.contracts.store_desk import maker_of

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

ASKED = "MCKH_170703-0001"
COUNT = "SELECT count(*) FROM inbox"
PURGED = "SELECT id FROM inbox WHERE purged_at IS NOT NULL"
SOUND = "PRAGMA integrity_check"
HELD = "SELECT count(*) FROM outbox WHERE state = 'held' AND hold_reason = 'restored'"


async def texts(house: House, door: str, count: int) -> list[dict[str, object]]:
    """So many citizens text at once; each hears OK."""
    sent = [mo(citizen(), ASKED) for _ in range(count)]
    heard = await asyncio.gather(*(house.telco.deliver(door, text) for text in sent))
    assert {one.status for one in heard} == {200}
    return sent


async def move(house: House, *restore: str) -> str:
    """The machine is lost; its copy is put into a new folder, with the keys, and starts there.

    What the restore printed.
    """
    await house.kill()
    lost, house.data = house.data, house.data.parent / "restored"
    printed = await house.command("restore", *restore)
    await asyncio.to_thread(shutil.copytree, lost / "keys", house.data / "keys")
    await house.start()
    return printed


async def test_a_backup_beside_a_busy_gateway_stops_no_answers_and_holds_them_all(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        before = await texts(house, "local", 30)
        file = tmp_path / "one.tar.gz"
        backup = asyncio.create_task(house.command("backup", "--to", str(file)))
        meanwhile = 0
        while not backup.done():
            meanwhile += len(await texts(house, "local", 10))
        assert meanwhile > 10
        assert f"made      {file}" in backup.result()

        await move(house, str(file))
        ((rows,),) = house.rows(COUNT)
        assert len(before) <= rows <= len(before) + meanwhile
        assert house.rows(SOUND) == [("ok",)]


async def test_a_restored_copy_texts_nobody_about_the_past_and_answers_who_texts_now(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        await house.command("pause", "ack")
        old = await texts(house, "ack", 3)
        await house.until((3,), "SELECT count(*) FROM outbox WHERE state = 'queued'")
        file = tmp_path / "one.tar.gz"
        await house.command("backup", "--to", str(file))
        await move(house, str(file))
        await house.command("resume", "ack")

        (new,) = await texts(house, "ack", 1)
        await house.telco.received(str(new["from"]))
        assert [mt.to for mt in house.telco.mts] == [new["from"]]
        assert house.rows(HELD) == [(3,)]
        assert "holds 3 replies" in await house.command("doctor")

        said = await house.command("resume", "--yes")
        assert "released: 3 to be sent, 0 expired, 0 uncertain" in said
        for text in old:
            await house.telco.received(str(text["from"]))
            await house.mt_is(text, "accepted")


async def test_nobody_restores_under_a_running_gateway(tmp_path: Path, samples: Path) -> None:
    async with open_house(tmp_path, samples) as house:
        file = tmp_path / "one.tar.gz"
        await house.command("backup", "--to", str(file))
        done = await asyncio.to_thread(
            house.program.run, "restore", str(file), data=house.data, config=house.config
        )
        assert done.returncode == 1
        assert done.stderr == f"sms-gateway: a gateway runs on {house.data}: stop it first\n"


async def test_the_replica_of_a_gateway_that_was_killed_is_whole_purged_and_held(
    tmp_path: Path, samples: Path
) -> None:
    before = tmp_path / "before"
    await asyncio.to_thread(shutil.copytree, samples, before)
    old = await answered_long_ago(maker_of("sqlite"), before)
    url = f"file://{tmp_path}/replica"
    env = {"SMS_GATEWAY_REPLICA__URL": url}
    async with open_house(tmp_path, before, env=env) as house:
        async with replica(house):
            sent = await texts(house, "local", 40)
            await until_copied(house)
        printed = await move(house, "--replica", url)
        assert "purged 1 texts; of before " in printed
        assert house.rows(PURGED) == [(old,)]
        ((newest,),) = house.rows("SELECT max(received_at) FROM inbox")
        since = datetime.fromtimestamp(newest / 1000, ZoneInfo("Asia/Ho_Chi_Minh"))
        assert f"\nmissing   {since:%Y-%m-%d %H:%M:%S} to " in printed
        assert house.rows(COUNT) == [(len(sent) + 1,)]
        assert house.rows(SOUND) == [("ok",)]
        assert "holds 0 replies and all automatic messages" in await doctor(house)


async def doctor(house: House) -> str:
    done = await asyncio.to_thread(
        house.program.run, "doctor", data=house.data, config=house.config
    )
    return done.stdout
