"""A row that changes in somebody else's database reaches a citizen as the right text."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house, reply_of
from tests.acceptance.telco import PATIENCE, citizen, mo
from tests.cases.sql.conftest import (
    BY_CODES,
    BY_TIME,
    NAMES,
    TABLE,
    Office,
    on_mariadb,
    on_postgres,
)
from tests.mariadb import MariaDb, mariadb, program
from tests.postgres import Postgres, postgres

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

CODE, OTHER = "000.00.12.H32-261127-0001", "000.00.12.H32-261127-0002"
ASKED = "MCKH 261127-0001"
TRY_LATER = "gian doan"
LATER = "2099-01-01 00:00:00"
"""When a change was made, for the office: later than the start of the gateway."""


@asynccontextmanager
async def on(kind: str) -> AsyncIterator[tuple[Office, Postgres | MariaDb]]:
    """A server of the office, with an empty table."""
    if kind == "postgres":
        with postgres() as server:
            url = server.url()
            await asyncio.to_thread(on_postgres, url, [TABLE])
            yield Office(url, lambda line: on_postgres(url, [line])), server
        return
    if program() is None:
        pytest.skip("not run: mariadbd is missing on this machine")
    with mariadb() as maria:
        await asyncio.to_thread(on_mariadb, maria.url(""), ["CREATE DATABASE onestop"])
        there = maria.url("onestop")
        table = TABLE.replace("timestamp", "datetime(6)")
        await asyncio.to_thread(on_mariadb, there, [table])
        yield Office(there, lambda line: on_mariadb(there, [line])), maria


@asynccontextmanager
async def served(folder: Path, samples: Path, office: Office) -> AsyncIterator[House]:
    given = {
        "KIND": "sql",
        "POLL_S": "0.1",
        "BREAKER_REST_S": "0.1",
        "SQL__URL": office.url,
        "SQL__BY_CODES": BY_CODES,
        "SQL__BY_TIME": BY_TIME,
        "SQL__TIME_COLUMN": "cap_nhat",
        "SQL__TIME_KIND": "utc",
        "SQL__COLUMNS": json.dumps(NAMES),
    }
    env = {f"SMS_GATEWAY_CASES__{name}": value for name, value in given.items()}
    async with open_house(folder, samples, env=env) as house:
        yield house


async def answer(house: House, sender: str) -> str:
    """What somebody reads who asks for the first dossier."""
    heard = await house.telco.deliver("local", mo(sender, ASKED))
    assert heard.status == 200
    return str(reply_of(heard.body)["reply"])


async def until_shown(house: House, code: str, wanted: str) -> None:
    """Wait until our own copy has what is wanted of a dossier."""
    async with asyncio.timeout(PATIENCE):
        while wanted not in await shown(house, code):
            pass


async def shown(house: House, code: str) -> str:
    done = await asyncio.to_thread(
        house.program.run,
        *("cases", "show", code),
        data=house.data,
        config=house.config,
        env=house.env,
    )
    return done.stdout


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
async def test_what_changes_there_is_what_a_citizen_reads_and_what_our_copy_learns(
    tmp_path: Path, samples: Path, kind: str
) -> None:
    async with on(kind) as (office, _server):
        owner = citizen()
        known = {"so_bien_nhan": "261127-0001", "dien_thoai": owner}
        await asyncio.to_thread(office.put, CODE, 4, "2026-11-27 01:00:00", **known)
        async with served(tmp_path, samples, office) as house:
            before = await answer(house, owner)
            assert "261127-0001" in before
            assert TRY_LATER not in before
            await until_shown(house, CODE, "4 processing (sql")
            await asyncio.to_thread(office.put, CODE, 9, LATER, **known)
            after = await answer(house, owner)
            assert "261127-0001" in after
            assert after != before
            await until_shown(house, CODE, "9 finished (sql")
            # Nobody texts for this one.
            await asyncio.to_thread(office.put, OTHER, 5, LATER)
            await until_shown(house, OTHER, "5 papers needed (sql")
            assert await house.figure("sms_cases_learned_total", result="new") >= 2


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
async def test_while_it_is_dead_the_owner_reads_the_copy_and_its_time(
    tmp_path: Path, samples: Path, kind: str
) -> None:
    async with on(kind) as (office, server):
        owner = citizen()
        known = {"so_bien_nhan": "261127-0001", "dien_thoai": owner}
        await asyncio.to_thread(office.put, CODE, 4, "2026-11-27 01:00:00", **known)
        async with served(tmp_path, samples, office) as house:
            before = await answer(house, owner)
            await until_shown(house, CODE, "4 processing (sql")
            await asyncio.to_thread(server.kill)
            async with asyncio.timeout(PATIENCE):
                while (await house.ready())[1]["wrong"] != {"cases": "down", "changes": "down"}:
                    pass
            during = await answer(house, owner)
            assert "261127-0001" in during
            assert during != before
            assert "so lieu luc" in during
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(PATIENCE):
                while (await house.ready())[1]["wrong"]:
                    pass
            assert await answer(house, owner) == before
