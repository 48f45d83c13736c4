"""Replies that leave as they are written: a slot of their door is kept for them before the commit.

Without it a reply is queued in one commit and leased in the next one; with it the commit that ends
the MO leases its reply to this process, which hands it to the telco at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import Answer, Settlement, StoredAnswer
from sms_gateway.intake.verdicts import Way, leased_mt
from sms_gateway.ports import Door

_MOST_LOST = 50_000


@dataclass(frozen=True, slots=True)
class Slots:
    """The send slots of all doors.

    Attributes:
        keep: whether one of a door is kept for a reply that is about to be written.
        give_back: one that is not needed.
        send: hands over replies that were written, each in a slot that was kept for it.
        leaves_by: the door that a reply to a text of a door leaves by, made from that template;
            None for its own.
        carriers: all doors that it may leave by; none where that is its own only.
    """

    keep: Callable[[DoorName], bool] = lambda _door: False
    give_back: Callable[[DoorName], None] = lambda _door: None
    send: Callable[[DoorName, Sequence[MobileTerminated]], None] = lambda _door, _mts: None
    leaves_by: Callable[[DoorName, str], DoorName | None] = lambda _door, _template: None
    carriers: Callable[[DoorName], Sequence[Door]] = lambda _door: ()


NO_SLOTS = Slots()
"""Of doors that send nothing as it is written."""


class AtOnce:
    """What becomes of the slots that were kept.

    Args:
        slots: see there.
    """

    def __init__(self, slots: Slots = NO_SLOTS) -> None:
        self._slots = slots
        # Ids of replies whose commit counted as lost; in order, so that the oldest is forgotten.
        self._lost: dict[MessageId, None] = {}

    def carriers(self, door: DoorName) -> Sequence[Door]:
        """See `Slots`."""
        return self._slots.carriers(door)

    def way(self, door: DoorName, template: str, now: datetime, until: datetime) -> Way:
        """How a reply to a text of a door goes that does not stand in the telco's open request."""
        by = self._slots.leaves_by(door, template)
        if by in (None, door) and now < until and self._slots.keep(door):
            return Way(MtState.SENDING, now, until, at_once=True, door=by)
        return Way(MtState.QUEUED, now, until, door=by)

    def not_used(self, door: DoorName, way: Way) -> None:
        """Nothing goes this way after all."""
        if way.at_once:
            self._slots.give_back(door)

    def give_back(self, answers: Sequence[Answer]) -> None:
        """These are not written."""
        for answer in answers:
            if answer.mt is not None and answer.mt.at_once:
                self._slots.give_back(answer.mo.door)

    def lost(self, answers: Sequence[Answer]) -> None:
        """Nobody knows whether these are written: a slow commit may end after all."""
        self.give_back(answers)
        self._lost |= {a.mt.id: None for a in answers if a.mt is not None and a.mt.at_once}
        while len(self._lost) > _MOST_LOST:
            del self._lost[next(iter(self._lost))]

    def send(self, answers: Sequence[Answer]) -> None:
        """These were written."""
        by_door: dict[DoorName, list[MobileTerminated]] = {}
        for answer in answers:
            if answer.mt is not None and answer.mt.at_once:
                by_door.setdefault(answer.mo.door, []).append(leased_mt(answer, answer.mt))
        for door, mts in by_door.items():
            self._slots.send(door, mts)

    def unsent(self, answer: StoredAnswer, at: datetime) -> Settlement | None:
        """What becomes of a reply that is written after all, and was never handed to its door.

        None for all others: they are under way, or go another way.
        """
        mt_id = answer.mt_id
        if mt_id is None or mt_id not in self._lost:
            return None
        del self._lost[mt_id]
        if answer.state is not MtState.SENDING or answer.inline:
            return None
        return Settlement(
            mt_id, answer.attempt, at, MtState.QUEUED, "deferred", "slow_commit", not_before=at
        )
