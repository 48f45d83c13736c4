"""The handbook as its tests read it: pages, blocks of code, and parts that are made from the code.

A part between `<!-- made: NAME -->` and `<!-- end -->` is written by a test. Renew all of them by
`UPDATE_DOCS=1 pytest tests/docs`, and read the difference before you commit it.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.structure.tree import ROOT

DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES: Sequence[Path] = (README, *sorted(DOCS.rglob("*.md")))

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code.

    Attributes:
        page: where it stands.
        line: its first line.
        language: the first word behind the fence.
        words: the other words behind it.
        text: what it holds.
    """

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        """Where it stands, as pytest shows it."""
        return f"{name_of(self.page)}:{self.line}"


def name_of(page: Path) -> str:
    """A page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    """A page as it stands on disk."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str | None = None) -> list[Block]:
    """The blocks of a page, or those of one language."""
    text = text_of(page)
    found = []
    for match in _FENCE.finditer(text):
        first, *words = match["info"].split() or [""]
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, first, tuple(words), match["text"]))
    return [block for block in found if language in (None, block.language)]


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", text_of(page))


def spans(page: Path) -> list[str]:
    """What stands between backticks in the prose."""
    return _SPAN.findall(prose(page))


def section(page: Path, title: str) -> str:
    """What stands under a heading, up to the next heading of its own level or a higher one."""
    match = re.search(rf"^(#+) {re.escape(title)}\n", text_of(page), re.MULTILINE)
    assert match, f"{name_of(page)} has no heading {title}"
    rest = text_of(page)[match.end() :]
    end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def first_cells(table: str) -> list[str]:
    """The first cell of each row of the tables in a text, without backticks; no header rows."""
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    return [row.split("|")[1].strip().strip("`") for row in rows]


def made(page: Path, name: str, content: str) -> tuple[str, str]:
    """What stands on the page and what should; with UPDATE_DOCS set it is written first."""
    text = text_of(page)
    pattern = re.compile(rf"(<!-- made: {name} -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    match = pattern.search(text)
    assert match, f"{name_of(page)} has no part <!-- made: {name} -->"
    wanted = f"\n{content.strip()}\n\n"
    if os.environ.get("UPDATE_DOCS") and match[2] != wanted:
        page.write_text(text[: match.end(1)] + wanted + text[match.start(3) :], encoding="utf-8")
        return wanted, wanted
    return match[2], wanted
