"""What `doctor` looks at; each check yields its findings, or raises what a person may cause."""

import asyncio
import contextlib
import dataclasses
import os
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from sms_gateway.cli.changing import running_service
from sms_gateway.cli.copies_checks import keys_used
from sms_gateway.cli.databases import Looked, look
from sms_gateway.cli.doctor_postgres import case_findings, postgres_findings
from sms_gateway.cli.exposed import exposed
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.importing import open_directory
from sms_gateway.cli.opened import nobodys_hasher, stored
from sms_gateway.cli.samples import go_with, init_command
from sms_gateway.clock import SystemClock
from sms_gateway.dispatch.ways import Ways
from sms_gateway.domain.dossier import Unavailable
from sms_gateway.domain.ids import CanonicalKey, DoorName
from sms_gateway.domain.records import Figures
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.states import UnknownState
from sms_gateway.enquiry.normalise import squash
from sms_gateway.folder import NUMBER_KEY, keys_here, number_key
from sms_gateway.ports import Door
from sms_gateway.rules import load_rules
from sms_gateway.service import open_doors
from sms_gateway.settings import Settings, load_states
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.store.opening import open_reading
from sms_gateway.store.sqlite.opening import MIGRATIONS
from sms_gateway.web.addresses import shared
from sms_gateway.web.case_push import heard_at
from sms_gateway.web.certificate import CertificateError, end_at
from sms_gateway.web.listening import ListenError, listening
from sms_gateway.web.parts import Listener, figures_of, listeners

LEAST_FREE = 100 * 1024 * 1024
"""Less than this on the disk of the data folder is a fault, in octets."""

LEAST_DAYS = 14
"""A certificate that ends sooner is to be renewed; those who renew by themselves do so at 30."""

CASE_MIGRATIONS = "sms_gateway.cases.embedded.sqlite.migrations"

_MIB = 1024 * 1024
_TRY_LATER = "citizens hear that they should try later"
_SOME_KEY = CanonicalKey("1707030001")


def rules(settings: Settings) -> Iterator[Finding]:
    """Keywords, wording, agencies, budgets."""
    loaded = load_rules(settings, nobodys_hasher())
    codes = ", ".join(loaded.grammars) or "every short code"
    yield _ok("rules", f"{len(loaded.agencies.all)} agencies, keywords for {codes}")
    verbs = frozenset[str]().union(*(loaded.grammars[one].verbs for one in loaded.short_codes))
    for office in loaded.agencies.all:
        if squash(office.short) in verbs:
            told = f"{office.short} names {office.code} and also says what to do: choose another"
            yield Finding(Level.WARN, "agencies", f"{told} short in agencies.toml")


def folder(settings: Settings) -> Iterator[Finding]:
    """The data folder, and the disk under it."""
    path = settings.data_path
    if not path.is_dir():
        told = f"{path} is not made yet: run {init_command(settings)}"
        yield Finding(Level.WARN, "folder", told)
        return
    if not os.access(path, os.W_OK | os.X_OK):
        yield Finding(Level.FAIL, "folder", f"{path} cannot be written: check its rights")
        return
    free = shutil.disk_usage(path).free
    if free < LEAST_FREE:
        told = f"{path}: only {free // _MIB} MiB are free on its disk: free some space"
        yield Finding(Level.FAIL, "folder", told)
        return
    yield _ok("folder", f"{path}, {free // _MIB} MiB free")


def key(settings: Settings) -> Iterator[Finding]:
    """The key of the number hashes."""
    if not _begun(settings):
        yield Finding(Level.WARN, "key", f"not made yet: run {init_command(settings)}")
        return
    here, used = keys_here(settings.data_path), asyncio.run(keys_used(settings))
    ours = here.get(NUMBER_KEY)
    written_by = used.get(NUMBER_KEY, ours)
    if ours is None and written_by is None:
        number_key(settings.data_path)  # which says what is wrong
    if written_by != ours:
        lies = f"{ours} lies here" if ours else "it is not here, or damaged"
        told = (
            f"the messages were written by key {written_by} and {lies}: put its copy back into "
            f"{settings.data_path / 'keys'}, or citizens' choices and a number's messages are lost"
        )
        yield Finding(Level.FAIL, "key", told)
        return
    if missing := sorted(used[name] for name in used.keys() - here.keys()):
        told = (
            f"older messages were written by key {', '.join(missing)}, which is not here: put its "
            f"copy back into {settings.data_path / 'keys'}, or they are found by no number"
        )
        yield Finding(Level.FAIL, "key", told)
        return
    yield _ok("key", f"{ours}: numbers can be hashed; keep a copy apart from those of databases")


