"""Two nodes at once give a token no more webhooks than it may have."""

import asyncio
from collections.abc import Coroutine

from sms_gateway.domain.webhooks import MOST_OF_TOKEN, Event, Webhook, WebhookId, WebhookWhyNot
from sms_gateway.store.store import SqlStore
from tests.store.postgres.nodes_desk import Nodes


def hook(name: str, nodes: Nodes) -> Webhook:
    return Webhook(
        WebhookId(name), name, "https://a.example/", "whsec_x", (Event.PARKED,), None,
        with_number=False, with_text=False, enabled=True, made_at=nodes.clock.at, by="token:a",
    )  # fmt: skip


async def test_two_nodes_at_once_give_a_token_no_more_than_it_may_have(nodes: Nodes) -> None:
    adding: list[Coroutine[None, None, WebhookWhyNot | None]] = []
    for node in ("alpha", "beta"):
        store = await nodes.start(node)
        assert isinstance(store, SqlStore)
        some = [hook(f"{node}-{number}", nodes) for number in range(MOST_OF_TOKEN)]
        adding += map(store.webhooks.add, some)
    done = await asyncio.gather(*adding)
    assert done.count(None) == MOST_OF_TOKEN
    assert done.count(WebhookWhyNot.TOO_MANY) == MOST_OF_TOKEN
    assert await nodes.rows("SELECT count(*) FROM webhook") == [(MOST_OF_TOKEN,)]
