"""Who comes as whom: the first one from the provider, and nobody else after that."""

from sms_gateway.console.cookies import SESSION
from sms_gateway.domain.staff import Role
from tests.access.access_desk import BY
from tests.oidc.desk import HERE, House


async def test_nobody_else_at_the_provider_takes_over_a_login_that_is_linked(house: House) -> None:
    await house.console.office.hire("an")
    await house.come(house.console.stranger())
    house.stub.subject = "somebody-else"
    browser = house.console.stranger()
    got = await house.come(browser)
    assert (got.status, SESSION in browser.cookies) == (403, False)
    last = (await house.audit())[-1]
    assert last == ("console", "staff.oidc_refused", "an", f"why=other_subject from={HERE}")


async def test_whoever_is_called_otherwise_at_the_provider_takes_over_nothing(house: House) -> None:
    await house.console.office.hire("an")
    await house.console.office.hire("binh", Role.ADMINISTRATOR)
    await house.come(house.console.stranger())
    house.stub.login = "binh"
    assert (await house.come(house.console.stranger())).status == 403
    assert str((await house.audit())[-1][3]).startswith("why=linked_elsewhere")


async def test_accounts_are_made_by_administrators_alone(house: House) -> None:
    assert (await house.come(house.console.stranger())).status == 403
    assert [row.login for row in await house.console.office.access.staff()] == []
    assert await house.audit() == [("console", "staff.oidc_refused", "", f"why=nobody from={HERE}")]


async def test_the_first_administrator_is_nobody_at_the_provider(house: House) -> None:
    await house.console.office.access.first_administrator()
    house.stub.login = "admin"
    assert (await house.come(house.console.stranger())).status == 403


async def test_who_is_disabled_stays_out_and_their_session_ended(house: House) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    await house.come(browser)
    await house.console.office.access.disable("an", BY)
    assert (await browser.get("/console/messages")).status == 303
    assert (await house.come(house.console.stranger())).status == 403


async def test_the_administrator_ends_a_link_and_the_next_one_is_the_one(house: House) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    await house.come(browser)
    boss = await house.console.signed_in(Role.ADMINISTRATOR)
    page = await boss.get("/console/staff/an")
    assert "/console/staff/an/unlink" in page.text
    got = await boss.post("/console/staff/an/unlink", {}, page)
    assert got.headers["Location"] == "/console/staff/an?done=unlinked"
    assert (await browser.get("/console/messages")).status == 303
    assert (await boss.post("/console/staff/an/unlink", {}, page)).status == 409
    assert ("staff:administrator-1", "staff.unlink", "an", "") in await house.audit()
    house.stub.subject = "an-of-today"
    assert (await house.come(house.console.stranger())).status == 303


async def test_a_new_link_for_somebody_ends_the_one_to_the_provider(house: House) -> None:
    await house.console.office.hire("an")
    await house.come(house.console.stranger())
    await house.console.office.access.reinvite("an", BY)
    assert not (await house.console.office.access.staff())[0].linked


async def test_an_account_without_a_password_is_made_for_the_provider(house: House) -> None:
    boss = await house.console.signed_in(Role.ADMINISTRATOR)
    page = await boss.get("/console/staff")
    fields = {"login": "an", "name": "An", "role": "clerk", "scope": "all", "provided": "yes"}
    got = await boss.post("/console/staff", fields, page)
    assert got.headers["Location"] == "/console/staff/an?done=person_added"
    assert (
        list(await house.console.desk.rows("SELECT * FROM staff_invite WHERE by <> 'os:chi'")) == []
    )
    browser = house.console.stranger()
    assert (await house.come(browser)).status == 303
    account = await browser.get("/console/account")
    assert 'name="old"' not in account.text
    offer = await browser.post("/console/account/second-factor/offer", {}, account)
    assert offer.status == 200
    house.console.office.step(601)
    late = await browser.post("/console/account/second-factor/offer", {}, account)
    assert late.status == 422
