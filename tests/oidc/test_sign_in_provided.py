"""Signing in by the provider: who comes in, and who does not, whatever the provider says."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from sms_gateway.access import NotTheirs
from sms_gateway.console.cookies import SESSION
from sms_gateway.console.places import FROM_PROVIDER, PROVIDER, PROVIDER_CODE, SIGN_IN
from sms_gateway.console.provider_words import REFUSED
from sms_gateway.oidc import Refusal
from tests.access.access_desk import PASSWORD
from tests.oidc.desk import BACK, CARRIED, HERE, House
from tests.oidc.provider_stub import KEYS, SECRET, proved, signed, strange


async def test_who_has_an_account_comes_in_lands_where_they_wanted_and_is_linked(
    house: House,
) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    got = await house.come(browser, "/console/messages")
    assert (got.status, got.headers["Location"]) == (303, "/console/messages")
    assert (await browser.get("/console/messages")).status == 200
    assert CARRIED not in browser.cookies
    assert await house.audit() == [
        ("staff:an", "staff.link", "an", f"issuer={house.stub.url}"),
        ("staff:an", "staff.sign_in", "an", f"from={HERE} by=oidc"),
    ]
    again = await house.come(house.console.stranger())
    assert again.headers["Location"] == "/console/"
    assert [row[1] for row in await house.audit()][2:] == ["staff.sign_in"]


async def test_it_asks_for_a_code_with_pkce_and_proves_itself_by_its_secret(house: House) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    address = await house.leave(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == [BACK + FROM_PROVIDER]
    assert asked["ui_locales"] == ["vi"]
    assert "secret" not in address
    await browser.get(house.stub.back(address))
    form = house.stub.forms[0]
    assert proved(form) == ("console", SECRET)
    assert "client_secret" not in form
    assert re.fullmatch(r"[0-9a-f]{64}", form["code_verifier"])
    carried = address + str(browser.cookies)
    assert form["code_verifier"] not in carried


@pytest.mark.parametrize("algorithm", list(KEYS))
async def test_a_token_is_taken_however_it_is_signed_by_a_key_of_the_provider(
    house: House, algorithm: str
) -> None:
    await house.console.office.hire("an")
    house.stub.algorithm = algorithm
    assert (await house.come(house.console.stranger())).status == 303


async def test_another_state_than_the_browser_left_with_counts_for_nothing(house: House) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    assert (await house.come(browser, state="0" * 32)).status == 400
    assert (await house.come(browser, state="")).status == 400
    assert house.stub.forms == []


async def test_what_another_browser_brought_home_signs_nobody_in(house: House) -> None:
    """Login CSRF: an attacker has a victim's browser follow the link that was meant for theirs."""
    await house.console.office.hire("an")
    attacker, victim = house.console.stranger(), house.console.stranger()
    link = house.stub.back(await house.leave(attacker))
    await house.leave(victim)
    for browser in (victim, house.console.stranger()):
        got = await browser.get(link)
        assert (got.status, SESSION in browser.cookies) == (400, False)
    assert house.stub.forms == []


async def test_a_code_of_another_sign_in_is_worth_nothing_in_this_one(house: House) -> None:
    await house.console.office.hire("an")
    stolen = house.stub.sign_in(await house.leave(house.console.stranger()))["code"]
    browser = house.console.stranger()
    assert (await house.come(browser, code=stolen)).status == 403
    assert SESSION not in browser.cookies


async def test_coming_back_twice_signs_in_once(house: House) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    address = await house.leave(browser)
    back = house.stub.back(address)
    carried = browser.cookies[CARRIED]
    assert (await browser.get(back)).status == 303
    assert (await house.console.stranger().get(back)).status == 400
    thief = house.console.stranger()
    thief.cookies[CARRIED] = carried
    assert (await thief.get(back)).status == 403
    # Not even where the provider gives a second token for the same sign-in.
    assert (await thief.get(house.stub.back(address))).status == 400
    thief.cookies[CARRIED] = carried
    assert (await thief.get(house.stub.back(address))).status == 403
    assert SESSION not in thief.cookies
    assert [row[3] for row in await house.audit("staff.oidc_refused")] == [
        f"why={why} from={HERE}" for why in (Refusal.CODE_REFUSED, NotTheirs.CHANGED)
    ]


