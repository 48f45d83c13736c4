"""Who is calling, when a proxy stands between."""

import ipaddress
from collections.abc import Sequence

import structlog
from aiohttp import hdrs, web

from sms_gateway.callers.networks import Network, networks_of, within

_log = structlog.get_logger("web")

UNKNOWN = ""
"""The address of a caller whom nobody knows; it is in no network."""

_SETTING = "web.trusted_proxies"
_MOST_TOLD = 20


class Proxies:
    """The proxies we trust."""

    def __init__(self, cidrs: Sequence[str]) -> None:
        """Take their networks, as the settings spell and check them."""
        self._trusted = networks_of(cidrs)
        self._told: set[str] = set()

    def caller(self, request: web.BaseRequest) -> str:
        """The address of the caller, or UNKNOWN; the log says why, once for each proxy."""
        remote = request.remote or UNKNOWN
        headers, hops = request.headers, hdrs.X_FORWARDED_FOR
        if not (hops in headers or hdrs.FORWARDED in headers or hdrs.X_REAL_IP in headers):
            return remote
        # Some proxies append a line of their own to those that the caller wrote.
        found = caller(remote, ", ".join(headers.getall(hops, ())), self._trusted)
        if found == UNKNOWN:
            self._tell(remote)
        return found

    def _tell(self, remote: str) -> None:
        # Strangers can send the header too, so that there is an end to it.
        if remote in self._told or len(self._told) >= _MOST_TOLD:
            return
        self._told.add(remote)
        reason = "no_address" if within(self._trusted, remote) else "proxy_not_trusted"
        _log.warning("caller.unknown", reason=reason, address=remote, setting=_SETTING)


def caller(remote: str, forwarded_for: str | None, trusted: Sequence[Network]) -> str:
    """The address of the caller.

    Walks X-Forwarded-For from the nearest hop outwards and stops at the first address that is
    not a trusted proxy: what stands left of it, anybody may have written.

    Args:
        remote: address of the TCP peer.
        forwarded_for: the header, several of them joined by commas; empty where a proxy said in
            another way that it stands between, None where nothing says that one does.
        trusted: networks of our proxies.

    Returns:
        The address, or UNKNOWN where a proxy that is not ours stands between, or ours wrote no
        address: such a call must not pass for one of the machine that the proxy runs on.
    """
    if forwarded_for is None:
        return remote
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    if not hops or not within(trusted, remote):
        return UNKNOWN
    nearest = remote
    while hops and within(trusted, nearest):
        try:
            nearest = str(ipaddress.ip_address(hops.pop()))
        except ValueError:
            return UNKNOWN
    return nearest
