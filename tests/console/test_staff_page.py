"""Staff and roles: who is there, and what an administrator does about them."""

import re
from collections.abc import Sequence

import pytest

from sms_gateway.access import NewPerson, SignedIn, WhyNot
from sms_gateway.console.staff_words import NOT_DONE, PERMITTED
from sms_gateway.domain.staff import AgencyId, LoginName, Permission, Role
from tests.access.access_desk import PASSWORD
from tests.console.console_desk import ConsoleHouse

STAFF = "/console/staff"
LINK = re.compile(r'value="(http://127[^"]+(/console/invite/[^"]+))"')


def test_each_permission_and_each_refusal_has_a_sentence() -> None:
    assert set(PERMITTED) == set(Permission)
    assert set(NOT_DONE) == set(WhyNot)


async def acts(house: ConsoleHouse) -> Sequence[tuple[object, ...]]:
    return await house.desk.rows("SELECT by, act, subject FROM audit ORDER BY id DESC LIMIT 1")


async def test_who_is_added_gets_a_link_that_is_shown_once_and_works(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get(STAFF)
    fields = {
        "login": "binh", "name": "<b>Bình</b>", "role": "clerk", "scope": "some",
        "agency.H32.02": "on", "language": "vi",
    }  # fmt: skip
    got = await boss.post(STAFF, fields, page)
    found = LINK.search(got.text)
    assert got.status == 200
    assert found is not None
    assert found[1].startswith(house.url)
    assert await acts(house) == [("staff:administrator-1", "staff.add", "binh")]
    listed = await boss.get(STAFF)
    assert "&lt;b&gt;Bình&lt;/b&gt;" in listed.text
    assert "<b>Bình" not in listed.text
    assert found[2] not in listed.text
    await house.stranger().post(found[2], {"password": PASSWORD, "again": PASSWORD})
    result = await house.office.try_in(login="binh")
    assert isinstance(result, SignedIn)
    assert result.session.person.agencies == frozenset({AgencyId("H32.02")})


@pytest.mark.parametrize(
    "fields, status",
    [
        ({"login": "Có dấu", "name": "B", "role": "clerk", "scope": "all"}, 422),
        ({"login": "b", "name": "", "role": "clerk", "scope": "all"}, 422),
        ({"login": "b", "name": "B", "role": "king", "scope": "all"}, 422),
        ({"login": "administrator-1", "name": "B", "role": "clerk", "scope": "all"}, 409),
    ],
)
async def test_what_cannot_be_is_said_and_what_was_typed_stays(
    house: ConsoleHouse, fields: dict[str, str], status: int
) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    got = await boss.post(STAFF, fields, await boss.get(STAFF))
    assert got.status == status
    assert 'role="alert"' in got.text
    assert f'value="{fields["login"]}"' in got.text
    assert len(await house.office.access.staff()) == 1


async def test_a_person_is_changed_disabled_and_enabled(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    await house.office.hire("an")
    at = f"{STAFF}/an"
    page = await boss.get(at)
    fields = {"name": "Chị An", "role": "supervisor", "scope": "some", "agency.H32.01": "on"}
    got = await boss.post(f"{at}/change", fields, page)
    assert (got.status, got.headers["Location"]) == (303, f"{at}?done=person_changed")
    changed = {one.login: one for one in await house.office.access.staff()}[LoginName("an")]
    assert (changed.name, changed.role, changed.agencies) == (
        "Chị An", Role.SUPERVISOR, frozenset({"H32.01"}),
    )  # fmt: skip
    assert await acts(house) == [("staff:administrator-1", "staff.change", "an")]
    for act in ("disable", "enable"):
        assert (await boss.post(f"{at}/{act}", {}, page)).status == 303
        assert await acts(house) == [("staff:administrator-1", f"staff.{act}", "an")]
    assert "Một" in (await boss.get(STAFF)).text


async def test_the_last_administrator_cannot_be_lost(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    at = f"{STAFF}/administrator-1"
    page = await boss.get(at)
    clerk = {"name": "Boss", "role": "clerk", "scope": "all"}
    for act, fields in (("disable", {}), ("change", clerk)):
        got = await boss.post(f"{at}/{act}", fields, page)
        assert got.status == 409
        assert "quản trị viên cuối cùng" in got.text


async def test_who_lost_a_password_is_invited_again_and_signed_out(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    clerk = await house.signed_in(Role.CLERK)
    page = await boss.get(f"{STAFF}/clerk-1")
    assert "10.0.0.7" in page.text
    got = await boss.post(f"{STAFF}/clerk-1/invite", {}, page)
    assert LINK.search(got.text)
    assert (await clerk.get("/console/messages")).status == 303
    assert await acts(house) == [("staff:administrator-1", "staff.invite", "clerk-1")]


async def test_all_sessions_of_a_person_can_be_ended(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    clerk = await house.signed_in(Role.CLERK)
    page = await boss.get(f"{STAFF}/clerk-1")
    assert (await boss.post(f"{STAFF}/clerk-1/sessions", {}, page)).status == 303
    assert (await clerk.get("/console/messages")).status == 303
    assert await acts(house) == [("staff:administrator-1", "staff.revoke", "clerk-1")]


async def test_an_administrator_of_some_agencies_cannot_give_themselves_all(
    house: ConsoleHouse,
) -> None:
    await house.office.access.invite(NewPerson("an", "An", Role.CLERK), "os:test")
    some = await house.signed_in(Role.ADMINISTRATOR, agencies=["H32.01"])
    assert (await some.get(STAFF)).status == 403
    page = await some.get("/console/account")
    fields = {"name": "X", "role": "administrator", "scope": "all"}
    for who in ("administrator-1", "an"):
        assert (await some.post(f"{STAFF}/{who}/change", fields, page)).status == 403


async def test_nobody_of_that_name_is_not_found(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    assert (await boss.get(f"{STAFF}/nobody")).status == 404
