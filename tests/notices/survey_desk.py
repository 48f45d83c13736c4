"""The survey around a store and a made-up history of dossiers, in a time of the tests."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace as replaced
from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from sms_gateway.domain.dossier import State
from sms_gateway.domain.figures import Window
from sms_gateway.domain.ids import DossierId, MessageId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import Opinion
from sms_gateway.domain.surveys import Asked
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.notices.survey import Survey, SurveyAround, SurveyPlan
from sms_gateway.ports import Clock
from tests.contracts.store_desk import Desk
from tests.notices.notices_desk import SETTINGS, NoticesDesk
from tests.parts import AN

HOUR = 3600
DAY = 24 * HOUR


class Results:
    """Figures, as they were told."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def surveyed(self, result: str, count: int) -> None:
        self.counts[result] += count


class SurveyDesk:
    """What the tests hold in their hands.

    Attributes:
        notices: dossiers, store and clock, as automatic messages have them; they tell nobody here.
        results: what became of returned dossiers.
        leads: this node does it.
        asked: questions that left.
    """

    def __init__(self, desk: Desk, *, bulk: int = 500, **changed: object) -> None:
        self.notices = NoticesDesk(desk)
        self.desk = desk
        self.results = Results()
        self.leads = True
        self.asked: list[MobileTerminated] = []
        self._said = replace(SETTINGS.survey, **changed)
        self._bulk = bulk
        self._new_id = Uuid7(desk.clock.milliseconds, random.Random(9).getrandbits)  # noqa: S311  # seeded
        self.begin()

    def begin(self) -> None:
        """A process begins on what is in the store."""
        said, notices = self._said, self.notices
        plan = SurveyPlan(
            look=10,
            after=timedelta(hours=said.after_hours),
            fresh=timedelta(days=said.fresh_days),
            most_per_day=said.most_per_day,
            bulk=self._bulk,
        )
        around = SurveyAround(notices.store, lambda _door: None, lambda: self.leads, self.results)
        maker = replaced(notices.maker, new_id=lambda: MessageId(self._new_id()))
        known = (notices.store.surveys, notices.store.notices, notices.feed, plan, maker, around)
        self.survey = Survey(*known, cast("Clock", self.desk.clock))

    async def look(self, seconds: float = 0) -> None:
        """Let time pass, and look."""
        self.desk.clock.step(seconds)
        await self.survey.look()

    async def questions(self, seconds: float = 0) -> Sequence[str]:
        """What leaves after so many seconds with a look before: codes of dossiers."""
        await self.look(seconds)
        self.desk.clock.step(300)  # all of a pace
        mts = await self.notices.leased()
        assert {mt.template for mt in mts} <= {"Q1"}
        self.asked += mts
        return [mt.params["code"] for mt in mts]

    def returned(self, number: int = 1, **changed: object) -> None:
        """A dossier is ready, and its result is returned at once."""
        self.notices.change(State.FINISHED, number, **changed)
        self.notices.change(State.RETURNED, number, **changed)

    async def answered(self, dossier: DossierId, score: int, phone: Address = AN) -> None:
        """A number gives a mark."""
        mo = await self.desk.receive(str(score), sender=phone)
        answer = replace(self.desk.answer(mo), opinion=Opinion(dossier, "", score))
        assert await self.notices.store.answer([answer]) == [True]

    async def rows(self) -> Sequence[Asked]:
        """All that was ever asked."""
        at = self.desk.clock.at
        window = Window(at - timedelta(days=999), at + timedelta(days=999))
        return await self.notices.store.reading.counted.surveyed(window)
