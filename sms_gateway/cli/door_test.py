"""`door test`: what of a door can be tried without texting a citizen, and a text of one's own."""

import asyncio
import dataclasses
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import RunningService, running_service
from sms_gateway.cli.connected import connected
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.group import Fault
from sms_gateway.cli.message import attempted
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.output import local, print_text, safe
from sms_gateway.cli.rows import ended
from sms_gateway.clock import SystemClock
from sms_gateway.commands import known_door
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import MtState
from sms_gateway.log_question import MessageFilter
from sms_gateway.ports import Checked, Door, Kept
from sms_gateway.reading import MoRow, Timeline
from sms_gateway.service import open_doors
from sms_gateway.service.door_list import base_of, ways_in
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

LOOK_S = 0.5
"""Seconds between two looks at what became of a text."""

_LEVELS = {Kept.ALL: Level.OK, Kept.SOME: Level.WARN, Kept.NONE: Level.FAIL}
_TEXT = "Thu ket noi SMS"
_OPEN = (MtState.QUEUED, MtState.SENDING)


@click.command("test", short_help="Try the ways in and out of a door.")
@click.argument("door")
@click.option("--send", "to", metavar="NUMBER", help="Send a text to this phone, your own.")
@click.option("--text", metavar="TEXT", default=_TEXT, show_default=True, help="What it says.")
@click.option("--receive", is_flag=True, help="Wait for the next text that comes in by DOOR.")
@click.option(
    "--wait",
    metavar="SECONDS",
    type=click.IntRange(0, 3600),
    default=60,
    show_default=True,
    help="How long to wait for a text, or for what becomes of one.",
)
@places
def door_test(door: str, to: str | None, text: str, wait: int, *, receive: bool) -> None:
    """Try the ways in and out of DOOR, without texting any citizen.

    First its settings are opened, and its telco's address is looked up and connected to, with the
    certificate where there is one; so is the address that a token comes from. Nothing is sent. A
    line for curl shows a call such as the telco's, with SECRET in place of secrets, or says why
    there is none: calls are signed, or in XML, or carry a list of texts. Of a door that keeps a
    connection the running gateway tells whether it is bound; where none runs, each bind is tried
    and left again, and what the telco hands over meanwhile it is told to keep. Each line says ok,
    warn or FAIL.

    --send wants a running gateway: it sends one text by DOOR and no other one, written down with
    your name, and tells what became of it and the telco's report on it. --receive tells how the
    next text that comes in by DOOR was read. The status is 1 where anything failed, or none came.
    """
    settings = load_settings()
    name = known_door(door, [DoorName(one) for one in settings.doors])
    service = _service(settings) if to is not None or receive else None
    findings = list(_tried(settings, name))
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        print_text(f"{finding.level:<4}  {finding.what:<{width}}  {finding.sentence}")
    well = not any(finding.level is Level.FAIL for finding in findings)
    if service is not None and to is not None:
        well &= _sent(settings, service, name, (to, text), wait)
    if receive:
        well &= _received(settings, name, wait)
    if not well:
        click.get_current_context().exit(1)


def _service(settings: Settings) -> RunningService:
    require_store(settings)
    service = running_service(settings.data_path)
    if service is None:
        message = "the gateway is not running, so nothing comes or goes: start it, then try again"
        raise Fault(message)
    return service


def _tried(settings: Settings, name: DoorName) -> Iterator[Finding]:
    service = running_service(settings.data_path)
    yield from asyncio.run(_looked(settings, name, service))


async def _looked(
    settings: Settings, name: DoorName, service: RunningService | None
) -> Sequence[Finding]:
    alone = dataclasses.replace(settings, doors={name: settings.doors[name]})
    async with open_doors(alone, SystemClock()) as opened:
        door = opened[name]
        checked = await door.check() if door.check else ()
        found = [*_ways(door, settings), *map(_finding, checked)]
        if door.try_binds is None:
            return found
        if service is not None:
            return [*found, await asyncio.to_thread(_bind, service, name)]
        if (why := await _kept_elsewhere(settings)) is not None:
            return [*found, Finding(Level.WARN, "bind", why)]
        return [*found, *map(_finding, await door.try_binds())]


async def _kept_elsewhere(settings: Settings) -> str | None:
    """Why no bind is tried although no gateway runs here."""
    try:
        if await connected(settings.store_at):
            return "not tried: a gateway on another machine may have it; ask there, or stop it"
    except Exception as error:
        # The other way to say that nobody knows.
        if sentence_of(error) is None:
            raise
        return "not tried: the database does not say if a gateway has it; see sms-gateway doctor"
    return None