async def test_ten_minutes_are_enough_to_sign_in_and_eleven_too_long(house: House) -> None:
    await house.console.office.hire("an")
    for seconds, status in ((599, 303), (601, 400)):
        browser = house.console.stranger()
        address = await house.leave(browser)
        house.console.office.step(seconds)
        assert (await browser.get(house.stub.back(address))).status == status


async def test_what_a_browser_carries_cannot_be_changed(house: House) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    back = house.stub.back(await house.leave(browser))
    carried = browser.cookies[CARRIED]
    body, seal = carried.split(".")
    for wrong in (
        f"{body[:-2]}AA.{seal}",
        f"{body}.{seal[:-1]}",
        body,
        "",
        f"é.{seal}",
        "." * 5000,
    ):
        browser.cookies[CARRIED] = wrong
        assert (await browser.get(back)).status == 400


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/console//evil.example", "/console/%5C/evil", "x"],
)
async def test_after_signing_in_nobody_is_led_to_another_site(house: House, wanted: str) -> None:
    await house.console.office.hire("an")
    got = await house.come(house.console.stranger(), wanted)
    assert got.headers["Location"] == "/console/"


async def test_an_answer_of_another_provider_is_not_taken(house: House) -> None:
    await house.console.office.hire("an")
    for issuer in ("https://evil.example", ""):
        assert (await house.come(house.console.stranger(), iss=issuer)).status == 403
    assert house.stub.forms == []


async def test_where_the_provider_does_not_name_itself_its_answer_need_not(house: House) -> None:
    await house.console.office.hire("an")
    house.stub.document = lambda said: said.pop("authorization_response_iss_parameter_supported")
    assert (await house.come(house.console.stranger(), iss="")).status == 303


async def test_a_provider_that_refuses_is_said_in_our_words(house: House) -> None:
    browser = house.console.stranger()
    got = await house.come(browser, code="", error="<script>alert(1)</script>")
    assert got.status == 403
    assert "<script>alert" not in got.text
    assert house.stub.forms == []


async def test_who_stops_at_the_provider_reads_so_and_it_is_noted(house: House) -> None:
    browser = house.console.stranger()
    got = await house.come(browser, code="", error="access_denied")
    assert got.status == 403
    assert "Bạn đã dừng ở hệ thống đăng nhập chung" in got.text
    assert await house.audit() == [("console", "staff.oidc_refused", "", f"why=denied from={HERE}")]


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
async def test_a_provider_that_says_it_fails_is_nobodys_attempt(house: House, error: str) -> None:
    got = await house.come(house.console.stranger(), code="", error=error)
    assert got.status == 502
    assert await house.audit() == []


async def test_large_letters_are_the_same_login(house: House) -> None:
    await house.console.office.hire("an")
    house.stub.login = "AN"
    assert (await house.come(house.console.stranger())).status == 303


async def test_a_session_that_was_there_before_ends(house: House) -> None:
    browser = await house.console.signed_in(login="an")
    kept = dict(browser.cookies)
    await house.come(browser)
    assert browser.cookies[SESSION] != kept[SESSION]
    before = house.console.stranger()
    before.cookies = kept
    assert (await before.get("/console/messages")).status == 303


async def test_who_has_a_second_factor_here_is_asked_for_its_code(house: House) -> None:
    office = house.console.office
    await office.with_totp("an")
    browser = house.console.stranger()
    asked = await house.come(browser, "/console/messages")
    assert (asked.status, SESSION in browser.cookies) == (200, False)
    assert not (await office.access.staff())[0].linked
    wrong = await browser.post(PROVIDER_CODE, {"code": "000000"})
    assert (wrong.status, SESSION in browser.cookies) == (401, False)
    got = await browser.post(PROVIDER_CODE, {"code": office.code()})
    assert (got.status, got.headers["Location"]) == (303, "/console/messages")
    assert (await browser.get("/console/messages")).status == 200
    assert (await office.access.staff())[0].linked
    assert (await browser.post(PROVIDER_CODE, {"code": office.code()})).status == 403


async def test_codes_are_guessed_so_often_and_within_ten_minutes(house: House) -> None:
    office = house.console.office
    await office.with_totp("an")
    browser = house.console.stranger()
    await house.come(browser)
    carried = browser.cookies[CARRIED]
    tries = [await browser.post(PROVIDER_CODE, {"code": "000000"}) for _ in range(6)]
    assert [one.status for one in tries] == [401] * 5 + [429]
    office.step(601)
    browser.cookies[CARRIED] = carried
    assert (await browser.post(PROVIDER_CODE, {"code": office.code()})).status == 400


