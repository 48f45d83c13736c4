"""Where webhooks may lead: to allowed networks alone, by the address that was looked at."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from sms_gateway.callers.networks import Network, within
from sms_gateway.domain.webhooks import WebhookWhyNot

_LONGEST: Final = 2000

LookUp = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host, for a port. Raises OSError: there are none."""


class TargetError(OSError):
    """A webhook leads where it may not; holds nothing of its address.

    Attributes:
        why: as a value.
    """

    def __init__(self, why: WebhookWhyNot) -> None:
        super().__init__(_SAID[why])
        self.why = why


async def look_up(host: str, port: int) -> Sequence[str]:
    """As the machine looks them up. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


@dataclass(frozen=True, slots=True)
class Targets:
    """What may be called.

    Attributes:
        networks: allowed ones; none for nobody.
        http: plain HTTP may be used, to this machine alone.
        look_up: tells addresses.
    """

    networks: Sequence[Network]
    http: bool
    look_up: LookUp

    def checked(self, address: str) -> URL:
        """An address that has a shape that may be called.

        Raises:
            TargetError: it has none; says why.
        """
        try:
            url = URL(address)
            host, port = url.host, url.port
        except ValueError:
            raise TargetError(WebhookWhyNot.ADDRESS) from None
        if not host or port is None or url.user is not None or len(address) > _LONGEST:
            raise TargetError(WebhookWhyNot.ADDRESS)
        if url.scheme != "https" and not (self.http and url.scheme == "http"):
            raise TargetError(WebhookWhyNot.NOT_HTTPS)
        # The client library looks up no host that is an address already.
        if _is_address(host) and not self._allows(host, url.scheme):
            raise TargetError(WebhookWhyNot.OUTSIDE)
        return url

    def resolver(self, scheme: str) -> AbstractResolver:
        """Gives the client library allowed addresses alone, and it connects to these."""
        return _Allowed(self, scheme)

    async def addresses(self, host: str, port: int, scheme: str) -> Sequence[str]:
        """Those of a host that may be called. Raises OSError: none may."""
        found = [one for one in await self.look_up(host, port) if self._allows(one, scheme)]
        if not found:
            raise TargetError(WebhookWhyNot.OUTSIDE)
        return found

    def _allows(self, address: str, scheme: str) -> bool:
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        here = scheme == "https" or parsed.is_loopback
        return here and within(self.networks, address)


_SAID: Final[Mapping[WebhookWhyNot, str]] = {
    WebhookWhyNot.ADDRESS: "write https://HOST/PATH, without a user",
    WebhookWhyNot.NOT_HTTPS: "only https is called",
    WebhookWhyNot.OUTSIDE: "it leads to no network of api.webhook_networks",
}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _Allowed(AbstractResolver):
    def __init__(self, targets: Targets, scheme: str) -> None:
        self._targets = targets
        self._scheme = scheme

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002  # of each family
    ) -> list[ResolveResult]:
        """Addresses that may be called. Raises OSError."""
        found = await self._targets.addresses(host, port, self._scheme)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Nothing is kept."""
