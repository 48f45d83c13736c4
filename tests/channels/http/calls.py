"""Calls of telcos, and what the tests of this folder ask of them."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import Item, MobileOriginated
from sms_gateway.domain.outcome import Billing
from sms_gateway.ports import Answered, Door, Purpose, Unreadable, Webhook, WebhookRequest

Opener = Callable[[Mapping[str, object]], Door]

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ID = MessageId("01939a3e-0000-7000-8000-000000000001")
ANYWHERE = {"cidrs": ["0.0.0.0/0", "::/0"]}


def webhook(door_of: Opener, raw: Mapping[str, object]) -> Webhook:
    found = door_of(raw).webhook
    assert found is not None
    return found


def get(
    path: str, query: str, peer: str = "203.0.113.7", purpose: Purpose = Purpose.MESSAGES
) -> WebhookRequest:
    return WebhookRequest("GET", path, query, {}, b"", peer, purpose)


def post(
    path: str,
    body: object,
    purpose: Purpose = Purpose.MESSAGES,
    headers: Mapping[str, str] | None = None,
) -> WebhookRequest:
    raw = json.dumps(body).encode()
    return WebhookRequest("POST", path, "", headers or {}, raw, "127.0.0.1", purpose)


def found(outcome: object) -> list[Item | Unreadable]:
    assert isinstance(outcome, list | tuple), outcome
    return list(outcome)


def items(outcome: object) -> list[Item]:
    good = [one for one in found(outcome) if not isinstance(one, Unreadable)]
    assert len(good) == len(found(outcome))
    return good


def one_mo(outcome: object) -> MobileOriginated:
    (item,) = items(outcome)
    assert isinstance(item, MobileOriginated)
    return item


def parsed(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314 - written by the door under test


def answered(text: str, billing: Billing = Billing.CHARGE) -> Answered:
    return Answered(ID, text, billing)
