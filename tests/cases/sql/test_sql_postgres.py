"""Somebody else's PostgreSQL: found by numbers, read only, and never for longer than allowed."""

import asyncio

import pytest

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey
from tests.cases.sql.conftest import Office

CODE = "000.00.12.H32-261127-0001"
KEY = CanonicalKey("0000012H322611270001")
RECEIPT = CanonicalKey("2611270001")


def codes_of(told: Told | Away) -> list[str]:
    assert isinstance(told, Told), told
    return [record.texts[Field.ID] for record in told.records]


async def test_letters_and_digits_alone_are_bound_as_keys(office: Office) -> None:
    bare = "SELECT ma_ho_so, trang_thai FROM ho_so WHERE replace(ma_ho_so, '-', '') IN (:keys)"
    await asyncio.to_thread(office.put, "261127-0001", 2, "2026-11-27 08:00:00")
    async with office.asked(by_codes=bare) as remote:
        assert codes_of(await remote.find([RECEIPT])) == ["261127-0001"]


async def test_a_statement_that_changes_something_is_refused_by_the_database(
    office: Office,
) -> None:
    await asyncio.to_thread(
        office.run,
        "CREATE FUNCTION theirs() RETURNS text LANGUAGE sql VOLATILE AS "
        "$$ INSERT INTO ho_so (ma_ho_so, trang_thai, cap_nhat) VALUES ('x', 1, now()) "
        "RETURNING ma_ho_so $$",
    )
    sly = "SELECT theirs() AS ma_ho_so, 4 AS trang_thai WHERE 'x' NOT IN (:codes)"
    async with office.asked(by_codes=sly) as remote:
        told = await remote.find([KEY])
    async with office.asked() as remote:
        assert await remote.find([CanonicalKey("x")]) == Told([])
    assert isinstance(told, Away)
    assert (told.reason, "25006" in told.sentence) == ("refused", True)


async def test_what_takes_too_long_is_given_up_and_ends_in_the_database_too(
    office: Office,
) -> None:
    sleeping = "SELECT pg_sleep(60)::text AS ma_ho_so, 4 AS trang_thai WHERE 'x' NOT IN (:codes)"
    counting = (
        "SELECT count(*) AS ma_ho_so, 4 AS trang_thai FROM pg_stat_activity "
        "WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid() "
        "AND 'x' NOT IN (:codes)"
    )
    async with office.asked(seconds=0.3, by_codes=sleeping) as remote:
        told = await remote.find([KEY])
    async with office.asked(by_codes=counting) as remote:
        while codes_of(await remote.find([KEY])) != ["0"]:
            pass
    assert isinstance(told, Away)
    assert told.reason == "slow"


async def test_a_select_that_does_not_ask_for_numbers_brings_no_whole_table(
    office: Office,
) -> None:
    many = (
        "SELECT 'x-' || n AS ma_ho_so, 4 AS trang_thai FROM generate_series(1, 1000000) n "
        "WHERE 'x' NOT IN (:codes)"
    )
    async with office.asked(by_codes=many) as remote:
        told = await remote.find([KEY])
    assert isinstance(told, Away)
    assert told.reason == "many"


@pytest.mark.parametrize(
    "select, word, said",
    [
        ("SELECT nothing FROM ho_so WHERE ma_ho_so IN (:codes)", "missing", "42703"),
        ("SELECT * FROM nowhere WHERE ma_ho_so IN (:codes)", "missing", "42P01"),
        ("SELECT 1 FROM pg_authid WHERE rolname IN (:codes)", "schema", "no column is MaHoSo"),
        ("SELECT 1/0 AS ma_ho_so WHERE 'x' NOT IN (:codes)", "refused", "22012"),
        ("SELECT ma_ho_so FROM ho_so WHERE ma_ho_so IN (:codes)", "schema", "TrangThaiHoSo"),
        (
            "SELECT *, 1 AS trangthaihoso FROM ho_so WHERE ma_ho_so IN (:codes)",
            "schema",
            "two columns are TrangThaiHoSo",
        ),
    ],
)
async def test_a_select_that_does_not_fit_is_told_in_one_line(
    office: Office, select: str, word: str, said: str
) -> None:
    async with office.asked(by_codes=select) as remote:
        told = await remote.find([KEY])
    assert isinstance(told, Away)
    assert (told.reason, said in told.sentence) == (word, True), told
    assert "\n" not in told.sentence


async def test_nothing_of_a_row_or_of_the_password_is_in_what_is_told(office: Office) -> None:
    secret = office.url.replace("gateway@", "gateway:hunter2@")
    cast = "SELECT ten_chu_ho_so::integer AS ma_ho_so, 4 AS trang_thai FROM ho_so WHERE 'x' NOT IN (:codes)"  # noqa: E501  # one statement
    await asyncio.to_thread(
        office.put, CODE, 4, "2026-11-27 08:00:00", ten_chu_ho_so="Nguyen Van A"
    )
    async with office.asked(by_codes=cast, url=secret) as remote:
        told = await remote.find([KEY])
    assert isinstance(told, Away)
    assert (told.reason, "22P02" in told.sentence) == ("refused", True)
    assert "Nguyen" not in repr(told)
    assert "hunter2" not in repr(told)


@pytest.mark.parametrize(
    "old, new, word",
    [
        ("@127.0.0.1", "@127.0.0.2", "down"),
        ("/made_", "/none_", "missing"),
        ("//gateway", "//nobody", "forbidden"),
    ],
)
async def test_a_database_that_cannot_be_used_is_told_in_one_line(
    office: Office, old: str, new: str, word: str
) -> None:
    async with office.asked(url=office.url.replace(old, new)) as remote:
        told = await remote.find([KEY])
    assert isinstance(told, Away)
    assert told.reason == word, told


async def test_a_column_with_a_zone_of_its_own_is_read_by_it(office: Office) -> None:
    zoned = "ALTER TABLE ho_so ALTER cap_nhat TYPE timestamptz USING cap_nhat AT TIME ZONE 'UTC'"
    await asyncio.to_thread(office.run, zoned)
    await asyncio.to_thread(office.put, CODE, 4, "2026-11-23 09:30:00+07")
    async with office.asked(time_kind="zoned", overlap_s=0) as remote:
        told = await remote.changed("2026-11-23T02:00:00+00:00|", 10)
        assert isinstance(told, Told)
        assert told.cursor == f"2026-11-23T02:30:00+00:00|{CODE}"
        assert codes_of(await remote.changed(told.cursor, 10)) == []


async def test_more_questions_than_connections_wait_for_one_another(office: Office) -> None:
    async with office.asked(pool=1) as remote:
        answers = await asyncio.gather(*(remote.find([KEY]) for _ in range(20)))
    assert answers == [Told([])] * 20
