"""An incident window that is written down while the gateway runs: replies say so, until it ends."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.telco import mo

pytestmark = pytest.mark.acceptance

OWNER, STRANGER = "0900000142", "0900000143"
CODE = "000.00.12.H32-261120-0142"


async def learn(house: House, folder: Path, state: int) -> None:
    row = {
        "MaHoSo": CODE,
        "TrangThaiHoSo": str(state),
        "SoDienThoai": OWNER,
        "NgayTiepNhan": "20261120080000",
        "NgayHenTra": "20261204170000",
    }
    file = folder / "dossiers.json"
    file.write_text(json.dumps({"data": [row]}), encoding="utf-8")  # a small file
    await house.command("cases", "import", str(file))


async def test_replies_say_that_a_window_stands_and_the_true_state_follows_when_it_ends(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        await learn(house, tmp_path, 4)
        said = ("--from", "2026-11-01", "--cause", "Sự cố máy chủ", "--document", "818/SNgV-VP")
        window = (await house.command("windows", "add", *said)).strip()
        asked = await house.telco.deliver("local", mo(OWNER, f"MCKH {CODE}"))
        assert "gian doan" in asked.body.decode()
        assert CODE in asked.body.decode()
        other = await house.telco.deliver("local", mo(STRANGER, "MCKH 000.00.12.H32-261120-9999"))
        assert "gian doan" in other.body.decode()
        await house.telco.deliver("ack", mo(OWNER, f"MCKH {CODE}"))
        (stale,) = await house.telco.received(OWNER)
        await house.until(
            ("E5", 2), "SELECT substr(reason, 1, 2), count(*) FROM inbox WHERE reason LIKE 'E5%'"
        )
        await learn(house, tmp_path, 9)
        await house.command("windows", "end", window)
        _, followed = await house.telco.received(OWNER, 2)
        assert followed.text != stale.text
        assert "gian doan" not in followed.text
        assert OWNER not in house.process.output
        assert "Sự cố" not in house.process.output


async def test_an_outage_is_announced_by_sms_once_staff_release_it(
    tmp_path: Path, samples: Path
) -> None:
    env = {"SMS_GATEWAY_NOTICES__DOOR": "ack", "SMS_GATEWAY_NOTICES__QUIET": ""}
    async with open_house(tmp_path, samples, env=env) as house:
        await learn(house, tmp_path, 4)
        said = ("--from", "2099-01-01T20:00", "--to", "2099-01-02T06:00", "--cause", "Nâng cấp")
        window = (await house.command("windows", "add", "--planned", *said)).strip()
        told = await house.command("windows", "announce", window, "--send")
        batch = told.split()[-1]
        assert house.telco.to(OWNER) == []
        await house.command("notices", "release", batch)
        (text,) = await house.telco.received(OWNER)
        assert "tam ngung tu 20:00 01/01/2099" in text.text
        assert "06:00 02/01/2099" in text.text
        assert "planned, announced" in await house.command("windows", "list")
        again = ("windows", "announce", window, "--send")
        done = await asyncio.to_thread(
            house.program.run, *again, data=house.data, config=house.config
        )
        assert done.returncode == 1
        assert "released before" in done.stderr
