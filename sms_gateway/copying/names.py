"""Our own names of tables and columns, as part of a statement."""

import re
from collections.abc import Sequence

_OURS = re.compile(r"[a-z][a-z0-9_]*")


class NotOursError(ValueError):
    """A name of a table or column that this house would not give."""


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever word of SQL it is too.

    Raises:
        NotOursError: so it is.
    """
    if not _OURS.fullmatch(name):
        raise NotOursError(name)
    return f'"{name}"'


def listed(names: Sequence[str]) -> str:
    """Several of them."""
    return ", ".join(map(quoted, names))
