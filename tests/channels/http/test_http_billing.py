"""What a telco is told about the bill of an MT, in its own words."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from sms_gateway.channels import DoorContext
from sms_gateway.channels.http.outbound import open_sender
from sms_gateway.channels.http.request import Outgoing, RequestWriter
from sms_gateway.channels.http.settings import Outbound
from sms_gateway.channels.http.token import NO_TOKEN
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode, TelcoId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.settings import decode

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
SAID: Mapping[str, object] = {
    "url": "https://sms.example/send",
    "format": "text",
    "body": "{billing} {value.account}",
    "values": {"account": "MOTCUA"},
    "billing": {"charge": 1, "free": 0, "refund": 2},
}
WORDS: Mapping[str, object] = {"refund_words": {"E1": 22, "E2": 21}, "push_word": 3}


def written(
    billing: Billing,
    template: str,
    reply_to: str,
    more: Mapping[str, object],
    *,
    answers: bool = False,
) -> bytes:
    message = MobileTerminated(
        id=MessageId("01939a3e-0000-7000-8000-000000000001"),
        door=DoorName("out"),
        recipient=Address("+84900000001"),
        short_code=ShortCode("8083"),
        text="Ho so 12345",
        alphabet="gsm7",
        segments=1,
        billing=billing,
        valid_until=datetime(2026, 11, 23, 4, 15, tzinfo=UTC),
        attempt=1,
        template=template,
        reply_to=TelcoId(reply_to) if reply_to else None,
        mo_received_at=NOW if answers else None,
    )
    outbound = decode({**SAID, **more}, Outbound, "doors.out.outbound")
    outgoing = RequestWriter(outbound, (), UTC, "doors.out.outbound").write(message, NO_TOKEN, NOW)
    assert isinstance(outgoing, Outgoing)
    assert outgoing.body is not None
    return outgoing.body


@pytest.mark.parametrize(
    "billing,template,word",
    [
        (Billing.CHARGE, "S4", b"1 MOTCUA"),
        (Billing.FREE, "E8", b"0 MOTCUA"),
        (Billing.REFUND, "E7", b"2 MOTCUA"),
        (Billing.REFUND, "E1", b"22 MOTCUA"),
        (Billing.REFUND, "E2", b"21 MOTCUA"),
        (Billing.CHARGE, "E1", b"1 MOTCUA"),
    ],
)
def test_a_refund_is_told_by_the_word_for_its_reply(
    billing: Billing, template: str, word: bytes
) -> None:
    assert written(billing, template, "req-1", WORDS) == word


def test_a_text_that_answers_none_has_a_word_of_its_own_where_the_telco_has_one() -> None:
    assert written(Billing.FREE, "", "", WORDS) == b"3 MOTCUA"
    assert written(Billing.FREE, "", "", {}) == b"0 MOTCUA"


def test_a_reply_to_a_text_that_came_without_an_id_is_charged_and_refunded_as_any_other() -> None:
    assert written(Billing.REFUND, "E1", "", WORDS, answers=True) == b"22 MOTCUA"
    assert written(Billing.FREE, "E8", "", WORDS, answers=True) == b"0 MOTCUA"
    assert written(Billing.CHARGE, "S4", "", WORDS, answers=True) == b"1 MOTCUA"


async def test_a_telco_with_such_a_word_hears_of_a_refund_only_in_answer_to_a_text(
    context: DoorContext,
) -> None:
    for more, names_mo in ((WORDS, True), ({}, False)):
        outbound = decode({**SAID, **more}, Outbound, "doors.out.outbound")
        async with open_sender(outbound, (), context, "doors.out.outbound") as one:
            assert one.limits.names_mo is names_mo
            assert not one.limits.answers_only


ECHOES: Mapping[str, object] = {"body": "{billing} {value.account}", "query": {"seq": "{echo.seq}"}}


@pytest.mark.parametrize(
    "more, answers_only",
    [(ECHOES, True), ({**ECHOES, "push_word": 3}, False), ({"one_mt_per_mo": True}, True)],
)
async def test_what_names_its_text_is_no_text_of_ours_unless_there_is_a_word_for_that(
    more: Mapping[str, object], context: DoorContext, *, answers_only: bool
) -> None:
    outbound = decode({**SAID, **more}, Outbound, "doors.out.outbound")
    async with open_sender(outbound, ("seq",), context, "doors.out.outbound") as one:
        assert one.limits.answers_only is answers_only
        assert one.limits.names_mo is ("query" in more)
