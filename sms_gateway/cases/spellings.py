"""How a number may stand in a database that keeps it as the paper shows it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from sms_gateway.domain.ids import CanonicalKey

MOST = 12
"""Spellings of one number at most."""

_PART = re.compile(r"yymmdd|9|A|[-./ ]+")


def shapes_of(keywords: Mapping[str, object]) -> Sequence[str]:
    """The shapes of official numbers in all tables of `keywords.toml`, checked before."""
    found: list[str] = []
    for table in _tables(keywords):
        shapes = table.get("shapes")
        if isinstance(shapes, list):
            found += [shape for shape in shapes if isinstance(shape, str)]
    return list(dict.fromkeys(found))


def spellings(key: CanonicalKey, shapes: Sequence[str]) -> Sequence[str]:
    """The number with letters and digits only, then as each shape that fits writes it."""
    written = (text for shape in shapes if (text := _spelled(key, shape)))
    return list(dict.fromkeys((str(key), *written)))[:MOST]


def _tables(keywords: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for name, value in keywords.items():
        if not isinstance(value, Mapping):
            continue
        yield value
        if name == "short_codes":
            yield from (table for table in value.values() if isinstance(table, Mapping))


def _spelled(key: str, shape: str) -> str:
    text, rest = "", key
    for part in _PART.findall(shape):
        if part not in ("yymmdd", "9", "A"):
            text += part
            continue
        taken, rest = rest[: len(part)], rest[len(part) :]
        fits = taken.isalpha() if part == "A" else taken.isdigit()
        if len(taken) != len(part) or not fits:
            return ""
        text += taken
    return "" if rest else text
