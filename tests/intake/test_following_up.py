"""Whom the case database kept from an answer is told the true state once it answers again."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import UNREADABLE, Found, Stale, State, Unavailable
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, MtState
from sms_gateway.domain.owed import Fate
from sms_gateway.domain.pushes import NOTICE_PRIORITY
from sms_gateway.domain.records import Citizen, Opinion
from sms_gateway.intake import following_up
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.intake.following_up import LOOK_S, FollowUpContext, FollowUps
from sms_gateway.reading import MtRow, Timeline
from sms_gateway.store.owed import StoreOwed
from tests.intake.intake_desk import ASKED, DOORS, INLINE, PUSHING, IntakeDesk
from tests.parts import AN, AN_IS_OWNER, BINH, HASHER, dossier, key_of

LOOK_UP = "MCKH 170703-0001"
HOUR = 3600.0


def is_night(now: datetime) -> bool:
    return not 7 <= now.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).hour < 21


class Ward:
    """A desk whose case database falls silent and comes back."""

    def __init__(self, desk: IntakeDesk) -> None:
        self.desk = desk
        self.leading = True
        self.watch = CaseWatch(desk.cases, desk.clock, lambda _what, _many: None, 1.0)
        context = FollowUpContext(
            desk.clock, desk.new_id, lambda: self.watch.tried and not self.watch.failing,
            lambda: self.leading, HASHER.numbers, desk.pushed.append, night=is_night,
        )  # fmt: skip
        self.follow_ups = FollowUps(desk.store, self.watch, desk.enquiry, DOORS, context)

    def falls_silent(self, *, copy: bool = False) -> None:
        found = Found(replace(dossier(1, AN), as_of=self.desk.clock.now()))
        said = Stale(found, "timeout") if copy else Unavailable("timeout")
        self.desk.cases.known = {key_of(1): said}

    def comes_back(self, state: State = State.FINISHED) -> None:
        self.desk.cases.known = {key_of(1): Found(replace(dossier(1, AN), state=state))}

    async def look(self, after: float = 0.0) -> None:
        """What happens after some time, the directory asked now and then as it always is."""
        if after:
            await self.desk.clock.advance(after)
        with self.desk.clock.working():
            await self.watch.find_many([key_of(1)])
            await self.follow_ups.look()

    async def looks_of(self, seconds: float) -> int:
        """How often the loop looks by itself."""
        looks = 0

        async def look() -> None:
            nonlocal looks
            looks += 1

        with mock.patch.object(self.follow_ups, "look", look):
            loop = asyncio.create_task(self.follow_ups.run())
            await self.desk.clock.advance(seconds)
            loop.cancel()
            await asyncio.wait({loop})
        return looks

    async def told(self) -> Sequence[MtRow]:
        """What followed, of all texts."""
        lines = [await self.desk.line(row.id) for row in await self.desk.rows()]
        return [mt for line in lines for mt in line.mts if mt.kind is MtKind.FOLLOW_UP]

    async def line(self, number: int = 0) -> Timeline:
        return await self.desk.line((await self.desk.rows())[number].id)

    async def fates(self) -> list[Fate | None]:
        lines = [await self.line(number) for number in range(len(await self.desk.rows()))]
        return [line.owed.fate for line in lines if line.owed is not None]


@pytest.fixture
async def ward(desk: IntakeDesk) -> Ward:
    return Ward(desk)


@pytest.mark.parametrize("copy", [False, True])
async def test_the_true_state_follows_once_as_a_push(ward: Ward, *, copy: bool) -> None:
    ward.falls_silent(copy=copy)
    await ward.desk.text(LOOK_UP)
    await ward.look()
    assert await ward.told() == []
    ward.comes_back()
    await ward.look(2 * HOUR)
    (mt,) = await ward.told()
    assert (mt.template, mt.state, mt.billing) == ("S9-undated", MtState.QUEUED, Billing.FREE)
    assert (mt.recipient, mt.door) == (AN, INLINE)
    assert ward.desk.pushed == [INLINE]
    await ward.look(HOUR)
    assert len(await ward.told()) == 1
    # No second MT of that MO: its answer is the one it had.
    line = await ward.line()
    assert line.mo is not None
    assert line.mo.reply is not None
    assert line.mo.reply.template == ("E5" if copy else "E4")
    assert await ward.fates() == [Fate.SENT]


async def test_a_stranger_learns_no_more_by_what_follows_than_by_asking(ward: Ward) -> None:
    ward.falls_silent(copy=True)
    await ward.desk.text(LOOK_UP, sender=BINH)
    ward.comes_back()
    await ward.look(HOUR)
    (mt,) = await ward.told()
    assert (mt.template, mt.recipient) == ("E7-ready", BINH)


async def test_who_asked_for_what_is_not_there_is_told_so(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    ward.desk.cases.known = {}
    await ward.look(HOUR)
    assert [mt.template for mt in await ward.told()] == ["E1"]


async def test_what_follows_thanks_for_no_mark_that_nobody_notes(ward: Ward) -> None:
    """The question of the survey came between a text and what it is owed."""
    ward.desk.cases.known = {CanonicalKey("4"): Unavailable("timeout")}
    await ward.desk.text("MCKH 4")
    ward.desk.cases.known = {}
    asked = Citizen(asked=Opinion(dossier(1).id, "170703-0001"))
    with mock.patch.object(following_up, "citizens_of") as citizens_of:
        citizens_of.return_value = mock.MagicMock(get=lambda *_: asked)
        await ward.look(HOUR)
    assert [mt.template for mt in await ward.told()] == ["E1"]


async def test_after_a_day_nothing_follows(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    ward.comes_back()
    await ward.look(25 * HOUR)
    assert await ward.told() == []
    assert await ward.fates() == [Fate.LATE]


async def test_it_ends_after_a_day_though_the_case_database_is_still_silent(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    await ward.look(25 * HOUR)
    assert await ward.fates() == [Fate.LATE]


async def test_who_asked_again_and_was_told_hears_no_more(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    await ward.desk.clock.advance(HOUR)
    ward.comes_back()
    await ward.desk.text(LOOK_UP)
    await ward.look(HOUR)
    assert await ward.told() == []
    assert await ward.fates() == [Fate.ANSWERED]


async def test_who_asked_three_times_in_vain_is_told_once(ward: Ward) -> None:
    ward.falls_silent()
    for _ in range(3):
        await ward.desk.text(LOOK_UP)
        await ward.desk.clock.advance(HOUR)
    ward.comes_back()
    await ward.look()
    assert len(await ward.told()) == 1
    assert await ward.fates() == [Fate.ANSWERED, Fate.ANSWERED, Fate.SENT]


async def test_through_a_door_that_cannot_push_nothing_is_owed(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP, ASKED)
    assert (await ward.line()).owed is None


async def test_what_needs_no_dossier_is_owed_nothing(ward: Ward) -> None:
    ward.falls_silent()
    for text in ("MCKH", "MCKH HUY", "MCKH EN", "hoi gi do"):
        await ward.desk.text(text)
    assert await ward.fates() == []


async def test_a_directory_that_falls_silent_again_leaves_it_owed(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    ward.comes_back()
    await ward.look(HOUR)
    assert len(await ward.told()) == 1
    ward.desk.cases.known = {**AN_IS_OWNER, key_of(2): Unavailable("timeout")}
    await ward.desk.text("MCKH 170703-0002")
    await ward.look(HOUR)
    assert await ward.fates() == [Fate.SENT, None]


async def test_a_dossier_that_cannot_be_told_keeps_nobody_waiting_behind_it(ward: Ward) -> None:
    ward.desk.cases.known = {key_of(n): Unavailable("timeout") for n in (1, 2)}
    for number in (1, 2):
        await ward.desk.text(f"MCKH 170703-000{number}", sender=(AN, BINH)[number - 1])
    unreadable = Unavailable(UNREADABLE)
    ward.desk.cases.known = {**AN_IS_OWNER, key_of(1): unreadable}
    await ward.look(HOUR)
    assert not ward.watch.failing
    assert await ward.fates() == [None, Fate.SENT]
    asked = len(ward.desk.cases.asked)
    await ward.look()
    assert len(ward.desk.cases.asked) == asked + 1  # the ward's own; this one rests for a minute
    ward.comes_back()
    await ward.look(120)
    assert await ward.fates() == [Fate.SENT, Fate.SENT]


async def test_who_said_no_since_is_told_nothing(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    await ward.desk.text("MCKH HUY")
    ward.comes_back()
    await ward.look(HOUR)
    assert await ward.told() == []
    assert await ward.fates() == [Fate.UNWANTED]


async def test_who_said_no_before_asked_all_the_same(ward: Ward) -> None:
    await ward.desk.text("MCKH HUY")
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    ward.comes_back()
    await ward.look(HOUR)
    assert len(await ward.told()) == 1


async def test_who_asked_a_while_ago_is_not_woken_by_a_door_that_was_down(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.text(LOOK_UP)
    ward.comes_back()
    await ward.look(2 * HOUR)
    now = ward.desk.clock.now()
    with ward.desk.clock.working():
        assert await ward.desk.store.lease(INLINE, now, 10, NOTICE_PRIORITY) == []
        (mt,) = await ward.desk.store.lease(INLINE, now, 10)
    # But for the moment in which the text was answered.
    assert timedelta() <= timedelta(hours=22) - (mt.valid_until - now) < timedelta(seconds=1)


async def test_only_the_node_that_leads_follows_up(ward: Ward) -> None:
    assert await ward.looks_of(3 * LOOK_S) > 1
    ward.leading = False
    assert await ward.looks_of(3 * LOOK_S) == 0


async def test_at_night_only_who_asked_a_moment_ago_is_told(ward: Ward) -> None:
    # The desk's day begins at 10:15; at 02:15 nobody is woken for what was asked in the evening.
    ward.falls_silent()
    await ward.desk.clock.advance(8 * HOUR)
    await ward.desk.text(LOOK_UP)
    ward.comes_back()
    await ward.look(8 * HOUR)
    assert await ward.told() == []
    await ward.look(5 * HOUR)
    assert len(await ward.told()) == 1


async def test_who_asks_at_night_is_told_at_night(ward: Ward) -> None:
    ward.falls_silent()
    await ward.desk.clock.advance(16 * HOUR)
    await ward.desk.text(LOOK_UP)
    ward.comes_back()
    await ward.look(600)
    assert len(await ward.told()) == 1


DAY = 24 * HOUR
OTHERS = [Address(f"+84900001{n:03}") for n in range(40)]


async def test_after_a_week_only_what_was_asked_within_the_last_day_is_told(ward: Ward) -> None:
    ward.falls_silent()
    for sender in OTHERS[:7]:
        await ward.desk.text(LOOK_UP, sender=sender)
        await ward.look(DAY + 60)
    await ward.desk.text(LOOK_UP, sender=AN)
    ward.comes_back()
    await ward.look(HOUR)
    assert await ward.fates() == [Fate.LATE] * 7 + [Fate.SENT]
    (mt,) = await ward.told()
    assert mt.recipient == AN


async def test_who_asks_twice_each_day_of_a_week_is_told_once(ward: Ward) -> None:
    ward.falls_silent()
    for _ in range(7):
        await ward.desk.text(LOOK_UP)
        await ward.look(6 * HOUR)
        await ward.desk.text(LOOK_UP)
        await ward.look(18 * HOUR)
    ward.comes_back()
    await ward.look(120)
    (mt,) = await ward.told()
    assert mt.template == "S9-undated"
    *earlier, before, last = await ward.fates()
    assert (set(earlier), before, last) == ({Fate.LATE}, Fate.LATE, Fate.SENT)


async def test_many_that_are_told_after_an_outage_stay_behind_each_reply(ward: Ward) -> None:
    ward.falls_silent()
    for sender in OTHERS:
        await ward.desk.text(LOOK_UP, PUSHING, sender=sender)
    await ward.desk.clock.advance(20)
    assert len(await waiting(ward)) == len(OTHERS)
    ward.comes_back()
    await ward.look(120)
    assert await ward.fates() == [Fate.SENT] * len(OTHERS)
    # Nobody's budget and no guard of automatic messages has a say: each of them was asked for.
    assert {mt.state for mt in await ward.told()} == {MtState.QUEUED}
    await ward.desk.text(LOOK_UP, PUSHING, sender=AN)
    await ward.desk.clock.advance(1)
    first, *others = await waiting(ward)
    assert (first, len(others)) == (AN, len(OTHERS))


async def waiting(ward: Ward) -> list[Address]:
    """To whom something waits to be sent, in the order in which it goes."""
    with ward.desk.clock.working():
        leased = await ward.desk.store.lease(PUSHING, ward.desk.clock.now(), 1_000)
    return [mt.recipient for mt in leased]


async def test_while_nothing_can_be_told_not_all_that_is_owed_is_read_again_and_again(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following_up, "_AT_A_TIME", 10)
    ward.falls_silent()
    for sender in OTHERS:
        await ward.desk.text(LOOK_UP, sender=sender)
    ward.desk.cases.known = {key: Unavailable("down") for key in (key_of(1), CanonicalKey("0"))}
    with mock.patch.object(StoreOwed, "owed", autospec=True, side_effect=StoreOwed.owed) as reads:
        await ward.look()
    # What is over its time is ended all the same, however much of it there is.
    await ward.look(DAY + 60)
    assert await ward.fates() == [Fate.LATE] * len(OTHERS)
    assert reads.await_count == 1
