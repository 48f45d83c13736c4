"""Where settings come from: files, `.env`, the environment, and files that hold secrets."""

import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import parser as dotenv_parser

from sms_gateway.settings.decode import FileText, SettingsError, Text, nearest

PREFIX = "SMS_GATEWAY_"
MAX_FILE = 1024 * 1024
"""Largest settings file, in octets."""
MAX_SECRET_FILE = 64 * 1024
"""Largest file of a secret, in octets."""

_LEVELS = "__"
_FILE = "_FILE"
_NAMED = ("doors", "telcos", "bills")
"""Sections that hold tables of the operator's naming."""
_FOLDERS = {"CONFIG": ("config",), "DATA": ("gateway", "data")}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of `.env` or the environment.

    Attributes:
        name: in full: `SMS_GATEWAY_WEB__PORT`.
        value: its bare text.
        source: where it stands, for messages.
    """

    name: str
    value: str = field(repr=False)
    source: str

    @property
    def levels(self) -> tuple[str, ...]:
        """The name as a path, in lower case: `("web", "port")`."""
        rest = self.name.removeprefix(PREFIX)
        return _FOLDERS.get(rest) or tuple(rest.lower().split(_LEVELS))


@dataclass(frozen=True, slots=True)
class Tree:
    """Raw settings, and where each value came from.

    Attributes:
        values: nested tables; texts from the environment are `Text`.
        origins: dotted key of a value to the name of its source.
    """

    values: dict[str, object] = field(default_factory=dict, repr=False)
    origins: dict[str, str] = field(default_factory=dict)

    def set(self, path: Sequence[str], value: object, source: str) -> None:
        """Put a value at a path, over what stood there. Raises SettingsError."""
        here: object = self.values
        spelled: list[str] = []
        for level in path[:-1]:
            name = _name(here, level, source, new_door=spelled == ["doors"])
            here = _enter(here, name)
            spelled.append(name)
        name = _name(here, path[-1], source)
        _put(here, name, value)
        dotted = ".".join((*spelled, name))
        for key in [key for key in self.origins if key.startswith(dotted + ".")]:
            del self.origins[key]
        self.origins[dotted] = source


def _name(here: object, level: str, source: str, *, new_door: bool = False) -> str:
    """How a level of a variable's name is spelled here: variables know no capitals, no hyphens."""
    if isinstance(here, dict):
        folded = level.lower().replace("-", "_")
        for name in here:
            if str(name).lower().replace("-", "_") == folded:
                return str(name)
        return level.replace("_", "-") if new_door else level
    if isinstance(here, list) and level.isdecimal() and int(level) < len(here):
        return level
    what = f"there is no item {level} in that list" if isinstance(here, list) else "not a table"
    message = f"{source}: no such setting; {what}"
    raise SettingsError(message)


def _enter(here: object, name: str) -> object:
    if isinstance(here, list):
        return here[int(name)]
    return here.setdefault(name, {}) if isinstance(here, dict) else here


def _put(here: object, name: str, value: object) -> None:
    if isinstance(here, list):
        here[int(name)] = value
    elif isinstance(here, dict):
        here[name] = value


