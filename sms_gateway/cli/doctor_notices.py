"""What `doctor` says of automatic messages."""

import asyncio
from collections.abc import Iterator, Sequence

from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.opened import stored
from sms_gateway.domain.notices import Batch
from sms_gateway.notices.table import load_table
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_WHAT = "notices"


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
    for batch in _held(settings):
        told = f"{batch.texts} texts are held ({batch.reason}): see sms-gateway notices held"
        yield Finding(Level.WARN, _WHAT, told)


def _held(settings: Settings) -> Sequence[Batch]:
    """None where the store cannot be read: its own line says so."""
    if not stored(settings):
        return ()
    try:
        return asyncio.run(_batches(settings))
    except Exception as error:
        if sentence_of(error) is None:
            raise
        return ()


async def _batches(settings: Settings) -> Sequence[Batch]:
    async with open_reading(settings.store_at) as reading:
        return await reading.notice_batches()
