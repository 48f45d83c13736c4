"""Whom an ID token speaks of, and whether to us and now (OpenID Connect Core 1.0, 3.1.3.7)."""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sms_gateway.domain.identity import Identity
from sms_gateway.oidc.values import Flow, Refusal
from sms_gateway.settings.oidc import Oidc

_LOGIN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SUBJECT: Final = re.compile(r"[\x21-\x7e]{1,255}")
_OLDEST: Final = timedelta(minutes=10)
_LAST_SECOND: Final = 253_402_300_799
"""Of the year 9999."""

Claims = Mapping[str, object]


def identity(said: Claims, settings: Oidc, flow: Flow, now: datetime) -> Identity | Refusal:
    """Who it is.

    Args:
        said: the claims of a token whose signature is right.
        settings: which provider, and what counts.
        flow: the sign-in it must belong to.
        now: the moment.
    """
    wrong = _wrong(said, settings, flow, now)
    if wrong is not None:
        return wrong
    login = _login(said, settings)
    if isinstance(login, Refusal):
        return login
    return Identity(
        settings.issuer,
        str(said["sub"]),
        login,
        _has_factor(said, settings),
        flow.nonce,
        flow.until,
    )


def _wrong(said: Claims, settings: Oidc, flow: Flow, now: datetime) -> Refusal | None:
    if said.get("iss") != settings.issuer:
        return Refusal.ISSUER
    if not _is_ours(said, settings.client_id):
        return Refusal.AUDIENCE
    if not _is_now(said, now, timedelta(seconds=settings.leeway_s)):
        return Refusal.TIME
    nonce = said.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(
        nonce.encode("utf-8", "surrogatepass"), flow.nonce.encode()
    ):
        return Refusal.NONCE
    subject = said.get("sub")
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        return Refusal.SUBJECT
    return None


def _is_ours(said: Claims, client: str) -> bool:
    """Whether it was made for us; where for others too, it must say that we asked for it."""
    audience, party = said.get("aud"), said.get("azp")
    if party is not None and party != client:
        return False
    if isinstance(audience, list):
        return client in audience and (len(audience) == 1 or party == client)
    return audience == client


def _is_now(said: Claims, now: datetime, leeway: timedelta) -> bool:
    ends, made, begins = (_seconds(said.get(name)) for name in ("exp", "iat", "nbf"))
    at, slack = now.timestamp(), leeway.total_seconds()
    if ends is None or made is None or ("nbf" in said and begins is None):
        return False
    fresh = at - slack - _OLDEST.total_seconds() <= made <= at + slack
    return fresh and at < ends + slack and (begins is None or begins <= at + slack)


def _seconds(said: object) -> float | None:
    if not isinstance(said, int | float) or isinstance(said, bool):
        return None
    return said if abs(said) <= _LAST_SECOND else None


def _login(said: Claims, settings: Oidc) -> str | Refusal:
    """What they sign in as here; letters that only look like those of a login are none."""
    claimed = said.get(settings.login_claim)
    if not isinstance(claimed, str):
        return Refusal.LOGIN
    if settings.login_claim == "email" and said.get("email_verified") is not True:
        return Refusal.UNVERIFIED
    login = claimed
    if settings.login_domain:
        login, at, domain = claimed.partition("@")
        if not at or domain.lower() != settings.login_domain.lower():
            return Refusal.LOGIN
    return login.lower() if _LOGIN.fullmatch(login) else Refusal.LOGIN


def _has_factor(said: Claims, settings: Oidc) -> bool:
    amr, acr = said.get("amr"), said.get("acr")
    shown = [*(amr if isinstance(amr, list) else ()), acr]
    return any(word in shown for word in settings.second_factor)
