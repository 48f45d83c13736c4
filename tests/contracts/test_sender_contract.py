"""What holds for the way out of every kind of door; each kind in KINDS is taken by itself."""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest

from sms_gateway.channels import KINDS
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import (
    Accepted,
    Billing,
    Deferred,
    Rejected,
    SendOutcome,
    Uncertain,
)
from tests.contracts.channel_case import CONTEXT, NOW, Stage, case_of

EXPECTED: dict[str, type[SendOutcome]] = {
    "accepts": Accepted,
    "duplicate": Accepted,
    "throttles": Deferred,
    "unreachable": Deferred,
    "rejects": Rejected,
    "closes": Uncertain,
    "times_out": Uncertain,
}


def staged(kind: str, behaviour: str) -> AbstractAsyncContextManager[Stage]:
    case = case_of(kind)
    if behaviour not in case.BEHAVIOURS:
        pytest.skip(f"no telco behind a door of kind {kind} {behaviour}")
    return case.stage(behaviour, CONTEXT)


def message(number: int) -> MobileTerminated:
    return MobileTerminated(
        id=MessageId(f"01939a3e-0000-7000-8000-{number:012d}"),
        door=DoorName("out"),
        recipient=Address("+84900000001"),
        short_code=ShortCode("8083"),
        text="Ho so 170703-0001 dang xu ly.",
        alphabet="gsm7",
        segments=1,
        billing=Billing.CHARGE,
        valid_until=NOW + timedelta(hours=1),
        attempt=1,
        template="H1",
    )


class Fates:
    """Collects what `settled` is told."""

    def __init__(self) -> None:
        self.outcomes: list[SendOutcome] = []
        self.calls: Counter[str] = Counter()

    def __call__(self, message_id: MessageId, outcome: SendOutcome) -> None:
        self.calls[message_id] += 1
        self.outcomes.append(outcome)


kinds = pytest.mark.parametrize("kind", sorted(KINDS))


@kinds
def test_each_kind_says_what_its_telcos_can_do(kind: str) -> None:
    assert {*EXPECTED, "holds"} >= case_of(kind).BEHAVIOURS


@kinds
@pytest.mark.parametrize("behaviour", sorted(EXPECTED))
async def test_each_message_is_settled_once_as_what_the_telco_did(
    kind: str, behaviour: str
) -> None:
    messages = [message(number) for number in range(7)]
    fates = Fates()
    async with staged(kind, behaviour) as stage:
        await stage.sender.send(messages, fates)
    assert fates.calls == Counter(one.id for one in messages)
    assert {type(outcome) for outcome in fates.outcomes} == {EXPECTED[behaviour]}


@kinds
async def test_a_message_reaches_the_telco_once_however_the_call_ends(kind: str) -> None:
    for behaviour in sorted(case_of(kind).BEHAVIOURS & {"accepts", "closes", "times_out"}):
        fates = Fates()
        async with staged(kind, behaviour) as stage:
            await stage.sender.send([message(1)], fates)
            assert stage.arrived.qsize() == 1


@kinds
async def test_sending_nothing_settles_nothing(kind: str) -> None:
    fates = Fates()
    async with staged(kind, "accepts") as stage:
        await stage.sender.send([], fates)
    assert not fates.calls


@kinds
async def test_no_more_messages_are_under_way_than_there_are_slots_and_a_cancelled_call_settles_all(
    kind: str,
) -> None:
    fates = Fates()
    async with staged(kind, "holds") as stage:
        slots = stage.sender.limits.slots
        messages = [message(number) for number in range(slots + 4)]
        sending = asyncio.create_task(stage.sender.send(messages, fates))
        arrived = {await stage.arrived.get() for _ in range(slots)}
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert stage.arrived.empty()
    assert len(arrived) == slots
    assert fates.calls == Counter(one.id for one in messages)
    kinds_of_outcome = Counter(type(outcome) for outcome in fates.outcomes)
    assert kinds_of_outcome == {Uncertain: slots, Deferred: 4}


@kinds
async def test_a_call_cancelled_before_it_starts_defers_all(kind: str) -> None:
    fates = Fates()
    async with staged(kind, "holds") as stage:
        messages = [message(number) for number in range(3)]
        running = asyncio.Event()

        async def send() -> None:
            running.set()
            await stage.sender.send(messages, fates)

        sending = asyncio.create_task(send())
        await running.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert fates.calls == Counter(one.id for one in messages)
    assert {type(outcome) for outcome in fates.outcomes} == {Deferred}


@kinds
async def test_two_calls_share_the_slots(kind: str) -> None:
    first, second = Fates(), Fates()
    async with staged(kind, "accepts") as stage:
        await asyncio.gather(
            stage.sender.send([message(number) for number in range(6)], first),
            stage.sender.send([message(number) for number in range(6, 12)], second),
        )
    assert len(first.calls) == len(second.calls) == 6
    assert set((first.calls + second.calls).values()) == {1}
