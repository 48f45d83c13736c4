"""A gateway whose keys were rotated elsewhere, or are not all there."""

import shutil
from pathlib import Path

import pytest

from tests.real_process import Program

pytestmark = pytest.mark.acceptance


def test_a_node_that_has_not_got_the_new_key_does_not_start(
    program: Program, samples: Path
) -> None:
    data = program.folder / "own"
    shutil.copytree(samples, data)
    program(data=data).stop()
    shutil.copytree(data / "keys", program.folder / "before")
    done = program.run("keys", "rotate", data=data)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(data / "keys")
    shutil.copytree(program.folder / "before", data / "keys")
    done = program.run("serve", data=data)
    assert done.returncode == 1
    assert "the keys were rotated on another node, to " in done.stderr.splitlines()[-1]
