"""Replies that leave as they are written: a slot of their door is kept for them before the commit.

Without it a reply is queued in one commit and leased in the next one; with it the commit that ends
the MO leases its reply to this process, which hands it to the telco at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import Answer, Settlement, StoredAnswer
from sms_gateway.intake.verdicts import Way, leased_mt


@dataclass(frozen=True, slots=True)
class Slots:
    """The send slots of all doors.

    Attributes:
        keep: whether one of a door is kept for a reply that is about to be written.
        give_back: one that is not needed.
        send: hands over replies that were written, each in a slot that was kept for it.
        sending: whether a reply is with its door now.
        leaves_by: by which door a reply to a text of this one leaves, where any of its telco may
            carry it; None where it goes back by its own.
    """

    keep: Callable[[DoorName], bool] = lambda _door: False
    give_back: Callable[[DoorName], None] = lambda _door: None
    send: Callable[[DoorName, Sequence[MobileTerminated]], None] = lambda _door, _mts: None
    sending: Callable[[MessageId], bool] = lambda _mt_id: True
    leaves_by: Callable[[DoorName], DoorName | None] = lambda _door: None


NO_SLOTS = Slots()
"""Of doors that send nothing as it is written."""


def pushed(slots: Slots, door: DoorName, now: datetime, until: datetime) -> Way:
    """How a reply to a text of a door goes that does not stand in the telco's open request."""
    by = slots.leaves_by(door)
    if by in (None, door) and now < until and slots.keep(door):
        return Way(MtState.SENDING, now, until, at_once=True, door=by)
    return Way(MtState.QUEUED, now, until, door=by)


def unsent(slots: Slots, answer: StoredAnswer, at: datetime) -> Settlement | None:
    """What becomes of a reply that was leased as it was written, and never handed to its door.

    The commit took so long that it counted as lost. None where the reply goes another way.
    """
    if answer.mt_id is None or answer.state is not MtState.SENDING or answer.inline:
        return None
    # Its first lease only: a later one is the dispatcher's own.
    if answer.attempt != 1 or slots.sending(answer.mt_id):
        return None
    again = Settlement(answer.mt_id, answer.attempt, at, MtState.QUEUED, "deferred", "slow_commit")
    return replace(again, not_before=at)


def give_back(slots: Slots, answers: Sequence[Answer]) -> None:
    """These were not written."""
    for answer in answers:
        if answer.mt is not None and answer.mt.at_once:
            slots.give_back(answer.mo.door)


def send(slots: Slots, answers: Sequence[Answer]) -> None:
    """These were written."""
    by_door: dict[DoorName, list[MobileTerminated]] = {}
    for answer in answers:
        if answer.mt is not None and answer.mt.at_once:
            by_door.setdefault(answer.mo.door, []).append(leased_mt(answer, answer.mt))
    for door, mts in by_door.items():
        slots.send(door, mts)
