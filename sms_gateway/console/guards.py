"""What keeps strangers' pages and scripts away from a signed-in person's browser."""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from sms_gateway.domain.secret import Secret

CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"

_PAD: Final = 16

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS: Final = "max-age=31536000"
_OWN_PAGES: Final = frozenset({"same-origin", "none"})


def harden(response: web.StreamResponse, *, tls: bool, kept: bool = False) -> None:
    """Write the headers that each answer has.

    Args:
        response: before it is sent.
        tls: people reach us by https, so that browsers may insist on it (RFC 6797).
        kept: holds nothing of anybody and may stay in caches.
    """
    response.headers.update(_HEADERS)
    if tls:
        response.headers["Strict-Transport-Security"] = _HSTS
    if not kept:
        # Personal data stays in no cache, not even in the browser's (RFC 9111 section 5.2.2.5).
        response.headers[hdrs.CACHE_CONTROL] = "no-store"


def harden_rest(response: web.StreamResponse, *, tls: bool) -> None:
    """Write what is missing where no page answered, but the framework: a path that is not there.

    Nor does such an answer say which software made it.
    """
    response.headers.pop(hdrs.SERVER, None)
    if "Content-Security-Policy" not in response.headers:
        harden(response, tls=tls)


def from_own_page(request: web.BaseRequest, *, tls: bool) -> bool:
    """Whether a call that changes something was made by a page of ours.

    Every browser of this decade says where a call comes from (Fetch Metadata `Sec-Fetch-Site`);
    older ones say `Origin` with a form. A call that says neither comes from no browser of staff.

    Args:
        request: the call.
        tls: people reach us by https, so that a page of ours has come by it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN_PAGES
    origin = request.headers.get(hdrs.ORIGIN, "")
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    schemes = {"https"} if tls else {"http", "https"}
    return parts.scheme in schemes and parts.netloc == request.host


def masked_csrf(secret: Secret, random: Callable[[int], bytes]) -> str:
    """The session's token as one page has it, each time other characters.

    Pages are compressed, and how long they get must not tell the token by and by (BREACH).
    """
    pad = random(_PAD)
    value = secret.value.encode()
    key = (pad * (len(value) // _PAD + 1))[: len(value)]
    hidden = bytes(a ^ b for a, b in zip(value, key, strict=True))
    return base64.urlsafe_b64encode(pad + hidden).decode()


def csrf_matches(secret: Secret, offered: str) -> bool:
    """Whether a page sent back what `masked_csrf` gave it for this session."""
    try:
        raw = base64.urlsafe_b64decode(offered.encode())
    except (binascii.Error, ValueError):
        return False
    pad, hidden = raw[:_PAD], raw[_PAD:]
    if len(pad) < _PAD:
        return False
    key = (pad * (len(hidden) // _PAD + 1))[: len(hidden)]
    value = bytes(a ^ b for a, b in zip(hidden, key, strict=True))
    return hmac.compare_digest(value, secret.value.encode())
