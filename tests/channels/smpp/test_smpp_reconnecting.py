import asyncio
from dataclasses import replace

from sms_gateway.channels import door_opener
from sms_gateway.domain.ids import DoorName
from sms_gateway.smpp.status import Status
from tests.channels.smpp.conftest import House
from tests.channels.smpp.contract_case import SETTINGS
from tests.channels.smpp.telco import Desk, Telco
from tests.contracts.channel_case import CONTEXT
from tests.virtual_time import StandingClock


class Waits(StandingClock):
    """A clock whose waits are over when the test says so."""

    def __init__(self) -> None:
        self._asked: asyncio.Queue[float] = asyncio.Queue()
        self._over: asyncio.Queue[None] = asyncio.Queue()

    async def sleep(self, seconds: float) -> None:
        self._asked.put_nowait(seconds)
        await self._over.get()

    async def next(self) -> float:
        """How long it waits now, in seconds."""
        return await self._asked.get()

    def end(self) -> None:
        """The wait is over."""
        self._over.put_nowait(None)


async def test_each_wait_is_twice_the_last_up_to_the_most_and_short_again_after_a_bind(
    telco: Telco,
) -> None:
    timers = {"reconnect_s": 1, "reconnect_most_s": 5}
    raw = {**SETTINGS, "port": telco.port, "timers": timers}
    clock, telco.bind_status = Waits(), Status.RINVPASWD
    async with door_opener("smpp")(DoorName("telco"), raw, replace(CONTEXT, clock=clock)) as door:
        house = House(telco, Desk(), door)
        assert door.session is not None
        waited = []
        for _ in range(5):
            waited.append(await clock.next())
            clock.end()
        assert waited == [1, 2, 4, 5, 5]
        assert await clock.next() == 5
        telco.bind_status = Status.ROK
        clock.end()
        while door.session.state() != "1 of 1 bound":
            await house.desk.changes.get()
        telco.bind_status = Status.RINVPASWD
        telco.lines[-1].writer.transport.abort()
        assert await clock.next() == 1
        clock.end()
        assert await clock.next() == 2
        await house.stop()
