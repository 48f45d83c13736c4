"""The running gateway does what docs/openapi.yaml says, whatever is sent."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.real_process import Program
from tests.structure.tree import ROOT

pytestmark = pytest.mark.acceptance

TOKEN = "tiger-lily-in-the-garden"
LONGEST_S = 30


def schemathesis(url: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Its findings; it sends batches by the specification, and others that break it."""
    return subprocess.run(  # noqa: S603  # a tool of ours
        [
            str(Path(sys.executable).with_name("schemathesis")),
            *("run", str(ROOT / "docs" / "openapi.yaml"), "--url", url),
            *("--include-path", "/cases/v1/dossiers"),
            *("--header", f"Authorization: Bearer {TOKEN}", "--checks", "all"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--seed", "1"),
            *("--request-timeout", "5", "--no-color"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def test_the_specification_is_kept(program: Program, tmp_path: Path) -> None:
    gateway = program(env={"SMS_GATEWAY_CASES__PUSH__TOKENS": TOKEN})
    done = schemathesis(gateway.url, tmp_path)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "Tested: 1" in done.stdout
    assert '"event":"cases.pushed"' in gateway.output
