"""The bench itself runs; what it needs wrk for is left out, and no figure is judged."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.real_process import PATIENCE_S
from tests.structure.tree import ROOT

pytestmark = pytest.mark.acceptance


def test_the_bench_of_the_pipeline_tells_its_figures_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    figures, told = bench(tmp_path, "--pipeline")
    assert figures["pipeline"]["messages"] > 0
    assert f"{figures['pipeline']['per_second']:.0f} messages/s" in told
    assert figures["conditions"]["door"] == "none"
    assert figures["fsync"]["p99"] >= figures["fsync"]["p50"] > 0


def test_the_bench_of_smpp_tells_its_figures_and_leaves_nothing_behind(tmp_path: Path) -> None:
    figures, _told = bench(tmp_path, "--door", "smpp", "--rate", "20", "--connections", "20")
    assert figures["latency_at_20_per_s"]["wrong"] == 0
    assert figures["saturation"]["messages"] > 0
    assert figures["saturation"]["errors"] == 0


def bench(tmp_path: Path, *what: str) -> tuple[Mapping[str, Any], str]:
    """Its figures, and what it told."""
    words = [*what, "--seconds", "1", "--dossiers", "50", "--folder", str(tmp_path)]
    done = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-m", "scripts.benchmark", *words, "--json", str(tmp_path / "figures")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "figures").read_text(encoding="utf-8"))
    assert [path.name for path in tmp_path.iterdir()] == ["figures"]
    return figures, done.stdout
