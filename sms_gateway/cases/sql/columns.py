"""Rows of a SELECT as named texts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sms_gateway.cases.embedded.fields import REQUIRED, Field, field_named
from sms_gateway.cases.embedded.rows import Place, Problem, Record
from sms_gateway.cases.embedded.values import MAX_FIELD
from sms_gateway.settings.decode import SettingsError, advice

_ROW = Place(0)
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of an answer mean.

    Attributes:
        fields: the field of each, None where it is not read.
        time: which one says when the dossier changed, or None.
        wrong: why the answer cannot be read, one line for people; empty where it can.
    """

    fields: tuple[Field | None, ...]
    time: int | None
    wrong: str


def named(columns: Mapping[str, str]) -> Mapping[str, Field]:
    """The operator's names of columns, folded, to the fields that they hold.

    Args:
        columns: national field name to column.

    Raises:
        SettingsError: no field is called so, or two are in one column.
    """
    found: dict[str, Field] = {}
    for name, column in columns.items():
        if name not in list(Field):
            message = f"cases.sql.columns.{name[:_SHOWN]}: no such field; "
            raise SettingsError(message + advice(name, [field.value for field in Field]))
        if column.casefold() in found:
            message = f"cases.sql.columns.{name}: this column holds another field already"
            raise SettingsError(message)
        found[column.casefold()] = Field(name)
    return found


def matched(names: Sequence[str], own: Mapping[str, Field], time: str) -> Columns:
    """Match the columns of an answer: by the operator's names first, then by the national ones."""
    fields = tuple(own.get(name.casefold()) or field_named(name) for name in names)
    missing = [field for field in REQUIRED if field not in fields]
    twice = [field for field in Field if fields.count(field) > 1]
    times = [place for place, name in enumerate(names) if name.casefold() == time.casefold()]
    wrong = ""
    if missing:
        wrong = f"no column is {missing[0].value}: name it so with AS, or in cases.sql.columns"
    elif twice:
        wrong = f"two columns are {twice[0].value}: leave one out"
    elif time and len(times) != 1:
        wrong = "no column, or more than one, has the name in cases.sql.time_column"
    return Columns(fields, times[0] if times else None, wrong)


def record(columns: Columns, row: Sequence[object]) -> Record:
    """A row as named texts; what cannot be one, or is too long, is a problem of its field."""
    texts: dict[Field, str] = {}
    problems: list[Problem] = []
    for field, value in zip(columns.fields, row, strict=True):
        if field is None or value is None:
            continue
        text = _text(value)
        if text is None:
            problems.append(Problem(_ROW, field.value, "is neither text, number nor date: CAST it"))
        elif len(text) > MAX_FIELD:
            problems.append(Problem(_ROW, field.value, f"is longer than {MAX_FIELD} characters"))
        elif text:
            texts[field] = text
    return Record(_ROW, texts, tuple(problems))


def _text(value: object) -> str | None:
    text: str | None = None
    match value:
        case str():
            text = value
        case bool():
            text = "1" if value else "0"
        case int():
            text = str(value)
        case float() if value.is_integer():
            text = str(int(value))
        case Decimal() if value.is_finite():
            text = _without_zeros(value)
        case dt.date():  # also a moment
            text = value.isoformat()
        case list() | tuple():  # several phones
            text = ";".join(str(item) for item in value)
        case _:
            pass
    return text


def _without_zeros(value: Decimal) -> str:
    """As it would be typed: Oracle has no whole numbers, only decimals that happen to be whole."""
    whole = value.to_integral_value()
    return format(whole if value == whole else value, "f")
