"""`[api]`: other systems that ask the gateway, have texts sent, and are told of messages."""

from ipaddress import ip_network
from typing import Annotated

from msgspec import Meta, Struct


class Api(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[api]`: other systems; who may call is said by `sms-gateway api-tokens`.

    Attributes:
        per_minute: calls of one token within a minute, at each node.
        webhook_networks: networks that webhooks may lead to; empty for none, then they are off.
        webhook_http: webhooks may use plain HTTP to this machine; every other one uses HTTPS.
    """

    per_minute: Annotated[int, Meta(ge=1, le=60_000)] = 600
    webhook_networks: Annotated[tuple[str, ...], Meta(max_length=100)] = ()
    webhook_http: bool = False

    def __post_init__(self) -> None:
        for index, network in enumerate(self.webhook_networks):
            try:
                ip_network(network)
            except ValueError:
                message = f"`webhook_networks.{index}`: no network; write it as 10.0.0.0/8"
                raise ValueError(message) from None
