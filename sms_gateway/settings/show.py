"""Settings as a person may see them: secrets hidden."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec import Struct, inspect

from sms_gateway.domain.secret import SHORTEST_SOUGHT, Secret
from sms_gateway.settings.decode import FileText, item_type_of, members_of
from sms_gateway.settings.sources import leaves

HIDDEN = "***"

# By name as well as by type: a door's table may be raw here, only its channel knows the types.
_SECRET_NAME = re.compile(
    r"(?i)secret|passw|passphrase|token|bearer|credential|authori|signature|cookie|pin$|"
    r"(?:^|[_-]|api)(?:key|pass|pwd)s?$"
)
_SECRET_TABLES = ("secrets", "passwords", "tokens", "keys")
_USERINFO = re.compile(r"(?<=://)[^/@\s]*@")
_QUERY_VALUE = re.compile(r"(?<==)[^&\s\"'{}]+")
_OPEN = (
    inspect.StrType,
    inspect.IntType,
    inspect.FloatType,
    inspect.BoolType,
    inspect.EnumType,
    inspect.LiteralType,
    inspect.TimeDeltaType,
    inspect.NoneType,
)
"""Types of values that are no secrets; a `Secret` is none of them, nor is a table."""


class _Unknown:
    """Stands for a value of which nobody knows whether it is a secret."""


_UNKNOWN = _Unknown()


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of `show-config`.

    Attributes:
        key: dotted.
        shown: the value as JSON, or `***`.
        source: where it came from.
    """

    key: str
    shown: str
    source: str


def flat(value: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Each value of a Struct and the Structs in it, with its dotted key."""
    yield from leaves(_plain(value), at)


def flat_as_written(
    table: Mapping[str, object], type_: type[Struct] | None, at: str
) -> Iterator[tuple[str, object]]:
    """Each value of a door's table that could not be read, with its dotted key.

    A slip of the pen must not show a password: a value is kept only where its key is one that the
    door's Struct knows as no secret; names of the operator's own choice are not known to anybody.

    Args:
        table: as in `Settings.doors`.
        type_: what it should have been, or None where its kind is unknown.
        at: its dotted key.
    """
    kind = None if type_ is None else inspect.type_info(type_)
    for name, value in table.items():
        # Each door's kind is looked at before its channel is, so it is known whatever the kind.
        known = inspect.StrType() if name == "kind" else _member_of(kind, name)
        yield from _as_written(value, known, f"{at}.{name}")


def shown(values: Sequence[tuple[str, object]], origins: Mapping[str, str]) -> Sequence[Explained]:
    """Each value with its source; a secret, by type or name, is hidden, inside texts too."""
    secrets = sorted(
        {text for key, value in values if _secret(key, value) for text in _texts(value)},
        key=len,
        reverse=True,
    )
    return [
        Explained(key, _hidden(key, value, secrets), _source(key, origins)) for key, value in values
    ]


def _as_written(value: object, kind: inspect.Type | None, at: str) -> Iterator[tuple[str, object]]:
    if value and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _as_written(item, _member_of(kind, str(name)), f"{at}.{name}")
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for index, item in enumerate(value):
            yield from _as_written(item, kind and item_type_of(kind), f"{at}.{index}")
    else:
        known = kind is not None and all(
            isinstance(member, _OPEN) for member in members_of(item_type_of(kind) or kind)
        )
        yield at, value if known or _is_empty(value) else _UNKNOWN


def _member_of(kind: inspect.Type | None, name: str) -> inspect.Type | None:
    """The type of a table's value, where the table's type says so for just this name."""
    for member in members_of(kind) if kind else ():
        if isinstance(member, inspect.StructType):
            return next((f.type for f in member.fields if f.encode_name == name), None)
        if isinstance(member, inspect.DictType):
            inner = member.value_type
            return inner if isinstance(inner, inspect.StructType) else None
    return None


def _is_empty(value: object) -> bool:
    return value in ("", [], {}, None)


def _plain(value: object) -> object:
    if isinstance(value, Struct):
        names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        return {written: _plain(getattr(value, name)) for written, name in names}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


def _secret(key: str, value: object) -> bool:
    if isinstance(value, Secret | FileText):
        return True
    if isinstance(value, list) and any(_secret("", item) for item in value):
        return True
    section, _, rest = key.partition(".")
    if section != "doors" or isinstance(value, bool):  # the types of our own sections are known
        return False
    *tables, name = rest.split(".")[1:] or [""]
    return bool(_SECRET_NAME.search(name)) or any(table in _SECRET_TABLES for table in tables)


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, Secret):
        return [value.value] if len(value.value) >= SHORTEST_SOUGHT else []
    if isinstance(value, str):  # a file may hold several, one on each line
        return [text.strip() for text in value.splitlines() if len(text.strip()) >= SHORTEST_SOUGHT]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []


def _hidden(key: str, value: object, secrets: Sequence[str]) -> str:
    if _is_empty(value):
        return json.dumps(value)  # that a secret is not set is no secret
    if value is _UNKNOWN or _secret(key, value):
        return HIDDEN
    text = json.dumps(value, ensure_ascii=False, default=_written)
    if "://" in text:
        text = _QUERY_VALUE.sub(HIDDEN, _USERINFO.sub(f"{HIDDEN}@", text))
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _written(value: object) -> object:
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


def _source(key: str, origins: Mapping[str, str]) -> str:
    parts = key.split(".")
    for length in range(len(parts), 0, -1):
        if source := origins.get(".".join(parts[:length])):
            return source
    return "default"
