"""Lays the table of a door over that of the dialect that its kind names."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from msgspec import Struct

from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.decode import Table, Text, advice
from sms_gateway.settings.sources import leaves

_HERE = files(__package__)
_VARIANTS = "variants"
_OWN = ("kind", "variant", "without")
_WHOLE = {"inbound": "fields", "outbound": "url", "reports": "fields"}
"""What no office leaves away that describes such a part by itself."""

_PATHS = (("inbound", "path"), ("reports", "path"))

KINDS: Sequence[str] = tuple(
    sorted(folder.name for folder in _HERE.iterdir() if (folder / "preset.toml").is_file())
)
"""What `kind` of a door may say, besides the kinds that have code."""


class Preset(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`preset.toml`, or one of `variants/`, which is laid over it.

    Attributes:
        title: whose dialect this is.
        tried: what it was tried against; empty for a variant that its preset speaks for.
        notes: what to look at, a sentence each.
        needs: dotted key that the office must set to what it is.
        without: dotted keys of the preset that are not there in this variant.
        door: the table of a door of kind `http`. `{door}` in a path is the name of the door.
    """

    title: str
    tried: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    needs: dict[str, str] = {}
    without: tuple[str, ...] = ()
    door: dict[str, object] = {}


class _Own(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a door's table says about its preset."""

    kind: str
    variant: str = ""
    without: tuple[str, ...] = ()


def preset_of(kind: str, variant: str = "", at: str = "doors.NAME") -> Preset:
    """A dialect, with variants laid over it.

    Args:
        kind: one of `KINDS`.
        variant: one of its variants, several with blanks between them, or empty.
        at: dotted key of the door, named in errors.

    Raises:
        SettingsError: it has no such variant.
    """
    preset, known = _read(kind, "preset.toml"), variants_of(kind)
    for one in variant.split():
        if one not in known:
            message = f"{at}.variant: {kind} has no such variant; {advice(one, known)}"
            raise SettingsError(message)
        preset = _varied(preset, _read(kind, _VARIANTS, f"{one}.toml"))
    return preset


def _varied(base: Preset, over: Preset) -> Preset:
    return Preset(
        title=over.title,
        tried=over.tried or base.tried,
        notes=(*base.notes, *over.notes),
        needs=_apart({**base.needs, **over.needs}, over.without),
        door=_merged(_left(base.door, over.without), over.door),
    )


def variants_of(kind: str) -> Sequence[str]:
    """The names of a dialect's variants."""
    folder = _HERE / kind / _VARIANTS
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(file.name.removesuffix(".toml") for file in found)


def laid_over(name: str, raw: Mapping[str, object]) -> Table:
    """A door's table with its dialect's under it, and where each value came from.

    Tables are joined key by key; a list or a value replaces what stood there. A table whose kind
    is no dialect comes back as it is.

    Args:
        name: of the door.
        raw: its table, as in `Settings.doors`.

    Raises:
        SettingsError: there is no such variant, or no such key to leave out.
    """
    origins = dict(raw.origins) if isinstance(raw, Table) else {}
    if raw["kind"] not in KINDS:
        return Table(raw, origins)
    at = f"doors.{name}"
    own = _own(raw, origins, at)
    preset = preset_of(own.kind, own.variant, at)
    for key in own.without:
        if _found(preset.door, key) is None and _apart(preset.needs, [key]) == preset.needs:
            message = f"{at}.without: {own.kind} has no {key}; remove it"
            raise SettingsError(message)
    below = _left(preset.door, own.without)
    label = f"preset {own.kind}" + (f", variant {own.variant}" if own.variant else "")
    whole = _merged(below, raw)
    for table, key in _PATHS:
        if isinstance(inside := whole.get(table), dict) and isinstance(inside.get(key), str):
            whole[table] = inside | {key: inside[key].replace("{door}", name)}
    return Table(whole, _origins(below, label, origins))


def wanted(name: str, raw: Mapping[str, object]) -> SettingsError | None:
    """What the office must still set, as one line; None where nothing is missing.

    Args:
        name: of the door.
        raw: its table, before or after it was laid over its preset.
    """
    at = f"doors.{name}"
    own = _own(raw, {}, at)
    preset = preset_of(own.kind, own.variant, at)
    for key, meaning in _apart(preset.needs, own.without).items():
        if _found(raw, key) in (None, "", [], {}):
            return SettingsError(f"{at}.{key}: missing; set it: {meaning}")
    return next(filter(None, (_left_over(raw, part, at) for part in own.without)), None)


def _left_over(raw: Mapping[str, object], part: str, at: str) -> SettingsError | None:
    """What is wrong where settings of a part are there that the office leaves out."""
    table = raw.get(part)
    if part not in _WHOLE or not isinstance(table, Mapping) or _WHOLE[part] in table:
        return None
    key = next((f"{part}.{inside}" for inside, _ in leaves(table)), part)
    source = raw.origins.get(key, "") if isinstance(raw, Table) else ""
    return SettingsError(
        f"{at}.without: names {part}, and {key} is still set{f' ({source})' * bool(source)}; "
        f"take all of {at}.{part} away, in files and in the environment"
    )


def _own(raw: Mapping[str, object], origins: Mapping[str, str], at: str) -> _Own:
    return decode(Table({key: raw[key] for key in _OWN if key in raw}, origins), _Own, at)


def _read(kind: str, *path: str) -> Preset:
    file = _HERE.joinpath(kind, *path)
    return decode(tomllib.loads(file.read_text("utf-8")), Preset, f"{kind}/{'/'.join(path)}")


def _merged(below: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    whole = dict(below)
    for name, value in over.items():
        under = whole.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        whole[name] = _merged(under, value) if both else value  # type: ignore[arg-type]  # tables
    return whole


def _left(table: Mapping[str, object], without: Sequence[str]) -> dict[str, object]:
    """A table without some of its keys, at any depth."""
    left: dict[str, object] = {}
    for name, value in table.items():
        if name not in without:
            inside = [key.removeprefix(f"{name}.") for key in without if key.startswith(f"{name}.")]
            left[name] = _left(value, inside) if isinstance(value, dict) and inside else value
    return left


def _apart(needs: Mapping[str, str], without: Sequence[str]) -> dict[str, str]:
    """What is needed besides keys that are left out."""
    return {
        key: meaning
        for key, meaning in needs.items()
        if not any(key == gone or key.startswith(f"{gone}.") for gone in without)
    }


def _found(table: object, key: str) -> object:
    for part in key.split("."):
        if isinstance(table, Text):
            return table  # a whole table, as JSON in a variable
        table = table.get(part) if isinstance(table, dict) else None
    return table


def _origins(below: Mapping[str, object], label: str, over: Mapping[str, str]) -> Mapping[str, str]:
    hidden = [f"{key}." for key in over]
    kept = {
        key: label for key, _ in leaves(below) if not any(key.startswith(start) for start in hidden)
    }
    return {**kept, **over}
