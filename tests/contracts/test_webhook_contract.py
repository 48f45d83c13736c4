"""What holds for the HTTP side of every kind of door; each kind in KINDS is taken by itself."""

import asyncio
import functools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.channels import KINDS, door_opener
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import Item, MobileOriginated
from sms_gateway.domain.outcome import Billing
from sms_gateway.ports import (
    MAX_REQUEST,
    Answered,
    Late,
    NoReply,
    Purpose,
    Refused,
    Stored,
    Unreadable,
    Webhook,
    WebhookRequest,
    WebhookResult,
)
from tests.contracts.channel_case import CONTEXT, NOW, case_of
from tests.contracts.damaged import anything, assert_sound, assert_taken_or_refused, damaged, octets

ID = MessageId("01939a3e-0000-7000-8000-000000000001")
TEXT = "Ho so 170703-0001 dang xu ly."


@functools.cache
def webhook_of(kind: str, *, batch: bool = False) -> Webhook | None:
    async def opened() -> Webhook | None:
        case = case_of(kind)
        settings = case.BATCH if batch else case.SETTINGS
        if settings is None:
            return None
        async with door_opener(kind)(DoorName("case"), settings, CONTEXT) as door:
            return door.webhook

    return asyncio.run(opened())


def webhook(kind: str) -> Webhook:
    found = webhook_of(kind)
    if found is None:
        pytest.skip(f"doors of kind {kind} have no HTTP side")
    return found


def requests_of(kind: str) -> list[WebhookRequest]:
    case = case_of(kind)
    return ([case.mo()] if case.MO else []) + ([case.report()] if case.REPORT else [])


def batches(kind: str) -> Webhook:
    found = webhook_of(kind, batch=True)
    if found is None:
        pytest.skip(f"no call to a door of kind {kind} carries several texts")
    return found


kinds = pytest.mark.parametrize("kind", sorted(KINDS))


@kinds
def test_each_kind_has_a_contract_case(kind: str) -> None:
    case = case_of(kind)
    assert (case.MO or case.REPORT) is not None or webhook_of(kind) is None


@kinds
def test_a_well_formed_mo_is_read_as_what_it_says(kind: str) -> None:
    door, case = webhook(kind), case_of(kind)
    if case.MO:
        assert list(read(door, case.mo())) == [case.MO]


@kinds
def test_a_well_formed_delivery_report_is_read_as_what_it_says(kind: str) -> None:
    door, case = webhook(kind), case_of(kind)
    if case.REPORT:
        assert list(read(door, case.report())) == [case.REPORT]


def read(door: Webhook, request: WebhookRequest) -> Sequence[Item | Unreadable]:
    outcome = door.read(request, NOW)
    assert not isinstance(outcome, Refused), outcome.detail
    return outcome


@kinds
def test_reading_twice_gives_the_same(kind: str) -> None:
    door = webhook(kind)
    for request in [*requests_of(kind), *case_of(kind).garbage()]:
        assert door.read(request, NOW) == door.read(request, NOW)


@kinds
def test_a_caller_with_a_wrong_secret_is_refused_and_not_trusted(kind: str) -> None:
    door, case = webhook(kind), case_of(kind)
    for request in case.strangers():
        outcome = door.read(request, NOW)
        assert isinstance(outcome, Refused)
        assert outcome.reason == "unauthorised"
        assert not outcome.authenticated
        assert outcome.reply.status in {401, 403}


@kinds
def test_what_cannot_be_read_is_refused_by_naming_the_field(kind: str) -> None:
    door, case = webhook(kind), case_of(kind)
    for request in case.garbage():
        outcome = door.read(request, NOW)
        assert isinstance(outcome, Refused)
        assert outcome.reason == "unreadable"
        assert outcome.authenticated
        assert "field " in outcome.detail
        assert "\n" not in outcome.detail
        assert_sound(outcome)


@kinds
def test_more_octets_than_a_telco_may_send_are_refused(kind: str) -> None:
    door = webhook(kind)
    largest = {route.purpose: route.largest for route in door.routes}
    for request in requests_of(kind):
        for large in (
            replace(request, body=b" " * (largest[request.purpose] + 1)),
            replace(request, query=request.query + "&x=" + "y" * MAX_REQUEST),
        ):
            outcome = door.read(large, NOW)
            assert isinstance(outcome, Refused)
            assert outcome.reason == "too_large"
            assert_sound(outcome)


@kinds
def test_of_several_texts_those_that_can_be_read_are_taken(kind: str) -> None:
    door, case = batches(kind), case_of(kind)
    found = read(door, case.batch(["one", None, "two", None]))
    assert [one.text for one in found if isinstance(one, MobileOriginated)] == ["one", "two"]
    assert [isinstance(one, Unreadable) for one in found] == [False, True, False, True]


