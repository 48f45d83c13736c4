"""What a door of a preset can carry, as an office sets it up."""

import asyncio

from sms_gateway.channels import door_opener
from sms_gateway.ports import Limits
from tests.channels.presets.exchanges import DOOR, door_of
from tests.contracts.channel_case import CONTEXT


def limits_of(kind: str, variant: str = "") -> Limits:
    """Of its way out; where no loop runs."""

    async def opened() -> Limits:
        async with door_opener(kind)(DOOR, door_of(kind, variant), CONTEXT) as door:
            assert door.sender is not None
            return door.sender.limits

    return asyncio.run(opened())
