"""A database that is lost, restored into an empty one: what the gateway does on it."""

import asyncio
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import migrate_cases
from sms_gateway.domain.secret import Secret
from sms_gateway.store.postgres.opening import migrate_postgres
from tests.acceptance.house import House, open_house
from tests.acceptance.telco import PATIENCE, citizen, mo
from tests.backup.on_postgres import looking, on_path
from tests.parts import ROOT
from tests.postgres import Postgres, programs

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

ASKED = "MCKH_170703-0001"
SAMPLES = str(ROOT / "config" / "samples" / "q3-2017.csv")
STATES = "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state"


def on(url: str) -> dict[str, str]:
    return {"SMS_GATEWAY_STORE__URL": url, "PATH": on_path(programs())}


async def command(house: House, *words: str) -> str:
    """Output of a command that must succeed, on the database that the house is on."""
    done = await asyncio.to_thread(
        house.program.run, *words, data=house.data, config=house.config, env=house.env
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def until_states(url: str, wanted: dict[str, int]) -> None:
    connection = await looking(url)
    try:
        async with asyncio.timeout(PATIENCE):
            while {state: n for state, n in await connection.fetch(STATES)} != wanted:  # noqa: C416  # records are no pairs to mypy
                pass
    finally:
        await connection.close()


async def texts(house: House, count: int) -> list[str]:
    """So many citizens text at once, and hear OK; their numbers."""
    sent = [mo(citizen(), ASKED) for _ in range(count)]
    heard = await asyncio.gather(*(house.telco.deliver("ack", text) for text in sent))
    assert {one.status for one in heard} == {200}
    return [str(text["from"]) for text in sent]


async def test_a_restored_database_texts_nobody_about_the_past_until_a_person_lets_it(
    tmp_path: Path, samples: Path, postgres_server: Postgres
) -> None:
    lost, new = [await asyncio.to_thread(postgres_server.database) for _ in range(2)]
    await migrate_postgres(Secret(lost), 1)
    await migrate_cases(Secret(lost), 1)
    async with open_house(tmp_path, samples, env=on(lost)) as house:
        await command(house, "cases", "import", SAMPLES)
        await command(house, "pause", "ack")
        old = await texts(house, 3)
        await until_states(lost, {"queued": 3})
        file = tmp_path / "one.tar.gz"
        assert "holds     3 texts, 3 replies, 33 dossiers" in await command(
            house, "backup", "--to", str(file)
        )
        await house.kill()

        house.env = on(new)
        assert "held      3 replies that waited" in await command(house, "restore", str(file))
        await house.start()
        await command(house, "resume", "ack")
        (now,) = await texts(house, 1)
        await house.telco.received(now)
        assert [message.to for message in house.telco.mts] == [now]
        await until_states(new, {"accepted": 1, "held": 3})
        held = await command(house, "messages", "--reply", "held")
        assert len(held.splitlines()) == 3

        said = await command(house, "resume", "--yes")
        assert "released: 3 to be sent, 0 expired, 0 uncertain" in said
        for number in old:
            await house.telco.received(number)
        await until_states(new, {"accepted": 4})
