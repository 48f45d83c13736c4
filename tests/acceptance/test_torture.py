"""The short form of the campaign: a few rounds of each fault lose nothing and hide no doubt.

By hand for longer: scripts/torture --help
"""

from pathlib import Path

import pytest

from tests.torture.campaign import Orders, campaign, choice_of

SEED = 20261123
HANG_S = 2.0
"""By hand 20 s."""

ROUNDS = {
    ("sqlite", "gateway-killed"): 20,
    ("sqlite", "sigterm"): 2,
    ("sqlite", "disk-full"): 2,
    ("sqlite", "store-hangs"): 2,
    ("sqlite", "directory"): 1,
    ("sqlite", "telco"): 2,
    ("sqlite", "smsc"): 1,
    ("sqlite", "smsc-killed"): 1,
    ("sqlite", "smsc-busy"): 1,
    ("sqlite", "clock"): 2,
    ("postgres", "postgres-killed"): 2,
    ("postgres", "disk-full"): 1,
    ("postgres", "cut-off"): 1,
    ("postgres", "node-killed"): 2,
    ("postgres", "node-clock"): 1,
}
NEEDS = {"clock": pytest.mark.compiler, "node-clock": pytest.mark.compiler}

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "store, name",
    [pytest.param(store, name, marks=NEEDS.get(name, ())) for store, name in ROUNDS],
)
async def test_whatever_strikes_every_acknowledged_text_ends_once_and_no_doubt_is_hidden(
    store: str, name: str, tmp_path: Path, samples: Path
) -> None:
    rounds = ROUNDS[store, name]
    orders = Orders(rounds, 300, SEED, store, HANG_S)
    tally = (await campaign(choice_of([name], store), orders, tmp_path, samples))[name]
    assert not tally.breaches
    assert tally.rounds == rounds
    assert tally.counts["acknowledged"] >= rounds
    assert tally.counts["lost"] == 0


async def test_no_fault_is_left_out() -> None:
    assert {name for _, name in ROUNDS} == {*choice_of([], "sqlite"), *choice_of([], "postgres")}