async def test_a_code_from_another_site_is_not_taken(house: House) -> None:
    office = house.console.office
    await office.with_totp("an")
    browser = house.console.stranger()
    await house.come(browser)
    fields = {"code": office.code()}
    assert (await browser.post(PROVIDER_CODE, fields, Sec_Fetch_Site="cross-site")).status == 403


async def test_an_address_that_is_refused_often_must_wait_and_the_provider_is_left_alone(
    house: House,
) -> None:
    for _ in range(20):
        assert (await house.come(house.console.stranger())).status == 403
    asked = house.stub.fetched["token"]
    assert (await house.come(house.console.stranger())).status == 429
    assert house.stub.fetched["token"] == asked


async def test_a_new_key_of_the_provider_is_fetched_once_and_not_for_everybody(
    house: House,
) -> None:
    await house.console.office.hire("an")
    await house.come(house.console.stranger())
    new = RSAKey.generate_key(2048, {"kid": "new"})
    house.stub.token = lambda said: signed(said, new, "RS256")
    house.console.office.step(31)
    house.stub.keys.append(new)
    assert (await house.come(house.console.stranger())).status == 303
    assert house.stub.fetched["keys"] == 2
    house.stub.token = strange
    for _ in range(3):
        assert (await house.come(house.console.stranger())).status == 403
    assert house.stub.fetched["keys"] == 2


async def test_the_button_leads_to_the_provider_and_back_to_the_page_that_was_wanted(
    house: House,
) -> None:
    page = await house.console.stranger().get(f"{SIGN_IN}?next=/console/messages%3Fq%3D%22%3E")
    assert f'href="{PROVIDER}?next=%2Fconsole%2Fmessages%3Fq%3D%22%3E"' in page.text
    assert "Đăng nhập bằng tài khoản công vụ" in page.text
    assert 'name="password"' in page.text


def test_each_reason_is_a_sentence_for_people() -> None:
    assert set(REFUSED) == {*Refusal, *NotTheirs}


async def test_nothing_of_a_sign_in_stands_in_the_log(
    house: House, captured_logs: io.StringIO
) -> None:
    await house.console.office.hire("an")
    house.stub.claims = lambda said: said.update(nonce="x")
    browser = house.console.stranger()
    address = await house.leave(browser)
    back = house.stub.back(address)
    carried = browser.cookies[CARRIED]
    await browser.get(back)
    said = captured_logs.getvalue()
    assert "oidc.refused" in said
    code = parse_qs(urlsplit(back).query)["code"][0]
    state = parse_qs(urlsplit(back).query)["state"][0]
    secret = (
        SECRET,
        code,
        state,
        carried,
        house.stub.forms[0]["code_verifier"],
        house.stub.subject,
    )
    assert [one for one in secret if one in said] == []


async def test_who_comes_back_with_nothing_again_and_again_fills_no_log_and_waits(
    house: House, captured_logs: io.StringIO
) -> None:
    browser = house.console.stranger()
    back = house.stub.back(await house.leave(browser), code="", error="access_denied")
    carried = browser.cookies[CARRIED]
    for _ in range(20):
        browser.cookies[CARRIED] = carried
        assert (await browser.get(back)).status == 403
    browser.cookies[CARRIED] = carried
    assert (await browser.get(back)).status == 429
    assert captured_logs.getvalue().count("oidc.refused") == 1
    assert len(await house.audit()) == 20


async def test_who_was_not_let_in_still_gets_to_the_page_that_was_wanted(house: House) -> None:
    browser = house.console.stranger()
    back = house.stub.back(await house.leave(browser, "/console/today"), code="", error="x")
    page = await browser.get(back)
    assert f'href="{PROVIDER}?next=%2Fconsole%2Ftoday"' in page.text


async def test_coming_back_a_second_time_ends_no_session_and_frightens_nobody(
    house: House,
) -> None:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    back = house.stub.back(await house.leave(browser))
    await browser.get(back)
    again = await browser.get(back)
    assert (again.status, again.headers["Location"]) == (303, "/console/")


async def test_a_password_opens_the_account_as_before(house: House) -> None:
    await house.console.office.hire("an")
    fields = {"login": "an", "password": PASSWORD, "next": ""}
    assert (await house.console.stranger().post(SIGN_IN, fields)).status == 303
