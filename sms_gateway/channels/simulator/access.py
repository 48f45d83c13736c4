"""Who may use the simulator: known addresses, through its own page or a program such as curl.

A page that sends texts in anybody's name must not be driven by another site in the same browser.
"""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from sms_gateway.callers.networks import Networks, networks_of
from sms_gateway.channels.simulator.responses import Problem
from sms_gateway.ports import WebhookRequest
from sms_gateway.settings import SettingsError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_ADDRESS = Problem(
    "the caller's address is not in sources of this door",
    "Trang này chỉ mở cho các máy ghi trong mục sources của cửa này.",
)
_HOST = Problem(
    "the host name is not in hosts of this door",
    "Hãy mở trang bằng địa chỉ IP hoặc localhost, hoặc ghi tên máy vào mục hosts của cửa này.",
)
_ORIGIN = Problem("the call comes from another site", "Yêu cầu đến từ một trang web khác.")


class Access:
    """The checks; they look at the connection and headers only."""

    def __init__(self, sources: Sequence[str], hosts: Sequence[str], at: str) -> None:
        """Read the settings.

        Args:
            sources: CIDRs of callers.
            hosts: names beside `localhost` and addresses.
            at: dotted key of the door, named in errors.

        Raises:
            SettingsError: a source is no network.
        """
        try:
            self._allows = Networks(networks_of(sources)).hold
        except ValueError as error:
            msg = f"{at}.sources: {error}; expected a network such as 192.0.2.0/24"
            raise SettingsError(msg) from None
        self._hosts = frozenset(["localhost", *(host.lower() for host in hosts)])

    def denied(self, request: WebhookRequest) -> Problem | None:
        """Why the caller may not, or None where it may."""
        if not self._allows(request.peer):
            return _ADDRESS
        host = request.headers.get("host", "").strip().lower()
        if not self._knows(host):
            return _HOST
        if request.method != "GET" and _from_elsewhere(request, host):
            return _ORIGIN
        return None

    def _knows(self, host: str) -> bool:
        # DNS rebinding: another site's name that suddenly leads to this machine is, for the
        # browser, still that site, and passes every check of origin. An address cannot be rebound.
        name = _name(host)
        return name in self._hosts or _ip(name) is not None


def _from_elsewhere(request: WebhookRequest, host: str) -> bool:
    # The browser sets Sec-Fetch-Site and no script can (Fetch Metadata, section 2.3). It goes
    # first: under our Referrer-Policy a form of our own page has the origin "null".
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and _netloc(origin) != host


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _ip(text: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
