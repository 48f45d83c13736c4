"""A provider on the loopback: honest until a test has it say something else."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

CLIENT, SECRET = "console", "secret of the console: 100%"
_STRANGE = RSAKey.generate_key(2048, {"kid": "nobody's"})
_RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"})
KEYS: Mapping[str, Key] = {
    "RS256": _RSA,
    "PS256": RSAKey.import_key({**_RSA.as_dict(private=True), "kid": "pss", "alg": "PS256"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec", "use": "sig", "alg": "ES256"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed", "use": "sig", "alg": "EdDSA"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed2", "use": "sig", "alg": "Ed25519"}),
}

Changes = Callable[[dict[str, Any]], None]


def _as_it_is(_values: dict[str, Any]) -> None:
    pass


@dataclass(slots=True)
class ProviderStub:
    """What it says, and what it was told.

    Attributes:
        now: its clock.
        url: where it is; its issuer's name too.
        subject, login: who is at its browser.
        algorithm: it signs by.
        document, claims: change what it says.
        token: makes another ID token of its claims than it would.
        keys: those that it shows.
        redirects, slow, oversized: names of places that misbehave so.
        forms: what its token endpoint was sent, each with its Authorization.
        fetched: how often each place was asked.
    """

    now: Callable[[], datetime]
    url: str = ""
    subject: str = "subject-of-an"
    login: str = "an"
    algorithm: str = "RS256"
    document: Changes = _as_it_is
    claims: Changes = _as_it_is
    token: Callable[[dict[str, Any]], str] | None = None
    keys: list[Key] = field(default_factory=lambda: list(KEYS.values()))
    redirects: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    oversized: set[str] = field(default_factory=set)
    forms: list[Mapping[str, str]] = field(default_factory=list)
    fetched: dict[str, int] = field(default_factory=dict)
    _codes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def sign_in(self, address: str) -> Mapping[str, str]:
        """What a person's browser brings back that went to an address of ours and signed in."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?tenant=1&")
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def back(self, address: str, **instead: str) -> str:
        """The path and query that it sends the browser to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        brought = {**self.sign_in(address), **instead}
        query = {name: value for name, value in brought.items() if value}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(query)}"

    def out(self, address: str, **instead: str) -> str:
        """Where it sends a browser that went to an address of ours to be signed out there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/end?tenant=1&")
        assert asked["client_id"] == CLIENT
        there, state = asked["post_logout_redirect_uri"], instead.get("state", asked["state"])
        return f"{there}?{urlencode({'state': state})}"

    async def served(self, request: web.Request) -> web.StreamResponse:
        place = request.path.rsplit("/", 1)[-1]
        self.fetched[place] = self.fetched.get(place, 0) + 1
        if place in self.slow:
            await asyncio.get_running_loop().create_future()
        if place in self.redirects:
            elsewhere = f"{self.url}/elsewhere"
            raise web.HTTPTemporaryRedirect(elsewhere)
        if place in self.oversized:
            return web.json_response({"x": "x" * 300_000})
        match place:
            case "openid-configuration":
                return web.json_response(self._document())
            case "keys":
                return web.json_response(
                    {"keys": [one.as_dict(private=False) for one in self.keys]}
                )
            case "authorize":
                there = urlsplit(parse_qs(request.query_string)["redirect_uri"][0])
                back = self.back(f"{self.url}{request.path_qs}")
                raise web.HTTPFound(f"{there.scheme}://{there.netloc}" + back)
            case "end":
                raise web.HTTPFound(self.out(f"{self.url}{request.path_qs}"))
            case "token":
                return await self._token(request)
            case _:
                raise web.HTTPNotFound

    def _document(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end?tenant=1",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["none", "HS256", *KEYS],
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.document(said)
        return said

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append({**form, "Authorization": request.headers.get("Authorization", "")})
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = asked is not None and asked["code_challenge"] == challenge
        if asked is None or not right or form["redirect_uri"] != asked["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        seconds = int(self.now().timestamp())
        said: dict[str, Any] = {
            "iss": self.url, "sub": self.subject, "aud": CLIENT, "iat": seconds,
            "exp": seconds + 60, "nonce": asked["nonce"], "preferred_username": self.login,
        }  # fmt: skip
        self.claims(said)
        make = self.token or self.signed
        return web.json_response(
            {"token_type": "Bearer", "access_token": "x", "id_token": make(said)}
        )

    def signed(self, said: dict[str, Any]) -> str:
        """An ID token, as it should be."""
        return signed(said, KEYS[self.algorithm], self.algorithm)


def signed(said: dict[str, Any], key: Key, algorithm: str, kid: str | None = None) -> str:
    """A token by any key."""
    header = {"alg": algorithm, "kid": key.kid if kid is None else kid}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(header, said, key, algorithms=[algorithm])


def strange(said: dict[str, Any]) -> str:
    """A token by a key that the provider does not show."""
    return signed(said, _STRANGE, "RS256")


def unsigned(said: dict[str, Any]) -> str:
    """A token that is signed by nobody."""
    return f"{_part({'alg': 'none', 'kid': 'rsa'})}.{_part(said)}."


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def confused(said: dict[str, Any]) -> str:
    """A token whose shared secret is what everybody knows: the provider's public key."""
    known = _part({"alg": "HS256", "kid": "rsa"}) + "." + _part(said)
    digest = hmac.digest(_RSA.as_pem(private=False), known.encode(), "sha256")
    return f"{known}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def proved(form: Mapping[str, str]) -> tuple[str, str]:
    """The client and the secret of a Basic header (RFC 6749 section 2.3.1)."""
    pair = base64.b64decode(form["Authorization"].removeprefix("Basic ")).decode()
    client, _, secret = pair.partition(":")
    return unquote_plus(client), unquote_plus(secret)


@asynccontextmanager
async def provider_stub(now: Callable[[], datetime]) -> AsyncIterator[ProviderStub]:
    """One, for the length of a block."""
    stub = ProviderStub(now)
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", stub.served)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield stub
    await runner.cleanup()
