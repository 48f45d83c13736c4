"""From raw tables to typed settings: strict, and helpful where something is wrong."""

import contextlib
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec import inspect

from sms_gateway.domain.secret import Secret

T = TypeVar("T")

_NOWHERE: Mapping[str, str] = MappingProxyType({})
_PLACE = re.compile(r"(?s)^(?P<problem>.*?)(?: - at `(?:key in )?\$?(?P<path>.*)`)?$")
_CHECKED = re.compile(r"`(?P<key>[\w.]+)`: (?P<problem>.+)")
_QUOTED = re.compile(r"`(\w+)`")
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
    "duration": "a number of seconds",
}


class SettingsError(Exception):
    """The settings cannot be used; the message is one line for the person who wrote them.

    It says what is wrong, where (dotted key, and the file, `.env` or environment variable it came
    from) and what to do. It never holds a secret's value.
    """


class Text(str):
    """A value that came as bare text, from `.env` or the environment: `decode` coerces it."""

    __slots__ = ()


class FileText(Text):
    """The content of a secret's file, for a `Secret`, a list of them, or a `MAY_BE_FILE`."""

    __slots__ = ()


MAY_BE_FILE = "may be a file"
"""In `Meta(extra={MAY_BE_FILE: True})`: a text that may come from a secret's file."""


class Table(dict[str, object]):
    """A raw table that remembers where its values came from; its repr shows no values.

    Attributes:
        origins: dotted key relative to this table, to the name of its source.
    """

    __slots__ = ("origins",)

    def __init__(
        self, values: Mapping[str, object] = MappingProxyType({}), origins: Mapping[str, str] = {}
    ) -> None:
        super().__init__(values)
        self.origins: Mapping[str, str] = dict(origins)

    def __repr__(self) -> str:
        return f"Table({', '.join(self)})"


def decode(raw: Mapping[str, object], type_: type[T], at: str) -> T:
    """Read a table into a frozen `msgspec.Struct`, strictly.

    Values from files must have the type asked for; bare text from the environment is coerced: a
    number, `true`, a list as JSON or separated by commas. A `Secret` is written as text, a
    `timedelta` as a number of seconds. A Struct's `__post_init__` may raise
    `ValueError("`key`: what is wrong")`; the message then names that key.

    Args:
        raw: the table, as in `Settings.doors`.
        type_: the Struct to read it into, with `forbid_unknown_fields=True`.
        at: dotted key of the table, for messages: `doors.local`.

    Raises:
        SettingsError: an unknown key (the nearest known one is named), a missing key, or a value
            that does not fit.
    """
    reader = _Reader(at, raw.origins if isinstance(raw, Table) else _NOWHERE)
    prepared = reader.prepare(raw, inspect.type_info(type_), ())
    try:
        return msgspec.convert(prepared, type_, strict=True)
    except msgspec.ValidationError as error:
        raise reader.explained(str(error)) from None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None where none is near."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def advice(word: str, known: Sequence[str], prefix: str = "") -> str:
    """What to write instead of an unknown word: the nearest known one, else all of them."""
    if meant := nearest(word, known):
        return f"did you mean {prefix}{meant}?"
    return f"known here: {', '.join(sorted(known)) or 'nothing'}"


