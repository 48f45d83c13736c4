"""What `scripts/prepare` says where it finds no Python to work with."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.structure.tree import SCRIPTS


def prepare(folder: Path, **env: str) -> list[str]:
    """What it says in a fresh clone, which it must leave as it is."""
    (folder / "scripts").mkdir()
    shutil.copy(SCRIPTS / "prepare", folder / "scripts" / "prepare")
    done = subprocess.run(  # noqa: S603  # our own script
        [folder / "scripts" / "prepare"],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert not (folder / ".venv").exists()
    return done.stderr.splitlines()


@pytest.mark.parametrize("name", ["/nowhere/python3.12", "no-such-python"])
def test_a_python_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    assert prepare(tmp_path, PYTHON=name) == [
        f"sms-gateway: PYTHON={name}: no such program; name a Python 3.11 or newer, or unset PYTHON"
    ]


def test_a_program_that_is_no_python_is_named(tmp_path: Path) -> None:
    assert prepare(tmp_path, PYTHON="false") == [
        "sms-gateway: PYTHON=false is no Python 3.11 or newer; name one, or unset it"
    ]


def test_a_path_without_any_python_says_how_to_name_one(tmp_path: Path) -> None:
    shell = tmp_path / "bin"
    shell.mkdir()
    for tool in ("sh", "dirname", "cat", "cmp"):
        found = shutil.which(tool)
        assert found
        (shell / tool).symlink_to(found)
    assert prepare(tmp_path, PATH=str(shell)) == [
        "sms-gateway: no Python 3.11 or newer was found; install one, or set PYTHON to its path"
    ]
