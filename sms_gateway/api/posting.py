"""One call to a webhook (Standard Webhooks 1.0)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import aiohttp
import msgspec

from sms_gateway.api.targets import TargetError, Targets
from sms_gateway.callers import standard_webhooks as standard
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.outcome import Outcome
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.webhooks import Event, Webhook
from sms_gateway.reading import Timeline

SECONDS: Final = 10.0
"""How long one call may take, name and answer included."""

_MOST_READ: Final = 64 * 1024
_BY_ITSELF: Final = frozenset({Outcome.ANSWERED, Outcome.ANSWERED_WITH_HELP})
_TAKEN: Final = range(200, 300)


def body_of(webhook: Webhook, event: Event, found: Timeline, at: datetime) -> bytes:
    """What is told of a message; masked and without a text unless the webhook says so."""
    words: Callable[[str], str] = str if webhook.with_number else masked_numbers
    data: dict[str, object] = {"agency": found.agency}
    mo, mts = found.mo, found.mts
    if event is not Event.DELIVERED and mo is not None:
        number, text = mo.sender, mo.text
        data |= {
            "message": mo.id,
            "received_at": mo.received_at,
            "answered_at": mo.answered_at,
            "outcome": mo.outcome,
            "by_hand": event is Event.ANSWERED and mo.outcome not in _BY_ITSELF,
            "reason": mo.reason,
            "code": words(mo.code_key),
        }
    else:
        mt = mts[0]
        number, text = mt.recipient, mt.text
        data |= {
            "message": mt.id,
            "answers": mo.id if mo else None,
            "state": mt.state,
            "delivery": mt.delivery,
            "delivery_at": mt.delivery_at,
        }
    data["number"] = number.value if webhook.with_number else number.masked
    if webhook.with_text:
        data["text"] = words(text)
    return msgspec.json.encode({"type": event, "timestamp": at, "data": data})


async def post(targets: Targets, webhook: Webhook, name: str, body: bytes, now: datetime) -> int:
    """Make a call; the status of its answer, 0 where none came.

    A redirect is an answer like others, and is not followed. What comes behind the status is
    thrown away.

    Args:
        targets: which may be called.
        webhook: which is.
        name: id of what is told.
        body: what is told.
        now: the moment.
    """
    limit = aiohttp.ClientTimeout(total=SECONDS)
    try:
        url = targets.checked(webhook.url)
        connector = aiohttp.TCPConnector(
            resolver=targets.resolver(url.scheme), use_dns_cache=False, force_close=True
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=limit,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
            ) as session,
            session.post(
                url, data=body, headers=headers_of(webhook, name, body, now), allow_redirects=False
            ) as response,
        ):
            await response.content.read(_MOST_READ)
            return response.status
    except (TimeoutError, TargetError, aiohttp.ClientError, OSError, ValueError):
        return 0


def headers_of(webhook: Webhook, name: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """Of one call: its id, when, and the signature."""
    stamp = str(int(now.timestamp()))
    key = standard.key_of(Secret(webhook.secret))
    return {
        "Content-Type": "application/json",
        "User-Agent": "sms-gateway",
        standard.ID: name,
        standard.TIME: stamp,
        standard.SIGNATURE: standard.signed_by(key, name, stamp, body).decode(),
    }


def taken(status: int) -> bool:
    """Whether the receiver has it."""
    return status in _TAKEN
