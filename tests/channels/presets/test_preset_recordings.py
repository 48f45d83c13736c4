"""What must be recorded of each preset before it may be one."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from sms_gateway.channels.presets import KINDS, laid_over
from sms_gateway.channels.presets.laying import variants_of
from tests.channels.presets.exchanges import DOOR, Exchange, Reply, door_of, recorded

kinds = pytest.mark.parametrize("kind", KINDS)


def exchanges(kind: str) -> list[Exchange]:
    return [one.exchange for one in recorded(kind)]


def table(kind: str) -> Mapping[str, Any]:
    return laid_over(DOOR, door_of(kind))


def refusals(kind: str) -> set[str]:
    return {one.refused.reason for one in exchanges(kind) if one.refused}


def fates(kind: str) -> set[str]:
    return {one.fate.state for one in exchanges(kind) if one.fate}


@kinds
def test_an_exchange_is_a_call_or_an_mt_with_what_it_came_to(kind: str) -> None:
    for one in recorded(kind):
        said = one.exchange
        assert one.exchange.about
        assert bool(said.call) != bool(said.mt), str(one)
        if said.call:
            assert bool(said.items()) != bool(said.refused), str(one)
        else:
            assert said.fate, str(one)
            assert said.response or said.token_response, str(one)


@kinds
def test_a_text_is_recorded_and_one_that_cannot_be_read_and_a_stranger(kind: str) -> None:
    if "inbound" in table(kind):
        assert any(one.mo for one in exchanges(kind))
        assert {"unauthorised", "unreadable"} <= refusals(kind)


@kinds
def test_each_secret_in_a_field_and_each_signature_has_an_exchange_where_it_is_wrong(
    kind: str,
) -> None:
    access = table(kind).get("access", {})
    fields = access.get("fields", {}).values()
    names = {f"field {field['field'].partition(':')[2]}" for field in fields}
    names |= {f"signature {name}" for name in access.get("signatures", {})}
    said = {one.refused.detail for one in exchanges(kind) if one.refused}
    assert names == {name for name in names if name in said}


@kinds
def test_a_send_is_recorded_with_each_way_that_it_may_end(kind: str) -> None:
    if "outbound" in table(kind):
        assert {"accepted", "rejected", "deferred", "uncertain"} <= fates(kind)
        assert any(one.response and one.response.ends == "times out" for one in exchanges(kind))
        assert any(one.request for one in exchanges(kind))


@kinds
def test_that_we_are_too_fast_is_recorded(kind: str) -> None:
    if "outbound" in table(kind):
        reasons = {one.fate.reason for one in exchanges(kind) if one.fate}
        assert "throttled" in reasons


@kinds
def test_a_telco_that_hands_out_tokens_has_an_exchange_where_it_hands_out_none(kind: str) -> None:
    if "token" in table(kind).get("outbound", {}):
        assert any(one.token_response for one in exchanges(kind))


@kinds
def test_a_telco_that_tells_repeated_ids_has_an_exchange_for_it(kind: str) -> None:
    result = table(kind).get("outbound", {}).get("result", {})
    rules = [rule for rule in result.get("rules", []) if rule["means"] == "duplicate"]
    assert bool(result.get("duplicate") or rules) == ("duplicate" in fates(kind))


@kinds
def test_a_door_without_a_way_out_says_in_one_plain_text_that_it_is_late(kind: str) -> None:
    whole = table(kind)
    inline = "inbound" in whole and whole["answer"].get("style", "inline") == "inline"
    if inline and "outbound" not in whole:
        (text,) = {one.body for said in exchanges(kind) for one in late_answers(said)}
        words = re.search(r"[A-Z][A-Za-z0-9 .]{40,160}", text)
        assert words, text
        assert "nhan tin lai" in words[0]


def late_answers(exchange: Exchange) -> list[Reply]:
    return [answer for name, answer in exchange.answers.items() if name == "late"]


@kinds
def test_each_word_of_a_report_has_an_exchange(kind: str) -> None:
    words = table(kind).get("reports", {}).get("words", {})
    said = {
        one.delivery.value
        for exchange in exchanges(kind)
        for one in (*exchange.reports, *([exchange.report] if exchange.report else []))
    }
    assert set(words.values()) <= said


@kinds
def test_each_variant_has_an_exchange_of_its_own(kind: str) -> None:
    said = {name for one in exchanges(kind) for name in one.variant.split()}
    assert said == set(variants_of(kind))
