"""`doors`: each configured door, where it leads, and how it does."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import running_service
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.opened import load_settings, stored
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.reading import DoorRow
from sms_gateway.reports.log_json import iso
from sms_gateway.service import open_doors
from sms_gateway.service.door_list import door_lines
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

Told = Mapping[str, Any]
Write = Callable[[datetime | None, tzinfo], str | None]

_MOMENTS = ("since", "last_mo", "last_accepted")
_HEAD = ("door", "kind", "way in", "way out", "state", "last text", "last sent", "failed", "queued")


@click.command(short_help="List the doors to telcos, and how they do.")
@as_json
@places
def doors(*, as_json: bool) -> None:
    """List each configured door: where it leads, how it stands, what last came and went by it.

    The running gateway tells how its telco takes what is sent, and how many attempts of the last 15
    minutes failed; of several workers the first one does. Without a running gateway only what the
    settings and the message store say is shown, and a dash for the rest. With --json each door is
    one line.
    """
    settings = load_settings()
    zone = ZoneInfo(settings.gateway.timezone)
    told = list(_told(settings))
    if as_json:
        print_each({**one, **_moments(one, zone, iso)} for one in told)
        return
    rows = [_listed({**one, **_moments(one, zone, local)}) for one in told]
    nothing = "no door is configured: add [doors.NAME] to gateway.toml"
    print_table([_HEAD, *rows] if rows else [], nothing)


def _told(settings: Settings) -> Iterator[Told]:
    service = running_service(settings.data_path)
    if service is not None:
        yield from service.ask("GET", "/doors")["doors"]
        return
    known = asyncio.run(_known(settings)) if stored(settings) else {}
    for name in settings.doors:
        try:
            yield asyncio.run(_by_itself(settings, name, known))
        except Exception as error:
            # One that cannot be opened hides none of the others.
            sentence = sentence_of(error)
            if sentence is None:
                raise
            yield {"name": name, "state": "refused", "reason": sentence}


async def _known(settings: Settings) -> Mapping[DoorName, DoorRow]:
    async with open_reading(settings.store_at) as reading:
        return await reading.doors()


async def _by_itself(settings: Settings, name: str, known: Mapping[DoorName, DoorRow]) -> Told:
    alone = dataclasses.replace(settings, doors={name: settings.doors[name]})
    async with open_doors(alone, SystemClock()) as opened:
        (line,) = door_lines(opened, settings, known, {})
    return line


def _moments(told: Told, zone: tzinfo, write: Write) -> dict[str, object]:
    """The moments of a door as they are written here."""
    said = {name: told.get(name) for name in _MOMENTS}
    return {
        name: write(datetime.fromisoformat(text) if text else None, zone)
        for name, text in said.items()
    }


def _listed(told: Told) -> Sequence[str]:
    why = f" ({told['reason']})" if told.get("reason") else ""
    session = f", {told['session']}" if told.get("session") else ""
    since = f" since {told['since']}" if told["since"] != "-" else ""
    attempts = told.get("attempts")
    return (
        told["name"],
        told.get("kind") or "-",
        ", ".join(told.get("in") or ()) or "-",
        told.get("out") or "-",
        f"{told.get('state') or '-'}{since}{why}{session}",
        told["last_mo"],
        told["last_accepted"],
        "-" if attempts is None else f"{told['errors']} of {attempts}",
        str(told.get("queued", "-")),
    )