def store(settings: Settings) -> Iterator[Finding]:
    """The message store, and what waits in it for a person."""
    at = settings.store_at
    if isinstance(at, Secret):
        looked, *notes = asyncio.run(postgres_findings(at))
    else:
        looked, *notes = _database(settings, "messages", at, MIGRATIONS)
    yield looked
    yield from notes
    if looked.level is not Level.OK:
        return
    figures = asyncio.run(_figures(at))
    waiting = (
        (figures.parked, "texts wait for a person", "--outcome unhandled", "handled"),
        (figures.held, "replies are held", "--reply held", "settle"),
        (figures.uncertain, "replies may or may not have come", "--reply uncertain", "settle"),
    )
    for number, what, option, command in waiting:
        if number:
            told = f"{number} {what}: sms-gateway messages {option} lists them, {command} ends one"
            yield Finding(Level.WARN, "messages", told)
    for door in sorted(figures.paused):
        told = f"door {door} is paused: sms-gateway resume {door} lets it send"
        yield Finding(Level.WARN, "messages", told)


def cases(settings: Settings) -> Iterator[Finding]:
    """The case directory: its database, how many dossiers, and whether one is found in time."""
    at = settings.cases_at
    if isinstance(at, Secret):
        looked, *notes = asyncio.run(case_findings(at))
    else:
        looked, *notes = _database(settings, "cases", at, CASE_MIGRATIONS)
        if isinstance(settings.store_at, Secret):
            told = "messages are on PostgreSQL, dossiers in a file: no other node sees them"
            notes.append(Finding(Level.WARN, "cases", f"{told}: leave cases.url empty"))
    yield looked
    yield from notes
    if looked.level is not Level.OK:
        return
    count, took, trouble = asyncio.run(_look_up(settings))
    if trouble:
        told = f"looking up a dossier failed ({trouble}): {_TRY_LATER}"
        yield Finding(Level.FAIL, "cases", told)
    elif not count and settings.cases.kind != "embedded":
        yield _ok(
            "cases", "our own copy is empty: it fills as citizens text and as dossiers change"
        )
    elif not count:
        told = "no dossier is there: load some with sms-gateway cases import FILE"
        samples = f", or try it with {init_command(settings)}" if go_with(settings) else ""
        yield Finding(Level.WARN, "cases", told + samples)
    else:
        yield _ok("cases", f"{count} dossiers, one looked up in {took * 1000:.0f} ms")
    unknown = () if trouble else asyncio.run(_unknown_states(settings))
    for one in unknown:
        told = f'{one.source} says "{one.word}" for a state, which is read as 4 (being processed)'
        yield Finding(Level.WARN, "states", f"{told}: write into states.toml what it means")


def doors(settings: Settings) -> Iterator[Finding]:
    """Each door by itself, then what two of them may not share."""
    if not settings.doors:
        told = "none is configured, so no message can come: add [doors.NAME] to gateway.toml"
        yield Finding(Level.WARN, "doors", told)
        return
    opened: list[Door] = []
    for name in settings.doors:
        what = f"door {name}"
        try:
            door = asyncio.run(_open(settings, name))
        except Exception as error:
            sentence = sentence_of(error)
            if sentence is None:
                raise
            yield Finding(Level.FAIL, what, sentence)
            continue
        opened.append(door)
        yield exposed(door, settings) or _ok(what, _described(door))
    for told in shared(opened, heard_at(settings.cases.push)):
        yield Finding(Level.FAIL, "doors", told)
    if len(opened) == len(settings.doors):
        Ways(settings, {door.name: door for door in opened}, {})  # which says what is wrong


def service(settings: Settings) -> Iterator[Finding]:
    """The running gateway; where none runs, whether one could listen."""
    running = running_service(settings.data_path)
    if running is None:
        yield from map(_free_port, listeners(settings))
        return
    told = running.ask("GET", "/status")
    ours = version("sms-gateway")
    if told.get("version") != ours:
        sentence = f"version {told.get('version')} is running and {ours} is installed: restart it"
        yield Finding(Level.WARN, "service", sentence)
        return
    if told.get("worker") and not (settings.ops.host and settings.ops.port):
        yield Finding(Level.WARN, "service", figures_of(settings, 1))
    if trouble := told.get("import"):
        sentence = f"an import that was cut off cannot be finished: {trouble}"
        yield Finding(Level.FAIL, "cases", sentence)
    sentence = f"running as process {told.get('pid')}, {told.get('unanswered')} texts unanswered"
    if trouble := told.get("cases"):
        sentence = f"running, but cannot look up dossiers ({trouble}): {_TRY_LATER}"
        yield Finding(Level.WARN, "service", sentence)
        return
    yield _ok("service", sentence)


