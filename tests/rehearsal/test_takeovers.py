"""A machine that loses touch without a word: the other one sends for it, and it comes back.

A round of each kind in any run of the tests where the kernel makes networks; by hand several, with
their times: scripts/rehearse tests/rehearsal/test_takeovers.py -s
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.machines import ALPHA, BETA, WAYS, lost, open_machines
from tests.acceptance.networks import Networks, NotAllowedError, networks

pytestmark = [pytest.mark.acceptance, pytest.mark.rehearsal("ip"), pytest.mark.timeout(600)]

TAKEOVER_S = 10.0
ROUNDS = [*WAYS] * 4 if os.environ.get("REHEARSAL") else ["cut", "cut from the database"]


@pytest.fixture
def two_machines() -> Iterator[Networks]:
    """Two machines on two networks."""
    with ExitStack() as stack:
        try:
            made = stack.enter_context(networks(ALPHA, BETA))
        except NotAllowedError as error:
            pytest.skip(f"not run: this machine makes no networks: {error}")
        yield made


async def test_a_machine_that_is_cut_off_in_full_load_is_stood_in_for_within_ten_seconds(
    two_machines: Networks, tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_machines(tmp_path, samples, two_machines) as machines:
        took = [await lost(machines, way) for way in ROUNDS]
        states = await machines.check()
    for takeover in took:
        # Whoever lost touch had sent its last one before the other one sent its first.
        assert takeover.last_s < takeover.first_s < TAKEOVER_S
    # Each round another machine: whoever was cut off has led again.
    assert [takeover.lost for takeover in took] == ([ALPHA, BETA] * len(took))[: len(took)]
    with capsys.disabled():
        print(f"\n{len(machines.acknowledged)} texts, their replies {dict(states)}")  # noqa: T201  # figures for whoever rehearses
        print(*took, sep="\n")  # noqa: T201  # the same
