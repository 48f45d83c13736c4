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
        forwarded_for: the header, several of them joined by commas, or empty.
        trusted: networks of our proxies.

    Returns:
        The address, or an empty one, which is in no network, where a proxy wrote something else.
    """
    if not trusted:
        return remote
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    nearest = remote
    while hops and _within(nearest, trusted):
        try:
            nearest = str(ipaddress.ip_address(hops.pop()))
        except ValueError:
            return ""
    return nearest


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A socket that listens on both families shows IPv4 callers as ::ffff:203.0.113.7.
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks)
