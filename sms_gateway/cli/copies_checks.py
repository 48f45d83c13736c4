"""What `doctor` says of backups, of the replica, and of a restored copy that holds back."""

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sms_gateway.backup.manifest import BackupError
from sms_gateway.backup.postgres.programs import Programs
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.output import local
from sms_gateway.cli.store_faults import of_store
from sms_gateway.clock import SystemClock
from sms_gateway.domain.restores import RestoreHold
from sms_gateway.domain.secret import Secret
from sms_gateway.replica.litestream import marked, program
from sms_gateway.replica.looking import last_copied, octets_of_log
from sms_gateway.service.copies import backup_age
from sms_gateway.settings import Settings
from sms_gateway.sql.migrations import SchemaError
from sms_gateway.store.opening import open_reading

T = TypeVar("T")

_HOUR = 3600
_MIB = 1024 * 1024
LOG_MIB = 512
"""A -wal of so many MiB is worth a look."""


def backups(settings: Settings) -> Iterator[Finding]:
    """Whether there are backups, and how old the newest one is."""
    folder = settings.backup_path
    if folder is None:
        yield Finding(Level.OK, "backup", "no folder is set: see backup.folder")
        return
    if isinstance(settings.store_at, Secret):
        try:
            Programs(settings.programs_path).found("pg_dump")
        except BackupError as error:
            yield Finding(Level.FAIL, "backup", str(error))
    age = backup_age(folder, SystemClock().now())
    late = settings.backup.late_hours
    if math.isinf(age):
        told = f"{folder} holds no backup: run sms-gateway backup, and see that it runs each day"
        yield Finding(Level.WARN, "backup", told)
    elif age > late * _HOUR:
        told = f"the newest backup in {folder} is {age / _HOUR:.0f} h old: see why none was made"
        yield Finding(Level.WARN, "backup", told)
    else:
        yield Finding(Level.OK, "backup", f"the newest one in {folder} is {age / _HOUR:.0f} h old")


def replica(settings: Settings) -> Iterator[Finding]:
    """Whether Litestream runs and the replica is complete, and who checkpoints."""
    databases = list(settings.databases.values())
    octets = sum(octets_of_log(path) for path in databases)
    if octets > LOG_MIB * _MIB:
        told = f"the logs of the databases (-wal) are {octets // _MIB} MiB: nobody checkpoints them"
        yield Finding(Level.WARN, "replica", told)
    if not settings.replica.url:
        if marked(databases):
            told = "replica.url is empty, and checkpoints are still left to Litestream: run "
            told += "sms-gateway replica --off, restart the gateway"
            yield Finding(Level.FAIL, "replica", told)
        return
    program()
    copied = last_copied(settings.data_path, databases)
    if copied is None:
        told = "Litestream does not run, or cannot copy: start sms-gateway replica, read its log"
        yield Finding(Level.FAIL, "replica", told)
        return
    age = SystemClock().now() - copied
    if age > timedelta(seconds=settings.replica.late_s):
        told = f"the newest copy is {age.total_seconds():.0f} s old: read the log of Litestream"
        yield Finding(Level.FAIL, "replica", told)
        return
    yield Finding(Level.OK, "replica", f"complete {age.total_seconds():.0f} s ago")


def hold(settings: Settings) -> Iterator[Finding]:
    """Whether a restored copy still holds messages back."""
    try:
        found = asyncio.run(_hold(settings, SystemClock().now()))
    except Exception as error:
        if of_store(error) is None and not isinstance(error, SchemaError):
            raise
        return  # nothing is there yet, or what is wrong with it is told with the messages
    if found is None:
        return
    since = local(found.since, ZoneInfo(settings.gateway.timezone))
    told = (
        f"the restore of {since} holds {found.held} replies and all automatic messages: look at "
        "sms-gateway messages --reply held, then sms-gateway resume"
    )
    yield Finding(Level.WARN, "restore", told)


async def _hold(settings: Settings, now: datetime) -> RestoreHold | None:
    async with open_reading(settings.store_at) as reading:
        return await reading.restore_hold(now)


async def keys_used(settings: Settings) -> Mapping[str, str]:
    """Name of a key to the id of the one that the messages were written by, as far as is known."""
    try:
        async with open_reading(settings.store_at) as reading:
            return await reading.keys_used()
    except Exception as error:
        if not _is_told(error):
            raise
        return {}


def unless_store_fails(ask: Callable[[], T]) -> T | None:
    """What is asked for; None where the store cannot say it."""
    try:
        return ask()
    except Exception as error:
        if not _is_told(error):
            raise
        return None


def _is_told(error: Exception) -> bool:
    """Nothing is there yet, or what is wrong with the store is told with the messages."""
    return of_store(error) is not None or isinstance(error, SchemaError)
