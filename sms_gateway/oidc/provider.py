"""The provider: where a browser is sent, and who comes back."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote_plus, urlencode, urlsplit, urlunsplit

from sms_gateway.domain.identity import Identity
from sms_gateway.oidc.calling import call
from sms_gateway.oidc.claims import identity
from sms_gateway.oidc.discovery import Metadata, document, metadata
from sms_gateway.oidc.kept import Kept
from sms_gateway.oidc.signatures import Jwk, claims, fitting, header, keys_of
from sms_gateway.oidc.values import Brought, Flow, Refusal
from sms_gateway.ports import Clock
from sms_gateway.settings.oidc import Oidc

FRESH_S: Final = 3600.0
"""So long the document and the keys are good."""

PAUSE_S: Final = 30.0
"""Between two fetches of the same at least, also where a key is unknown or the provider fails."""

_OK: Final = 200
_ITS_FAULT: Final = frozenset({"server_error", "temporarily_unavailable"})
"""Of what a provider says by a browser (RFC 6749 section 4.1.2.1)."""


class Provider:
    """One provider, by `[console.oidc]`; what it says of itself is fetched when first needed.

    Args:
        settings: which one, and what counts.
        back: where it sends browsers back to: as it was registered there.
        back_out: the same once they are signed out there.
        clock: the time.
    """

    def __init__(self, settings: Oidc, back: str, back_out: str, clock: Clock) -> None:
        self._settings = settings
        self._back = back
        self._back_out = back_out
        self._clock = clock
        self._metadata = Kept(self._discover, clock.monotonic, FRESH_S, PAUSE_S)
        self._keys = Kept(self._fetch_keys, clock.monotonic, FRESH_S, PAUSE_S)

    async def address(self, flow: Flow, language: str) -> str | Refusal:
        """Where to send a browser that is to sign in; the provider's pages are in a language."""
        found = await self._metadata.get()
        if isinstance(found, Refusal):
            return found
        challenge = hashlib.sha256(flow.verifier.encode()).digest()
        asked = urlencode(
            {
                "response_type": "code",
                "client_id": self._settings.client_id,
                "redirect_uri": self._back,
                "scope": " ".join(self._settings.scopes),
                "state": flow.state,
                "nonce": flow.nonce,
                "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
                "code_challenge_method": "S256",
                "ui_locales": language,
            }
        )
        return _with(found.authorization, asked)

    async def sign_out_address(self, state: str, language: str) -> str | Refusal:
        """Where to send a browser that is to be signed out there; empty where there is no place.

        It names us by our id there. An ID token, which would name the person too, is not kept.
        """
        found = await self._metadata.get()
        if isinstance(found, Refusal) or not found.end_session:
            return found if isinstance(found, Refusal) else ""
        asked = urlencode(
            {
                "client_id": self._settings.client_id,
                "post_logout_redirect_uri": self._back_out,
                "state": state,
                "ui_locales": language,
            }
        )
        return _with(found.end_session, asked)

    async def identity(self, flow: Flow, brought: Brought) -> Identity | Refusal:
        """Who came back.

        Args:
            flow: the one that this browser left with, and whose state it brought back.
            brought: the rest.
        """
        found = await self._metadata.get()
        if isinstance(found, Refusal):
            return found
        if why := self._why_not(found, brought):
            return why
        token = await self._exchanged(found, flow, brought.code)
        if isinstance(token, Refusal):
            return token
        said = await self._verified(found, token)
        if isinstance(said, Refusal):
            return said
        return identity(said, self._settings, flow, self._clock.now())

    def _why_not(self, found: Metadata, brought: Brought) -> Refusal | None:
        """Why nothing is asked for by what was brought."""
        named = brought.issuer or not found.names_itself
        if not named or brought.issuer not in ("", self._settings.issuer):
            return Refusal.OTHER_PROVIDER
        if brought.error in _ITS_FAULT:
            return Refusal.ODD_ANSWER
        return Refusal.DENIED if brought.error or not brought.code else None

    async def _exchanged(self, found: Metadata, flow: Flow, code: str) -> str | Refusal:
        client, secret = self._settings.client_id, self._settings.secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": flow.verifier,
        }
        headers = {}
        if secret is not None and found.basic:
            # Each is written as in a form before they are joined (RFC 6749 section 2.3.1).
            pair = f"{quote_plus(client)}:{quote_plus(secret.value)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = client
            if secret is not None:
                form["client_secret"] = secret.value
        said = await call(found.token, self._settings.timeout_s, form, headers)
        if isinstance(said, Refusal):
            return said
        token = said.values.get("id_token")
        if said.status != _OK or not isinstance(token, str):
            return Refusal.CODE_REFUSED
        return token

    async def _verified(self, found: Metadata, token: str) -> "dict[str, object] | Refusal":
        claimed = header(token, found.algorithms)
        if isinstance(claimed, Refusal):
            return claimed
        key = await self._key(*claimed)
        if isinstance(key, Refusal):
            return key
        said = claims(token, key, claimed[0])
        return said if isinstance(said, Refusal) else dict(said)

    async def _key(self, algorithm: str, kid: str) -> Jwk | Refusal:
        """A key, of a newer set where the one we have does not hold it."""
        for newer in (False, True):
            keys = await self._keys.get(newer=newer)
            if isinstance(keys, Refusal):
                return keys
            key = fitting(keys, algorithm, kid)
            if key is not None:
                return key
        return Refusal.UNKNOWN_KEY

    async def _discover(self) -> Metadata | Refusal:
        issuer = self._settings.issuer
        said = await call(document(issuer), self._settings.timeout_s)
        if isinstance(said, Refusal):
            return said
        return metadata(said.values, issuer) if said.status == _OK else Refusal.ODD_ANSWER

    async def _fetch_keys(self) -> Sequence[Jwk] | Refusal:
        found = await self._metadata.get()
        if isinstance(found, Refusal):
            return found
        said = await call(found.keys, self._settings.timeout_s)
        if isinstance(said, Refusal):
            return said
        return keys_of(said.values) if said.status == _OK else Refusal.ODD_ANSWER


def _with(address: str, asked: str) -> str:
    """An address with more in its query, which may hold something already."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=f"{parts.query}&{asked}".lstrip("&")))
