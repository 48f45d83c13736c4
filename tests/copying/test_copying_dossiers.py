"""Dossiers move as messages do, and are found afterwards."""

import asyncio
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.cases.embedded import Row, open_embedded
from sms_gateway.cases.embedded.copied import dossiers
from sms_gateway.copying.plan import CopyRefusedError
from sms_gateway.domain.dossier import Found, Unavailable
from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.secret import Secret
from tests.cases.embedded.exports import SetClock, row_of
from tests.contracts.store_desk import KEY
from tests.copying.copy_desk import CopyDesk
from tests.postgres import Postgres

CASES = dossiers()


@pytest.fixture
async def cases(tmp_path: Path, samples: Path, postgres_server: Postgres) -> CopyDesk:
    """The sample dossiers, and an empty database."""
    await asyncio.to_thread(shutil.copy, samples / "cases.db", tmp_path)
    url = await asyncio.to_thread(postgres_server.database)
    return CopyDesk(tmp_path / "cases.db", url, CASES)


async def found(desk: CopyDesk, key: CanonicalKey = KEY) -> object:
    """What a node on PostgreSQL finds."""
    async with open_embedded(Secret(desk.url), SetClock(), writable=False) as directory:
        return (await directory.find_many([key]))[key]


async def imported(desk: CopyDesk, row: Row) -> None:
    async with open_embedded(Secret(desk.url), SetClock()) as directory:
        await directory.import_rows([row])


async def test_every_dossier_is_there_and_is_found(cases: CopyDesk) -> None:
    await cases.copied()
    here = await cases.here()
    assert await cases.there() == here
    assert here["dossier"].total() == 33
    assert isinstance(await found(cases), Found)


async def test_the_next_import_goes_on_behind_the_highest_numbers(cases: CopyDesk) -> None:
    await cases.copied()
    before = await found(cases)
    assert isinstance(before, Found)
    await imported(cases, row_of(replace(before.dossier, id=DossierId("another"), receipt="")))
    numbers = await cases.rows("SELECT number FROM dossier ORDER BY number DESC LIMIT 2")
    assert numbers == [(34,), (33,)]
    assert await cases.rows("SELECT count(*) FROM import_run") == [(2,)]


async def test_nothing_is_found_until_the_copy_is_finished(cases: CopyDesk) -> None:
    async with cases.opened() as (work, _target):
        await work.begin()
    assert await found(cases) == Unavailable("schema")
    await cases.copied()
    assert isinstance(await found(cases), Found)


async def test_dossiers_that_were_imported_there_are_left_as_they_are(cases: CopyDesk) -> None:
    await cases.copied()
    with pytest.raises(CopyRefusedError, match="TO is in use, there are rows in dossier"):
        await cases.copied()
