"""Signing in, as staff and as attackers do it."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from sms_gateway.access import AccessLimits, Invited, NewPerson
from sms_gateway.console.cookies import SESSION
from sms_gateway.console.places import safe_next
from sms_gateway.domain.staff import Role
from tests.access.access_desk import OTHER, PASSWORD
from tests.console.console_desk import ConsoleHouse

SIGN_IN = "/console/sign-in"


async def test_who_has_the_password_comes_in_and_lands_where_they_wanted(
    house: ConsoleHouse,
) -> None:
    await house.office.hire("an")
    browser = house.stranger()
    wanted = "/console/messages?outcome=parked"
    fields = {"login": "an", "password": PASSWORD, "next": wanted}
    got = await browser.post(SIGN_IN, fields)
    assert (got.status, got.headers["Location"]) == (303, wanted)
    kept = got.headers["Set-Cookie"]
    assert kept.startswith(f"{SESSION}=")
    assert all(word in kept for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))
    assert "Domain" not in kept
    assert (await browser.get(wanted)).status == 200


async def test_a_session_that_somebody_planted_is_not_taken_over(house: ConsoleHouse) -> None:
    await house.office.hire("an")
    browser = house.stranger()
    browser.cookies[SESSION] = "planted"
    await browser.post(SIGN_IN, {"login": "an", "password": PASSWORD, "next": ""})
    assert browser.cookies[SESSION] != "planted"
    thief = house.stranger()
    thief.cookies[SESSION] = "planted"
    assert (await thief.get("/console/messages")).status == 303


async def test_signing_in_again_ends_the_session_before(house: ConsoleHouse) -> None:
    clerk = await house.signed_in(login="an")
    kept = dict(clerk.cookies)
    page = await clerk.get("/console/account")
    await clerk.post(SIGN_IN, {"login": "an", "password": PASSWORD}, page)
    assert clerk.cookies != kept
    assert (await clerk.get("/console/messages")).status == 200
    again = house.stranger()
    again.cookies = kept
    assert (await again.get("/console/messages")).status == 303


async def test_after_signing_out_the_old_cookie_opens_nothing(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    kept = dict(clerk.cookies)
    page = await clerk.get("/console/account")
    await clerk.post("/console/sign-out", {}, page)
    assert SESSION not in clerk.cookies
    again = house.stranger()
    again.cookies = kept
    assert (await again.get("/console/messages")).status == 303


@pytest.mark.parametrize(
    "address",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example", "/console/\\\\evil"),
        *("javascript:alert(1)", "/console//evil.example", "/consolevil", "", "/console/\tx"),
    ],
)
async def test_nobody_is_led_to_another_site(house: ConsoleHouse, address: str) -> None:
    assert safe_next(address) == "/console/"
    await house.office.hire("an")
    fields = {"login": "an", "password": PASSWORD, "next": address}
    got = await house.stranger().post(SIGN_IN, fields)
    assert got.headers["Location"] == "/console/"
    page = await house.stranger().get(f"{SIGN_IN}?next={quote(address)}")
    assert 'value="/console/"' in page.text


async def test_wrong_guesses_are_answered_alike_and_then_not_at_all(house: ConsoleHouse) -> None:
    await house.office.hire("an")
    browser = house.stranger()
    statuses = []
    for login in ("an", "nobody"):
        got = await browser.post(SIGN_IN, {"login": login, "password": "x" * 12})
        statuses.append(got.status)
        assert "Sai tên, mật khẩu hoặc mã" in got.text
    for _ in range(6):
        got = await browser.post(SIGN_IN, {"login": "an", "password": "x" * 12})
        statuses.append(got.status)
    assert statuses[:2] == [401, 401]
    assert statuses[-1] == 429
    assert (await browser.post(SIGN_IN, {"login": "an", "password": PASSWORD})).status == 429


async def test_a_link_makes_one_account_once(house: ConsoleHouse) -> None:
    invited = await house.office.access.invite(NewPerson("binh", "Bình", Role.CLERK), "os:chi")
    assert isinstance(invited, Invited)
    path = f"/console/invite/{invited.token.value}"
    browser = house.stranger()
    assert "Bình" in (await browser.get(path)).text
    short = await browser.post(path, {"password": "ngan", "again": "ngan"})
    assert short.status == 422
    fields = {"password": PASSWORD, "again": PASSWORD}
    assert (await browser.post(path, fields)).headers["Location"] == f"{SIGN_IN}?done=welcome"
    assert (await browser.post(path, fields)).status == 404
    assert (await browser.get(path)).status == 404
    assert (await browser.post(SIGN_IN, {"login": "binh", "password": PASSWORD})).status == 303


async def test_english_is_one_click_away_and_stays(house: ConsoleHouse) -> None:
    clerk = await house.signed_in(login="an")
    page = await clerk.get("/console/messages")
    assert 'lang="vi"' in page.text
    assert "Tin nhắn" in page.text
    await clerk.post("/console/language", {"language": "en", "next": ""}, page)
    page = await clerk.get("/console/messages")
    assert '<html lang="en">' in page.text
    assert "Messages" in page.text
    other = house.stranger()
    await other.post(SIGN_IN, {"login": "an", "password": PASSWORD})
    assert '<html lang="en">' in (await other.get("/console/messages")).text


async def test_a_form_that_is_too_long_is_not_read(house: ConsoleHouse) -> None:
    got = await house.stranger().post(SIGN_IN, {"login": "x" * 100_000})
    assert got.status == 413


@pytest.mark.parametrize("path", ["/console/static/..%2f..%2fapp.py", "/console/static/app.py"])
async def test_no_other_file_can_be_had(house: ConsoleHouse, path: str) -> None:
    assert (await house.stranger().get(path)).status == 404


async def test_a_page_that_asks_by_itself_keeps_no_session_awake(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    await clerk.get("/console/messages")
    for _ in range(4):
        house.desk.clock.step(10 * 60)
        await clerk.get("/console/messages/live")
    assert (await clerk.get("/console/messages")).status == 303


async def test_who_works_on_stays_signed_in_until_the_day_is_over(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    for _ in range(30):
        house.desk.clock.step(20 * 60)
        assert (await clerk.get("/console/account")).status == 200
    for _ in range(8):
        house.desk.clock.step(20 * 60)
        await clerk.get("/console/account")
    assert (await clerk.get("/console/account")).status == 303


async def test_another_second_factor_and_another_password_ask_for_the_code_there_is(
    house: ConsoleHouse,
) -> None:
    an = await house.signed_in(login="an")
    factor = "/console/account/second-factor"
    page = await an.get(factor)
    assert "Mật khẩu của bạn" in page.text
    assert (await an.post(f"{factor}/offer", {"old": "x"}, page)).status == 422
    page = await an.post(f"{factor}/offer", {"old": PASSWORD}, page)
    code = house.office.code()
    assert (await an.post(f"{factor}/confirm", {"code": code}, page)).status == 303
    page = await an.get(factor)
    assert 'name="code"' in page.text
    for proof in ({"old": PASSWORD}, {"code": code}):
        assert (await an.post(f"{factor}/offer", proof, page)).status == 422
    page = await an.get("/console/account")
    assert 'name="code"' in page.text
    change = {"old": PASSWORD, "password": OTHER, "again": OTHER}
    assert (await an.post("/console/account/password", change, page)).status == 422
    house.office.step(30)
    change["code"] = house.office.code()
    assert (await an.post("/console/account/password", change, page)).status == 303


async def test_whose_second_factor_was_made_by_another_key_reads_what_to_do(
    house: ConsoleHouse,
) -> None:
    an = await house.signed_in(login="an")
    await house.desk.change("UPDATE staff SET totp = '00000000.AAAA'")
    got = await house.stranger().post(SIGN_IN, {"login": "an", "password": PASSWORD, "code": "1"})
    assert got.status == 403
    assert "Hãy xin quản trị viên một đường dẫn mới" in got.text
    page = await an.get("/console/account")
    change = {"old": PASSWORD, "password": OTHER, "again": OTHER, "code": "1"}
    assert (await an.post("/console/account/password", change, page)).status == 403
    offer = "/console/account/second-factor/offer"
    assert (await an.post(offer, {"code": "1"}, page)).status == 403


@pytest.mark.parametrize(
    "method, path",
    [
        *(("POST", "/console"), ("PUT", "/console/messages"), ("GET", "/console/static/no.js")),
        *(("POST", "/console/static/app.css"), ("GET", "/console/static/a/b")),
    ],
)
async def test_what_no_page_answers_is_hardened_too(
    house: ConsoleHouse, method: str, path: str
) -> None:
    async with house.stranger().session.request(method, house.url + path) as got:
        assert got.status >= 400
        assert got.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert got.headers["Cache-Control"] == "no-store"
        assert "Server" not in got.headers


async def test_an_unknown_expectation_is_refused_without_a_word_of_it(house: ConsoleHouse) -> None:
    call = house.stranger().session.get(house.url + SIGN_IN, headers={"Expect": "<x>"})
    async with call as got:
        assert got.status == 417
        assert got.headers["Cache-Control"] == "no-store"
        assert "Content-Security-Policy" in got.headers


async def test_before_a_second_factor_that_is_required_no_page_counts_anything(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.desk.receive()
    await house.desk.change("UPDATE inbox SET outcome = 'parked'")
    clerk = await house.signed_in(login="an")
    assert 'class="count">1' in (await clerk.get("/console/account")).text
    strict = replace(house.office.around, limits=AccessLimits(two_factor=True))
    monkeypatch.setattr(house.office.access, "_around", strict)
    for path, status in (("/console/account/second-factor", 200), ("/console/nowhere", 404)):
        page = await clerk.get(path)
        assert page.status == status
        assert 'class="count"' not in page.text


async def test_single_keys_are_switched_off_and_on_again_by_each_person(
    house: ConsoleHouse,
) -> None:
    clerk = await house.signed_in()
    page = await clerk.get("/console/account")
    assert "data-keys" not in page.text
    done = await clerk.post("/console/account/keys", {}, page)
    assert done.headers["Location"] == "/console/account?done=keys"
    page = await clerk.get("/console/messages")
    assert '<body data-keys="off"' in page.text
    assert "( / )" not in page.text
    await clerk.post("/console/account/keys", {"keys": "1"}, page)
    assert "data-keys" not in (await clerk.get("/console/messages")).text
