"""Opens store, case directory and doors in their order; closes them in reverse."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from sms_gateway.cases.embedded.upload import rules_of_file
from sms_gateway.cases.opening import open_cases
from sms_gateway.clock import SystemClock
from sms_gateway.console.assets import load_assets
from sms_gateway.domain.ids import RunId
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.restores import KeyNote, older_name
from sms_gateway.domain.uuid7 import PooledBits, Uuid7
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.folder import (
    NUMBER_KEY,
    FolderError,
    number_hasher,
    older_names,
    prepare_folder,
)
from sms_gateway.replica.litestream import mark, marked
from sms_gateway.retention.carrying import carry_holds
from sms_gateway.rules import by_staff, load_rules
from sms_gateway.service.about import VERSION, node_of
from sms_gateway.service.api import wire_api
from sms_gateway.service.console import wire_console
from sms_gateway.service.doors import open_doors
from sms_gateway.service.ends import Ends
from sms_gateway.service.rule_watch import changed_rules
from sms_gateway.service.wiring import Gateway, wire
from sms_gateway.settings import Settings, SettingsError
from sms_gateway.store.opening import RunOf, open_store
from sms_gateway.store.store import SqlStore
from sms_gateway.web.addresses import shared
from sms_gateway.web.case_push import heard_at
from sms_gateway.web.parts import listeners

_log = structlog.get_logger("service")


@asynccontextmanager
async def open_gateway(settings: Settings, worker: int = 0) -> AsyncIterator[Gateway]:
    """Open store, case directory and doors, and wire the rooms; nothing runs yet.

    Args:
        settings: see there.
        worker: see `node_of`.

    Raises:
        SettingsError, LockHeldError, SchemaError, OSError, sqlite3.Error: it cannot be opened.
    """
    clock = SystemClock()
    new_id = Uuid7(clock.milliseconds, PooledBits(os.urandom))
    prepare_folder(settings.data_path)
    hasher = number_hasher(settings.data_path)
    enquiry = Enquiry(load_rules(settings, hasher))
    node = node_of(settings, worker)
    run = RunOf(RunId(new_id()), node, VERSION, clock.now)
    async with AsyncExitStack() as stack:
        leaves_checkpoints = _leave_checkpoints(settings)
        store = await stack.enter_async_context(
            open_store(settings.store_at, run, settings.store.group_limit, serving=True)
        )
        known = await changed_rules(settings, store, clock.now())
        enquiry.renew(by_staff(enquiry.rules, settings, known.synonyms, known.versions)[0])
        rules = rules_of_file(enquiry.rules, hasher)
        cases = await stack.enter_async_context(open_cases(settings, clock, rules))
        doors = await stack.enter_async_context(open_doors(settings, clock))
        for told in shared(doors.values(), heard_at(settings.cases.push)):
            raise SettingsError(told)
        resend = [door.name for door in doors.values() if door.resend_uncertain]
        freed, uncertain = await store.recover(resend, clock.now())
        if freed or uncertain:
            _log.warning("store.recovered", unanswered=freed, uncertain=uncertain)
        await _note_keys(store, hasher, clock)
        around = (enquiry, hasher, clock, new_id, node, leaves_checkpoints)
        ends = Ends(store, cases.copy, cases, doors, *around)
        gateway = wire(settings, ends, listeners(settings, worker))
        wire_console(gateway, ends, await asyncio.to_thread(load_assets))
        wire_api(gateway, ends)
        yield gateway


async def _note_keys(store: SqlStore, hasher: Hasher, clock: SystemClock) -> None:
    """Note by which key is written from now on, and tell of those that are not here.

    Raises:
        FolderError: the keys were rotated on another node, and this one has not got the new one.
    """
    today, *older = [one.key_id for one in hasher.each()]
    if (await store.reading.keys_used()).get(NUMBER_KEY) in older:
        await _carry_holds(store, hasher, clock)
    noted = await store.note_key(KeyNote(NUMBER_KEY, today, clock.now(), older=tuple(older)))
    used = await store.reading.keys_used()
    if noted != today and older_name(NUMBER_KEY, today) in used:
        message = (
            f"the keys were rotated on another node, to {noted}: copy its folder keys/ to this one"
        )
        raise FolderError(message)
    if noted != today:
        _log.error("key.changed", setting=NUMBER_KEY)
    for name in used.keys() - {NUMBER_KEY} - older_names(older).keys():
        _log.error("key.missing", setting=name)


async def _carry_holds(store: SqlStore, hasher: Hasher, clock: SystemClock) -> None:
    """A copy of before a rotation was restored: its holds know nothing of the new key."""
    holds = await store.reading.retention.holds()
    carried = await carry_holds(
        holds, store.retention, store.reading, hasher, clock.now(), "gateway"
    )
    if carried.left:
        _log.warning("hold.not_carried", count=len(carried.left))


def _leave_checkpoints(settings: Settings) -> bool:
    """Whether Litestream checkpoints the databases, or did so before; asked before they open."""
    databases = list(settings.databases.values())
    if settings.replica.url:
        mark(databases)
    return marked(databases)
