"""Named statements in .sql files: `-- name: lease`, a sentence, the statement."""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)$", re.MULTILINE)


def load_statements(package: str, file: str = "queries.sql") -> Mapping[str, str]:
    """The statements of one file of a package, by name.

    Args:
        package: dotted name of the folder the file lies in.
        file: its name.

    Raises:
        ValueError: two statements share a name, or text stands before the first name.
    """
    pieces = _NAME.split(files(package).joinpath(file).read_text(encoding="utf-8"))
    if any(not line.startswith("--") for line in pieces[0].split("\n") if line.strip()):
        message = f"{file}: a statement has no name; put '-- name: ...' above it"
        raise ValueError(message)
    names, bodies = pieces[1::2], pieces[2::2]
    if len(set(names)) != len(names):
        message = f"{file}: two statements share a name; rename one"
        raise ValueError(message)
    return MappingProxyType({n: b.strip() for n, b in zip(names, bodies, strict=True)})
