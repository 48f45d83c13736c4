"""Networks that callers may come from."""

import functools
import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks_of(cidrs: Sequence[str]) -> Sequence[Network]:
    """Networks as settings write them: `203.0.113.0/24`.

    Raises:
        ValueError: one of them is none; the message quotes it.
    """
    return [ipaddress.ip_network(cidr) for cidr in cidrs]


def within(networks: Sequence[Network], address: str) -> bool:
    """Whether an address lies in one of them; what is no address lies in none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A socket that listens on both families shows IPv4 callers as ::ffff:203.0.113.7.
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks)


class Networks:
    """Networks that are asked about the same few addresses again and again."""

    def __init__(self, networks: Sequence[Network]) -> None:
        """Take them; none at all let nobody in."""
        self.hold = functools.lru_cache(maxsize=1024)(functools.partial(within, networks))
