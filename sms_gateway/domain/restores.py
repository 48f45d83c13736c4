"""What a restored copy holds back until staff release it, and by which keys a store was written.

A copy of yesterday knows nothing of today: what stands in its queue was sent long ago by the
machine that is lost, or tells of a state that is no more.
"""

from datetime import datetime

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.record import Record

RESTORED = "restored"
RESTORED_SENDING = "restored_sending"
"""Why an MT is held: it was queued in the copy, or was being sent when the copy was made."""

HOLD_ACT = "restore.hold"
RELEASE_ACT = "restore.release"
"""The words of both acts in the audit."""

ROTATE_ACT = "key.rotate"
"""The word in the audit for a key that was changed for a new one."""


class HoldOrder(Record, frozen=True):
    """A copy was put in place: hold back what would go out of it by itself.

    Attributes:
        at, by: when, and who did it.
        copied_at: the moment that the copy shows.
    """

    at: datetime
    by: str
    copied_at: datetime


class HeldBack(Record, frozen=True):
    """What is held back now.

    Attributes:
        queued: MTs that waited to be sent.
        sending: MTs that were being sent; nobody knows whether they were.
        parked: MOs that had no answer yet; they wait for a person.
    """

    queued: int
    sending: int
    parked: int


class ReleaseOrder(Record, frozen=True):
    """Let go what a restored copy holds back."""

    at: datetime
    by: str


class Released(Record, frozen=True, tag=True):
    """It is let go, and automatic messages are sent again.

    Attributes:
        queued: MTs that are sent now.
        expired: MTs that nobody should get any more; they are ended.
        uncertain: MTs that were being sent when the copy was made; a person settles them.
        doors: whose queue moves again.
    """

    queued: int
    expired: int
    uncertain: int
    doors: tuple[DoorName, ...]


class NothingHeld(Record, frozen=True, tag=True):
    """No restored copy holds anything back."""


ReleaseResult = Released | NothingHeld


class RestoreHold(Record, frozen=True):
    """The hold of a restored copy, as it stands.

    Attributes:
        since, by: when it was restored, and who did it.
        copied_at: the moment that the copy shows.
        queued: held MTs that may still be sent.
        too_old: held MTs that nobody should get any more.
        sending: held MTs that were being sent.
    """

    since: datetime
    by: str
    copied_at: datetime
    queued: int
    too_old: int
    sending: int

    @property
    def held(self) -> int:
        """MTs that are held."""
        return self.queued + self.too_old + self.sending


class KeyNote(Record, frozen=True):
    """By which key this store is written.

    Attributes:
        name: of the key.
        key_id: which one it is, see `Hasher.key_id`; tells nothing of the key itself.
        at, by: when, and who says so.
        older: those that it was before, as far as whoever writes has them.
    """

    name: str
    key_id: str
    at: datetime
    by: str = "gateway"
    older: tuple[str, ...] = ()


def older_name(name: str, key_id: str) -> str:
    """Under which name an older key is noted, by which rows of the store were written as well."""
    return f"{name}-{key_id}"
