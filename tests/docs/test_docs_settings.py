"""Each setting stands in the handbook with its default, its environment name and its meaning."""

import enum
import inspect
import json
import re
import types
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec
import pytest
from msgspec import Struct

from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.channels.simulator.channel import SimulatorDoor
from sms_gateway.channels.smpp.settings import SmppDoor
from sms_gateway.domain.secret import Secret
from sms_gateway.settings.sections import Sections
from tests.docs.pages import DOCS, made, spans, text_of
from tests.structure.tree import PACKAGE

PAGE = DOCS / "settings.md"
_SOURCE = re.compile(r"\s*\(domain[^)]*\)")
_ATTRIBUTE = re.compile(r"^    (?P<names>\w+(?:, \w+)*): (?P<text>.*(?:\n {6,}.*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """A setting as the handbook shows it."""

    key: str
    default: str
    environment: str
    meaning: str

    def __str__(self) -> str:
        """A row of a table."""
        cells = (f"`{self.key}`", self.default, f"`{self.environment}`", self.meaning)
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def meanings(struct: type[Struct]) -> dict[str, str]:
    """What a Struct's docstring says of each field; of one without a list, its first sentence."""
    text = _SOURCE.sub("", inspect.cleandoc(struct.__doc__ or ""))
    told = {}
    for match in _ATTRIBUTE.finditer(text):
        for name in match["names"].split(", "):
            told[name] = sentence(match["text"])
    first = sentence(text.split("\n\n")[0])
    return {name: told.get(name, first) for name in struct.__struct_fields__}


def sentence(text: str) -> str:
    """A text on one line, with a capital letter and a full stop."""
    line = " ".join(text.split())
    return f"{line[:1].upper()}{line[1:].rstrip('.')}."


def limits(kind: msgspec.inspect.Type) -> str:
    """What a setting takes, as a sentence; empty where anything of its type will do."""
    told = ""
    match kind:
        case msgspec.inspect.Metadata(type=inner):
            told = limits(inner)
        case msgspec.inspect.UnionType(types=kinds):
            told = "".join(limits(one) for one in kinds)
        case msgspec.inspect.LiteralType(values=values) if len(values) > 1:
            told = f" One of {', '.join(f'`{value}`' for value in values)}."
        case msgspec.inspect.EnumType(cls=cls):
            told = f" One of {', '.join(f'`{member.value}`' for member in cls)}."
        case msgspec.inspect.VarTupleType(item_type=item):
            told = limits(item).replace("One of", "Each one of")
        case msgspec.inspect.IntType(ge=least, le=most) if least is not None:
            told = f" From {least} to {most}." if most is not None else f" From {least}."
        case msgspec.inspect.FloatType(gt=above, ge=least, le=most):
            low = f"Above {above:g}" if above is not None else f"From {least or 0:g}"
            told = f" {low}, up to {most:.0f}." if most is not None else f" {low}."
        case _:
            pass
    return told


def members(kind: object) -> Sequence[object]:
    """The types that a type may be, without the limits written beside them."""
    if typing.get_origin(kind) is typing.Annotated:
        return members(typing.get_args(kind)[0])
    if isinstance(kind, types.UnionType):
        return [one for part in typing.get_args(kind) for one in members(part)]
    return [kind]


def struct_in(kind: object) -> tuple[type[Struct], str] | None:
    """The table that a type holds, and the level of names before it, if any."""
    for member in members(kind):
        if isinstance(member, type) and issubclass(member, Struct):
            return member, ""
        if typing.get_origin(member) is dict:
            value = typing.get_args(member)[1]
            if isinstance(value, type) and issubclass(value, Struct):
                return value, ".NAME"
    return None


def struct_in_list(kind: object) -> type[Struct] | None:
    """The table that a list holds, if it holds tables."""
    for member in members(kind):
        if typing.get_origin(member) is tuple:
            item = typing.get_args(member)[0]
            if isinstance(item, type) and issubclass(item, Struct):
                return item
    return None


def is_secret(kind: object) -> bool:
    """Whether it holds secrets, alone, in a list or under names."""
    parts = [kind, *typing.get_args(kind)]
    return any(Secret in members(part) for part in parts)


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """The default as it is written in TOML."""
    if field.required:
        return "must be set"
    value = field.default
    if value is msgspec.NODEFAULT:
        assert field.default_factory is not msgspec.NODEFAULT
        value = field.default_factory()
    if value is None:
        return "unset"
    return f"`{written(value)}`"


def written(value: object) -> str:
    """A value in TOML."""
    match value:
        case enum.Enum():
            return written(value.value)
        case tuple():
            return f"[{', '.join(written(item) for item in value)}]"
        case float():
            return f"{value:g}"
        case _:
            return json.dumps(value, ensure_ascii=False)


def lines_of(struct: type[Struct], at: str, shown: str) -> Iterator[Line]:
    """The settings of a table and of the tables in it.

    Args:
        struct: the table.
        at: its dotted key, with a dot at the end.
        shown: how much of that key the first column leaves out.
    """
    told = meanings(struct)
    for field in msgspec.structs.fields(struct):
        inside = struct_in(field.type)
        key = f"{at}{field.encode_name}"
        if inside is not None:
            yield from lines_of(inside[0], f"{key}{inside[1]}.", shown)
            continue
        secret = is_secret(field.type)
        if secret and typing.get_origin(field.type) is dict:
            key += ".NAME"
        name = f"SMS_GATEWAY_{key.upper().replace('.', '__')}{'_FILE' * secret}"
        meaning = told[field.name] + limits(msgspec.inspect.type_info(field.type))
        default = "unset" if key.endswith(".NAME") else default_of(field)
        yield Line(key.removeprefix(shown), default, name, meaning)
        if (entry := struct_in_list(field.type)) is not None:
            # A list of tables has one variable for the whole of it, written as JSON.
            for line in lines_of(entry, f"{key}[].", shown):
                yield replace(line, environment=name)


def table(lines: Sequence[Line]) -> str:
    """Lines as a table."""
    head = "| setting | default | environment | meaning |\n|---|---|---|---|\n"
    return head + "\n".join(map(str, lines))


def section_tables() -> str:
    parts = []
    for field in msgspec.structs.fields(Sections):
        inside = struct_in(field.type)
        if inside is None:
            meaning = meanings(Sections)[field.name]
            environment = f"SMS_GATEWAY_{field.name.upper()}__NAME"
            lines = [Line("NAME", "unset", environment, f"{meaning} For example `E7`.")]
        else:
            place = f"{field.name}{inside[1]}"
            lines = list(lines_of(inside[0], f"{place}.", f"{place}."))
            parts.append(f"### `[{place}]`\n\n{table(lines)}")
            continue
        parts.append(f"### `[{field.name}]`\n\n{table(lines)}")
    return "\n\n".join(parts)


@pytest.mark.parametrize(
    "name, content",
    [
        ("sections", section_tables()),
        ("http", table(list(lines_of(HttpDoor, "doors.DOOR.", "doors.DOOR.")))),
        ("smpp", table(list(lines_of(SmppDoor, "doors.DOOR.", "doors.DOOR.")))),
        ("simulator", table(list(lines_of(SimulatorDoor, "doors.DOOR.", "doors.DOOR.")))),
    ],
    ids=["sections", "http", "smpp", "simulator"],
)
def test_the_tables_of_settings_are_those_of_the_code(name: str, content: str) -> None:
    stands, wanted = made(PAGE, name, content)
    assert stands.splitlines() == wanted.splitlines()


def unread() -> set[str]:
    """Settings of the gateway itself that nothing in the code reads."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "settings" / "sections.py"
    )
    keys = [
        f"{section.name}.{name}"
        for section in msgspec.structs.fields(Sections)
        if (inside := struct_in(section.type)) is not None and not inside[1]
        for name in inside[0].__struct_fields__
    ]
    return {key for key in keys if not re.search(rf"\.{re.escape(key)}\b", code)}


def test_a_setting_that_does_nothing_yet_is_said_to_do_nothing() -> None:
    said = re.search(
        r"^Read and checked, but without effect yet: (.*)$", text_of(PAGE), re.MULTILINE
    )
    assert set(re.findall(r"`([\w.]+)`", said[1]) if said else ()) == unread()


def test_each_environment_name_elsewhere_in_the_handbook_is_that_of_a_setting() -> None:
    """Names of doors, users and secrets are the reader's own; the rest must exist."""
    known = set(re.findall(r"SMS_GATEWAY_[A-Z0-9_]+", text_of(PAGE)))
    patterns = [re.compile(re.sub("DOOR|NAME", "[A-Z0-9_]+", name)) for name in known]
    for page in DOCS.rglob("*.md"):
        for span in spans(page):
            for name in re.findall(r"SMS_GATEWAY_\w*[A-Z0-9]", span):
                assert any(pattern.fullmatch(name) for pattern in patterns), (page.name, name)
