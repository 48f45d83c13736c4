"""Calls of a telco with octets changed, and what a door may make of any call."""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import DeliveryReport, Item, MobileOriginated
from sms_gateway.ports import Refused, Stored, Unreadable, Webhook, WebhookRequest

octets = st.binary(max_size=200) | st.text(max_size=100).map(str.encode)
anything = st.text(st.characters(), max_size=100)
_ID = MessageId("0190-id")


@st.composite
def damaged(draw: st.DrawFn, requests: Sequence[WebhookRequest]) -> WebhookRequest:
    """One of these calls, with something put into its body and its query."""
    request = draw(st.sampled_from(requests))
    at = draw(st.integers(0, len(request.body)))
    upto = draw(st.integers(at, min(len(request.body), at + 5)))
    query_at = draw(st.integers(0, len(request.query)))
    return replace(
        request,
        body=request.body[:at] + draw(octets) + request.body[upto:],
        query=request.query[:query_at] + draw(anything) + request.query[query_at:],
    )


def assert_sound(outcome: Sequence[Item | Unreadable] | Refused) -> None:
    """Items were read, or the call was refused; nothing else may come of one."""
    if isinstance(outcome, Refused):
        assert outcome.reason in {"unauthorised", "unreadable", "too_large"}
        assert 400 <= outcome.reply.status < 500
        assert outcome.detail
    elif outcome:
        good = [isinstance(item, MobileOriginated | DeliveryReport) for item in outcome]
        assert any(good)
        assert all(ok or isinstance(one, Unreadable) for ok, one in zip(good, outcome, strict=True))


def assert_taken_or_refused(door: Webhook, request: WebhookRequest, now: datetime) -> None:
    """The same of a call that this door reads; what it takes it can acknowledge, and keep."""
    outcome = door.read(request, now)
    assert_sound(outcome)
    assert isinstance(door.redacted(request), bytes)
    if not isinstance(outcome, Refused):
        results = [Stored(_ID) for _ in outcome]
        assert 200 <= door.reply(results, request).status < 300
