"""JSON APIs of case databases that are known: one folder each, and no code in it.

What enters: the table of `[cases.http]`. What leaves: the same with its preset's settings under it.
`preset.toml` says the API and how sure each part of it is, `office.toml` what an office sets (with
made-up values), and `exchanges/` holds requests and answers, which the tests run.
"""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

import msgspec
from msgspec import Struct

from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.cases_http import HttpCases
from sms_gateway.settings.decode import Table, advice

__all__ = ["KINDS", "Preset", "laid_over", "preset_of"]

_HERE = files(__package__)

KINDS: Sequence[str] = tuple(
    sorted(folder.name for folder in _HERE.iterdir() if (folder / "preset.toml").is_file())
)
"""What `preset` may say."""


class Preset(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`preset.toml`.

    Attributes:
        title: whose API this is.
        sure: a part of it, to how it is known: `read` and where, `guessed`, or `unknown`.
        needs: dotted key that the office must set, to what it is.
        cases: the table of `[cases.http]`.
    """

    title: str
    sure: dict[str, str]
    needs: dict[str, str]
    cases: dict[str, object]


def preset_of(kind: str) -> Preset:
    """A known API; one of `KINDS`."""
    text = _HERE.joinpath(kind, "preset.toml").read_text("utf-8")
    return decode(tomllib.loads(text), Preset, f"{kind}/preset.toml")


def laid_over(cases: HttpCases, at: str) -> HttpCases:
    """The settings of an office with those of its preset under them.

    Tables are joined key by key. A setting that stands at its default counts as not set: that of
    the preset holds.

    Args:
        cases: what the office wrote.
        at: dotted key of it, named in errors.

    Raises:
        SettingsError: there is no such preset, or something is missing that it needs.
    """
    if not cases.preset:
        return cases
    if cases.preset not in KINDS:
        msg = f"{at}.preset: no such preset; {advice(cases.preset, KINDS)}"
        raise SettingsError(msg)
    preset, own = preset_of(cases.preset), _written(cases)
    for key, meaning in preset.needs.items():
        if not _found(own, key):
            msg = f"{at}.{key}: missing; set it: {meaning}"
            raise SettingsError(msg)
    return decode(Table(_joined(preset.cases, own)), HttpCases, at)


def _written(struct: Struct) -> dict[str, object]:
    """What does not stand at its default."""
    written: dict[str, object] = {}
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        default = field.default
        if default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        if value != default:
            written[field.encode_name] = _written(value) if isinstance(value, Struct) else value
    return written


def _joined(below: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    whole = dict(below)
    for name, value in over.items():
        under = whole.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        whole[name] = _joined(under, value) if both else value  # type: ignore[arg-type]  # tables
    return whole


def _found(table: object, key: str) -> object:
    for part in key.split("."):
        table = table.get(part) if isinstance(table, dict) else None
    return table
