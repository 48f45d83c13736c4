"""What was taken over from others is what they gave out, with its licence beside it."""

import hashlib
from pathlib import Path

import pytest

from tests.console.translations import CONSOLE
from tests.structure.tree import TESTS

FOLDERS = (CONSOLE / "static", TESTS / "browser" / "axe-core")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_file_has_the_sum_that_was_written_down(folder: Path) -> None:
    lines = (folder / "vendored.sha256").read_text("ascii").splitlines()
    assert lines
    for wanted, name in (line.split() for line in lines):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted
    assert list(folder.glob("*LICENSE*"))
