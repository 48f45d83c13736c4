"""The texts of the console as its files hold them, and what is said in Vietnamese."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract

from tests.structure.tree import PACKAGE

CONSOLE = PACKAGE / "console"
LOCALE = CONSOLE / "locale" / "vi"

Text = str | tuple[str, str]
"""A text, or its singular and plural."""


def _extracted(path: Path) -> Iterator[Text]:
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    keywords: Mapping[str, None] = {"marked": None, "_": None, "gettext": None}
    options = {"trimmed": "true", "newstyle_gettext": "true"}
    with BytesIO(path.read_bytes()) as source:
        for _line, message, _comments, _context in extract(
            method, source, keywords={**keywords, "ngettext": (1, 2)}, options=options
        ):
            yield message if isinstance(message, str) else (message[0], message[1])


def used() -> Mapping[Text, Path]:
    """Each text that a page may show, and the file that shows it first."""
    found: dict[Text, Path] = {}
    for path in sorted([*CONSOLE.rglob("*.html"), *CONSOLE.rglob("*.py")]):
        for text in _extracted(path):
            if text:
                found.setdefault(text, path)
    return found
