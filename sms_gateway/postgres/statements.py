"""Named statements with named values, as asyncpg wants them: numbered.

A statement says `:name`; the same name stands for the same value. One for many rows says `$1`, `$2`
itself, each an array of one column.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sms_gateway.sql.statements import load_statements

# Not the type of a cast, `::text`.
_VALUE = re.compile(r"(?<!:):([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        text: with `$1`, `$2` ...
        names: which value each of them is; empty for a statement of many rows.
    """

    text: str
    names: tuple[str, ...]


def numbered(text: str) -> Statement:
    """Number the values of a statement, in the order they are met."""
    names = tuple(dict.fromkeys(_VALUE.findall(text)))
    place = {name: f"${index}" for index, name in enumerate(names, 1)}
    return Statement(_VALUE.sub(lambda match: place[match[1]], text), names)


def load_numbered(package: str, file: str = "queries.sql") -> Mapping[str, Statement]:
    """The statements of one file of a package, by name.

    Raises:
        ValueError: see `load_statements`.
    """
    found = load_statements(package, file)
    return MappingProxyType({name: numbered(text) for name, text in found.items()})
