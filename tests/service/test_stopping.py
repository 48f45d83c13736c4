"""What SIGTERM and SIGINT do to a service that starts, and to one that runs."""

import asyncio
import io
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sms_gateway import service
from sms_gateway.service import running
from sms_gateway.settings import Settings, load
from sms_gateway.signals import OVERDUE_S, Stop
from tests.parts import ROOT
from tests.virtual_time import VirtualClock

GRACE = 10.0
BOTH = (signal.SIGTERM, signal.SIGINT)
SETTINGS = load(None, None, {}, ROOT)
"""Read before a loop runs, because that reads files."""


class Places:
    """Where a block has been; `entered` is set with the first."""

    def __init__(self) -> None:
        self.been: list[str] = []
        self.entered = asyncio.Event()

    def at(self, place: str) -> None:
        self.been.append(place)
        self.entered.set()


async def opening(stop: Stop, places: Places) -> None:
    """A start that never ends by itself."""
    async with stop.cuts_short():
        try:
            places.at("opening")
            await asyncio.Event().wait()
        finally:
            places.at("closed")


@pytest.mark.parametrize("number", BOTH)
async def test_a_signal_ends_a_start_at_once_and_in_order(number: signal.Signals) -> None:
    places, stop = Places(), Stop(GRACE, lambda _seconds: None)
    starting = asyncio.create_task(opening(stop, places))
    await places.entered.wait()
    signal.raise_signal(number)
    await starting
    assert places.been == ["opening", "closed"]


async def test_a_signal_before_the_start_ends_it_as_it_begins() -> None:
    places, stop = Places(), Stop(GRACE, lambda _seconds: None)
    signal.raise_signal(signal.SIGTERM)
    await stop.asked()
    await opening(stop, places)
    assert places.been == ["opening", "closed"]


async def test_what_is_open_goes_on_until_it_has_heard_of_the_signal() -> None:
    places, stop = Places(), Stop(GRACE, lambda _seconds: None)
    async with stop.cuts_short() as opened:
        opened()
        signal.raise_signal(signal.SIGTERM)
        await stop.asked()
        await asyncio.sleep(0)
        places.at("closed in order")
    assert places.been == ["closed in order"]


async def test_a_start_that_fails_by_itself_is_told() -> None:
    stop = Stop(GRACE, lambda _seconds: None)

    async def fails() -> None:
        async with stop.cuts_short():
            message = "slow disk"
            raise TimeoutError(message)

    with pytest.raises(TimeoutError, match="slow disk"):
        await fails()


async def test_who_cancels_a_start_is_heard() -> None:
    places, stop = Places(), Stop(GRACE, lambda _seconds: None)
    starting = asyncio.create_task(opening(stop, places))
    await places.entered.wait()
    starting.cancel()
    await asyncio.wait([starting])
    assert starting.cancelled()


async def test_the_first_signal_sets_the_alarm_and_the_second_does_not_put_it_off(
    captured_logs: io.StringIO,
) -> None:
    clock, alarms = VirtualClock(), list[int]()
    with clock.ruling():
        stop = Stop(GRACE, alarms.append)
        for number in BOTH:
            signal.raise_signal(number)
            await stop.asked()
            await clock.advance(1)
        assert alarms == [GRACE + OVERDUE_S + 1]
        assert "service.stop_overdue" not in captured_logs.getvalue()
        await clock.advance(GRACE + OVERDUE_S - 2)
    assert captured_logs.getvalue().count("service.stop_overdue") == 1


async def test_a_service_that_is_still_opening_ends_without_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places, announced = Places(), list[object]()

    @asynccontextmanager
    async def slowly(_settings: Settings, _worker: int) -> AsyncIterator[service.Gateway]:
        try:
            places.at("opening")
            await asyncio.Event().wait()
            yield None  # type: ignore[misc]  # never comes so far
        finally:
            places.at("closed")

    monkeypatch.setattr(running, "open_gateway", slowly)

    def announce(*told: object) -> None:
        announced.append(told)

    serving = asyncio.create_task(service.serve(SETTINGS, announce, lambda _seconds: None))
    await places.entered.wait()
    signal.raise_signal(signal.SIGTERM)
    await serving
    assert places.been == ["opening", "closed"]
    assert not announced
