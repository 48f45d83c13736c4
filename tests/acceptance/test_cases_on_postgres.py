"""With the dossiers on PostgreSQL: a server that dies keeps no text from its answer for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import migrate_cases
from sms_gateway.domain.secret import Secret
from tests.acceptance.house import House, open_house
from tests.acceptance.telco import PATIENCE, citizen, mo
from tests.parts import ROOT
from tests.postgres import Postgres, postgres

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

ASKED = "MCKH_170703-0001"
SAMPLES = str(ROOT / "config" / "samples" / "q3-2017.csv")
TRY_LATER = "gian doan"


@asynccontextmanager
async def both(folder: Path, samples: Path) -> AsyncIterator[tuple[House, Postgres]]:
    with postgres() as server:
        await migrate_cases(Secret(server.url()), 0)
        env = {"SMS_GATEWAY_CASES__URL": server.url()}
        async with open_house(folder, samples, env=env) as house:
            yield house, server


async def imported(house: House) -> str:
    """Output of an import of the samples."""
    done = await asyncio.to_thread(
        house.program.run,
        *("cases", "import", SAMPLES),
        data=house.data,
        config=house.config,
        env=house.env,
    )
    return done.stdout


async def until_wrong_is(house: House, wanted: dict[str, str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await house.ready())[1]["wrong"] != wanted:
            pass


async def test_a_text_that_comes_while_the_server_is_dead_is_answered_when_it_is_back(
    tmp_path: Path, samples: Path
) -> None:
    async with both(tmp_path, samples) as (house, server):
        assert await imported(house) == "33 new, 0 changed, 0 unchanged, 0 removed\n"
        before, during = mo(citizen(), ASKED), mo(citizen(), ASKED)
        await house.telco.deliver("ack", before)
        (answer,) = await house.telco.received(str(before["from"]))
        await asyncio.to_thread(server.kill)
        await until_wrong_is(house, {"cases": "down"})
        assert (await house.telco.call("/mo/ack", during)).status == 200
        await asyncio.to_thread(server.start)
        (later,) = await house.telco.received(str(during["from"]))
        assert later.text == answer.text
        assert TRY_LATER not in later.text
        await until_wrong_is(house, {})
        assert await imported(house) == "0 new, 0 changed, 33 unchanged, 0 removed\n"


async def test_while_the_server_stays_away_a_citizen_hears_to_try_later(
    tmp_path: Path, samples: Path
) -> None:
    async with both(tmp_path, samples) as (house, server):
        await asyncio.to_thread(server.stop)
        text = mo(citizen(), ASKED)
        heard = await house.telco.deliver("local", text)
        assert heard.status == 200
        assert TRY_LATER in heard.body.decode()
        await house.stop()
        await house.start()
        assert TRY_LATER in (await house.telco.deliver("local", mo(citizen(), ASKED))).body.decode()
