"""Somebody else's database, found by numbers: the same on PostgreSQL and on MariaDB."""

import asyncio

import pytest

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.ids import CanonicalKey
from tests.cases.sql.conftest import BY_CODES, Office

CODE = "000.00.12.H32-261127-0001"
KEY = CanonicalKey("0000012H322611270001")
RECEIPT = CanonicalKey("2611270001")


def codes_of(told: Told | Away) -> list[str]:
    assert isinstance(told, Told), told
    return [record.texts[Field.ID] for record in told.records]


@pytest.mark.parametrize("key", [KEY, RECEIPT])
async def test_a_dossier_is_found_by_either_number_however_the_paper_writes_it(
    either: Office, key: CanonicalKey
) -> None:
    await asyncio.to_thread(
        either.put,
        CODE,
        4,
        "2026-11-27 08:00:00",
        so_bien_nhan="261127-0001",
        dien_thoai="0900000001",
        ngay_hen="2026-12-04 17:00:00",
        ten_chu_ho_so="Somebody",
    )
    async with either.asked() as remote:
        told = await remote.find([key])
    assert isinstance(told, Told)
    (record,) = told.records
    assert record.texts == {
        Field.ID: CODE,
        Field.RECEIPT: "261127-0001",
        Field.STATE: "4",
        Field.PHONES: "0900000001",
        Field.DUE: "2026-12-04T17:00:00",
    }


async def test_what_is_not_there_is_told_as_nothing(either: Office) -> None:
    async with either.asked() as remote:
        assert await remote.find([KEY]) == Told([])


async def test_hundreds_of_numbers_are_asked_at_once(either: Office) -> None:
    keys = [CanonicalKey(f"26112700{n:02}") for n in range(100)]
    for n in (0, 39, 40, 99):
        await asyncio.to_thread(either.put, f"261127-00{n:02}", 2, "2026-11-27 08:00:00")
    async with either.asked() as remote:
        found = codes_of(await remote.find(keys))
    assert sorted(found) == ["261127-0000", "261127-0039", "261127-0040", "261127-0099"]


async def test_what_stands_in_a_number_is_never_read_as_sql(either: Office) -> None:
    async with either.asked() as remote:
        assert await remote.find([CanonicalKey("' OR 1=1 --")]) == Told([])


async def test_a_value_on_which_the_statement_chokes_costs_no_other_dossier_its_answer(
    office: Office,
) -> None:
    for n, phone in ((1, "1"), (2, "nobody"), (3, "3")):
        await asyncio.to_thread(
            office.put, f"261127-000{n}", 4, "2026-11-27 08:00:00", dien_thoai=phone
        )
    keys = [CanonicalKey(f"261127000{n}") for n in (1, 2, 3)]
    by_codes = BY_CODES.replace("dien_thoai", "CAST(dien_thoai AS integer) AS dien_thoai")
    async with office.asked(by_codes=by_codes) as remote:
        told = await remote.find(keys)
    assert codes_of(told) == ["261127-0001", "261127-0003"]
    assert isinstance(told, Told)
    assert told.lost == {keys[1]: "refused"}
