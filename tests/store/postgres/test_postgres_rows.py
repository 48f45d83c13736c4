"""What PostgreSQL refuses of one row keeps no other row out, and is no server that is down."""

import asyncio
import random
import string
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.domain.records import New
from sms_gateway.ports import StoreDownError
from tests.contracts.store_desk import Desk, maker_of


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Desk(maker_of("postgres"), tmp_path) as opened:
        yield opened


async def test_a_key_that_is_longer_than_an_index_takes_is_the_fault_of_its_row(desk: Desk) -> None:
    letters = random.Random(1).choices(string.printable, k=20_000)  # noqa: S311  # seeded
    bad = replace(desk.arrival(), dedupe_key="".join(letters))
    good = desk.arrival()
    refused, recorded = await asyncio.gather(
        desk.store.record([bad]), desk.store.record([good]), return_exceptions=True
    )
    assert isinstance(refused, StoreDownError)
    assert not isinstance(recorded, BaseException)
    assert [type(one) for one in recorded] == [New]
    assert await desk.rows("SELECT id FROM inbox") == [(good.id,)]
