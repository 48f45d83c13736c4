"""`refused`: the calls that could not be read, and what was kept of one."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.narrowing import at_most, from_time, since_of
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_json, print_table, print_text
from sms_gateway.domain.ids import DoorName
from sms_gateway.reading import KeptRequest, RefusedFilter, RefusedRow
from sms_gateway.reports.log_json import described_refused
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_SHOWN = 12
_HASH = re.compile(r"[0-9a-f]{4,32}")
_OCTETS = 16


@click.command(short_help="List calls that could not be read; show what was kept of one.")
@click.argument("body_hash", metavar="[HASH]", required=False)
@click.option("--door", metavar="DOOR", help="Only those that came through this door.")
@from_time
@at_most
@click.option("--hex", "as_hex", is_flag=True, help="With HASH: show the call in hex.")
@as_json
@places
def refused(
    body_hash: str | None,
    door: str | None,
    since: str | None,
    limit: int,
    *,
    as_hex: bool,
    as_json: bool,
) -> None:
    """List the calls that could not be read, those that came last first, each once.

    They come from callers who had proved who they are: a telco that changed its dialect, or a door
    that is described wrongly. Each line: when it came last and first, how often, at which door, the
    beginning of its hash, and the field that was wrong.

    With HASH, at least four digits of it, the call is shown as it was kept, without the door's
    secrets: as text, or in hex where it is none. It may hold a full phone number. Works while the
    gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    name = None if door is None else DoorName(door)
    if body_hash is not None:
        kept = asyncio.run(_kept(settings, _prefix(body_hash), name))
        if as_json:
            print_json({**described_refused(kept.row, zone), **_request(kept.request)})
        else:
            print_text("\n".join(_lines(kept, zone, as_hex=as_hex)))
        return
    wanted = RefusedFilter(name, since_of(since, zone), limit)
    rows = asyncio.run(_find(settings, wanted))
    if as_json:
        print_each(described_refused(row, zone) for row in rows)
    else:
        print_table([_listed(row, zone) for row in rows], "no such calls")


def _prefix(text: str) -> str:
    prefix = text.strip().lower()
    if not _HASH.fullmatch(prefix):
        message = "no hash: give at least the first four digits, as sms-gateway refused shows them"
        raise click.BadParameter(message, param_hint="'HASH'")
    return prefix


async def _find(settings: Settings, wanted: RefusedFilter) -> Sequence[RefusedRow]:
    async with open_reading(settings.store_at) as reading:
        return await reading.refused(wanted)


async def _kept(settings: Settings, prefix: str, door: DoorName | None) -> KeptRequest:
    async with open_reading(settings.store_at) as reading:
        found = await reading.refused_requests(prefix, door)
    if not found:
        message = "no call has that hash: sms-gateway refused lists them"
        raise Fault(message)
    if len(found) > 1:
        same = len({kept.row.body_hash for kept in found}) == 1
        more = "name the --door" if same else "give more digits"
        message = f"several calls have a hash that begins so: {more}"
        raise Fault(message)
    return found[0]


def _listed(row: RefusedRow, zone: tzinfo) -> Sequence[str]:
    return (
        local(row.last_at, zone),
        local(row.first_at, zone),
        f"{row.times}x",
        row.door,
        row.body_hash[:_SHOWN],
        row.reason,
    )


def _request(request: bytes) -> dict[str, object]:
    return {"request": _text(request), "request_hex": request.hex()}


def _lines(kept: KeptRequest, zone: tzinfo, *, as_hex: bool) -> Iterator[str]:
    row = kept.row
    yield f"hash    {row.body_hash}"
    yield f"door    {row.door}"
    yield f"reason  {row.reason}"
    yield f"first   {local(row.first_at, zone)}"
    yield f"last    {local(row.last_at, zone)}"
    yield f"times   {row.times}"
    yield ""
    text = None if as_hex else _text(kept.request)
    if text is not None:
        yield text
        return
    for start in range(0, len(kept.request), _OCTETS):
        yield f"{start:08x}  {kept.request[start : start + _OCTETS].hex(' ')}"


def _text(request: bytes) -> str | None:
    """The request where it is text, else None."""
    try:
        return request.decode()
    except UnicodeDecodeError:
        return None
