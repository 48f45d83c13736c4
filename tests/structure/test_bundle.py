"""What the script in a bundle says where it cannot install."""

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.structure.tree import SCRIPTS

HELD = ("VERSION", "install")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder that looks like a bundle, without any wheel."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "VERSION").write_text("1.2.3\n")
    shutil.copy(SCRIPTS / "install", tmp_path / "install")
    sums = [f"{sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n" for name in HELD]
    (tmp_path / "SHA256SUMS").write_text("".join(sums))
    return tmp_path


def said(folder: Path, target: Path) -> str:
    """The last line that it says; it must fail and make nothing."""
    done = subprocess.run(  # noqa: S603  # our own script
        [folder / "install", target], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout == "" or done.stdout.startswith("VERSION: FAILED")
    assert not target.exists()
    return done.stderr.splitlines()[-1]


def test_a_folder_that_is_no_bundle_is_told_as_such(tmp_path: Path) -> None:
    told = said(SCRIPTS, tmp_path / "opt")
    assert told == "sms-gateway: this is no bundle: run the install that a bundle holds"


def test_a_bundle_that_was_damaged_on_its_way_is_not_installed(
    bundle: Path, tmp_path: Path
) -> None:
    (bundle / "VERSION").write_text("1.2.4\n")
    assert said(bundle, tmp_path / "opt") == (
        "sms-gateway: the bundle is damaged: copy it here again"
    )


def test_a_machine_whose_python_has_no_wheels_here_is_told_what_to_get(
    bundle: Path, tmp_path: Path
) -> None:
    told = said(bundle, tmp_path / "opt")
    assert "no Python 3.11 to 3.14 with venv was found outside of homes" in told
    assert told.endswith("name one with PYTHON=")
