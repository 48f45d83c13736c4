"""The base of values that are made for every message."""

import functools
import typing

import msgspec

T = typing.TypeVar("T")
_PRIVATE = object()
Private = typing.Annotated[T, _PRIVATE]
"""The type of a field that no repr shows: what citizens wrote, raw requests, keys, addresses."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """An immutable value, cheap to make.

    A frozen dataclass sets each field through `object.__setattr__`: with twelve fields that costs
    ten times as much as this, and a message needs dozens of values. `gc=False` spares the garbage
    collector the walk through them. It is right only because a record holds nothing but values
    that were there before it: no cycle can form.
    """

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in _shown(type(self)))
        return f"{type(self).__qualname__}({', '.join(shown)})"


@functools.cache  # one entry per class
def _shown(kind: type[Record]) -> tuple[str, ...]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return tuple(name for name in kind.__struct_fields__ if not _private(hints[name]))


def _private(hint: object) -> bool:
    return _PRIVATE in getattr(hint, "__metadata__", ())