def _ways(door: Door, settings: Settings) -> Iterator[Finding]:
    yield Finding(Level.OK, "settings", f"doors.{door.name}, kind {door.kind}, can be used")
    for way in ways_in(door, settings):
        yield Finding(Level.OK, "way in", way)
    if door.example is not None:
        yield Finding(Level.OK, "try", door.example(base_of(door, settings)))
    if door.sender is None:
        yield Finding(Level.WARN, "way out", "none: replies go back in the telco's call only")
    else:
        where = door.leads_to or "nothing to connect to"
        yield Finding(Level.OK, "way out", where)


def _bind(service: RunningService, name: DoorName) -> Finding:
    """What the running gateway has: a second bind might cost it its own."""
    lines = {line["name"]: line for line in service.ask("GET", "/doors")["doors"]}
    line = lines.get(name, {})
    if line.get("kept") is None:
        told = "not known: the gateway that runs has not these settings; restart it"
        return Finding(Level.WARN, "bind", told)
    return Finding(_LEVELS[Kept(line["kept"])], "bind", line["session"])


def _finding(checked: Checked) -> Finding:
    return Finding(Level.OK if checked.well else Level.FAIL, checked.what, checked.told)


def _sent(
    settings: Settings, service: RunningService, name: DoorName, said: tuple[str, str], wait: int
) -> bool:
    """Send a text, and tell what becomes of it; whether the telco took it."""
    to, text = said
    path = f"/doors/{quote(name, safe='')}/send"
    mt_id = MessageId(service.ask("POST", path, {"to": to, "text": text})["message"])
    click.echo(f"queued {mt_id}")
    zone, shown, line = ZoneInfo(settings.gateway.timezone), 0, None
    for _ in _looks(wait):
        line = asyncio.run(_line(settings, mt_id))
        events = _events(line)
        for at, what in events[shown:]:
            print_text(f"{local(at, zone)}  {safe(what)}")
        shown = len(events)
        if _over(line):
            break
    state = line.mts[0].state if line else MtState.QUEUED
    click.echo(f"it stands as {state}; sms-gateway message {mt_id} shows all")
    return state is MtState.ACCEPTED


def _received(settings: Settings, name: DoorName, wait: int) -> bool:
    """Tell how the next text was read; whether one came."""
    click.echo(f"waiting {wait} seconds for a text that comes in by {name}")
    since = SystemClock().now()
    for _ in _looks(wait):
        for mo in asyncio.run(_newest(settings, since)):
            if mo.door == name:
                zone = ZoneInfo(settings.gateway.timezone)
                _tell(mo, zone)
                return True
    click.echo("none came: does the telco know the address, does the proxy pass it on?", err=True)
    return False


def _tell(mo: MoRow, zone: ZoneInfo) -> None:
    named = f", telco's id {mo.telco_id}" if mo.telco_id else ""
    print_text(f"{local(mo.received_at, zone)}  from {mo.sender.masked} to {mo.short_code}{named}")
    print_text(safe(f"text: {mo.text}"))
    read = f"understood as {mo.intent}, ended as {ended(mo)}" if mo.intent else "not answered yet"
    click.echo(f"{read}; sms-gateway message {mo.id} shows all")


def _looks(seconds: int) -> Iterator[None]:
    """A look at once, then more until the time is over."""
    end = time.monotonic() + seconds
    yield
    while time.monotonic() < end:
        time.sleep(LOOK_S)
        yield


async def _line(settings: Settings, mt_id: MessageId) -> Timeline | None:
    async with open_reading(settings.store_at) as reading:
        return await reading.timeline(mt_id)


async def _newest(settings: Settings, since: datetime) -> Sequence[MoRow]:
    async with open_reading(settings.store_at) as reading:
        return await reading.messages(MessageFilter(since=since))


def _events(line: Timeline | None) -> Sequence[tuple[datetime, str]]:
    if line is None:
        return ()
    reports = [(one.received_at, f"report: {one.delivery}") for one in line.receipts]
    return [*attempted(line.attempts), *reports]


def _over(line: Timeline | None) -> bool:
    """Nothing more is to be waited for: it failed, or its report says how it ended."""
    if line is None or line.mts[0].state in _OPEN:
        return False
    mt = line.mts[0]
    if mt.state is not MtState.ACCEPTED:
        return True
    return mt.delivery is not None and mt.delivery.final
