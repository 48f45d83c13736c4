"""What doors of kind `smpp` bring to the channel contracts: a way out, and no HTTP side."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import DeliveryReport, MobileOriginated
from sms_gateway.ports import Sender, WebhookRequest
from tests.channels.smpp.exchanges import response_of
from tests.channels.smpp.telco import Answer, Desk, accepts, open_telco, says

SETTINGS: dict[str, object] = {
    "kind": "smpp",
    "host": "127.0.0.1",
    "system_id": "us",
    "password": "secret",
}
SECRETS: Sequence[bytes] = (b"secret",)
MO: MobileOriginated | None = None
REPORT: DeliveryReport | None = None
BATCH: dict[str, object] | None = None
BEHAVIOURS = frozenset(
    {"accepts", "throttles", "rejects", "closes", "times_out", "holds", "unreachable"}
)
"""What a telco behind this kind of door can do."""

ANSWERS: dict[str, Answer] = {
    "accepts": accepts,
    "throttles": says(response_of("mt_throttled").status),
    "rejects": says(response_of("mt_rejected").status),
    "closes": lambda _pdu: None,
    "times_out": lambda _pdu: [],
    "holds": lambda _pdu: [],
}


def mo() -> WebhookRequest:
    raise NotImplementedError


def report() -> WebhookRequest:
    raise NotImplementedError


def batch(texts: Sequence[str | None]) -> WebhookRequest:
    raise NotImplementedError(texts)


def strangers() -> Sequence[WebhookRequest]:
    """None: nobody calls."""
    return []


def garbage() -> Sequence[WebhookRequest]:
    """None: nobody calls."""
    return []


@dataclass
class Stage:
    """A sender, and what the telco behind it got."""

    sender: Sender
    arrived: asyncio.Queue[str]


@asynccontextmanager
async def stage(behaviour: str, context: DoorContext) -> AsyncIterator[Stage]:
    """A sender that is bound to a telco that does one of `BEHAVIOURS`."""
    # Whose line is cut is that of all which are under way.
    settings: dict[str, object] = {**SETTINGS, "window": 10 if behaviour == "closes" else 3}
    settings["timers"] = {"response_s": 0.1 if behaviour == "times_out" else 60}
    # A line that broke is opened again in its own time.
    context = replace(context, clock=SystemClock())
    async with open_telco() as telco:
        telco.answer = ANSWERS.get(behaviour, accepts)
        settings["port"] = telco.port
        async with door_opener("smpp")(DoorName("out"), settings, context) as door:
            assert door.sender is not None
            assert door.session is not None
            desk = Desk()
            desk.open = behaviour != "unreachable"
            running = asyncio.create_task(door.session.run(desk))
            try:
                if desk.open:
                    await desk.changes.get()
                yield Stage(door.sender, telco.arrived)
            finally:
                running.cancel()
                await asyncio.wait([running])
