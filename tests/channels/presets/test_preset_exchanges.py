"""Each recorded exchange of a preset happens as it stands in its file."""

import asyncio
import functools
import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.channels import door_opener
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.ports import AnswerStyle, Refused, Stored, Webhook
from tests.channels.presets.exchanges import (
    DOOR,
    ID,
    NOW,
    Exchange,
    Fate,
    Recorded,
    Response,
    Sent,
    everything,
    results,
)
from tests.channels.presets.telco import TOKEN, Arrived, telco
from tests.contracts.channel_case import CONTEXT

CALLS = [one for one in everything() if one.exchange.call]
SENDS = [one for one in everything() if one.exchange.mt]
TAKEN = [one for one in CALLS if not one.exchange.refused]
SESSION = re.compile(r"\b[0-9a-f]{32}\b(?=\")")
REFUSED = [one for one in CALLS if one.exchange.refused]


@functools.cache
def webhook(recorded: str, zone: str = "Asia/Ho_Chi_Minh") -> Webhook:
    """The HTTP side of the door that an exchange was recorded with, in a gateway of this zone."""
    (one,) = (one for one in CALLS if str(one) == recorded)

    async def opened() -> Webhook:
        context = replace(CONTEXT, timezone=ZoneInfo(zone))
        async with door_opener(one.kind)(DOOR, one.door(), context) as door:
            assert door.webhook is not None
            return door.webhook

    return asyncio.run(opened())


@pytest.mark.parametrize("recorded", TAKEN, ids=str)
def test_a_call_is_read_as_what_it_says_and_twice_the_same(recorded: Recorded) -> None:
    door, exchange = webhook(str(recorded)), recorded.exchange
    assert exchange.call
    for _ in range(2):
        found = door.read(exchange.call.request(), NOW)
        assert not isinstance(found, Refused), found.detail
        assert list(found) == exchange.items()


@pytest.mark.parametrize("recorded", CALLS, ids=str)
def test_a_call_is_read_alike_whatever_zone_the_gateway_is_set_to(recorded: Recorded) -> None:
    call = recorded.exchange.call
    assert call
    doors = [webhook(str(recorded), zone) for zone in ("Asia/Ho_Chi_Minh", "UTC")]
    for hours in (0, -25, 25):
        now = NOW + timedelta(hours=hours)
        here, there = (door.read(call.request(), now) for door in doors)
        assert here == there


@pytest.mark.parametrize("recorded", TAKEN, ids=str)
def test_a_call_is_answered_in_the_telcos_words_and_twice_the_same(recorded: Recorded) -> None:
    door, exchange = webhook(str(recorded)), recorded.exchange
    assert exchange.call
    assert exchange.answers
    for name, answer in exchange.answers.items():
        told = [results(name, answer)] + [Stored(ID) for _ in exchange.items()[1:]]
        for _ in range(2):
            reply = door.reply(told, exchange.call.request())
            assert reply.body.decode() == answer.body, name
            assert reply.status == answer.status
            assert answer.content_type in ("", reply.content_type)
            assert answer.headers.items() <= reply.headers.items()


@pytest.mark.parametrize("recorded", REFUSED, ids=str)
def test_a_call_is_refused_by_naming_what_is_wrong(recorded: Recorded) -> None:
    door, exchange = webhook(str(recorded)), recorded.exchange
    assert exchange.call
    assert exchange.refused
    found = door.read(exchange.call.request(), NOW)
    assert isinstance(found, Refused)
    assert found.reason == exchange.refused.reason
    assert found.detail == exchange.refused.detail
    assert found.reply.status == exchange.refused.status
    if exchange.refused.body is not None:
        assert found.reply.body.decode() == exchange.refused.body


@pytest.mark.parametrize("recorded", SENDS, ids=str)
async def test_an_mt_is_sent_as_recorded_and_ends_as_the_telco_says(recorded: Recorded) -> None:
    exchange = recorded.exchange
    assert exchange.mt
    outcomes: list[SendOutcome] = []
    response, token = exchange.response or Response(), exchange.token_response or TOKEN
    async with telco(recorded.door(), response, CONTEXT, token=token) as found:
        await found.sender.send([exchange.mt.message()], lambda _, fate: outcomes.append(fate))
        arrived = [found.arrived.get_nowait() for _ in range(found.arrived.qsize())]
    assert [as_fate(one, exchange) for one in outcomes] == [exchange.fate]
    if exchange.request:
        (sent,) = arrived
        assert_sent(sent, exchange.request)
    if exchange.token_response:
        assert not arrived
    if exchange.token:
        (fetched,) = found.tokens
        assert_sent(fetched, exchange.token)


def assert_sent(arrived: Arrived, wanted: Sent) -> None:
    """A request is the one of the file; a session of ours differs each time."""
    assert (arrived.method, arrived.target) == (wanted.method, wanted.target)
    assert SESSION.sub("SESSION", arrived.body.decode()) == wanted.body
    for name, value in wanted.headers.items():
        assert arrived.headers[name] == value


def as_fate(outcome: SendOutcome, exchange: Exchange) -> Fate:
    """An outcome in the words of the exchange's file."""
    match outcome:
        case Accepted():
            repeated = exchange.fate is not None and exchange.fate.state == "duplicate"
            return Fate(state="duplicate" if repeated else "accepted", telco_ids=outcome.telco_ids)
        case Deferred():
            return Fate(state="deferred", reason=outcome.reason)
        case Rejected():
            return Fate(state="rejected", reason=outcome.reason, permanent=outcome.permanent)
        case Uncertain():
            ids = outcome.telco_ids
            return Fate(state="uncertain", reason=outcome.reason, telco_ids=ids)


def style_of(recorded: Recorded) -> AnswerStyle:
    return webhook(str(recorded)).style


@pytest.mark.parametrize(
    "recorded", [one for one in TAKEN if one.exchange.mo and not one.exchange.variant], ids=str
)
def test_an_mo_is_recorded_with_its_answer_to_each_kind_of_result(recorded: Recorded) -> None:
    inline = {"charge", "refund", "free", "stored", "late", "no_reply"}
    wanted = inline if style_of(recorded) is AnswerStyle.INLINE else {"stored"}
    first = next(one for one in TAKEN if one.kind == recorded.kind and one.exchange.mo)
    assert recorded is not first or wanted <= set(recorded.exchange.answers)
