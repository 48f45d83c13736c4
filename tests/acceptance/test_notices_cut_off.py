"""The gateway ends, or is killed, while it looks at a bulk fix: nothing is lost or comes twice."""

import asyncio
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house
from tests.acceptance.test_notices import SAID, begun, learn, row
from tests.acceptance.test_stopping import CLOSING, GRACE, PATIENT

pytestmark = pytest.mark.acceptance

ALL = 1_500
HELD = "SELECT count(*) FROM outbox WHERE kind = 'notice' AND state = 'held'"


def rows(state: int) -> list[dict[str, object]]:
    return [row(state, number, f"090{number:07}") for number in range(ALL)]


async def looking(house: House, folder: Path) -> None:
    """A bulk fix of which some is decided, and the rest is not."""
    await learn(house, folder, *rows(4))
    await begun(house)
    await learn(house, folder, *rows(9))
    await house.until((1,), "SELECT count(*) > 0 FROM outbox WHERE kind = 'notice'")


async def all_are_held_once(house: House) -> None:
    await house.until((ALL,), HELD)
    found = house.rows(
        "SELECT count(*), count(DISTINCT dossier_id), count(DISTINCT batch_id) FROM outbox"
        " WHERE kind = 'notice'"
    )
    assert found == [(ALL, ALL, 1)]
    assert house.rows("SELECT count(*) FROM notice WHERE fate = 'standing'") == [(0,)]
    assert not house.telco.mts


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
async def test_a_bulk_fix_is_held_whole_once_though_the_gateway_goes_down_amid_it(
    tmp_path: Path, samples: Path, *, killed: bool
) -> None:
    env = {f"SMS_GATEWAY_{name}": value for name, value in SAID.items()} | PATIENT
    async with open_house(tmp_path, samples, env=env) as house:
        await looking(house, tmp_path)
        loop = asyncio.get_running_loop()
        before = loop.time()
        if killed:
            await house.kill()
        else:
            assert await house.stop() == 0
            assert loop.time() - before < GRACE + CLOSING
        await house.start()
        await all_are_held_once(house)
