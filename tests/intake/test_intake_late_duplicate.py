"""A retry that comes while the answer to a text without an open call is being written."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.clock import SystemClock
from sms_gateway.domain.dossier import CaseLookup, NotFound
from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId, RunId, TelcoId, TraceId
from sms_gateway.domain.message import Item, MobileOriginated
from sms_gateway.domain.records import Answer, PendingMo, StoredAnswer
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.intake.accept import Call, Hands, Intake
from sms_gateway.intake.answering import Answerer
from sms_gateway.intake.around import AnsweringContext, AnsweringLimits
from sms_gateway.intake.waiting import Waiters
from sms_gateway.ports import Answered, AnswerStyle, Door, WebhookReply
from sms_gateway.store.opening import RunOf, open_store
from sms_gateway.store.store import SqlStore
from tests.parts import AN, CODE, HASHER, rules

RULES = rules()
_MO = MobileOriginated(TelcoId("1"), AN, CODE, "MCKH 170703-0001")
CLOCK = SystemClock()


class _Inline:
    routes = ()
    style = AnswerStyle.INLINE

    def read(self, *_: object) -> Sequence[Item]:
        return ()

    def reply(self, *_: object) -> WebhookReply:
        return WebhookReply(200, "", b"")

    def redacted(self, _: object) -> bytes:
        return b""


class _Nobody:
    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        return dict.fromkeys(keys, NotFound())


class _Watch:
    """Stops a store before it commits an answer, until leave is given."""

    def __init__(self, store: SqlStore, patch: pytest.MonkeyPatch) -> None:
        self.answering, self.asked, self.leave = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._answer, self._stored = store.answer, store.stored_answers
        patch.setattr(store, "answer", self.answer)
        patch.setattr(store, "stored_answers", self.stored_answers)

    async def answer(self, answers: Sequence[Answer]) -> Sequence[bool | None]:
        self.answering.set()
        await self.leave.wait()
        return await self._answer(answers)

    async def stored_answers(self, ids: Sequence[MessageId]) -> Mapping[MessageId, StoredAnswer]:
        found = await self._stored(ids)
        self.asked.set()
        return found


def _to(queue: "asyncio.Queue[PendingMo]") -> Callable[[Sequence[PendingMo]], None]:
    def offer(mos: Sequence[PendingMo]) -> None:
        for mo in mos:
            queue.put_nowait(mo)

    return offer


async def test_a_retry_during_the_commit_of_a_reply_without_a_way_back_carries_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_id = Uuid7(CLOCK.milliseconds, random.Random(1).getrandbits)  # noqa: S311  # ids, no secret
    door = Door(DoorName("local"), "test", _Inline(), None, timedelta(seconds=5))
    call = Call(door, TraceId("trace"), CLOCK.now(), b"")
    run = RunOf(RunId("run"), "node", "1", CLOCK.now)
    recorded: asyncio.Queue[PendingMo] = asyncio.Queue()
    hands = Hands(_to(recorded), lambda: True, lambda _: None, HASHER, new_id, CLOCK)
    limits = AnsweringLimits()
    context = AnsweringContext(
        CLOCK, new_id, limits, lambda _a: None, lambda _d, _i: None, lambda _d: None
    )
    async with open_store(tmp_path / "gateway.db", run, 10) as store:
        watch, waiters = _Watch(store, monkeypatch), Waiters()
        answerer = Answerer(store, _Nobody(), waiters, Enquiry(RULES), {door.name: door}, context)
        # The first call's process died: its waiters are of another time.
        lost = asyncio.create_task(Intake(store, Waiters(), hands).accept(call, [_MO]))
        running = asyncio.create_task(answerer.run())
        answerer.offer([await recorded.get()])
        await watch.answering.wait()
        again = replace(call, trace_id=TraceId("again"))
        retry = asyncio.create_task(Intake(store, waiters, hands).accept(again, [_MO]))
        await watch.asked.wait()
        watch.leave.set()
        (result,) = (await retry).results
        for task in (lost, running):
            task.cancel()
        await asyncio.wait([lost, running])
    assert isinstance(result, Answered)
