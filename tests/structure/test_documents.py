"""What the documents promise is there."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.tree import ROOT, files

LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
VERSION = re.compile(r"^## (.+)$", re.MULTILINE)

DOCUMENTS = [path for path in files() if path.suffix == ".md"]


def anchors(text: str) -> set[str]:
    """The names that headings get: small letters, hyphens for blanks, no punctuation."""
    titles = [CODE.sub(lambda m: m[0][1:-1], title) for title in HEADING.findall(text)]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links(path: Path) -> Iterator[str]:
    """Links of a document to files of this repository, or headings, that are not there."""
    text = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))
    for link in LINK.findall(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            yield link
        elif anchor and target.suffix == ".md":
            titles = anchors(target.read_text(encoding="utf-8"))
            if anchor.lower() not in titles:
                yield link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_link_leads_somewhere(path: Path) -> None:
    assert not list(dead_links(path))


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# In `3` steps\n[a](#in-3-steps) [b](#gone) [c](gone.md) [d](https://x.example)\n"
    )
    assert list(dead_links(page)) == ["#gone", "gone.md"]


@pytest.mark.parametrize("script", ["scripts/run", "scripts/test"])
def test_the_two_commands_of_the_readme_can_be_run(script: str) -> None:
    assert script in (ROOT / "README.md").read_text(encoding="utf-8")
    assert os.access(ROOT / script, os.X_OK)


def test_every_script_can_be_run_and_says_by_what() -> None:
    folders = {ROOT / "scripts", ROOT / ".ci"}
    scripts = [path for path in files() if path.parent in folders and not path.suffix]
    assert scripts
    for path in scripts:
        assert path.read_bytes().startswith(b"#!"), path
        assert os.access(path, os.X_OK), path


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = VERSION.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert entries
    assert entries[0].partition(" - ")[0] == project["version"]
