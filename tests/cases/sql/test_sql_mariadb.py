"""Somebody else's MariaDB: read only, never for longer than allowed, and what it says when not."""

import asyncio

import pytest

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey
from tests.cases.sql.conftest import Office
from tests.mariadb import MariaDb

KEY = CanonicalKey("2611270001")


async def test_a_statement_that_changes_something_is_refused_by_the_database(
    maria: Office,
) -> None:
    await asyncio.to_thread(
        maria.run,
        "CREATE FUNCTION theirs() RETURNS varchar(9) BEGIN INSERT INTO ho_so "
        "(ma_ho_so, trang_thai, cap_nhat) VALUES ('x', 1, now()); RETURN 'x'; END",
    )
    sly = "SELECT theirs() AS ma_ho_so, 4 AS trang_thai FROM dual WHERE 'y' NOT IN (:codes)"
    async with maria.asked(by_codes=sly) as remote:
        told = await remote.find([KEY])
    async with maria.asked() as remote:
        assert await remote.find([CanonicalKey("x")]) == Told([])
    assert isinstance(told, Away)
    assert (told.reason, "1792" in told.sentence) == ("refused", True), told


async def test_what_takes_too_long_is_given_up_and_ends_in_the_database_too(
    maria: Office,
) -> None:
    sleeping = "SELECT sleep(60) AS ma_ho_so, 4 AS trang_thai FROM dual WHERE 'y' NOT IN (:codes)"
    counting = (
        "SELECT count(*) AS ma_ho_so, 4 AS trang_thai FROM information_schema.processlist "
        "WHERE info LIKE '%sleep(60)%' AND info NOT LIKE '%count%' AND 'y' NOT IN (:codes)"
    )
    async with maria.asked(seconds=0.3, by_codes=sleeping) as remote:
        told = await remote.find([KEY])
    async with maria.asked(by_codes=counting) as remote:
        while True:
            seen = await remote.find([KEY])
            assert isinstance(seen, Told)
            if seen.records[0].texts[Field.ID] == "0":
                break
    assert isinstance(told, Away)
    assert told.reason == "slow"


@pytest.mark.parametrize(
    "old, new, word",
    [
        ("@127.0.0.1", "@127.0.0.2", "down"),
        ("/made_", "/none_", "missing"),
        (":made-up", ":guessed", "forbidden"),
    ],
)
async def test_a_database_that_cannot_be_used_is_told_in_one_line(
    maria: Office, old: str, new: str, word: str
) -> None:
    async with maria.asked(url=maria.url.replace(old, new)) as remote:
        told = await remote.find([KEY])
    assert isinstance(told, Away)
    assert told.reason == word, told
    assert "made-up" not in repr(told)


async def test_it_is_asked_again_once_it_is_back(maria: Office, mariadb_server: MariaDb) -> None:
    async with maria.asked() as remote:
        assert await remote.find([KEY]) == Told([])
        await asyncio.to_thread(mariadb_server.kill)
        gone = await remote.find([KEY])
        await asyncio.to_thread(mariadb_server.start)
        assert await remote.find([KEY]) == Told([])
    assert isinstance(gone, Away)
    assert gone.reason == "down"
