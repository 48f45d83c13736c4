"""What the console's pages about other systems reach, in tests."""

import itertools
from collections.abc import Callable, Sequence

from sms_gateway.api.targets import Targets
from sms_gateway.api.tokens import TokenCommands
from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.callers.networks import networks_of
from sms_gateway.console.partner_desk import PartnerDesk
from sms_gateway.ports import Clock
from sms_gateway.store.store import SqlStore

CODES = ("H32.01", "H32.02")


async def _nowhere(_host: str, _port: int) -> Sequence[str]:
    raise OSError


def partner_desk(store: SqlStore, clock: Clock, new_id: Callable[[], str]) -> PartnerDesk:
    """Webhooks may lead to one network, in which nobody answers."""
    counted = itertools.count()
    targets = Targets(networks_of(["10.20.0.0/16"]), http=False, look_up=_nowhere)
    return PartnerDesk(
        listed=store.reading.api_tokens,
        tokens=TokenCommands(store.api, CODES, clock.now, new_id, lambda: f"r{next(counted)}"),
        webhooks=WebhookCommands(
            store.webhooks, targets, CODES, clock.now, new_id,
            lambda size: bytes([next(counted)] * size),
        ),
        may_lead=True,
    )  # fmt: skip
