"""A recorded call of a telco whose signature has no time in it: nothing new comes of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from sms_gateway.channels import door_opener
from sms_gateway.domain.ids import TraceId
from sms_gateway.intake.accept import Call
from sms_gateway.ports import Door, Refused, WebhookReply, WebhookRequest
from tests.channels.presets.exchanges import DOOR, NOW, joined, recorded
from tests.contracts.channel_case import CONTEXT
from tests.intake.intake_desk import DOORS, IntakeDesk, opened
from tests.virtual_time import VirtualClock

DAY = 86_400.0


@asynccontextmanager
async def twilio() -> AsyncIterator[tuple[Door, WebhookRequest]]:
    """A door, and a call that Twilio signed."""
    (one,) = (one for one in recorded("twilio") if one.name == "mo")
    call = one.exchange.call
    assert call
    # The number of the recording is no short code of these tests.
    table = joined(one.door(), {"inbound": {"fields": {"short_code": "const:8083"}}})
    async with door_opener("twilio")(DOOR, table, CONTEXT) as door:
        yield door, call.request()


async def told(desk: IntakeDesk, door: Door, call: WebhookRequest) -> WebhookReply:
    """What a caller hears."""
    assert door.webhook is not None
    found = door.webhook.read(call, NOW)
    assert not isinstance(found, Refused)
    at = Call(door, TraceId(desk.new_id()), desk.clock.now(), b"raw")
    taken = await desk.intake.accept(at, found)
    return door.webhook.reply(taken.results, call)


async def test_a_recorded_call_of_twilio_is_answered_as_before_and_makes_no_second_text_or_reply(
    tmp_path: Path,
) -> None:
    clock = VirtualClock()
    with clock.ruling():
        async with twilio() as (door, call), opened(tmp_path, clock) as desk:
            desk.answerer._doors = {**DOORS, DOOR: door}  # noqa: SLF001  # as with other settings
            first = await told(desk, door, call)
            assert b"<Message>" in first.body
            written = len(desk.written)
            for seconds in (1, 3_600, 6 * DAY):
                await clock.advance(seconds)
                assert (await told(desk, door, call)).body == first.body
            assert len(await desk.rows()) == written == 1


async def test_a_recorded_call_cannot_be_changed_into_another_one() -> None:
    async with twilio() as (door, call):
        assert door.webhook is not None
        other = replace(call, body=call.body.replace(b"SM0000", b"SM0001"))
        found = door.webhook.read(other, NOW)
        assert isinstance(found, Refused)
        assert found.reason == "unauthorised"
