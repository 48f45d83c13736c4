"""What a citizen may ask of the office, given by an administrator."""

import asyncio
import json

import pytest

from sms_gateway.console.pages import rights
from sms_gateway.console.places import RIGHTS
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.staff import Role
from sms_gateway.retention.rights import CitizenRights, Erased
from tests.console.console_desk import ConsoleHouse, Reply
from tests.contracts.store_desk import AN, HASHER, Desk, number

HASH = HASHER.numbers(AN)[0]


async def answered(desk: Desk) -> None:
    """A text whose reply was taken by the telco."""
    await desk.sent(await desk.reply(MtState.QUEUED), "t1")


async def acts(house: ConsoleHouse) -> list[tuple[object, ...]]:
    found = await house.desk.rows("SELECT act, by, subject FROM audit ORDER BY id")
    return [row for row in found if str(row[0]).startswith("citizen")]


async def looked(house: ConsoleHouse, typed: str = "0900 000 001") -> Reply:
    """The page that says what is kept of a number."""
    boss = await house.signed_in(Role.ADMINISTRATOR, "looks")
    return await boss.post(RIGHTS, {"number": typed}, await boss.get(RIGHTS))


async def test_what_is_kept_is_counted_before_anything_is_done(house: ConsoleHouse) -> None:
    await answered(house.desk)
    page = await looked(house)
    assert page.status == 200
    assert "09xx xxx 001" in page.text
    assert "900000001" not in page.text
    assert number(AN) == HASH
    assert f'value="{HASH}"' in page.text
    assert await acts(house) == []


@pytest.mark.parametrize("typed", ["", "VIETTEL"])
async def test_what_is_no_number_is_told(house: ConsoleHouse, typed: str) -> None:
    assert (await looked(house, typed)).status == 422


async def test_a_copy_is_a_file_with_all_of_it_and_is_noted(house: ConsoleHouse) -> None:
    await answered(house.desk)
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get(RIGHTS)
    got = await boss.post(f"{RIGHTS}/export", {"numbers": HASH}, page)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Cache-Control"] == "no-store"
    file = json.loads(got.text)
    assert [one["text"] for one in file["messages"]] == ["MCKH_170703-0001"]
    assert file["messages"][0]["from"] == AN.value
    assert await acts(house) == [("citizen.export", "staff:administrator-1", f"number {HASH}")]
    assert (await boss.post(f"{RIGHTS}/export", {"numbers": "x"}, page)).status == 422


async def test_it_is_erased_for_a_reason_only(house: ConsoleHouse) -> None:
    await answered(house.desk)
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get(RIGHTS)
    asked = {"numbers": HASH, "reason": "đơn 12/2026", "sure": "1"}
    for missing in ({**asked, "reason": "x"}, {"numbers": HASH, "reason": "đơn 12/2026"}):
        assert (await boss.post(f"{RIGHTS}/erase", missing, page)).status == 422
    assert await acts(house) == []
    done = await boss.post(f"{RIGHTS}/erase", asked, page)
    assert "Đã xóa xong" in done.text
    assert await house.desk.rows("SELECT text FROM inbox") == [("",)]
    assert [row[0] for row in await acts(house)] == ["citizen.erase", "citizen.erased"]


async def test_what_takes_long_goes_on_behind_the_page(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = asyncio.Event()
    whole = CitizenRights.erase

    async def slow(*asked: object) -> Erased:
        await ends.wait()
        return await whole(*asked)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(CitizenRights, "erase", slow)
    monkeypatch.setattr(rights, "SECONDS", 0.0)
    boss = await house.signed_in(Role.ADMINISTRATOR)
    asked = {"numbers": HASH, "reason": "đơn 12/2026", "sure": "1"}
    page = await boss.post(f"{RIGHTS}/erase", asked, await boss.get(RIGHTS))
    assert "“xóa xong một số”" in page.text
    assert await acts(house) == []
    (task,) = rights._going  # noqa: SLF001  # what the loop would lose
    ends.set()
    await task
    assert [row[0] for row in await acts(house)] == ["citizen.erase", "citizen.erased"]


async def test_it_is_for_who_sees_all_agencies(house: ConsoleHouse) -> None:
    await answered(house.desk)
    other = await house.signed_in(Role.ADMINISTRATOR, "other", agencies=["H32.01"])
    page = await other.get("/console/account")
    asked = {"number": "0900000001", "numbers": HASH, "reason": "đơn 12/2026", "sure": "1"}
    assert (await other.get(RIGHTS)).status == 403
    for path in (RIGHTS, f"{RIGHTS}/export", f"{RIGHTS}/erase"):
        assert (await other.post(path, asked, page)).status == 403
    assert await acts(house) == []