def certificate(settings: Settings) -> Iterator[Finding]:
    """The certificate that the proxy shows to telcos, where the settings name one."""
    name, at = settings.ops.certificate_name, settings.ops.certificate_at
    if not name:
        return
    what = "certificate"
    try:
        end = asyncio.run(end_at(name, at))
    except CertificateError as error:
        told = f"that of {name} cannot be seen, {error}: start the proxy at {at}, or correct"
        yield Finding(Level.WARN, what, f"{told} ops.certificate_at")
        return
    days = (end - SystemClock().now()).days
    told = f"that of {name} ends on {end:%d/%m/%Y}"
    if days < 0:
        yield Finding(Level.FAIL, what, f"{told}, telcos cannot call any more: renew it")
    elif days < LEAST_DAYS:
        yield Finding(Level.WARN, what, f"{told}: renew it")
    else:
        yield _ok(what, told)


def _ok(what: str, sentence: str) -> Finding:
    return Finding(Level.OK, what, sentence)


def _begun(settings: Settings) -> bool:
    return stored(settings) or (settings.data_path / "keys").exists()


def _database(settings: Settings, what: str, path: Path, migrations: str) -> Iterator[Finding]:
    """First whether it can be looked into, then what else is to be said of it."""
    if not path.exists():
        yield _absent(settings, what, path)
        return
    looked: Looked = asyncio.run(look(path, load_migrations(migrations)))
    if looked.damage:
        told = f"{path} is damaged ({looked.damage}): stop the gateway, restore it from a backup"
        yield Finding(Level.FAIL, what, told)
        return
    if looked.missing > 0:
        told = f"{path} is of an older version: run sms-gateway init, or start the gateway"
        yield Finding(Level.WARN, what, told)
        return
    size = f"{path.stat().st_size // _MIB} MiB"
    checked = "" if looked.whole else "; too large to be checked whole in this time"
    yield _ok(what, f"{path}, {size}{checked}")
    if looked.missing < 0:
        told = f"{path} was made by a newer version; this one may still use it"
        yield Finding(Level.WARN, what, told)


def _absent(settings: Settings, what: str, path: Path) -> Finding:
    if running_service(settings.data_path) is None:
        return Finding(Level.WARN, what, f"{path} is not made yet: run {init_command(settings)}")
    told = f"{path} is gone while the gateway runs on it: stop the gateway, put the file back"
    return Finding(Level.FAIL, what, f"{told} (or restore it from a backup), then start again")


async def _figures(at: Path | Secret) -> Figures:
    async with open_reading(at) as reading:
        figures = await reading.figures()
        # What is held of automatic messages has a line of its own.
        others = sum(batch.texts for batch in await reading.notice_batches())
        return msgspec.structs.replace(figures, held=max(0, figures.held - others))


async def _look_up(settings: Settings) -> tuple[int, float, str]:
    async with open_directory(settings, writable=False) as directory:
        count = await directory.count()
        began = time.monotonic()
        found = await directory.find_many([_SOME_KEY])
        took = time.monotonic() - began
    answer = found[_SOME_KEY]
    return count, took, answer.reason if isinstance(answer, Unavailable) else ""


async def _unknown_states(settings: Settings) -> Sequence[UnknownState]:
    async with open_directory(settings, writable=False) as directory:
        return load_states(settings.states).unknown_among(await directory.unknown_states())


async def _open(settings: Settings, name: str) -> Door:
    alone = dataclasses.replace(settings, doors={name: settings.doors[name]})
    async with open_doors(alone, SystemClock()) as opened:
        return opened[DoorName(name)]


def _described(door: Door) -> str:
    ways: Sequence[str] = (
        *(["takes calls"] if door.webhook else []),
        *(["takes texts"] if door.session else []),
        *(["answers in them"] if door.inline else []),
        *(["sends"] if door.sender else []),
        *(["shows pages"] if door.pages else []),
    )
    return f"{door.kind}: {', '.join(ways)}"


def _free_port(listener: Listener) -> Finding:
    host, port = listener.host, listener.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as trial:
        # As the service does: a port that a closed connection still lingers on is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            with listening(listener):
                trial.bind((host, port))
        except ListenError as error:
            return Finding(Level.FAIL, "service", f"not running, and cannot: {error}")
    return _ok("service", f"not running; {host} port {port} is free")
