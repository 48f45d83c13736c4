"""Field references: where in a request a value stands."""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sms_gateway.described.places import is_position
from sms_gateway.settings import SettingsError

EACH = "*"
"""Stands in a JSON path for each entry of a list: one for each part of a long MT."""

_NAME = re.compile(r"[^\s\x00-\x20\"\\/&=+%]{1,64}")
_XML_NAME = re.compile(r"[^\W\d][\w-]{0,63}")


class UnreadableError(Exception):
    """A field that cannot be read; raised and caught inside this folder only.

    Attributes:
        field: the name of the field in the settings.
        problem: what is wrong with it, without its content.
    """

    def __init__(self, *, field: str, problem: str) -> None:
        super().__init__(f"field {field}: {problem}")
        self.field = field
        self.problem = problem


class Source(enum.StrEnum):
    """Where in a request a value stands."""

    QUERY = "query"
    FORM = "form"
    JSON = "json"
    XML = "xml"
    HEADER = "header"
    CONST = "const"


@dataclass(frozen=True, slots=True)
class Ref:
    """A field reference.

    Attributes:
        field: what it is for, the name in the settings.
        source: where it looks.
        name: the field's name there, a dotted path, or the constant itself.
        path: the parts of a JSON or XML path.
    """

    field: str
    source: Source
    name: str
    path: tuple[str, ...] = ()

    @property
    def leaf(self) -> str:
        """The name under which the value stands; of a list position, the name of the list."""
        named = [part for part in self.path if not is_position(part)]
        return named[-1].removeprefix("@") if named else self.name


def parse_ref(text: str, field: str, at: str) -> Ref:
    """Read a field reference such as `json:message.text`.

    Args:
        text: as in the settings.
        field: what it is for, named in refusals.
        at: dotted key of the setting, named in errors.

    Raises:
        SettingsError: it is none.
    """
    kind, colon, name = text.partition(":")
    if not colon or kind not in list(Source):
        msg = (
            f"{at}: expected query:NAME, form:NAME, json:PATH, xml:PATH, header:NAME or "
            "const:VALUE, for example query:msisdn"
        )
        raise SettingsError(msg)
    source = Source(kind)
    if source is Source.CONST:
        return Ref(field, source, name)
    if source is Source.XML:
        return Ref(field, source, name, xml_path(name, at))
    path = tuple(name.split(".")) if source is Source.JSON else ()
    refuse_each(path, at)
    if not all(_NAME.fullmatch(part) for part in path or (name,)):
        msg = f"{at}: {kind}: wants the field's name after the colon, without spaces or quotes"
        raise SettingsError(msg)
    if path and all(is_position(part) for part in path):
        msg = f"{at}: {kind}: wants at least one key in its path, not only list positions"
        raise SettingsError(msg)
    return Ref(field, source, name.lower() if source is Source.HEADER else name, path)


def refuse_each(path: Sequence[str], at: str) -> None:
    """Refuse `*` in a JSON path that leads to one value.

    Args:
        path: its parts.
        at: dotted key of the setting, named in errors.

    Raises:
        SettingsError: it is in there.
    """
    if EACH in path:
        msg = (
            f"{at}: {EACH} has a meaning in outbound.result only; write the position of an entry, "
            "such as json:messages.0.text, or set items where there are several"
        )
        raise SettingsError(msg)


def xml_path(name: str, at: str) -> tuple[str, ...]:
    """The parts of an XML path such as `Body.receiverMO.Message` or `message.@id`.

    Args:
        name: as in the settings, without `xml:`.
        at: dotted key of the setting, named in errors.

    Raises:
        SettingsError: it is none.
    """
    *before, last = name.split(".")
    attribute = last.startswith("@")
    if (attribute and not before) or not all(
        _XML_NAME.fullmatch(part) for part in (*before, last.removeprefix("@"))
    ):
        msg = (
            f"{at}: xml: wants names of elements without prefixes, with dots between them, such as "
            "xml:receiverMO.Message; of an attribute xml:message.@id"
        )
        raise SettingsError(msg)
    return (*before, last)


def as_text(value: object) -> str | None:
    """A JSON text or whole number as text; anything else is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None
