"""Doors of kind `http` for the tests of this folder."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door
from tests.virtual_time import StandingClock

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)


@pytest.fixture(scope="session")
def context() -> DoorContext:
    return DoorContext("VN", StandingClock(), ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(scope="session")
def door_of(context: DoorContext) -> Callable[[Mapping[str, object]], Door]:
    """Opens a door, for its HTTP side: the sender is closed again; the same table once."""
    opened_before: dict[str, Door] = {}

    def door(raw: Mapping[str, object]) -> Door:
        key = json.dumps(raw)
        if key not in opened_before:
            opened_before[key] = open_once(raw)
        return opened_before[key]

    def open_once(raw: Mapping[str, object]) -> Door:
        async def opened() -> Door:
            async with door_opener("http")(DoorName("telco"), raw, context) as found:
                return found

        return asyncio.run(opened())

    return door
