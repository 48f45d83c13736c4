"""A retry that comes while the answer to a text without an open call is being written."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sms_gateway.clock import SystemClock
from sms_gateway.domain.dossier import CaseLookup, NotFound
from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId, RunId, TelcoId, TraceId
from sms_gateway.domain.message import Item, MobileOriginated
from sms_gateway.domain.records import PendingMo
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.intake.accept import Call, Hands, Intake
from sms_gateway.intake.answering import Answerer, AnsweringContext, AnsweringLimits
from sms_gateway.intake.waiting import Waiters
from sms_gateway.ports import Answered, AnswerStyle, Door, WebhookReply
from sms_gateway.store import RunOf, open_store
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


class _Watched:
    """A store that tells before it commits an answer, and waits for leave."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.answering = asyncio.Event()
        self.asked = asyncio.Event()
        self.leave = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def answer(self, answers: Sequence[Any]) -> Any:
        self.answering.set()
        await self.leave.wait()
        return await self._store.answer(answers)


    async def stored_answers(self, ids: Sequence[MessageId]) -> Any:
        found = await self._store.stored_answers(ids)
        self.asked.set()
        return found


def _to(queue: "asyncio.Queue[PendingMo]") -> Callable[[Sequence[PendingMo]], None]:
    def offer(mos: Sequence[PendingMo]) -> None:
        for mo in mos:
            queue.put_nowait(mo)

    return offer


async def test_a_retry_during_the_commit_of_a_reply_without_a_way_back_carries_it(
    tmp_path: Path,
) -> None:
    new_id = Uuid7(CLOCK.now, random.Random(1).getrandbits)  # noqa: S311  # ids, no secret
    door = Door(DoorName("local"), "test", _Inline(), None, timedelta(seconds=2))
    call = Call(door, TraceId("trace"), CLOCK.now(), b"")
    async with open_store(tmp_path / "gateway.db", RunOf(RunId("r"), "n", "1", CLOCK.now), 10) as s:
        store, waiters = _Watched(s), Waiters()
        context = AnsweringContext(
            CLOCK, new_id, AnsweringLimits(), lambda _a: None, lambda _d: None
        )
        doors = {door.name: door}
        answerer = Answerer(store, _Nobody(), waiters, Enquiry(RULES), doors, context)  # type: ignore[arg-type]  # _Watched passes everything on
        recorded: asyncio.Queue[PendingMo] = asyncio.Queue()
        hands = Hands(_to(recorded), lambda: True, HASHER, new_id, CLOCK)
        lost = asyncio.create_task(Intake(s, Waiters(), hands).accept(call, [_MO]))
        running = asyncio.create_task(answerer.run())
        answerer.offer([await recorded.get()])
        await store.answering.wait()
        duplicates = Intake(store, waiters, hands)  # type: ignore[arg-type]  # the same
        retry = asyncio.create_task(duplicates.accept(call, [_MO]))
        await store.asked.wait()
        store.leave.set()
        (result,) = (await retry).results
        for task in (lost, running):
            task.cancel()
        await asyncio.wait([lost, running])
    assert isinstance(result, Answered)
