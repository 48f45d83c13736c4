"""What the page of the doors reaches."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sms_gateway.dispatch.door_seen import DoorSeen
from sms_gateway.domain.acts import Drained, NoOtherDoor
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.ports import StoreDownError
from sms_gateway.reading import MoRow

T = TypeVar("T")

SECONDS = 1.0
"""So long a page waits for one answer."""


@dataclass(frozen=True, slots=True)
class DoorDesk:
    """All of it.

    Attributes:
        seen: each door, with what the store knows or without.
        test: queues a text by hand: door, number as typed, text, by whom. Raises CommandError.
        drain: pauses a door and lets others send what waits at it: door, by whom.
        own_request: of a request as it was kept, what came with one text and with no other one;
            None where its door cannot tell.
    """

    seen: Callable[[], Awaitable[Sequence[DoorSeen]]]
    test: Callable[[str, str, str, str], Awaitable[MessageId]]
    drain: Callable[[DoorName, str], Awaitable[Drained | NoOtherDoor]]
    own_request: Callable[[bytes, MoRow], bytes | None]


async def answered(asked: Awaitable[T], seconds: float = SECONDS) -> T | None:
    """What is asked for; None where it takes too long, or the store is down."""
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except (TimeoutError, StoreDownError):
        return None
