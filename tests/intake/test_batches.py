"""However the texts of a number come together in batches, its budgets hold."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.ids import MessageId, NumberHash, TraceId
from sms_gateway.domain.records import Answer, Citizen, PendingMo, UsageEvent
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.enquiry.templates import family
from sms_gateway.intake.answering import Answerer
from sms_gateway.intake.around import AnsweringContext, AnsweringLimits
from sms_gateway.intake.waiting import Waiters
from sms_gateway.ports import Store
from tests.intake.intake_desk import DOORS, PUSHING, RULES, Cases
from tests.parts import AN, BINH, CODE, HASHER, receipt_of
from tests.virtual_time import VirtualClock

TEXTS = [
    *(f"MCKH {receipt_of(number)}" for number in range(1, 14)),
    *(f"MCKH 999999-{number:04}" for number in range(8)),
    f"MCKH {receipt_of(20)} {receipt_of(1)}",
    "MCKH",
    "MCKH xyz",
    "MCKH HUY 170703-0030",
]
BATCHES = st.lists(
    st.lists(
        st.tuples(st.sampled_from(TEXTS), st.sampled_from([AN, BINH])), min_size=1, max_size=15
    ),
    max_size=4,
)


class Ledger:
    """A store that knows what it must to count."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def of(self, number: NumberHash) -> list[UsageEvent]:
        return [a.usage for a in self.answers if a.usage and a.mo.sender_hash == number]

    async def take_turns(self, numbers: Sequence[NumberHash]) -> Sequence[NumberHash]:
        return numbers

    async def give_turns(self, numbers: Sequence[NumberHash]) -> None:
        pass

    async def citizens(
        self, hashes: Sequence[NumberHash], _since: object
    ) -> Mapping[NumberHash, Citizen]:
        return {number: Citizen(history=tuple(self.of(number))) for number in hashes}

    async def answer(self, answers: Sequence[Answer]) -> Sequence[bool]:
        self.answers += answers
        return [True] * len(answers)


async def _answered(batches: Sequence[Sequence[tuple[str, object]]]) -> Ledger:
    clock, ledger = VirtualClock(), Ledger()
    ids = iter(range(10_000))

    def pending(text: str, sender: object) -> PendingMo:
        assert sender in (AN, BINH)
        who = AN if sender == AN else BINH
        return PendingMo(
            MessageId(str(next(ids))), 1, 0, PUSHING, who, HASHER.number(who), CODE, text, None,
            clock.now(), TraceId("trace"), inline=False,
            answer_by=clock.now() + timedelta(seconds=20),
        )  # fmt: skip

    with clock.ruling():
        context = AnsweringContext(
            clock, lambda: MessageId(f"mt-{next(ids)}"), AnsweringLimits(),
            lambda _answer: None, lambda _door, _intent: None, lambda _door: None,
        )  # fmt: skip
        store = cast("Store", ledger)
        answerer = Answerer(store, Cases(), Waiters(), Enquiry(RULES), DOORS, context)
        running = asyncio.create_task(answerer.run())
        for batch in batches:
            answerer.offer([pending(text, sender) for text, sender in batch])
            await clock.advance(60)
        running.cancel()
        await asyncio.wait([running])
    return ledger


@settings(max_examples=100)
@given(BATCHES)
def test_no_budget_is_exceeded_however_texts_come_together(
    batches: list[list[tuple[str, object]]],
) -> None:
    ledger, budgets = asyncio.run(_answered(batches)), RULES.budgets
    assert len(ledger.answers) == sum(map(len, batches))
    for number in map(HASHER.number, (AN, BINH)):
        replies = [a.mt for a in ledger.answers if a.mt and a.mo.sender_hash == number]
        counted = [mt for mt in replies if family(mt.template) != "E3"]
        assert len(counted) <= budgets.replies_per_hour
        for text in {mt.text for mt in replies}:
            assert sum(mt.text == text for mt in replies) <= budgets.identical_per_hour
        events = ledger.of(number)
        assert sum(event.miss for event in events) <= budgets.misses_per_hour
        assert len({event.key for event in events if event.key}) <= budgets.receipts_per_day
