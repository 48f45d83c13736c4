"""`[cases.push]`: the one-stop software tells us of dossiers by itself."""

import ipaddress
from typing import Annotated

from msgspec import Meta, Struct

from sms_gateway.domain.secret import Secret

_SHORTEST_TOKEN = 16

Seconds = Annotated[float, Meta(gt=0, le=600)]


class CasePush(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[cases.push]`: the one-stop software sends dossiers to `/cases/v1/dossiers`.

    All that is set must hold. Without tokens and secrets nothing is heard there.

    Attributes:
        tokens: `Authorization: Bearer` must hold one of them; 16 characters or more each. Several
            are valid at once while one is being changed.
        secrets: each call must be signed by one of them, as Standard Webhooks says; `whsec_...`.
        within_s: seconds that the time of a signed call may be from ours.
        cidrs: networks that calls may come from, after trusted proxies; empty for all.
        timeout_s: seconds that one batch may take; then the software is asked to come again.
    """

    tokens: tuple[Secret, ...] = ()
    secrets: tuple[Secret, ...] = ()
    within_s: Seconds = 300.0
    cidrs: Annotated[tuple[str, ...], Meta(max_length=100)] = ()
    timeout_s: Seconds = 20.0

    @property
    def on(self) -> bool:
        """Whether calls are heard."""
        return bool(self.tokens or self.secrets)

    def __post_init__(self) -> None:
        for index, network in enumerate(self.cidrs):
            try:
                ipaddress.ip_network(network)
            except ValueError:
                message = f"`cidrs.{index}`: no network; write it as 10.0.0.0/8"
                raise ValueError(message) from None
        if self.cidrs and not self.on:
            message = "`cidrs`: an address proves nobody: set tokens or secrets as well"
            raise ValueError(message)
        if any(len(token.value) < _SHORTEST_TOKEN for token in self.tokens):
            message = (
                f"`tokens`: each wants {_SHORTEST_TOKEN} characters or more; "
                "try: python -c 'import secrets; print(secrets.token_urlsafe(24))'"
            )
            raise ValueError(message)
