"""Damaged calls reach the reader of each preset: past its signature, and in each variant."""

import asyncio
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.channels import KINDS as CONTRACT_KINDS
from sms_gateway.channels import door_opener
from sms_gateway.channels.presets import KINDS, preset_of
from sms_gateway.ports import Refused, Webhook, WebhookRequest
from tests.channels.presets.exchanges import (
    DOOR,
    NOW,
    Exchange,
    door_of,
    everything,
    joined,
    recorded,
)
from tests.contracts.channel_case import CONTEXT
from tests.contracts.damaged import assert_taken_or_refused, damaged
from tests.contracts.test_webhook_contract import requests_of
from tests.contracts.test_webhook_contract import webhook_of as contract_webhook


@dataclass(frozen=True, slots=True)
class Form:
    """A preset without its signatures, or a variant of one.

    Attributes:
        kind: the preset.
        variant: or empty.
        signed: its signatures are taken away, and its callers are known by their address.
    """

    kind: str
    variant: str = ""
    signed: bool = False

    def __str__(self) -> str:
        return f"{self.kind}-{self.variant or 'unsigned'}"

    def door(self) -> Mapping[str, object]:
        """The table of the door; what it refuses is told as such, as in the contract."""
        table = {**door_of(self.kind, self.variant, self.calls()[0].settings)}
        if self.signed:
            access = {**_table(table["access"]), "cidrs": ["203.0.113.0/24"]}
            del access["signatures"]
            table |= {"access": access, "without": ["access.signatures"]}
        return joined(table, {"answer": {"acknowledge_refused": False}})

    def calls(self) -> Sequence[Exchange]:
        """Its calls that are read, recorded with the same settings."""
        found = [one.exchange for one in recorded(self.kind)]
        mine = [one for one in found if one.variant == self.variant and one.call and one.items()]
        return [one for one in mine if one.settings == mine[0].settings]

    def requests(self) -> Sequence[WebhookRequest]:
        """The same as requests."""
        return [one.call.request() for one in self.calls() if one.call]


def _table(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict)
    return value


def forms() -> Sequence[Form]:
    """The signed presets without signatures, and each variant that reads calls of its own."""
    access = {kind: preset_of(kind).door.get("access", {}) for kind in KINDS}
    unsigned = [Form(kind, signed=True) for kind in KINDS if "signatures" in _table(access[kind])]
    called = {(one.kind, one.exchange.variant) for one in everything() if one.exchange.items()}
    return unsigned + [Form(kind, name) for kind, name in sorted(called) if name]


FORMS = forms()
each = pytest.mark.parametrize("form", FORMS, ids=str)


@functools.cache
def webhook(form: Form) -> Webhook:
    """The HTTP side of a door of this form."""

    async def opened() -> Webhook:
        async with door_opener(form.kind)(DOOR, form.door(), CONTEXT) as door:
            assert door.webhook is not None
            return door.webhook

    return asyncio.run(opened())


def test_all_signed_presets_and_all_variants_are_there() -> None:
    assert {form.kind for form in FORMS if form.signed} == {"esms", "onepay", "twilio", "vonage"}
    assert len([form for form in FORMS if form.variant]) >= 9


@pytest.mark.parametrize("kind", KINDS)
def test_the_usual_form_of_each_preset_that_is_called_is_damaged_by_the_contract(kind: str) -> None:
    door = preset_of(kind).door
    assert kind in CONTRACT_KINDS
    assert (contract_webhook(kind) is not None) == bool({"inbound", "reports"} & set(door))
    assert bool(requests_of(kind)) == bool({"inbound", "reports"} & set(door))


@each
def test_a_call_of_this_form_reaches_the_reader_and_is_read(form: Form) -> None:
    for one, request in zip(form.calls(), form.requests(), strict=True):
        found = webhook(form).read(request, NOW)
        assert not isinstance(found, Refused), found.detail
        assert list(found) == one.items()


@each
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_call_that_reaches_the_reader_gives_items_or_a_refusal(
    form: Form, data: st.DataObject
) -> None:
    door = webhook(form)
    request = data.draw(damaged(form.requests()))
    assert_taken_or_refused(door, request, NOW)
