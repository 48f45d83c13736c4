"""The command line in this process: quick, and its output caught."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sms_gateway.cli import main

CONFIG = Path(__file__).parent.parent.parent / "config"

Command = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path, samples: Path) -> Path:
    """A data folder of this test's own that holds the sample dossiers."""
    folder = tmp_path / "var"
    shutil.copytree(samples, folder)
    return folder


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command on the settings of this repository, in an empty working folder."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str, data: Path | None = None, stdin: bytes = b"") -> Result:
        places = ["--config", str(CONFIG), *(["--data", str(data)] if data else [])]
        return CliRunner().invoke(main, [*places, *args], input=stdin, prog_name="sms-gateway")

    return run


def one_line(result: Result, status: int = 1) -> str:
    """The one line that a failed command says, without its name."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("sms-gateway: ")
    return lines[0].removeprefix("sms-gateway: ")
