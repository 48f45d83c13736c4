"""What `[console.oidc]` may say, and what it changes."""

from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from sms_gateway.access import Invited
from sms_gateway.clock import SystemClock
from sms_gateway.console.cookies import SESSION
from sms_gateway.console.places import SIGN_IN
from sms_gateway.domain.staff import Role
from sms_gateway.service import oidc
from sms_gateway.settings import SettingsError, load
from tests.access.access_desk import PASSWORD
from tests.oidc.opening import opened

GOOD = {
    "BASE_URL": "https://desk.example.vn",
    "OIDC__ISSUER": "https://sso.example.vn/realms/tinh",
    "OIDC__CLIENT_ID": "sms-desk",
}


def said(**changes: str) -> dict[str, str]:
    return {f"SMS_GATEWAY_CONSOLE__{name}": value for name, value in {**GOOD, **changes}.items()}


def test_a_provider_is_wired_and_asked_nothing_before_somebody_comes(tmp_path: Path) -> None:
    assert oidc.wire_provider(load(None, None, {}, tmp_path), SystemClock()) is None
    assert oidc.wire_provider(load(None, None, said(), tmp_path), SystemClock()) is not None
    here = load(None, None, said(OIDC__ISSUER="http://localhost:8090"), tmp_path)
    assert oidc.wire_provider(here, SystemClock()) is not None


def test_without_the_package_the_start_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        return None if name == "joserfc" else find_spec(name)

    monkeypatch.setattr(oidc, "find_spec", missing)
    with pytest.raises(SettingsError, match=r"pip install 'sms-gateway\[oidc\]'"):
        oidc.wire_provider(load(None, None, said(), tmp_path), SystemClock())


