"""`[console.oidc]`: staff sign in by the identity provider of the province."""

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from sms_gateway.domain.secret import Secret

_ISSUER = re.compile(r"https?://[^\s/?#@\"'\\]+(?:/[^\s?#\"'\\]*)?")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_LONGEST_S = 60
_Words = Annotated[tuple[str, ...], Meta(max_length=20)]
_Name = Annotated[str, Meta(min_length=1, max_length=60)]


class Oidc(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[console.oidc]`: signing in by OpenID Connect; `pip install 'sms-gateway[oidc]'` brings it.

    Attributes:
        issuer: the provider's name, exactly as its discovery document says it, `https://...`;
            empty for none.
        client_id: what the provider calls this console.
        secret: what it proves itself by at the provider; unset for a public client.
        scopes: what is asked for; `openid` must be among them.
        login_claim: the claim of the ID token that is a person's login here. Only one that people
            cannot choose at the provider; `email` counts where `email_verified` is true.
        login_domain: what stands after @ in that claim and is cut off; any other one is refused.
            Empty where the claim has no @.
        second_factor: values of `amr` or `acr` by which the provider says that it asked for a
            second factor; then no code of ours is asked for. Empty for our own code always.
        button_vi, button_en: what the button says.
        passwords: passwords count as well; else only that of `admin`, for emergencies.
        sign_out: who came by the provider and signs out is signed out there too, where it has an
            `end_session_endpoint`.
        timeout_s: seconds that the provider may take for one answer.
        leeway_s: seconds that its clock may be from ours.
    """

    issuer: Annotated[str, Meta(max_length=300)] = ""
    client_id: Annotated[str, Meta(max_length=200)] = ""
    secret: Secret | None = None
    scopes: _Words = ("openid", "profile")
    login_claim: Annotated[str, Meta(min_length=1, max_length=100)] = "preferred_username"
    login_domain: Annotated[str, Meta(max_length=253)] = ""
    second_factor: _Words = ()
    button_vi: _Name = "Đăng nhập bằng tài khoản công vụ"
    button_en: _Name = "Sign in with the office account"
    passwords: bool = True
    sign_out: bool = True
    timeout_s: Annotated[float, Meta(gt=0, le=_LONGEST_S)] = 10.0
    leeway_s: Annotated[int, Meta(ge=0, le=300)] = 60

    @property
    def on(self) -> bool:
        """Whether people sign in by it."""
        return bool(self.issuer)

    def __post_init__(self) -> None:
        if wrong := self._wrong_name() or self._wrong_claim():
            raise ValueError(wrong)
        if not self.on and not self.passwords:
            message = "`passwords`: without an issuer nobody could sign in"
            raise ValueError(message)
        if "openid" not in self.scopes or not all(map(_SCOPE.fullmatch, self.scopes)):
            message = '`scopes`: words without spaces, "openid" among them'
            raise ValueError(message)

    def _wrong_name(self) -> str:
        if not self.on:
            return ""
        if not _ISSUER.fullmatch(self.issuer):
            return "`issuer`: write https://HOST/PATH, without a user, a query or a fragment"
        if not is_safe(self.issuer):
            return "`issuer`: plain http reaches this machine only: write https://"
        return "" if self.client_id else "`client_id`: the provider gives one: write it here"

    def _wrong_claim(self) -> str:
        if self.login_domain and not _DOMAIN.fullmatch(self.login_domain):
            return "`login_domain`: write what stands after @, such as hoaluu.gov.vn"
        if self.login_claim == "email" and not self.login_domain:
            return "`login_domain`: with login_claim email, say whose addresses are staff's"
        return ""


def is_safe(url: str) -> bool:
    """Whether what goes to an address cannot be read on the way: https, or this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.username is not None or parts.password is not None:
            return False
        _ = parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_here(host)))


def is_here(host: str) -> bool:
    """Whether a name or an address is this machine's."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
