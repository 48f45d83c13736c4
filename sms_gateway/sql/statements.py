"""Named statements in .sql files: `-- name: lease`, a sentence, the statement.

One that is another one of its file and one more condition says so: `-- as: rows, and`, then the
condition, which is written first.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_AS = re.compile(r"^-- as: ([a-z][a-z0-9_]*), and\n([^;]+);$", re.MULTILINE)
_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)$", re.MULTILINE)


def load_statements(package: str, file: str = "queries.sql") -> Mapping[str, str]:
    """The statements of one file of a package, by name.

    Args:
        package: dotted name of the folder the file lies in.
        file: its name.

    Raises:
        ValueError: two statements share a name, or text stands before the first name.
        KeyError: one is as another one that is not there.
    """
    pieces = _NAME.split(files(package).joinpath(file).read_text(encoding="utf-8"))
    if any(not line.startswith("--") for line in pieces[0].split("\n") if line.strip()):
        message = f"{file}: a statement has no name; put '-- name: ...' above it"
        raise ValueError(message)
    names, bodies = pieces[1::2], pieces[2::2]
    if len(set(names)) != len(names):
        message = f"{file}: two statements share a name; rename one"
        raise ValueError(message)
    found = {n: b.strip() for n, b in zip(names, bodies, strict=True)}
    return MappingProxyType({name: _whole(body, found) for name, body in found.items()})


def _whole(body: str, found: Mapping[str, str]) -> str:
    """A statement in full."""
    as_another = _AS.search(body)
    if as_another is None:
        return body
    name, condition = as_another.groups()
    return found[name].replace("\nWHERE ", f"\nWHERE {condition}\n  AND ", 1)
