"""Calls of a telco with octets changed, and what a door may make of any call."""

from collections.abc import Sequence

from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.message import DeliveryReport, Item, MobileOriginated
from sms_gateway.ports import Refused, Unreadable, WebhookRequest

octets = st.binary(max_size=200) | st.text(max_size=100).map(str.encode)
anything = st.text(st.characters(), max_size=100)


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
