"""`webhooks`, directly and through the control socket of a running service."""

import asyncio
import json
from pathlib import Path

import pytest

from sms_gateway.api.targets import Targets, look_up
from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.api.webhook_control import add_webhooks
from sms_gateway.callers.networks import networks_of
from sms_gateway.cli.changing import running_service
from sms_gateway.domain.webhooks import (
    DeliveryState,
    EventPage,
    Webhook,
    WebhookAgain,
    WebhookEnd,
    WebhookReplay,
    WebhookSecret,
    WebhookState,
    WebhookSwitch,
    WebhookWhyNot,
)
from sms_gateway.web.control import build_control, open_control
from tests.cli.conftest import Command, one_line
from tests.cli.control_desk import ME, NOW, House

NETWORKS = "SMS_GATEWAY_API__WEBHOOK_NETWORKS"
URL = "https://10.20.0.5/hook?key=geheim"


def test_a_webhook_is_made_listed_and_switched(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = cli("webhooks", "add", "portal", URL, data=data)
    assert "webhooks are off" in one_line(off)
    monkeypatch.setenv(NETWORKS, "10.20.0.0/16")
    made = cli("webhooks", "add", "portal", URL, "--with-text", data=data)
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert secret.startswith("whsec_")
    listed = cli("webhooks", "list", "--json", data=data).stdout
    (one,) = map(json.loads, listed.splitlines())
    assert (one["name"], one["state"], one["host"]) == ("portal", "on", "10.20.0.5")
    assert secret not in listed
    assert "geheim" not in listed
    assert "portal is off" in cli("webhooks", "off", "portal", data=data).stdout
    assert "portal is on" in cli("webhooks", "on", "portal", data=data).stdout
    assert "0 events" in cli("webhooks", "replay", "portal", "--hours", "9", data=data).stdout
    assert "no webhook has that name" in one_line(cli("webhooks", "off", "x", data=data))
    away = cli("webhooks", "add", "away", "https://10.21.0.5/", data=data)
    assert "no network of api.webhook_networks" in one_line(away)


class Keeper:
    def __init__(self) -> None:
        self.told: list[Webhook | WebhookSwitch | WebhookReplay] = []

    async def webhooks(self) -> list[WebhookState]:
        return []

    async def add(self, webhook: Webhook) -> WebhookWhyNot | None:
        self.told.append(webhook)
        return None

    async def switch(self, order: WebhookSwitch) -> bool:
        self.told.append(order)
        return True

    async def replay(self, order: WebhookReplay) -> int | None:
        self.told.append(order)
        return 3

    async def again(self, order: WebhookAgain) -> bool:
        raise AssertionError(order)

    async def replace_secret(self, order: WebhookSecret) -> bool:
        raise AssertionError(order)

    async def remove(self, end: WebhookEnd) -> bool:
        raise AssertionError(end)

    async def events(self, page: EventPage) -> list[DeliveryState]:
        raise AssertionError(page)


async def test_a_running_service_does_it_with_the_callers_name(tmp_path: Path) -> None:
    keeper = Keeper()
    targets = Targets(networks_of(["10.20.0.0/16"]), http=False, look_up=look_up)
    commands = WebhookCommands(keeper, targets, ["H32.01"], lambda: NOW, lambda: "id-1", bytes)
    app = build_control(House().controls())
    add_webhooks(app, commands)
    async with open_control(app, tmp_path):
        service = await asyncio.to_thread(running_service, tmp_path)
        assert service is not None
        said = {
            "name": "portal", "url": URL, "events": "message.parked", "agencies": "H32.01",
            "with_number": "", "with_text": "yes",
        }  # fmt: skip
        answer = await asyncio.to_thread(service.ask, "POST", "/webhooks/add", said)
        assert answer["secret"].startswith("whsec_")
        of = {"name": "portal", "hours": "2"}
        assert await asyncio.to_thread(service.ask, "POST", "/webhooks/replay", of) == {"count": 3}
        await asyncio.to_thread(service.ask, "POST", "/webhooks/off", of)
    made, again, switched = keeper.told
    assert isinstance(made, Webhook)
    assert (made.by, made.with_text, made.with_number) == (ME, True, False)
    assert isinstance(again, WebhookReplay)
    assert isinstance(switched, WebhookSwitch)
    assert (again.by, switched.enabled) == (ME, False)