class _Reader:
    """Walks raw values beside the type they are meant for."""

    def __init__(self, at: str, origins: Mapping[str, str]) -> None:
        self._at = at
        self._origins = origins

    def error(self, path: Sequence[str], problem: str) -> SettingsError:
        """A message about the value at `path`."""
        key = ".".join((*filter(None, [self._at]), *path))
        for length in range(len(path), 0, -1):
            if source := self._origins.get(".".join(path[:length])):
                return SettingsError(f"{key} ({source}): {problem}")
        inside = ".".join(path) + "."
        for name, source in self._origins.items():
            if path and name.startswith(inside):
                return SettingsError(f"{key} ({source}): {problem}")
        return SettingsError(f"{key}: {problem}")

    def explained(self, message: str) -> SettingsError:
        """The library's message in plain words."""
        match = _PLACE.match(message)
        problem, place = (match["problem"], match["path"] or "") if match else (message, "")
        path = [part for part in re.split(r"[.\[\]]+", place.replace("...", "*")) if part]
        if checked := _CHECKED.fullmatch(problem):
            return self.error([*path, *checked["key"].split(".")], checked["problem"])
        words = _QUOTED.sub(lambda found: _WORDS.get(found[1], found[1]), problem)
        return self.error(path, words[:1].lower() + " ".join(words[1:].split()))

    def prepare(self, value: object, kind: inspect.Type, path: tuple[str, ...]) -> object:
        """The value with bare text coerced and its keys checked; other faults are left in."""
        if isinstance(value, FileText) and _may_be_file(kind):
            value = Text(value)
        kind = _member(kind, value)
        if isinstance(value, Text):
            return self._coerce(value, kind, path)
        if _is_secret(kind):
            return self._secret(value, path)
        if isinstance(value, Mapping | list | tuple):
            return self._nested(value, kind, path)
        if isinstance(kind, inspect.EnumType | inspect.LiteralType):
            return self._choice(value, kind, path)
        if isinstance(kind, inspect.TimeDeltaType) and not isinstance(value, bool):
            return self._seconds(value, path)
        return value

    def _nested(
        self,
        value: Mapping[str, object] | Sequence[object],
        kind: inspect.Type,
        path: tuple[str, ...],
    ) -> object:
        if isinstance(value, Mapping):
            if isinstance(kind, inspect.StructType):
                return self._table(value, kind, path)
            if isinstance(kind, inspect.DictType):
                item = kind.value_type
                return {name: self.prepare(v, item, (*path, name)) for name, v in value.items()}
        elif (item_type := item_type_of(kind)) is not None:
            return [self.prepare(v, item_type, (*path, str(n))) for n, v in enumerate(value)]
        return value

    def _secret(self, value: object, path: tuple[str, ...]) -> object:
        if value is None or isinstance(value, Secret):
            return value
        if not isinstance(value, str):  # never quoted: it may be a secret without its quotes
            raise self.error(path, "expected a secret as text in quotes")
        if not value:
            raise self.error(path, "empty; write the secret, or remove the key")
        return {"value": str(value)}

    def _choice(
        self, value: object, kind: inspect.EnumType | inspect.LiteralType, path: tuple[str, ...]
    ) -> object:
        if isinstance(kind, inspect.EnumType):
            allowed = [member.value for member in kind.cls]
        else:
            allowed = list(kind.values)
        if value not in allowed:
            raise self.error(path, f"expected one of {', '.join(map(str, allowed))}")
        return value

    def _table(
        self, value: Mapping[str, object], kind: inspect.StructType, path: tuple[str, ...]
    ) -> dict[str, object]:
        fields = {field.encode_name: field.type for field in kind.fields}
        known = [*fields, *filter(None, [kind.tag_field])]
        for name in value:
            if name not in known:
                raise self.error((*path, name), f"no such setting; {advice(name, known)}")
        for field in kind.fields:
            if field.required and field.encode_name not in value:
                raise self.error((*path, field.encode_name), "missing; set it")
        return {
            name: self.prepare(item, fields[name], (*path, name)) if name in fields else item
            for name, item in value.items()
        }

    def _coerce(self, text: Text, kind: inspect.Type, path: tuple[str, ...]) -> object:
        bare = str(text)
        item_type = item_type_of(kind)
        if isinstance(text, FileText) and not _is_secret(item_type or kind):
            raise self.error(path, "only a secret can be read from a file; set the value itself")
        if item_type is not None:
            return self.prepare(self._items(text, path), kind, path)
        return self._coerce_one(bare, kind, path)

    def _coerce_one(self, bare: str, kind: inspect.Type, path: tuple[str, ...]) -> object:
        if _is_secret(kind):
            return self._secret(bare, path)
        if isinstance(kind, inspect.StructType | inspect.DictType):
            return self.prepare(self._json(bare, path), kind, path)
        if isinstance(kind, inspect.EnumType | inspect.LiteralType):
            return self._choice(bare, kind, path)
        if isinstance(kind, inspect.TimeDeltaType):
            return self._seconds(_loosely(bare, float), path)
        return _scalar(bare, kind)

    def _items(self, text: Text, path: tuple[str, ...]) -> Sequence[object]:
        bare = text.strip()
        if isinstance(text, FileText):
            return [line.strip() for line in bare.splitlines() if line.strip()]
        if bare.startswith("["):
            found = self._json(bare, path)
            return found if isinstance(found, list) else []
        return [Text(item.strip()) for item in bare.split(",")] if bare else []

    def _json(self, text: str, path: tuple[str, ...]) -> object:
        try:
            return json.loads(text)
        except ValueError:
            raise self.error(path, "expected JSON; check brackets and quotes") from None

    def _seconds(self, value: object, path: tuple[str, ...]) -> object:
        if not isinstance(value, int | float):
            return value
        try:
            return timedelta(seconds=value)
        except (OverflowError, ValueError):
            raise self.error(path, "expected a number of seconds that a clock can count") from None


def _scalar(text: str, kind: inspect.Type) -> object:
    match kind:
        case inspect.IntType():
            return _loosely(text, int)
        case inspect.FloatType():
            return _loosely(text, float)
        case inspect.BoolType():
            return _loosely(text.lower(), bool)
        case _:
            return text


def _loosely(text: str, type_: type[object]) -> object:
    with contextlib.suppress(msgspec.ValidationError):
        return msgspec.convert(text, type_, strict=False)
    return text  # the strict conversion that follows says what is wrong, and where


def members_of(kind: inspect.Type) -> Iterator[inspect.Type]:
    """What a value of this type may be: the members of a union, else the type itself."""
    if isinstance(kind, inspect.Metadata):
        yield from members_of(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for member in kind.types:
            yield from members_of(member)
    else:
        yield kind


def _member(kind: inspect.Type, value: object) -> inspect.Type:
    """Of a union, the member that this value is meant for."""
    members = [m for m in members_of(kind) if not isinstance(m, inspect.NoneType)]
    if len(members) == 1:
        return members[0]
    if isinstance(value, Text):
        return next((m for m in members if isinstance(m, inspect.StrType)), members[0])
    if isinstance(value, Mapping):
        for member in members:
            if isinstance(member, inspect.StructType) and (
                member.tag_field is None or value.get(member.tag_field) == member.tag
            ):
                return member
    wanted: tuple[type[inspect.Type], ...] = (inspect.DictType,)
    if isinstance(value, list | tuple):
        wanted = (inspect.ListType, inspect.VarTupleType, inspect.SetType, inspect.FrozenSetType)
    elif isinstance(value, int | float):
        wanted = (inspect.TimeDeltaType,)
    return next((member for member in members if isinstance(member, wanted)), members[0])


def item_type_of(kind: inspect.Type) -> inspect.Type | None:
    """The type of a list's items, or None where this is no list."""
    if isinstance(
        kind, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType
    ):
        return kind.item_type
    return None


def _is_secret(kind: inspect.Type) -> bool:
    return any(isinstance(m, inspect.DataclassType) and m.cls is Secret for m in members_of(kind))


def _may_be_file(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.Metadata) and MAY_BE_FILE in (kind.extra or {})