@pytest.mark.parametrize(
    "name,value,wrong",
    [
        ("OIDC__ISSUER", "http://sso.example.vn", "this machine only"),
        ("OIDC__ISSUER", "https://an:secret@sso.example.vn", "without a user"),
        ("OIDC__ISSUER", "https://sso.example.vn/?a=b", "without a user"),
        ("OIDC__ISSUER", "", "nobody could sign in"),
        ("OIDC__CLIENT_ID", "", "client_id"),
        ("OIDC__SCOPES", '["profile"]', "openid"),
        ("OIDC__LOGIN_CLAIM", "email", "login_domain"),
        ("OIDC__LOGIN_DOMAIN", "@example.vn", "login_domain"),
        ("OIDC__TIMEOUT_S", "61", "timeout_s"),
        ("BASE_URL", "", "base_url"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, name: str, value: str, wrong: str) -> None:
    with pytest.raises(SettingsError, match=wrong) as refused:
        load(None, None, said(**{"OIDC__PASSWORDS": "false", name: value}), tmp_path)
    assert "secret" not in str(refused.value)


async def test_without_passwords_the_first_administrator_alone_has_one(tmp_path: Path) -> None:
    async with opened(tmp_path, passwords=False) as house:
        office = house.console.office
        first = await office.access.first_administrator()
        assert first is not None
        browser = house.console.stranger()
        page = await browser.get(SIGN_IN)
        assert ('name="password"' in page.text, f"{SIGN_IN}?by=password" in page.text) == (
            *(False, True),
        )
        fields = {"password": PASSWORD, "again": PASSWORD}
        taken = await browser.post(f"/console/invite/{first.value}", fields)
        assert taken.headers["Location"] == f"{SIGN_IN}?done=welcome&by=password"
        assert 'name="password"' in (await browser.get(taken.headers["Location"])).text
        came = await browser.post(SIGN_IN, {"login": "admin", "password": PASSWORD})
        assert came.status == 303
        await office.hire("an", Role.ADMINISTRATOR)
        other = house.console.stranger()
        assert (await other.post(SIGN_IN, {"login": "an", "password": PASSWORD})).status == 401
        assert SESSION not in other.cookies
        assert (await house.come(other)).status == 303
        staff = await browser.get("/console/staff")
        assert ('name="provided"' in staff.text, "Thêm và tạo liên kết" in staff.text) == (
            *(True, False),
        )


async def test_without_passwords_nobody_else_gets_a_link_and_an_old_one_says_so(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, passwords=False) as house:
        office = house.console.office
        await office.hire("binh", Role.ADMINISTRATOR)
        browser = house.console.stranger()
        house.stub.login = "binh"
        await house.come(browser)
        page = await browser.get("/console/staff")
        assert "Không có đường dẫn và không có mật khẩu" in page.text
        new = {"login": "An", "name": "An", "role": "clerk", "scope": "all"}
        added = await browser.post("/console/staff", new, page)
        assert added.headers["Location"] == "/console/staff/an?done=person_added"
        person = await browser.get("/console/staff/an")
        assert "không có đường dẫn" in person.text
        anew = await browser.post("/console/staff/an/invite", {}, person)
        assert anew.headers["Location"] == "/console/staff/an?done=begins_anew"
        old = await office.access.reinvite("an", "os:chi")
        assert isinstance(old, Invited)
        link = f"/console/invite/{old.token.value}"
        stranger = house.console.stranger()
        shown = await stranger.get(link)
        assert ('name="password"' in shown.text, shown.status) == (False, 200)
        fields = {"password": PASSWORD, "again": PASSWORD}
        assert (await stranger.post(link, fields)).status == 409
        house.stub.login, house.stub.subject = "an", "2"
        assert (await house.come(stranger)).status == 303


def _said(claims: Mapping[str, object], token: dict[str, object]) -> None:
    token |= claims


async def test_an_address_counts_where_it_is_confirmed_and_of_the_office(tmp_path: Path) -> None:
    async with opened(tmp_path, login_claim="email", login_domain="example.vn") as house:
        await house.console.office.hire("an")
        for email, verified, status in (
            ("an@example.vn", True, 303),
            ("AN@Example.VN", True, 303),
            ("an@example.vn", False, 403),
            ("an@example.vn", "true", 403),
            ("an@example.vn", None, 403),
            ("an@evil.example", True, 403),
            ("an@evil.example@example.vn", True, 403),
            ("an", True, 403),
        ):
            claims = {"email": email, "email_verified": verified}
            house.stub.claims = partial(_said, claims)
            assert (await house.come(house.console.stranger())).status == status, email


@pytest.mark.parametrize(
    "shown,status", [({"amr": ["pwd", "mfa"]}, 303), ({"acr": "mfa"}, 303), ({"amr": ["pwd"]}, 200)]
)
async def test_a_second_factor_of_the_provider_counts_where_settings_say_so(
    tmp_path: Path, shown: dict[str, object], status: int
) -> None:
    async with opened(tmp_path, second_factor=("mfa",)) as house:
        await house.console.office.with_totp("an")
        house.stub.claims = lambda token: token.update(shown)
        assert (await house.come(house.console.stranger())).status == status


async def test_a_second_factor_of_the_provider_counts_for_nothing_else(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.console.office.with_totp("an")
        house.stub.claims = lambda token: token.update(amr=["mfa"], acr="mfa")
        assert (await house.come(house.console.stranger())).status == 200


async def test_a_public_client_names_itself_in_the_form(tmp_path: Path) -> None:
    async with opened(tmp_path, secret=None) as house:
        await house.console.office.hire("an")
        assert (await house.come(house.console.stranger())).status == 303
        form = house.stub.forms[0]
        assert (form["client_id"], form["Authorization"]) == ("console", "")


async def test_a_secret_goes_in_the_form_where_the_provider_wants_it_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.console.office.hire("an")
        house.stub.document = lambda document: document.update(
            token_endpoint_auth_methods_supported=["client_secret_post"]
        )
        assert (await house.come(house.console.stranger())).status == 303
        form = house.stub.forms[0]
        assert (form["client_id"], form["client_secret"][:6]) == ("console", "secret")
        assert form["Authorization"] == ""
