"""A dossier that changes reaches its citizen as a text, without being asked."""

import json
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.telco import mo

pytestmark = pytest.mark.acceptance

OWNER = "0900000141"
SAID = {
    "NOTICES__ON": "true",
    "NOTICES__DOOR": "ack",
    "NOTICES__LOOK_S": "0.2",
    "NOTICES__STANDS_S": "0.5",
    "NOTICES__QUIET": "",
    "NOTICES__MOST": "3",
}
CODE = "000.00.12.H32-261120-0141"


def row(state: int, number: int = 141, phone: str = OWNER) -> dict[str, object]:
    """A dossier by the national names, handed in online."""
    return {
        "MaHoSo": CODE.replace("0141", f"{number:04}"),
        "TrangThaiHoSo": str(state),
        "SoDienThoai": phone,
        "HinhThucNop": "2",
        "NgayTiepNhan": "20261120080000",
    }


async def learn(house: House, folder: Path, *rows: dict[str, object]) -> None:
    file = folder / "dossiers.json"
    file.write_text(json.dumps({"data": list(rows)}), encoding="utf-8")  # a small file
    await house.command("cases", "import", str(file))


async def begun(house: House) -> None:
    """The first look is over: from here on changes count."""
    await house.until((1,), "SELECT count(*) FROM notice_mark WHERE name = 'changes'")


async def test_a_change_is_told_and_the_reply_says_the_same(tmp_path: Path, samples: Path) -> None:
    env = {f"SMS_GATEWAY_{name}": value for name, value in SAID.items()}
    async with open_house(tmp_path, samples, env=env) as house:
        await begun(house)
        await learn(house, tmp_path, row(4))
        await house.first_seen(CODE)
        await learn(house, tmp_path, row(5))
        (told,) = await house.telco.received(OWNER)
        assert "can bo sung giay to" in told.text
        asked = await house.telco.deliver("local", mo(OWNER, f"MCKH {CODE}"))
        assert told.text in asked.body.decode()
        await learn(house, tmp_path, row(5))
        await learn(house, tmp_path, *(row(4, n, f"09000001{n}") for n in range(42, 62)))
        await house.first_seen(CODE.replace("0141", "00%"), 20)
        await learn(house, tmp_path, *(row(9, n, f"09000001{n}") for n in range(42, 62)))
        await house.until((20,), "SELECT count(*) FROM outbox WHERE state = 'held'")
        listed = json.loads(await house.command("notices", "held", "--json"))
        assert (listed["reason"], listed["texts"]) == ("blast", 20)
        planned = json.loads(await house.command("notices", "plan", "--json"))
        assert planned["counts"]["situation_8"] == 20
        assert "dropped 20 texts" in await house.command("notices", "drop", listed["id"])
        assert len(house.telco.to(OWNER)) == 1
        assert OWNER not in house.process.output
