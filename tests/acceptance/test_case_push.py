"""The one-stop software calls the running gateway, and citizens read what it said."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sms_gateway.cases.embedded import migrate_cases
from sms_gateway.domain.secret import Secret
from tests.acceptance.house import House, open_house, reply_of
from tests.acceptance.telco import citizen, mo
from tests.postgres import Postgres

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

TOKEN = "tiger-lily-in-the-garden"
PUSH = f'[cases.push]\ntokens = ["{TOKEN}"]\n'
PATH = "/cases/v1/dossiers"
OWNER = "0900000077"
CODE, RECEIPT = "000.00.12.H32-261120-0077", "261120-0077"


@contextlib.contextmanager
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of a gateway with its dossiers there."""
    if request.param == "sqlite":
        yield {}
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    yield {"SMS_GATEWAY_CASES__URL": server.database()}


@pytest.fixture(params=["sqlite", "postgres"])
def env(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    with database(request) as found:
        yield found


@asynccontextmanager
async def told_house(folder: Path, samples: Path, env: dict[str, str]) -> AsyncIterator[House]:
    for url in env.values():
        await migrate_cases(Secret(url), 0)
    async with open_house(folder, samples, env=env, more=PUSH) as house:
        yield house


async def call(house: House, service: str, *rows: Mapping[str, object]) -> tuple[int, Any, str]:
    """Status, body and Retry-After of a batch."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    body = {"service": service, "data": rows}
    url = house.telco.gateway + PATH
    async with house.telco.session.post(url, json=body, headers=headers) as response:
        said = json.loads(await response.read())
        return response.status, said, response.headers.get("Retry-After", "")


async def results(house: House, service: str, *rows: Mapping[str, object]) -> list[str]:
    status, said, _ = await call(house, service, *rows)
    assert (status, said["error_code"]) == (200, 0)
    return [row["result"] for row in said["results"]]


def dossier(**more: object) -> dict[str, object]:
    return {
        "MaHoSo": CODE, "SoBienNhan": RECEIPT, "TrangThaiHoSo": "4", "SoDienThoai": OWNER,
        "NgayTiepNhan": "20261120081500", "NgayHenTra": "20991204170000", **more,
    }  # fmt: skip


async def read(house: House, sender: str = OWNER) -> str:
    """What a citizen reads who asks now."""
    heard = await house.telco.deliver("local", mo(sender, f"MCKH {RECEIPT}"))
    return str(reply_of(heard.body)["reply"])


async def test_a_text_is_answered_at_once_with_what_was_sent_a_moment_ago(
    tmp_path: Path, samples: Path, env: dict[str, str]
) -> None:
    async with told_house(tmp_path, samples, env) as house:
        assert "261120-0077" in await read(house, citizen())
        assert await results(house, "DongBoHoSoMC", dossier()) == ["new"]
        assert "dang xu ly" in await read(house)
        done = {"MaHoSo": CODE, "TrangThai": "9", "ThoiDiemXuLy": "20261124100000"}
        assert await results(house, "CapNhatTienDoHoSoMC", done) == ["changed"]
        assert "da co ket qua ngay 24/11/2026" in await read(house)
        back = {"MaHoSo": CODE, "TrangThai": "4", "ThoiDiemXuLy": "20261125100000"}
        assert await results(house, "CapNhatTienDoHoSoMC", back) == ["changed"]
        assert "dang xu ly" in await read(house)


async def test_the_same_batch_twice_changes_nothing_and_says_so(
    tmp_path: Path, samples: Path, env: dict[str, str]
) -> None:
    steps = [
        {"MaHoSo": CODE, "TrangThai": state, "ThoiDiemXuLy": f"202611{day}100000"}
        for state, day in (("4", 21), ("9", 24), ("10", 25))
    ]
    async with told_house(tmp_path, samples, env) as house:
        for _ in range(2):
            await results(house, "DongBoHoSoMC", dossier())
        assert await results(house, "DongBoHoSoMC", dossier()) == ["unchanged"]
        first = await results(house, "CapNhatTienDoHoSoMC", *steps)
        assert first == ["overtaken", "overtaken", "changed"]
        again = await results(house, "CapNhatTienDoHoSoMC", *steps)
        assert again == ["overtaken", "overtaken", "unchanged"]
        assert await house.figure("sms_case_push_rows_total", result="unchanged") == 3


async def test_a_row_that_is_wrong_is_named_and_the_others_are_learned(
    tmp_path: Path, samples: Path
) -> None:
    async with told_house(tmp_path, samples, {}) as house:
        wrong = dossier(MaHoSo="000.00.12.H32-261120-0078", TrangThaiHoSo="")
        nobody = {"MaHoSo": "000.00.12.H32-261120-0079", "TrangThai": "9"}
        status, said, _ = await call(house, "DongBoHoSoMC", wrong, dossier())
        assert (status, said["counts"]["refused"], said["counts"]["new"]) == (200, 1, 1)
        assert said["results"][0] == {
            "row": 1, "MaHoSo": "000.00.12.H32-261120-0078", "result": "refused",
            "reason": "TrangThaiHoSo: is empty: each dossier needs its state",
        }  # fmt: skip
        assert await results(house, "CapNhatTienDoHoSoMC", nobody) == ["refused"]
        assert "dang xu ly" in await read(house)


async def test_with_a_full_disk_the_software_is_asked_to_come_again_and_nothing_is_lost(
    tmp_path: Path, samples: Path
) -> None:
    async with told_house(tmp_path, samples, {}) as house:
        with house.full_disk():
            status, said, later = await call(house, "DongBoHoSoMC", dossier())
        assert (status, said["error"], later) == (503, "unavailable", "5")
        assert await results(house, "DongBoHoSoMC", dossier()) == ["new"]
        assert "dang xu ly" in await read(house)


async def test_what_was_taken_is_there_after_a_power_cut(tmp_path: Path, samples: Path) -> None:
    async with told_house(tmp_path, samples, {}) as house:
        assert await results(house, "DongBoHoSoMC", dossier()) == ["new"]
        await house.kill()
        await house.start()
        assert "dang xu ly" in await read(house)
        assert await results(house, "DongBoHoSoMC", dossier()) == ["unchanged"]


async def test_it_is_off_until_it_is_switched_on(house: House) -> None:
    async with house.telco.session.post(house.telco.gateway + PATH, json={}) as response:
        assert response.status == 404


async def test_a_door_at_the_same_address_keeps_the_gateway_from_starting(
    tmp_path: Path, samples: Path
) -> None:
    async with told_house(tmp_path, samples, {}) as house:
        await house.stop()
        settings = house.config / "gateway.toml"
        written = settings.read_text(encoding="utf-8")
        settings.write_text(written.replace('"/mo/local"', f'"{PATH}"'), encoding="utf-8")
        done = await asyncio.to_thread(
            house.program.run, "serve", data=house.data, config=house.config
        )
    assert done.returncode == 1
    assert f"2 doors take POST {PATH} (cases.push, local): give each a path" in done.stderr
