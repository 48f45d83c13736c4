"""A door of kind `smpp` that runs, and the telco behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from sms_gateway.channels import door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door, Sender
from tests.channels.smpp.contract_case import SETTINGS
from tests.channels.smpp.telco import Desk, Telco, open_telco
from tests.contracts.channel_case import CONTEXT


class House:
    """One door at work.

    Attributes:
        telco, desk, door: the ends.
    """

    def __init__(self, telco: Telco, desk: Desk, door: Door) -> None:
        self.telco = telco
        self.desk = desk
        self.door = door
        assert door.session is not None
        self.running = asyncio.create_task(door.session.run(desk))

    @property
    def sender(self) -> Sender:
        assert self.door.sender is not None
        return self.door.sender

    async def stop(self) -> None:
        """As at the end of the gateway."""
        self.running.cancel()
        await asyncio.wait([self.running])


Open = Callable[..., Awaitable[House]]


@pytest.fixture
async def telco() -> AsyncIterator[Telco]:
    """A telco at work."""
    async with open_telco() as telco:
        yield telco


@pytest.fixture
async def opened(telco: Telco) -> AsyncIterator[Open]:
    """Opens a door with these settings over the usual ones, and waits until it is bound."""
    async with AsyncExitStack() as stack:

        async def open_house(*, bound: int = 1, **settings: object) -> House:
            raw = {**SETTINGS, "port": telco.port, **settings}
            context = replace(CONTEXT, clock=SystemClock())
            opener = door_opener("smpp")(DoorName("telco"), raw, context)
            door = await stack.enter_async_context(opener)
            house = House(telco, Desk(), door)
            stack.push_async_callback(house.stop)
            for _ in range(bound):
                await house.desk.changes.get()
            return house

        yield open_house
