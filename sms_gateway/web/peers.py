"""Who is calling, when a proxy we trust stands between."""

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def caller(remote: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address of the caller.

    Walks X-Forwarded-For from the nearest hop outwards and stops at the first address that is
    not a trusted proxy: what stands left of it, anybody may have written.

    Args:
        remote: address of the TCP peer.
        forwarded_for: the header, or empty.
        trusted: networks of our proxies.
    """
    if not trusted:
        return remote
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    nearest = remote
    while hops and _within(nearest, trusted):
        try:
            nearest = str(ipaddress.ip_address(hops[-1]))
        except ValueError:
            return nearest
        hops.pop()
    return nearest


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
