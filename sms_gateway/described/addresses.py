"""Where a request of ours goes, and what all of them say."""

import base64
from collections.abc import Mapping
from types import MappingProxyType

from yarl import URL

from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError

OWN_HEADERS: Mapping[str, str] = MappingProxyType(
    {"User-Agent": "sms-gateway", "Accept-Encoding": "identity"}
)
"""What every request of ours says."""


def read_url(text: str, at: str) -> URL:
    """An address of the other side's; SettingsError where it is none."""
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


def one_line(name: str, value: str, at: str) -> str:
    """The value of a header; SettingsError where it or its name cannot be one."""
    token = name.replace("-", "").replace("_", "")
    if not (token.isascii() and token.isalnum()) or not value.isprintable():
        msg = f"{at}.{name}: a header wants letters, digits and - in its name, and one line"
        raise SettingsError(msg)
    return value


def basic_header(user: Secret, password: Secret) -> str:
    """Our user and password as RFC 7617 writes them."""
    pair = f"{user.value}:{password.value}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