@kinds
def test_a_text_that_cannot_be_read_is_named_by_its_field_and_kept_without_secrets(
    kind: str,
) -> None:
    door, case = batches(kind), case_of(kind)
    request = case.batch(["one", None])
    _, bad = read(door, request)
    assert isinstance(bad, Unreadable)
    assert "field " in bad.detail
    assert "\n" not in bad.detail
    assert not [secret for secret in case.SECRETS if secret in bad.raw]
    assert b"one" not in bad.raw
    assert "raw" not in repr(bad)


@kinds
def test_a_text_that_cannot_be_read_has_the_same_octets_whatever_comes_with_it(kind: str) -> None:
    door, case = batches(kind), case_of(kind)
    kept = [
        one.raw
        for texts in (["one", None], [None, "two", "three"])
        for one in read(door, case.batch(texts))
        if isinstance(one, Unreadable)
    ]
    assert len(kept) == 2
    assert len(set(kept)) == 1


@kinds
def test_a_call_with_a_text_that_cannot_be_read_is_answered_with_ok(kind: str) -> None:
    door, case = batches(kind), case_of(kind)
    request = case.batch([None, "one"])
    assert 200 <= door.reply([Stored(ID)], request).status < 300


@kinds
def test_a_call_of_which_no_text_can_be_read_is_refused(kind: str) -> None:
    door, case = batches(kind), case_of(kind)
    outcome = door.read(case.batch([None, None]), NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.authenticated) == ("unreadable", True)
    assert_sound(outcome)


@kinds
def test_a_call_without_a_text_is_no_fault(kind: str) -> None:
    assert read(batches(kind), case_of(kind).batch([])) == []


@kinds
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_octets_give_items_or_a_refusal(kind: str, data: st.DataObject) -> None:
    door = webhook(kind)
    request = WebhookRequest(
        method=data.draw(st.sampled_from(["GET", "POST"])),
        path=data.draw(st.sampled_from([r.path for r in requests_of(kind)]) | anything),
        query=data.draw(anything),
        headers=data.draw(st.dictionaries(st.just("authorization") | anything, anything)),
        body=data.draw(octets),
        peer=data.draw(st.sampled_from(["127.0.0.1", "::1", "203.0.113.7", ""]) | anything),
        purpose=data.draw(st.sampled_from(Purpose)),
    )
    assert_sound(door.read(request, NOW))
    assert isinstance(door.redacted(request), bytes)


@kinds
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_call_gives_items_or_a_refusal(kind: str, data: st.DataObject) -> None:
    door = webhook(kind)
    request = data.draw(damaged([*requests_of(kind), *case_of(kind).garbage()]))
    assert_taken_or_refused(door, request, NOW)


RESULTS: list[WebhookResult] = [
    Answered(ID, TEXT, Billing.CHARGE),
    Stored(ID),
    Late(ID),
    NoReply(ID),
]


@kinds
@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
def test_what_is_stored_is_answered_with_ok_and_always_with_the_same_octets(
    kind: str, result: WebhookResult
) -> None:
    door = webhook(kind)
    for request in requests_of(kind):
        reply = door.reply([result], request)
        assert 200 <= reply.status < 300
        assert reply == door.reply([result], request)


@kinds
def test_an_inline_door_puts_the_reply_into_its_response(kind: str) -> None:
    door, case = webhook(kind), case_of(kind)
    if case.MO and door.style.value == "inline":
        reply = door.reply([Answered(ID, TEXT, Billing.CHARGE)], case.mo())
        assert TEXT.encode() in reply.body


@kinds
def test_nothing_that_is_kept_or_shown_holds_a_secret(kind: str) -> None:
    door, case = webhook(kind), case_of(kind)
    for request in [*requests_of(kind), *case.garbage(), *case.strangers()]:
        kept = door.redacted(request)
        assert not [secret for secret in case.SECRETS if secret in kept]
        assert "secret" not in f"{door.read(request, NOW)!r} {door!r}"


@kinds
def test_no_repr_holds_a_number_or_a_text(kind: str) -> None:
    door, case = webhook(kind), case_of(kind)
    if case.MO:
        shown = f"{case.mo()!r} {door.read(case.mo(), NOW)!r} {RESULTS[0]!r}"
        shown += repr(door.reply([RESULTS[0]], case.mo()))
        assert case.MO.text not in shown
        assert case.MO.sender.digits not in shown
        assert TEXT not in shown


@kinds
def test_each_route_is_there_once_and_starts_with_a_slash(kind: str) -> None:
    routes = [(route.method, route.path) for route in webhook(kind).routes]
    assert routes
    assert len(set(routes)) == len(routes)
    assert all(method in {"GET", "POST"} and path.startswith("/") for method, path in routes)
