"""A telco takes only so many messages within a day: what is over waits for the next one."""

import io
import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from sms_gateway.dispatch.quota import Quota
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import MobileTerminated, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Deferred, MtState, Rejected, Uncertain
from sms_gateway.ports import Limits, Outbox, StoreDownError
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import DispatchDesk
from tests.intake.intake_desk import Silent
from tests.parts import AN, BINH, CODE, START
from tests.virtual_time import StandingClock

NUMBERS = itertools.count()

HOUR = 3600
# The desk's day is one of UTC.
TO_MIDNIGHT = (24 - START.hour) * HOUR - START.minute * 60 - START.second


async def results(desk: DispatchDesk, number: int) -> list[tuple[str, str]]:
    rows = await desk.desk.rows()
    line = await desk.desk.line(rows[number].id)
    return [(attempt.result, attempt.reason) for attempt in line.attempts]


async def late(desk: DispatchDesk) -> None:
    """Begin an hour before midnight: a reply is worth sending for six."""
    await desk.clock.advance(TO_MIDNIGHT - HOUR)


async def test_what_is_over_the_limit_of_a_day_waits_for_midnight_and_says_why(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(slots=2, per_day=3), sweep=600)
    await late(desk)
    ids = await desk.sent(5)
    assert desk.telco.got == ids[:3]
    assert await results(desk, 4) == [("deferred", "telco_limit")]
    await desk.clock.advance(HOUR - 1)
    assert desk.telco.got == ids[:3]
    await desk.clock.advance(2)
    assert desk.telco.got == ids
    assert set(await desk.states()) == {MtState.ACCEPTED}


async def test_what_would_be_too_old_by_midnight_is_with_a_person_at_once(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(per_day=1), sweep=600)
    await desk.sent(2)
    assert sorted(await desk.states()) == [MtState.ACCEPTED, MtState.EXPIRED]
    assert await desk.desk.ends() == ["answered_with_help:H1", "parked:reply_expired"]
    await desk.clock.advance(TO_MIDNIGHT + 1)
    assert len(desk.telco.got) == 1


async def test_what_the_telco_did_not_take_leaves_room(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=1, per_day=2))
    no = Rejected("no such number", permanent=True)
    desk.telco.answers = [no, no, Uncertain("timed_out")]
    await desk.sent(5)
    states = await desk.states()
    assert len(desk.telco.got) == 4
    assert states.count(MtState.ACCEPTED) == 1
    assert states.count(MtState.EXPIRED) == 1  # it would wait for midnight in vain


async def test_one_put_off_by_the_telco_counts_once(dispatching: Open) -> None:
    desk = dispatching(Limits(slots=1, per_day=1))
    desk.telco.answers = [Deferred("throttled")] * 3
    await desk.sent()
    await desk.clock.advance(60)
    assert await desk.states() == [MtState.ACCEPTED]


async def test_a_restart_forgets_nothing(dispatching: Open) -> None:
    first = dispatching(Limits(per_day=2))
    await first.sent(2)
    await first.stop()
    second = dispatching(Limits(per_day=2))
    await second.sent(1)
    assert second.telco.got == []
    assert (await second.states())[-1] is MtState.EXPIRED


async def test_one_number_gets_no_more_than_its_share_and_others_theirs(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(per_number_per_day=2), sweep=600)
    await late(desk)
    for number in range(4):
        await desk.desk.accept(desk.desk.mo(f"MCKH 170703-000{number}"), door=desk.door)
    await desk.clock.settled()
    desk.dispatch.wake()
    await desk.sent(2)
    states = await desk.states()
    assert states.count(MtState.QUEUED) == 2
    assert states[-2:] == [MtState.ACCEPTED] * 2
    await desk.clock.advance(HOUR + 1)
    assert set(await desk.states()) == {MtState.ACCEPTED}


async def test_no_reply_of_a_limited_door_leaves_before_it_is_counted(dispatching: Open) -> None:
    desk = dispatching(Limits(per_day=5))
    await desk.clock.advance(5)
    assert not desk.dispatch.keep()


async def test_where_it_cannot_be_counted_nothing_is_sent_and_nothing_lost(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(per_day=5))
    desk.faults.broken["sent_since"] = [StoreDownError("SQLITE_IOERR")]
    await desk.sent(2)
    assert desk.telco.got == []
    await desk.clock.advance(5)
    assert set(await desk.states()) == {MtState.ACCEPTED}


