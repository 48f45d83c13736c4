"""`[api]`: other systems that ask the gateway and have texts sent."""

from typing import Annotated

from msgspec import Meta, Struct


class Api(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[api]`: other systems; who may call is said by `sms-gateway api-tokens`.

    Attributes:
        per_minute: calls of one token within a minute, at each node.
    """

    per_minute: Annotated[int, Meta(ge=1, le=60_000)] = 600
