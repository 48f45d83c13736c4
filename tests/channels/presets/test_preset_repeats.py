"""A recorded text that a telco hands over twice: the same octets back, one text, one reply.

Through the real intake, answerer and store.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sms_gateway.channels import door_opener
from sms_gateway.channels.presets import KINDS, preset_of
from sms_gateway.domain.ids import TraceId
from sms_gateway.domain.message import MobileOriginated
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import Settlement
from sms_gateway.intake.accept import Call, Taken
from sms_gateway.ports import Door, Refused, Unreadable, WebhookReply
from tests.channels.presets.exchanges import DOOR, Recorded, everything
from tests.contracts.channel_case import CONTEXT
from tests.intake.intake_desk import IntakeDesk, opened
from tests.parts import CODE
from tests.virtual_time import VirtualClock


def whole(recorded: Recorded) -> bool:
    """It is a call with one text, and that in one part."""
    items = recorded.exchange.items()
    return [isinstance(one, MobileOriginated) and one.part is None for one in items] == [True]


TEXTS = [one for one in everything() if whole(one)]
AGAIN: Mapping[bool, timedelta] = {True: timedelta(minutes=1), False: timedelta(seconds=5)}
"""When it comes again, with an id or without: then the same words are one text for a while only."""


class Desk:
    """A door of a preset before the rooms."""

    def __init__(self, desk: IntakeDesk, door: Door, recorded: Recorded) -> None:
        assert recorded.exchange.call
        self._desk = desk
        self._door = door
        self._request = recorded.exchange.call.request()
        desk.answerer._doors = {DOOR: door}  # noqa: SLF001  # as with other settings

    async def calls(self) -> WebhookReply:
        """The telco makes the recorded call; what it hears, and that it heard it."""
        assert self._door.webhook is not None
        now = self._desk.clock.now()
        found = self._door.webhook.read(self._request, now)
        assert not isinstance(found, Refused), found.detail
        # Whatever number it was recorded for, here it is the one that the rules know.
        texts = [replace(one, short_code=CODE) for one in found if not isinstance(one, Unreadable)]
        trace = TraceId(self._desk.new_id())
        call = Call(self._door, trace, now, self._door.webhook.redacted(self._request))
        taken = await self._taken(asyncio.create_task(self._desk.intake.accept(call, texts)))
        for one in taken.in_response:
            if not one.fetched:
                said = (MtState.ACCEPTED, "accepted", "in_response")
                await self._desk.store.settle([Settlement(one.mt_id, one.attempt, now, *said)])
        return self._door.webhook.reply(taken.results, self._request)

    async def _taken(self, call: asyncio.Task[Taken]) -> Taken:
        for _ in range(300):
            await self._desk.clock.settled()
            if call.done():
                break
            await self._desk.clock.advance(0.1)
        return await call


def test_each_preset_that_takes_texts_is_among_them() -> None:
    takes = {kind for kind in KINDS if "inbound" in preset_of(kind).door}
    assert {one.kind for one in TEXTS} == takes


@pytest.mark.parametrize("recorded", TEXTS, ids=str)
async def test_the_same_text_again_gets_the_same_answer_and_makes_nothing_new(
    recorded: Recorded, tmp_path: Path
) -> None:
    (item,) = recorded.exchange.items()
    assert isinstance(item, MobileOriginated)
    clock = VirtualClock()
    async with door_opener(recorded.kind)(DOOR, recorded.door(), CONTEXT) as door:
        with clock.ruling():
            async with opened(tmp_path, clock) as rooms:
                desk = Desk(rooms, door, recorded)
                first = await desk.calls()
                await clock.advance(AGAIN[item.telco_id is not None].total_seconds())
                assert await desk.calls() == first
                (mo,) = await rooms.rows()
                line = await rooms.line(mo.id)
    assert len(line.mts) == 1