async def test_a_door_without_limits_asks_the_store_for_no_counts(dispatching: Open) -> None:
    desk = dispatching(Limits())
    await desk.sent(3)
    assert not {"sent_since", "sent_to"} & set(desk.faults.calls)


async def test_that_the_limit_is_reached_is_told_once_a_day(
    dispatching: Open, captured_logs: io.StringIO
) -> None:
    desk = dispatching(Limits(per_day=1))
    await desk.sent(3)
    await desk.sent(3)
    said = [json.loads(line)["event"] for line in captured_logs.getvalue().splitlines()]
    assert said.count("door.limit_reached") == 1


def leased(segments: int = 1, kind: MtKind = MtKind.REPLY, to: Address = AN) -> MobileTerminated:
    return MobileTerminated(
        MessageId(f"mt{next(NUMBERS)}"), DoorName("door"), to, CODE, "text", "gsm7", segments,
        Billing.FREE, START + timedelta(hours=6), attempt=1, kind=kind,
    )  # fmt: skip


class Sent:
    """An outbox that knows how many parts were sent."""

    def __init__(self, of_all: int, to_one: int) -> None:
        self.of_all = of_all
        self.to_one = to_one

    async def sent_since(self, _door: DoorName, _since: datetime, _but: Sequence[MessageId]) -> int:
        return self.of_all

    async def sent_to(
        self, _door: DoorName, _since: datetime, ids: Sequence[MessageId]
    ) -> dict[MessageId, int]:
        return dict.fromkeys(ids, self.to_one)


def quota(limits: Limits, of_all: int = 0, to_one: int = 0) -> Quota:
    sender = Silent()
    sender.limits = limits
    outbox = cast("Outbox", Sent(of_all, to_one))
    return Quota(DoorName("door"), sender, outbox, StandingClock(), UTC, 0.5)


async def test_a_long_text_counts_as_many_as_it_has_parts() -> None:
    long, short, third = leased(segments=2), leased(), leased()
    of_all = quota(Limits(per_day=10), of_all=7)
    shared = await of_all.share([long, short, third])
    assert (shared.go, shared.wait) == ([long, short], [third])
    of_all.begun(shared.go)
    of_all.settled(long, MtState.FAILED)
    assert (await of_all.share([leased(segments=3), third])).go == [third]
    to_one = quota(Limits(per_number_per_day=4), to_one=1)
    shared = await to_one.share([long, leased(segments=2), short])
    assert shared.go == [long, short]


@pytest.mark.parametrize("kind", [MtKind.NOTICE, MtKind.SURVEY])
async def test_half_of_a_day_is_kept_for_replies(kind: MtKind) -> None:
    of_all = quota(Limits(per_day=10), of_all=3)
    first, second, third = (leased(kind=kind) for _ in range(3))
    reply = leased(segments=2)
    shared = await of_all.share([first, reply, second, third])
    # Replies count as well: what is left for others of them is not used up.
    assert (shared.go, shared.wait, shared.kept) == ([first, reply], [], [second, third])


@pytest.mark.parametrize("kind", [MtKind.FOLLOW_UP, MtKind.ALARM, MtKind.MANUAL])
async def test_what_somebody_waits_for_may_use_up_a_day(kind: MtKind) -> None:
    full = quota(Limits(per_day=10, per_number_per_day=5), of_all=9, to_one=4)
    last = leased(kind=kind)
    assert (await full.share([last])).go == [last]


async def test_half_of_what_one_number_may_get_is_kept_for_replies() -> None:
    to_one = quota(Limits(per_number_per_day=5), to_one=2)
    first, second, reply = leased(kind=MtKind.NOTICE), leased(kind=MtKind.NOTICE), leased()
    shared = await to_one.share([first, second, reply])
    assert (shared.go, shared.kept) == ([first, reply], [second])


async def test_what_a_number_gets_first_goes_where_it_takes_but_little() -> None:
    for most in (1, 2):
        few = quota(Limits(per_number_per_day=most))
        told = [leased(segments=most, kind=MtKind.NOTICE, to=to) for to in (AN, BINH)]
        assert (await few.share(told)).go == told


async def test_no_text_is_made_longer_than_a_day_allows() -> None:
    assert Limits(max_segments=3).longest == 3
    assert Limits(max_segments=3, per_number_per_day=2).longest == 2
    assert Limits(max_segments=3, per_day=1, per_number_per_day=2).longest == 1
