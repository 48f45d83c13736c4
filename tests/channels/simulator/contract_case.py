"""What the channel contracts need to know of doors of kind `simulator`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from msgspec.structs import replace

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode, TelcoId
from sms_gateway.domain.message import DeliveryReport, MobileOriginated, MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Accepted, SendOutcome
from sms_gateway.ports import Limits, Sender, Settled, WebhookRequest

SETTINGS: Mapping[str, object] = {"kind": "simulator"}

SECRETS: Sequence[bytes] = (b"cookie-secret",)

TEXT = "MCKH_170703-0001 đã\n& <b>"

MO: MobileOriginated | None = MobileOriginated(
    telco_id=TelcoId("0f3c"),
    sender=Address("+84900000001"),
    short_code=ShortCode("8083"),
    text=TEXT,
)

REPORT: DeliveryReport | None = None

BATCH: Mapping[str, object] | None = None

FORM: Mapping[str, str] = {
    "from": "0900000001",
    "to": "8083",
    "id": "0f3c",
    "text": TEXT.replace("\n", "\r\n"),
}


def posted(path: str, form: Mapping[str, str], **headers: str) -> WebhookRequest:
    """A form as the page's script sends it."""
    return WebhookRequest(
        method="POST",
        path=path,
        query="",
        headers={
            "host": "127.0.0.1:8080",
            "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
            "accept": "application/json",
            "cookie": "other=cookie-secret",
            **headers,
        },
        body=urlencode(form).encode(),
        peer="127.0.0.1",
    )


def mo() -> WebhookRequest:
    return posted("/phone/messages", FORM)


def _with(**headers: str) -> WebhookRequest:
    return replace(mo(), headers={**mo().headers, **headers})


def strangers() -> Sequence[WebhookRequest]:
    """Calls of those who may not use the phone."""
    return [
        replace(mo(), peer="203.0.113.7"),
        replace(mo(), peer="::ffff:203.0.113.7"),
        replace(mo(), peer="nobody"),
        _with(host="rebound.example:8080"),
        _with(host=""),
        _with(host="[half"),
        _with(**{"sec-fetch-site": "cross-site"}),
        _with(**{"sec-fetch-site": "same-site"}),
        _with(origin="https://elsewhere.example"),
        _with(origin="null"),
        _with(origin="http://[half"),
    ]


def garbage() -> Sequence[WebhookRequest]:
    """Calls of those who may that cannot be read."""
    return [
        _with(**{"content-type": "application/json"}),
        replace(mo(), body=b""),
        replace(mo(), body=mo().body + b"&from=0900000002"),
        replace(mo(), body=mo().body.replace(b"0900000001", b"%FF")),
        replace(mo(), body=b"&".join(b"%d=" % n for n in range(100))),
        *(
            posted("/phone/messages", {**FORM, field: value})
            for field, value in [
                ("from", ""),
                ("from", "9" * 40),
                ("to", ""),
                ("to", "eighty"),
                ("to", "\u0668083"),
                ("to", "1" * 16),
                ("id", "x" * 101),
                ("id", "a\nb"),
                ("text", "x" * 2001),
            ]
        ),
        *(
            posted("/phone/messages", {k: v for k, v in FORM.items() if k != gone})
            for gone in ("from", "to", "text")
        ),
    ]


BEHAVIOURS = frozenset({"accepts"})
"""What a telco behind this kind of door can do: there is none, so nothing ever fails."""


@dataclass
class Stage:
    """A sender, and what it handed over.

    Attributes:
        sender: under test.
        arrived: one entry per message that was accepted; acceptance is all that happens here.
    """

    sender: Sender
    arrived: asyncio.Queue[str]


class _Watched:
    def __init__(self, sender: Sender, arrived: asyncio.Queue[str]) -> None:
        self._sender = sender
        self._arrived = arrived

    @property
    def limits(self) -> Limits:
        return self._sender.limits

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        def note(message_id: MessageId, outcome: SendOutcome) -> None:
            if isinstance(outcome, Accepted):
                self._arrived.put_nowait(message_id)
            settled(message_id, outcome)

        await self._sender.send(messages, note)


@asynccontextmanager
async def stage(behaviour: str, context: DoorContext) -> AsyncIterator[Stage]:
    """A sender that accepts."""
    assert behaviour in BEHAVIOURS
    arrived: asyncio.Queue[str] = asyncio.Queue()
    async with door_opener("simulator")(DoorName("out"), SETTINGS, context) as door:
        assert door.sender is not None
        yield Stage(_Watched(door.sender, arrived), arrived)
