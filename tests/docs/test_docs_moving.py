"""The page about the move to PostgreSQL is walked from its first command to its last."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.console import fits
from tests.docs.pages import DOCS, blocks, first_cells, section
from tests.postgres import Postgres, postgres
from tests.real_process import PATIENCE_S
from tests.structure.tree import PACKAGE, ROOT

PAGE = DOCS / "moving.md"
TO = "postgresql://sms@db.example.vn/sms"
FOLDER = "/var/lib/sms-gateway"

pytestmark = pytest.mark.acceptance


def run(command: str, folder: Path) -> str:
    """The output of a command of ours that must succeed."""
    words = shlex.split(command)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SMS_GATEWAY_")}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "sms_gateway", *words[1:]],
        cwd=folder,
        env={**kept, "HOME": str(folder), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def server() -> Iterator[Postgres]:
    """One that keeps what it says, as `doctor` wants it."""
    with postgres(fsync="on", full_page_writes="on") as server:
        yield server


def test_the_move_goes_as_it_is_shown(tmp_path: Path, samples: Path, server: Postgres) -> None:
    url = server.database()
    shutil.copytree(samples, tmp_path / "var")
    shutil.copytree(ROOT / "config", tmp_path / "config")
    settings = tmp_path / "config" / "gateway.toml"
    shown = [block for block in blocks(PAGE, "text") if block.text.startswith("table ")]
    printed = ""
    for block in blocks(PAGE):
        text = block.text.replace(TO, url).replace(FOLDER, str(tmp_path / "var"))
        if block.language == "toml":
            (line,) = [line for line in text.splitlines() if line.startswith("url = ")]
            whole = settings.read_text(encoding="utf-8")
            head, store, rest = whole.partition("\n[store]\n")
            settings.write_text(f"{head}{store}{line}\n{rest}", encoding="utf-8")
        if block.language == "sh":
            commands = [line for line in text.splitlines() if line.startswith("sms-gateway ")]
            printed += "".join(run(command, tmp_path) for command in commands)
    *copied, rest = printed.split("any more\n")
    assert fits(copied[0] + "any more", shown[0].text.strip())
    assert len(copied) == 2
    assert "33 dossiers" in rest
    assert "postgres: " in rest
    assert "PostgreSQL 18" in rest


def test_everything_that_it_may_say_is_explained() -> None:
    """By the words that stand in the code."""
    code = [*(PACKAGE / "copying").glob("*.py"), PACKAGE / "cli" / "store_copy.py"]
    said = " ".join(re.sub(r'"\s+f?"', "", path.read_text(encoding="utf-8")) for path in code)
    words = first_cells(section(PAGE, "Where it stops"))
    assert len(words) > 5
    for word in words:
        for piece in word.split("..."):
            assert piece.strip() in said, word
