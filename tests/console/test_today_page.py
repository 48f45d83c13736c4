"""Today at a glance, as staff see it."""

import itertools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from sms_gateway.console.answer_hours import AnswerHours, Tally
from sms_gateway.domain.figures import SpeedCount, Window
from sms_gateway.domain.outcome import Outcome
from sms_gateway.domain.staff import Role
from sms_gateway.store.store import SqlStore
from tests.console.console_desk import ConsoleHouse
from tests.console.console_parts import ZONE
from tests.contracts.store_desk import Desk

TODAY = "/console/today"
AGENCY = "000.00.01.H19"


async def answered(desk: Desk, seconds: float) -> None:
    """A text whose reply the telco took after so many seconds."""
    mt = await desk.reply()
    desk.clock.step(seconds)
    await desk.sent(mt, f"T-{mt.id}")


def shown(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_a_day_without_texts_says_what_would_be_here(house: ConsoleHouse) -> None:
    page = await (await house.signed_in()).get(TODAY)
    assert page.status == 200
    assert "Hôm nay chưa có tin nhắn" in page.text
    assert "<svg" not in page.text


async def test_it_tells_how_fast_texts_are_answered_and_what_waits(house: ConsoleHouse) -> None:
    for seconds in (2, 4, 30):
        await answered(house.desk, seconds)
    await house.desk.receive()
    house.desk.clock.step(90)
    clerk = await house.signed_in(Role.VIEWER)
    page = shown((await clerk.get(TODAY)).text)
    assert "66,6 %" in page
    assert "2 trên 3" in page
    assert "4 giây" in page
    assert "30 giây" in page
    assert "đã 1 phút 30 giây" in page


async def test_each_chart_has_its_figures_in_a_table(house: ConsoleHouse) -> None:
    await answered(house.desk, 2)
    page = (await (await house.signed_in()).get(TODAY)).text
    assert page.count('<svg class="chart"') == page.count("<details><summary>Các con số") == 1
    assert '<th scope="row">10</th><td class="number">1</td><td class="number">0</td>' in page
    assert "style=" not in page


async def test_the_name_of_a_telco_is_shown_and_never_run(house: ConsoleHouse) -> None:
    arrival = house.desk.arrival()
    hostile = replace(arrival.mo, operator="<script>alert(1)</script>")
    await house.desk.record(replace(arrival, mo=hostile))
    page = (await (await house.signed_in()).get(TODAY)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_staff_of_one_agency_see_its_figures_alone(house: ConsoleHouse) -> None:
    await answered(house.desk, 2)
    await house.desk.receive()
    ours = await house.signed_in(login="ours", agencies=[AGENCY])
    theirs = await house.signed_in(login="theirs", agencies=["H32.01"])
    page = shown((await ours.get(TODAY)).text)
    assert "1 trên 1" in page
    assert "Lâu nhất chưa trả lời" not in page
    assert "Hôm nay chưa có tin nhắn" in (await theirs.get(TODAY)).text


async def test_the_budget_of_thirty_days_is_counted_behind_the_page(house: ConsoleHouse) -> None:
    desk = house.desk
    assert isinstance(desk.store, SqlStore)
    await answered(desk, 30)
    desk.clock.step(timedelta(days=3).total_seconds())
    for _ in range(99):
        await answered(desk, 1)
    hours = AnswerHours(desk.store.reading.counted.speeds, ZONE, lambda: 0.0)
    first = await hours.past(desk.clock.at)
    assert first.missing == 30 * 24 - 2
    await hours.filled()
    whole = await hours.past(desk.clock.at)
    assert whole.missing == 0
    assert sum((one[AGENCY] for one in whole.hours.values() if one), Tally()) == Tally(100, 99)
    page = shown((await (await house.signed_in()).get(TODAY)).text)
    assert "còn đang được đếm" in page


async def test_when_a_used_up_budget_would_end_is_not_foretold(house: ConsoleHouse) -> None:
    await answered(house.desk, 30)
    house.desk.clock.step(timedelta(hours=1).total_seconds())
    page = shown((await (await house.signed_in()).get(TODAY)).text)
    assert "số tin chậm đã vượt mức cho phép" in page
    assert "tin chậm gấp 100,0 lần mức cho phép" in page
    assert "hết mức cho phép sau" not in page


class Asked:
    """Counts as the store does, and remembers of which hours it was asked."""

    def __init__(self, desk: Desk) -> None:
        assert isinstance(desk.store, SqlStore)
        self._count = desk.store.reading.counted.speeds
        self.hours: list[datetime] = []

    async def __call__(self, window: Window) -> Sequence[SpeedCount]:
        self.hours.append(window.since)
        return await self._count(window)


async def test_an_hour_that_is_over_is_counted_once(house: ConsoleHouse) -> None:
    desk, asked = house.desk, Asked(house.desk)
    await answered(desk, 1)
    desk.clock.step(timedelta(hours=4).total_seconds())
    hours = AnswerHours(asked, ZONE, lambda: 0.0)
    first = await hours.today(desk.clock.at)
    assert len(asked.hours) == 15
    desk.clock.step(1)
    assert await hours.today(desk.clock.at) == first
    assert len(asked.hours) == 17
    assert {one.outcome for counts in first.hours.values() for one in counts} == {Outcome.ANSWERED}


async def test_an_hour_in_which_a_text_waits_is_counted_again(house: ConsoleHouse) -> None:
    desk, asked = house.desk, Asked(house.desk)
    mo = await desk.receive()
    desk.clock.step(timedelta(hours=4).total_seconds())
    hours = AnswerHours(asked, ZONE, lambda: 0.0)
    await hours.today(desk.clock.at)
    mt = await desk.reply(mo=mo)
    await desk.sent(mt, "T-1")
    desk.clock.step(61)
    found = await hours.today(desk.clock.at)
    assert [one.tenths for counts in found.hours.values() for one in counts] == [144_000 // 4]


async def test_a_page_does_not_wait_for_hours_that_take_too_long(house: ConsoleHouse) -> None:
    desk, asked = house.desk, Asked(house.desk)
    seconds = itertools.count()
    hours = AnswerHours(asked, ZONE, lambda: float(next(seconds)))
    first = await hours.today(desk.clock.at)
    assert (len(first.hours), first.missing) == (2, 9)
    await hours.filled()
    assert (await hours.today(desk.clock.at)).missing == 0
