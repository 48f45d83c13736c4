"""The files of this repository, as the checks of this folder see them."""

import functools
import os
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "sms_gateway"
TESTS = ROOT / "tests"
SCRIPTS = ROOT / "scripts"


@functools.cache
def files() -> Sequence[Path]:
    """Every file that belongs to the repository: all but .git and what .gitignore names."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    folders = {".git", *(name.rstrip("/") for name in ignored if name.endswith("/"))}
    names = {".git", *(name for name in ignored if not name.endswith("/"))}
    found = []
    for top, below, here in os.walk(ROOT):
        at = Path(top)
        below[:] = [
            name
            for name in below
            if name not in folders
            and not name.endswith(".egg-info")
            and (at / name).relative_to(ROOT).as_posix() not in folders
        ]
        found += [at / name for name in here if name not in names and not name.endswith(".pyc")]
    return sorted(found)


@functools.cache
def python_files() -> Sequence[Path]:
    """Every file of Python, also scripts, which have no ending."""
    return [path for path in files() if path.suffix == ".py" or _is_python_script(path)]


def _is_python_script(path: Path) -> bool:
    if path.parent != SCRIPTS or path.suffix:
        return False
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    return first.startswith("#!") and "python" in first
