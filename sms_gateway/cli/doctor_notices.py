"""What `doctor` says of automatic messages."""

import asyncio
from collections.abc import Iterator, Sequence

from sms_gateway.cases.embedded import Names, open_embedded
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.opened import is_there, stored
from sms_gateway.clock import SystemClock
from sms_gateway.domain.names import name_key
from sms_gateway.domain.notices import Batch
from sms_gateway.notices.table import Table, load_table
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_WHAT = "notices"

_LOOK_SECONDS = 30.0
"""All dossiers are walked over."""


def notices(settings: Settings) -> Iterator[Finding]:
    """Whether they are on, by which table, and what is held."""
    table = load_table(settings.notice_tables, settings.gateway.region)
    texts = sum(line.on and line.speaks for line in table.situations)
    phones = sum(map(len, [*table.rooms.values(), *table.officers.values()]))
    if not settings.notices.on:
        told = f"off; {texts} situations have a text: sms-gateway notices plan shows what would go"
        yield Finding(Level.OK, _WHAT, told)
    else:
        yield Finding(Level.OK, _WHAT, f"on, {texts} situations, {phones} phones of staff")
    yield from _nobodys(settings, table)
    batches, unsent = _waiting(settings)
    if unsent:
        yield Finding(Level.OK, _WHAT, f"{unsent} texts are on their way")
    for batch in batches:
        told = f"{batch.texts} texts are held ({batch.reason}): see sms-gateway notices held"
        yield Finding(Level.WARN, _WHAT, told)


def _nobodys(settings: Settings, table: Table) -> Iterator[Finding]:
    """Rooms and officers whose staff will never be warned, for no dossier has their name."""
    if not (table.rooms or table.officers) or not is_there(settings.cases_at):
        return
    try:
        found = asyncio.run(_names(settings))
    except Exception as error:
        if sentence_of(error) is None:
            raise
        return  # what is said of the dossiers has said it
    kinds = ("room", table.rooms, found.rooms), ("officer", table.officers, found.officers)
    for what, wanted, there in kinds:
        keys = set(map(name_key, there))
        for name in wanted:
            if name_key(name) not in keys:
                told = (
                    f"no dossier has the {what} {name!r}: write it in notices.toml as the "
                    "one-stop software does"
                )
                yield Finding(Level.WARN, _WHAT, told)


async def _names(settings: Settings) -> Names:
    opened = open_embedded(
        settings.cases_at, SystemClock(), writable=False, time_limit=_LOOK_SECONDS
    )
    async with opened as directory:
        return await directory.names()


def _waiting(settings: Settings) -> tuple[Sequence[Batch], int]:
    """What is held, and how many texts wait to leave; none where the store cannot be read.

    Its own line says so.
    """
    if not stored(settings):
        return (), 0
    try:
        return asyncio.run(_read(settings))
    except Exception as error:
        if sentence_of(error) is None:
            raise
        return (), 0


async def _read(settings: Settings) -> tuple[Sequence[Batch], int]:
    async with open_reading(settings.store_at) as reading:
        return await reading.notice_batches(), await reading.notices_unsent()
