"""What answers no text leaves at one pace, whatever its kind; replies are not held up by it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from sms_gateway.domain.ids import DoorName, DossierId, MessageId, ShortCode
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.pushes import (
    AT_NIGHT_PRIORITY,
    FOLLOW_UP_PRIORITY,
    NOTICE_PRIORITY,
    SURVEY_PRIORITY,
    Push,
)
from sms_gateway.ports import Limits
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import DispatchDesk
from tests.intake.intake_desk import PUSHING
from tests.parts import AN, HASHER

KINDS = (
    (MtKind.NOTICE, NOTICE_PRIORITY, "notice"),  # a change, an apology
    (MtKind.NOTICE, AT_NIGHT_PRIORITY, "notice"),
    (MtKind.NOTICE, NOTICE_PRIORITY, "announcement"),
    (MtKind.SURVEY, SURVEY_PRIORITY, "survey"),
    (MtKind.FOLLOW_UP, FOLLOW_UP_PRIORITY, "follow_up"),
)
APART = 2.0
"""Thirty within a minute."""


async def queue(desk: DispatchDesk, each: int, door: DoorName = PUSHING) -> list[MessageId]:
    """So many of each kind, all due now."""
    at = desk.clock.now()
    pushes = [
        Push(
            id=desk.desk.new_id(), kind=kind, dossier_id=DossierId(f"d{n}"), agency="",
            recipient=AN, recipient_hash=HASHER.number(AN), short_code=ShortCode("8083"), door=door,
            template="S9", template_version="", params={}, language=Language.VI, text="S9",
            alphabet="gsm7", segments=1, billing_reason=reason, priority=priority, at=at,
            not_before=at, valid_until=at + timedelta(days=1),
            dedupe_key=f"{reason}:{priority}:{door}:{n}",
        )
        for n in range(each)
        for kind, priority, reason in KINDS
    ]  # fmt: skip
    with desk.clock.working():
        await desk.desk.store.queue_pushes(pushes)
    desk.dispatch.wake()
    await desk.clock.settled()
    return [push.id for push in pushes]


def most_within_a_minute(times: Sequence[float]) -> int:
    return max(sum(begin <= at < begin + 60 for at in times) for begin in times)


@pytest.mark.parametrize("limits", [Limits(), Limits(per_second=10)])
async def test_all_kinds_together_leave_at_one_pace(dispatching: Open, limits: Limits) -> None:
    desk = dispatching(limits, apart=APART)
    ids = await queue(desk, 12)
    for _ in range(130):
        await desk.clock.advance(1)
    assert sorted(desk.telco.got) == sorted(ids)
    assert most_within_a_minute(desk.telco.times) == 30


async def test_two_doors_share_the_pace(dispatching: Open) -> None:
    one, other = dispatching(apart=APART), dispatching(door=DoorName("other"), apart=APART)
    await queue(one, 10)
    await queue(other, 10, DoorName("other"))
    for _ in range(220):
        await one.clock.advance(1)
    assert len(one.telco.got + other.telco.got) == 100
    assert most_within_a_minute([*one.telco.times, *other.telco.times]) <= 30


@pytest.mark.parametrize("limits", [Limits(), Limits(per_second=10)])
async def test_a_reply_waits_for_none_of_them(dispatching: Open, limits: Limits) -> None:
    desk = dispatching(limits, apart=APART)
    await queue(desk, 10)
    await desk.clock.advance(11.3)
    at = desk.clock.monotonic()
    ids = await desk.sent(5)
    await desk.clock.advance(0.5)
    when = dict(zip(desk.telco.got, desk.telco.times, strict=True))
    assert max(when[one] for one in ids) <= at + 0.5


async def test_a_process_that_begins_again_goes_on_at_the_pace(dispatching: Open) -> None:
    desk = dispatching(apart=60)
    await queue(desk, 6)
    await desk.stop()
    again = dispatching(apart=60)
    for _ in range(70):
        await again.clock.advance(1)
    assert (len(desk.telco.got), len(again.telco.got)) == (1, 1)
    assert again.telco.times[0] - desk.telco.times[0] == pytest.approx(60, abs=1)


async def test_a_day_that_messages_used_their_share_of_has_room_for_replies(
    dispatching: Open,
) -> None:
    desk = dispatching(Limits(per_day=8), automatic=0.5)
    pushes = await queue(desk, 2)
    late = {push for n, push in enumerate(pushes) if KINDS[n % len(KINDS)][2] == "follow_up"}
    assert len(desk.telco.got) == 4
    assert late < set(desk.telco.got)
    replies = await desk.sent(4)
    assert desk.telco.got[4:] == replies
