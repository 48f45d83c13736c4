"""Texts that a person sends through the running gateway."""

from dataclasses import replace
from typing import cast

import pytest

from sms_gateway.commands import CommandError
from sms_gateway.domain.acts import SendOrder
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.ports import Door, Limits, Staff
from sms_gateway.service.by_hand import VALID, ByHand
from tests.contracts.store_desk import HASHER
from tests.intake.intake_desk import ASKED, DOORS, PUSHING, Silent
from tests.parts import BINH, START
from tests.virtual_time import StandingClock

LISTED, ANSWERS = DoorName("listed"), DoorName("answers")


def carrying(limits: Limits) -> Door:
    sender = Silent()
    sender.limits = limits
    return replace(DOORS[PUSHING], sender=sender)


MORE = {
    **DOORS,
    LISTED: carrying(Limits(templates=frozenset({"S4"}))),
    ANSWERS: carrying(Limits(answers_only=True)),
}


class Kept:
    def __init__(self) -> None:
        self.orders: list[SendOrder] = []
        self.queued: list[DoorName] = []

    async def send_by_hand(self, order: SendOrder) -> None:
        self.orders.append(order)

    def by_hand(self) -> ByHand:
        return ByHand(
            cast("Staff", self), MORE, HASHER, StandingClock(), lambda: MessageId("id"), "VN",
            ShortCode("8083"), self.queued.append,
        )  # fmt: skip


async def test_it_is_queued_as_it_was_typed_and_its_door_is_woken() -> None:
    kept = Kept()
    assert await kept.by_hand().send(PUSHING, "0900000002", "Thử", "os:an") == "id"
    (order,) = kept.orders
    assert as_typed(order) == (PUSHING, "8083", BINH, "Thử", "ucs2", 1, "os:an")
    assert order.recipient_hash == HASHER.number(BINH)
    assert (order.at, order.valid_until) == (START, START + VALID)
    assert kept.queued == [PUSHING]


def as_typed(order: SendOrder) -> tuple[object, ...]:
    said = (order.door, order.short_code, order.recipient, order.text, order.alphabet)
    return (*said, order.segments, order.by)


@pytest.mark.parametrize(
    "door, to, text, told",
    [
        ("pushin", "0900000002", "x", "did you mean"),
        (ASKED, "0900000002", "x", "has no way out"),
        (LISTED, "0900000002", "x", "registered templates only .*; to try it, text a question"),
        (ANSWERS, "0900000002", "x", "takes nothing but answers"),
        (PUSHING, "12", "x", "no phone number"),
        (PUSHING, "VIETTEL", "x", "no phone number"),
        (PUSHING, "0900000002", "  ", "1 to 2 SMS"),
        (PUSHING, "0900000002", "x" * 400, "1 to 2 SMS"),
        (PUSHING, "0900000002", "x" * 5000, "1 to 2 SMS"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_a_sentence(
    door: str, to: str, text: str, told: str
) -> None:
    kept = Kept()
    with pytest.raises(CommandError, match=told) as refused:
        await kept.by_hand().send(door, to, text, "os:an")
    assert "0900000002" not in str(refused.value)
    assert (kept.orders, kept.queued) == ([], [])
