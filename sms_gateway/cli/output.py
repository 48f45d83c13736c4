"""How results are printed: for people without what a terminal would obey, for programs as JSON."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

import click

from sms_gateway.reports.log_json import here

# Texts come from anybody's phone: an escape sequence in one must not reach a terminal.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def dump(value: object) -> str:
    """One line of JSON; whatever a terminal would obey is escaped."""
    return _UNSAFE.sub(_escaped, json.dumps(value, ensure_ascii=False))


def print_json(value: object) -> None:
    """Print one line of JSON in UTF-8, and hand it over at once."""
    click.echo(dump(value).encode())


def print_text(text: str) -> None:
    """Print lines in UTF-8; whatever a terminal would obey is escaped."""
    click.echo("\n".join(safe(line) for line in text.split("\n")).encode())


def print_each(values: Iterable[object]) -> None:
    """Print a line of JSON for each."""
    for value in values:
        print_json(value)


def print_table(rows: Sequence[Sequence[str]], nothing: str) -> None:
    """Print rows as columns; where there are none, one line on standard error says so."""
    if rows:
        print_text(table(rows))
    else:
        click.echo(nothing, err=True)


def safe(text: str) -> str:
    r"""The text with control characters as `\u001b`."""
    return _UNSAFE.sub(_escaped, text)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as they need to be; the last one is left as it is."""
    lines = [[safe(cell) for cell in row] for row in rows]
    if not lines:
        return ""
    widths = [max(len(row[i]) for row in lines) for i in range(len(lines[0]) - 1)] + [0]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in lines
    )


def local(moment: datetime | None, zone: tzinfo) -> str:
    """A moment as people here write it, or a dash."""
    return "-" if moment is None else here(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