def leaves(value: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Each value of nested tables and lists of tables, with its dotted key."""
    items: list[tuple[str, object]] = []
    if isinstance(value, Mapping):
        items = [(str(name), item) for name, item in value.items()]
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        items = [(str(index), item) for index, item in enumerate(value)]
    if not items:
        yield at, value
    for name, item in items:
        yield from leaves(item, f"{at}.{name}" if at else name)


def read_toml(path: Path, shown: str) -> dict[str, object]:
    """A TOML file as tables. Raises SettingsError naming the line that is wrong."""
    text = _read(path, shown, MAX_FILE)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{shown}: not valid TOML: {str(error).splitlines()[0]}; correct that line"
        raise SettingsError(message) from None


def variables(cwd: Path, environ: Mapping[str, str]) -> list[Variable]:
    """Our variables, those of `.env` first so that the environment comes to lie over them."""
    found = [*_dotenv(cwd / ".env")]
    found += [
        Variable(name, value, f"environment {name}")
        for name, value in sorted(environ.items())
        if name.startswith(PREFIX)
    ]
    return found


def folder(name: str, found: Sequence[Variable]) -> Path | None:
    """The folder that `SMS_GATEWAY_CONFIG` or `SMS_GATEWAY_DATA` names, or None."""
    for variable in reversed(found):
        if variable.name == PREFIX + name:
            if not variable.value:
                message = f"{variable.source}: empty; name a folder, or remove it"
                raise SettingsError(message)
            return Path(variable.value)
    return None


def apply(tree: Tree, found: Sequence[Variable], known: Mapping[str, Sequence[str]]) -> None:
    """Lay variables over the files' values; those that name a secret's file come last.

    Args:
        tree: what the files said.
        found: variables, the stronger ones later.
        known: section, or table within one (`cases.push`), to its keys; an empty list where any key
            may stand (`doors`, `telcos`, `billing`).

    Raises:
        SettingsError: a variable that fits nothing, a secret's file that cannot be read.
    """
    plain = [v for v in found if v.name != PREFIX + "CONFIG" and not _names_file(v, known)]
    for variable in plain:
        _check(variable, variable.levels, known)
        folder_only = variable.name == PREFIX + "DATA"
        if folder_only and not variable.value:
            folder("DATA", [variable])
        tree.set(_spelled(variable.levels), Text(variable.value), variable.source)
    for variable in found:
        if _names_file(variable, known):
            *levels, last = variable.levels
            path = (*levels, last.removesuffix(_FILE.lower()))
            _check(variable, path, known)
            tree.set(_spelled(path), _secret(variable), f"file named by {variable.source}")


def _spelled(path: tuple[str, ...]) -> tuple[str, ...]:
    # Replies are named in capitals: S4, E1.
    return (path[0], path[1].upper(), *path[2:]) if path[0] == "billing" else path


def _names_file(variable: Variable, known: Mapping[str, Sequence[str]]) -> bool:
    levels = variable.levels
    here = (*known.get(levels[0], ()), *known.get(".".join(levels[:-1]), ()))
    return levels[-1].endswith(_FILE.lower()) and levels[-1] not in here


def _check(variable: Variable, path: Sequence[str], known: Mapping[str, Sequence[str]]) -> None:
    keys = known.get(path[0])
    named = path[0] in _NAMED
    deep_enough = len(path) > (2 if named else 1)
    inside = known.get(".".join(path[:2]), ())
    # Of a table within a section the keys are known; what these hold is seen when it is decoded.
    shallow_enough = named or len(path) == 2 or any(key in inside for key in path[2:3])  # noqa: PLR2004 - section and key
    fits = keys is not None and deep_enough and shallow_enough and all(path)
    if fits and (not keys or path[1] in keys):
        return
    names = [
        f"{PREFIX}{at.replace('.', _LEVELS)}{_LEVELS}{key}".upper()
        for at, keys in known.items()
        for key in keys
    ]
    names += [PREFIX + name for name in _FOLDERS]
    shape = f"{PREFIX}<SECTION>{_LEVELS}<KEY>"
    if named:
        shape = f"{PREFIX}{path[0].upper()}{_LEVELS}<NAME>{_LEVELS}<KEY>"
        names = []
    section = None if path[0] in known else nearest(path[0], known)
    if section:
        names += [PREFIX + _LEVELS.join((section, *path[1:])).upper()]
    meant = nearest(variable.name, names)
    hint = f"did you mean {meant}?" if meant else f"write {shape}"
    message = f"{variable.source}: no such setting; {hint}"
    raise SettingsError(message)


def _dotenv(path: Path) -> Iterator[Variable]:
    if not path.is_file():
        return
    # The parser of python-dotenv, not dotenv_values: that one passes over a line it cannot read,
    # and expands $ in passwords.
    text = _read(path, ".env", MAX_FILE)
    for binding in dotenv_parser.parse_stream(io.StringIO(text)):
        line = binding.original.line
        if binding.error:
            message = f".env line {line}: not NAME=value; correct it, or put # before it"
            raise SettingsError(message)
        if binding.key and binding.key.startswith(PREFIX):
            if binding.value is None:
                message = f".env line {line}: {binding.key} has no value; write {binding.key}=value"
                raise SettingsError(message)
            yield Variable(binding.key, binding.value, f".env {binding.key}")


def _secret(variable: Variable) -> FileText:
    text = _read(Path(variable.value), f"{variable.source}: the file it names", MAX_SECRET_FILE)
    if not text.strip():
        message = f"{variable.source}: the file it names is empty; write the secret into it"
        raise SettingsError(message)
    return FileText(text.strip())


def _read(path: Path, shown: str, limit: int) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        why = error.strerror if isinstance(error, OSError) else "no possible path"
        message = f"{shown} cannot be read: {why}; check its path and permissions"
        raise SettingsError(message) from None
    if len(content) > limit:
        message = f"{shown} is larger than {limit // 1024} KiB; is it the right file?"
        raise SettingsError(message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = f"{shown} is not UTF-8 text; save it as UTF-8"
        raise SettingsError(message) from None
