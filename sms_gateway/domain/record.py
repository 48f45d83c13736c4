"""The base of values that are made for every message."""

import functools
import typing
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

_T = typing.TypeVar("_T")
_PRIVATE = object()
Private = typing.Annotated[_T, _PRIVATE]
"""The type of a field that no repr shows: what people wrote, requests as they came, who called."""

EMPTY: Mapping[str, str] = MappingProxyType({})
"""What a field that maps names to texts holds by default; nobody can add to it."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """An immutable value, cheap to make.

    A frozen dataclass sets each field through `object.__setattr__`: with twelve fields that costs
    ten times as much as this, and a message needs dozens of values. `gc=False` spares the garbage
    collector the walk through them. It is right only where a record holds nothing but values that
    were there before it, so that no cycle can form; one that holds more says `gc=True`.
    """

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in _shown(type(self)))
        return f"{type(self).__qualname__}({', '.join(shown)})"


@functools.cache  # one entry per class
def _shown(kind: type[Record]) -> tuple[str, ...]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return tuple(name for name in kind.__struct_fields__ if not _private(hints[name]))


def _private(hint: object) -> bool:
    inner = map(_private, typing.get_args(hint))
    return _PRIVATE in getattr(hint, "__metadata__", ()) or any(inner)
