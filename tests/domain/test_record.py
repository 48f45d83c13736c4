"""What holds for every `Record`: it never changes, holds only values, and its repr is discreet."""

import enum
import importlib
import pkgutil
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from yarl import URL

import sms_gateway
from sms_gateway.domain.record import Private, Record

PRIVATE = frozenset({
    "body", "door_data", "headers", "note", "number", "params", "peer", "phones", "query", "raw",
    "request", "rest", "shown", "snapshot", "text", "texts",
})  # fmt: skip
"""Fields of these names hold what a person wrote, a number, or a request as it came in."""

MAY_SHOW = frozenset({
    "PartOf.number",  # which part of a long text
    "PurgeCounts.texts",  # how many
    "Dossier.phones",  # each of them masks itself
    "CaseChange.number",  # a place in the feed
    "Step.number",  # the same
    "Batch.texts",  # how many
    "BatchDone.texts",  # how many
    "HeldPart.texts",  # how many
    "Word.text",  # one word, in values that the parser makes for itself
})  # fmt: skip

VALUES = (str, bytes, int, float, date, datetime, timedelta, type(None), enum.Enum, URL, Record)
READ_ONLY = (tuple, frozenset, Mapping, Sequence)


def load_everything() -> None:
    for module in pkgutil.walk_packages(sms_gateway.__path__, "sms_gateway."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def records(base: type[Record] = Record) -> Iterator[type[Record]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith("sms_gateway."):
            yield kind
            yield from records(kind)


load_everything()
ALL = sorted(set(records()), key=lambda kind: (kind.__module__, kind.__qualname__))
each_record = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__qualname__)


def test_all_records_are_looked_at() -> None:
    assert {"Arrival", "Settled", "Found", "WebhookRequest", "Taken", "Verdict"} <= {
        kind.__name__ for kind in ALL
    }


def loud(kind: type[Record]) -> list[str]:
    """The fields that show in the repr of a record, each filled with its own name."""
    shown = repr(kind(**{name: f"<{name}>" for name in kind.__struct_fields__}))
    return [f"{kind.__name__}.{name}" for name in kind.__struct_fields__ if f"<{name}>" in shown]


@each_record
def test_no_repr_shows_what_is_private(kind: type[Record]) -> None:
    shown = {name for name in loud(kind) if name.split(".")[1] in PRIVATE}
    assert not shown - MAY_SHOW, f"declare these Private[...]: {shown}"


def test_a_private_field_that_shows_is_found() -> None:
    class Careless(Record, frozen=True):
        text: str
        raw: Private[bytes | None]
        note: Private[str] | None
        attempt: int = 1

    assert loud(Careless) == ["Careless.text", "Careless.attempt"]


def test_a_repr_names_all_that_is_not_private() -> None:
    class Call(Record, frozen=True):
        door: str
        text: Private[str]
        attempt: int = 1

    shown = repr(Call("telco", "MCKH 4821"))
    assert shown.endswith("Call(door='telco', attempt=1)")


@each_record
def test_a_record_never_changes(kind: type[Record]) -> None:
    made = kind(**dict.fromkeys(kind.__struct_fields__, "x"))
    for name in kind.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(made, name, "y")


def not_values(hint: object) -> Iterator[object]:
    """What of a field's type is no value: something that could come to hold the record itself."""
    inner = getattr(hint, "__supertype__", None)
    origin = typing.get_origin(hint)
    if inner is not None:
        yield from not_values(inner)
    elif origin in (typing.Union, types.UnionType, *READ_ONLY):
        for argument in typing.get_args(hint):
            yield from () if argument is Ellipsis else not_values(argument)
    elif origin is typing.Literal:
        yield from (word for word in typing.get_args(hint) if not isinstance(word, VALUES))
    elif not (isinstance(hint, type) and issubclass(hint, VALUES)):
        yield hint


@each_record
def test_a_record_holds_only_values_so_that_no_cycle_can_form(kind: type[Record]) -> None:
    """The garbage collector does not look at records: a cycle through one would never be freed.

    One that holds something else says `gc=True`.
    """
    if kind.__struct_config__.gc:
        return
    hints = typing.get_type_hints(kind)
    wrong = {name: list(not_values(hints[name])) for name in kind.__struct_fields__}
    assert not {name: found for name, found in wrong.items() if found}


def test_a_field_that_could_hold_its_record_is_found() -> None:
    assert list(not_values(tuple[list[int], ...] | str)) == [list[int]]
    assert list(not_values(Mapping[str, object])) == [object]
    assert list(not_values(typing.Literal["one", "two"] | None)) == []
