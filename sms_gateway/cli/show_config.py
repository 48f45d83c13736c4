"""`show-config`: each setting, and where it came from."""

import contextlib
import dataclasses
import json
from collections.abc import Mapping

import click
from msgspec import Struct

from sms_gateway.channels import presets
from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.channels.simulator.channel import SimulatorDoor
from sms_gateway.channels.smpp.settings import SmppDoor
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json, print_text, table
from sms_gateway.settings import Settings, SettingsError, decode, explain

_DOORS: Mapping[str, type[Struct]] = {
    **dict.fromkeys(presets.KINDS, HttpDoor),
    "http": HttpDoor,
    "simulator": SimulatorDoor,
    "smpp": SmppDoor,
}
"""Kind of a door to its settings; of a kind that is not here nothing but the kind is shown."""


@click.command("show-config", short_help="List the settings and where they came from.")
@as_json
@places
def show_config(*, as_json: bool) -> None:
    """List each setting, its value, and where the value came from; secrets show as ***.

    The source is a file, an environment variable, an option, a preset, or `default`. A door whose
    table is wrong is shown as it was written, and what might be a secret shows as *** there;
    `doctor` says what is wrong with it. With --json it is one object: {"web.port": {"value": 8080,
    "source": "default"}, ...}.
    """
    settings = _over_presets(load_settings())
    lines = explain(settings, _doors(settings))
    if as_json:
        print_json(
            {line.key: {"value": _value(line.shown), "source": line.source} for line in lines}
        )
    else:
        print_text(table((line.key, line.shown, line.source) for line in lines))


def _over_presets(settings: Settings) -> Settings:
    """The settings with each door's preset under it, where it has one that can be laid."""
    doors, origins = dict(settings.doors), dict(settings.origins)
    for name, raw in settings.doors.items():
        with contextlib.suppress(SettingsError):
            doors[name] = presets.laid_over(name, raw)
        origins |= {f"doors.{name}.{key}": source for key, source in doors[name].origins.items()}
    return dataclasses.replace(settings, doors=doors, origins=origins)


def _doors(settings: Settings) -> Mapping[str, Struct | type[Struct]]:
    """Each door as it was read; where it cannot be read, what it should have been."""
    doors: dict[str, Struct | type[Struct]] = {}
    for name, raw in settings.doors.items():
        if kind := _DOORS.get(str(raw["kind"])):
            try:
                doors[name] = decode(raw, kind, f"doors.{name}")
            except SettingsError:
                doors[name] = kind
    return doors


def _value(shown: str) -> object:
    try:
        return json.loads(shown)
    except ValueError:
        return shown  # hidden, or with something hidden in it
