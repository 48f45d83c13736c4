"""The changes that other systems cause, with the types of their rows and results."""

from collections.abc import Sequence
from typing import Any

from msgspec.msgpack import Decoder

from sms_gateway.domain.api import (
    ApiBlocked,
    ApiKeyTaken,
    ApiOptedOut,
    ApiOrder,
    ApiQueued,
    TokenEnd,
    TokenMade,
    TokenUsed,
)
from sms_gateway.domain.webhooks import (
    Attempted,
    EventWalk,
    Webhook,
    WebhookAgain,
    WebhookEnd,
    WebhookReplay,
    WebhookSecret,
    WebhookSwitch,
    WebhookWhyNot,
)
from sms_gateway.store.committing import Operation
from sms_gateway.store.operations import api, webhooks

Shape = tuple[Operation[Any, Any], Decoder[list[Any]], Decoder[list[Any]]]
"""A change, what reads its rows, and what reads their results; see `kinds.Kind`."""

_NOTHING = Decoder(list[None])
_YES_OR_NO = Decoder(list[bool | None])
_COUNTS = Decoder(list[int | None])


def of_other_systems() -> Sequence[Shape]:
    """All of them."""
    sent = Decoder(list[ApiQueued | ApiOptedOut | ApiBlocked | ApiKeyTaken | None])
    return (
        (api.make_tokens, Decoder(list[TokenMade]), _YES_OR_NO),
        (api.end_tokens, Decoder(list[TokenEnd]), _YES_OR_NO),
        (api.use_tokens, Decoder(list[TokenUsed]), _NOTHING),
        (api.queue_sent, Decoder(list[ApiOrder]), sent),
        (webhooks.add_webhooks, Decoder(list[Webhook]), Decoder(list[WebhookWhyNot | None])),
        (webhooks.switch_webhooks, Decoder(list[WebhookSwitch]), _YES_OR_NO),
        (webhooks.replay_webhooks, Decoder(list[WebhookReplay]), _COUNTS),
        (webhooks.send_again, Decoder(list[WebhookAgain]), _YES_OR_NO),
        (webhooks.replace_secrets, Decoder(list[WebhookSecret]), _YES_OR_NO),
        (webhooks.remove_webhooks, Decoder(list[WebhookEnd]), _YES_OR_NO),
        (webhooks.attempted, Decoder(list[Attempted]), _NOTHING),
        (webhooks.find_events, Decoder(list[EventWalk]), _COUNTS),
    )
