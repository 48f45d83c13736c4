"""Parts that any request of ours has: its address, pairs of names and values, headers."""

import base64
from collections.abc import Mapping
from types import MappingProxyType

from yarl import URL

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.body import CONTENT_TYPES, FormTemplate, Vocabulary, compile_text
from sms_gateway.settings import SettingsError

OWN_HEADERS: Mapping[str, str] = MappingProxyType(
    {"User-Agent": "sms-gateway", "Accept-Encoding": "identity"}
)
"""What every request of ours says."""


def read_url(text: str, at: str) -> URL:
    """An address of the telco's; SettingsError where it is none."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host or url.raw_fragment or "{" in text:
        msg = f"{at}: expected an address such as https://sms.example/send, without placeholders"
        raise SettingsError(msg)
    if url.user or url.password:
        msg = f"{at}: put user and password into `basic`, not into the address"
        raise SettingsError(msg)
    return url


def read_pairs(fields: Mapping[str, str], known: Vocabulary, at: str) -> FormTemplate:
    """Names to templates, for a query or form; SettingsError where one cannot be used."""
    return FormTemplate(
        tuple(
            (name, compile_text(source, known, f"{at}.{name}")) for name, source in fields.items()
        )
    )


def fixed_headers(outbound: s.Outbound, at: str) -> dict[str, str]:
    """The headers that all requests of a door have; SettingsError where one cannot be written."""
    headers = dict(OWN_HEADERS)
    if outbound.format != "none":
        content_type = outbound.content_type or CONTENT_TYPES[outbound.format]
        headers["Content-Type"] = one_line("content_type", content_type, at)
    if outbound.basic and outbound.bearer:
        msg = f"{at}: set basic or bearer, not both"
        raise SettingsError(msg)
    if outbound.basic:
        headers["Authorization"] = basic_header(outbound.basic)
    if outbound.bearer:
        headers["Authorization"] = f"Bearer {one_line('bearer', outbound.bearer.value, at)}"
    return headers


def one_line(name: str, value: str, at: str) -> str:
    """The value of a header; SettingsError where it or its name cannot be one."""
    token = name.replace("-", "").replace("_", "")
    if not (token.isascii() and token.isalnum()) or not value.isprintable():
        msg = f"{at}.{name}: a header wants letters, digits and - in its name, and one line"
        raise SettingsError(msg)
    return value


def basic_header(basic: s.Basic) -> str:
    """Our user and password as RFC 7617 writes them."""
    pair = f"{basic.user.value}:{basic.password.value}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
