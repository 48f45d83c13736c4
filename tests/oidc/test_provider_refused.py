"""What the provider says is believed only where all of it is right."""

from collections.abc import Callable
from typing import Any

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey

from sms_gateway.console.cookies import SESSION
from sms_gateway.console.places import PROVIDER
from sms_gateway.oidc import Refusal
from tests.oidc.desk import CARRIED, HERE, House
from tests.oidc.provider_stub import KEYS, confused, signed, strange, unsigned


def claim(**values: object) -> Callable[[House], None]:
    def otherwise(said: dict[str, Any]) -> None:
        said |= values
        for name in [name for name, value in values.items() if value is None]:
            del said[name]

    def change(house: House) -> None:
        house.stub.claims = otherwise

    return change


def later(name: str, seconds: int) -> Callable[[House], None]:
    def change(house: House) -> None:
        def moved(said: dict[str, Any]) -> None:
            said[name] = int(house.clock.now().timestamp()) + seconds

        house.stub.claims = moved

    return change


def token(make: Callable[[dict[str, Any]], str]) -> Callable[[House], None]:
    def change(house: House) -> None:
        house.stub.token = make

    return change


FORGER = RSAKey.generate_key(2048)
"""Made beforehand: it takes longer than the provider may on a busy machine."""


def forged(said: dict[str, Any]) -> str:
    """By another key under the name of the provider's."""
    return signed(said, FORGER, "RS256", "rsa")


def crossed(said: dict[str, Any]) -> str:
    """By a key of the provider that is for another algorithm."""
    values = KEYS["RS256"].as_dict(private=True)
    return signed(said, RSAKey.import_key({**values, "alg": "PS256"}), "PS256", "rsa")


def weak(house: House) -> None:
    with pytest.warns(SecurityWarning):
        key = RSAKey.generate_key(1024, {"kid": "weak"})
    house.stub.keys.append(key)
    house.stub.token = lambda said: signed(said, key, "RS256")


def changed(said: dict[str, Any]) -> str:
    """With another word in it than was signed."""
    head, body, _ = signed(said, KEYS["RS256"], "RS256").split(".")
    seal = signed({**said, "sub": "x"}, KEYS["RS256"], "RS256").rsplit(".", 1)[1]
    return f"{head}.{body}.{seal}"


REFUSALS = {
    "of another issuer": (claim(iss="https://evil.example"), Refusal.ISSUER),
    "for another client": (claim(aud="mail"), Refusal.AUDIENCE),
    "for us and others, asked for by nobody": (claim(aud=["console", "mail"]), Refusal.AUDIENCE),
    "asked for by another client": (claim(azp="mail"), Refusal.AUDIENCE),
    "for nobody": (claim(aud=None), Refusal.AUDIENCE),
    "of another sign-in": (claim(nonce="0" * 32), Refusal.NONCE),
    "of no sign-in": (claim(nonce=None), Refusal.NONCE),
    "that is over": (later("exp", -61), Refusal.TIME),
    "without an end": (claim(exp=None), Refusal.TIME),
    "with an end that is no time": (claim(exp=True), Refusal.TIME),
    "with an end beyond all times": (claim(exp=10**400), Refusal.TIME),
    "made long ago": (later("iat", -661), Refusal.TIME),
    "made in time to come": (later("iat", 61), Refusal.TIME),
    "good from later on": (later("nbf", 61), Refusal.TIME),
    "of nobody": (claim(sub=""), Refusal.SUBJECT),
    "of a thing": (claim(sub=7), Refusal.SUBJECT),
    "without a login": (claim(preferred_username=None), Refusal.LOGIN),
    "with letters that only look alike": (claim(preferred_username="\u0430n"), Refusal.LOGIN),
    "with a blank": (claim(preferred_username=" an"), Refusal.LOGIN),
    "that nobody signed": (token(unsigned), Refusal.ALGORITHM),
    "signed by the public key": (token(confused), Refusal.ALGORITHM),
    "signed by a key of nobody": (token(strange), Refusal.UNKNOWN_KEY),
    "signed by a key for something else": (token(crossed), Refusal.UNKNOWN_KEY),
    "signed by a weak key": (weak, Refusal.UNKNOWN_KEY),
    "signed by another key": (token(forged), Refusal.SIGNATURE),
    "changed on the way": (token(changed), Refusal.SIGNATURE),
    "that is none": (token(lambda _said: "a.b"), Refusal.MALFORMED),
    "without end": (token(lambda said: "e" * 20_000 + str(len(said))), Refusal.MALFORMED),
}


@pytest.mark.parametrize("how", list(REFUSALS))
async def test_nobody_comes_in_by_a_token(house: House, how: str) -> None:
    await house.console.office.hire("an")
    change, reason = REFUSALS[how]
    change(house)
    browser = house.console.stranger()
    got = await house.come(browser)
    assert got.status == 403
    assert SESSION not in browser.cookies
    assert CARRIED not in browser.cookies
    assert await house.audit() == [
        ("console", "staff.oidc_refused", "", f"why={reason} from={HERE}")
    ]


def document(**values: object) -> Callable[[House], None]:
    def change(house: House) -> None:
        house.stub.document = lambda said: said.update(values)

    return change


def misbehave(kind: str, place: str) -> Callable[[House], None]:
    def change(house: House) -> None:
        getattr(house.stub, kind).add(place)

    return change


ASIDE = {
    "names another issuer": document(issuer="https://evil.example"),
    "is of an issuer with a slash more": document(issuer="http://127.0.0.1/"),
    "knows no good algorithm": document(id_token_signing_alg_values_supported=["HS256", "none"]),
    "knows plain challenges alone": document(code_challenge_methods_supported=["plain"]),
    "would have codes read on the way": document(token_endpoint="http://sso.example.vn/token"),
    "leads to a script": document(authorization_endpoint="javascript:alert(1)"),
    "has no keys": document(jwks_uri=None),
    "leads elsewhere": misbehave("redirects", "openid-configuration"),
    "does not end": misbehave("oversized", "openid-configuration"),
    "does not come": misbehave("slow", "openid-configuration"),
}


@pytest.mark.parametrize("how", list(ASIDE))
async def test_nobody_is_sent_to_a_provider_whose_document(house: House, how: str) -> None:
    ASIDE[how](house)
    browser = house.console.stranger()
    got = await browser.get(PROVIDER)
    assert got.status == 502
    assert "Location" not in got.headers
    assert CARRIED not in browser.cookies
    assert (await browser.get(PROVIDER)).status == 502
    # A provider that fails is not asked by everybody who presses the button.
    assert house.stub.fetched["openid-configuration"] == 1


@pytest.mark.parametrize("kind", ["redirects", "oversized", "slow"])
@pytest.mark.parametrize("place", ["token", "keys"])
async def test_a_provider_that_misbehaves_lets_nobody_in_and_is_nobodys_attempt(
    house: House, place: str, kind: str
) -> None:
    await house.console.office.hire("an")
    misbehave(kind, place)(house)
    got = await house.come(house.console.stranger())
    assert got.status == 502
    assert await house.audit() == []
    assert "elsewhere" not in house.stub.fetched
    rows = await house.console.desk.rows("SELECT failures FROM staff_attempt WHERE failures > 0")
    assert list(rows) == []
