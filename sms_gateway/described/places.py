"""Where in a JSON document a value stands: keys and list positions, split at dots."""

import re

_POSITION = re.compile(r"[0-9]{1,3}")


def is_position(part: str) -> bool:
    """Whether a part of a path is a position in a list."""
    return _POSITION.fullmatch(part) is not None


def at_path(value: object, path: tuple[str, ...]) -> object:
    """What stands at a path in a JSON document, or None where nothing does."""
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and is_position(part):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value
