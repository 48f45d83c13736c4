"""Answers that people write in their own words, to a text that came in."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sms_gateway.domain.acts import (
    AnswerOrder,
    AnswerQueued,
    AnswerResult,
    CannotSend,
    NobodyThere,
    NoText,
    TooLong,
)
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.gsm.segment import Counted, count
from sms_gateway.ports import Clock, Door, Limits, Staff
from sms_gateway.reading import MoRow

MAX_ANSWER = 1000
"""Longest answer that is looked at, in characters."""


def as_sent(text: str) -> str:
    """A text as it goes onto the air: browsers break lines by two characters, phones by one."""
    return unicodedata.normalize("NFC", "\n".join(text[:MAX_ANSWER].splitlines()).strip())


def counted(text: str) -> Counted:
    """What it costs as it goes onto the air."""
    return count(as_sent(text))


@dataclass(frozen=True, slots=True)
class Answers:
    """Queues them.

    Attributes:
        store: where they are written down.
        doors: the configured ones.
        leaves_by: by which door an answer to a text of that one leaves, see `ways.Ways.push`.
        clock, new_id: of time and ids.
        valid: for how long an answer is worth sending.
        queued: called with the door that has something new to send.
    """

    store: Staff
    doors: Mapping[DoorName, Door]
    leaves_by: Callable[[DoorName], DoorName]
    clock: Clock
    new_id: Callable[[], MessageId]
    valid: timedelta
    queued: Callable[[DoorName], None]

    def most(self, door: DoorName) -> int:
        """How many segments an answer to a text of that door may take; 0 where none can go."""
        sender = self._sender(self.leaves_by(door))
        return 0 if sender is None else sender.longest

    async def answer(self, mo: MoRow, text: str, key: str, by: str) -> AnswerResult:
        """Queue an answer; a parked text waits for nobody any more.

        Args:
            mo: what is answered.
            text: what it says, see `as_sent`.
            key: of the form it was typed into, so that it is queued once.
            by: who, see `domain.staff.staff_actor`.

        Raises:
            StoreDownError: it could not be written down.
        """
        said, door = as_sent(text), self.leaves_by(mo.door)
        limits = self._sender(door)
        if not said:
            return NoText()
        if limits is None:
            return CannotSend(mo.id, door)
        if mo.purged_at is None and not mo.sender.may_be_a_person:
            return NobodyThere()
        cost = count(said)
        if cost.segments > limits.longest or len(text) > MAX_ANSWER:
            return TooLong(cost.segments, limits.longest)
        now = self.clock.now()
        order = AnswerOrder(
            self.new_id(), mo.id, key, door, said, cost.alphabet, cost.segments,
            now, now + self.valid, by,
        )  # fmt: skip
        result = await self.store.answer_by_hand(order)
        if isinstance(result, AnswerQueued):
            self.queued(door)
        return result

    def _sender(self, name: DoorName) -> Limits | None:
        door = self.doors.get(name)
        if door is None or door.sender is None or door.sender.limits.no_text_of_ours:
            return None
        return door.sender.limits
