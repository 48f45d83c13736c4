"""What was sent and is not answered yet: the window of a session (clauses 2.5 to 2.7 and 5.1.4)."""

import math
from typing import Final

from sms_gateway.smpp.events import Reason, Responded, RespondedLate, Unanswered
from sms_gateway.smpp.tlv import Tlvs

# Of submits that timed out: their answers are waited for no longer, but known when they come.
_MOST_LATE: Final = 1_000


class Window:
    """Submits by their sequence number, the oldest first; each is settled once.

    Attributes:
        settled_due: by when the one that was answered last had to be.
    """

    def __init__(self, size: int) -> None:
        self.settled_due = -math.inf
        self._size = size
        self._outstanding: dict[int, tuple[object, float]] = {}
        self._late: dict[int, object] = {}

    def __contains__(self, sequence: int) -> bool:
        return sequence in self._outstanding

    @property
    def room(self) -> int:
        """How many more may be added."""
        return self._size - len(self._outstanding)

    @property
    def due(self) -> float | None:
        """When the oldest must have its answer; None where nothing is outstanding."""
        for _, due in self._outstanding.values():
            return due
        return None

    def add(self, sequence: int, token: object, due: float) -> None:
        """Note what was sent; `due` never goes back from one to the next."""
        self._outstanding[sequence] = (token, due)

    def settle(
        self, sequence: int, status: int, message_id: str = "", tlvs: Tlvs = ()
    ) -> Responded | RespondedLate | None:
        """What an answer means; None where it answers nothing that is known here."""
        found = self._outstanding.pop(sequence, None)
        if found is not None:
            self.settled_due = found[1]
            return Responded(found[0], status, message_id, tlvs)
        if sequence in self._late:
            return RespondedLate(self._late.pop(sequence), status, message_id, tlvs)
        return None

    def expire(self, now: float) -> list[Unanswered]:
        """Those whose time is up."""
        expired = []
        while self._outstanding:
            sequence, (token, due) = next(iter(self._outstanding.items()))
            if due > now:
                break
            del self._outstanding[sequence]
            if len(self._late) >= _MOST_LATE:
                del self._late[next(iter(self._late))]
            self._late[sequence] = token
            expired.append(Unanswered(token, Reason.TIME_OUT))
        return expired

    def give_up(self, reason: Reason) -> list[Unanswered]:
        """All that is left, at the end of the session."""
        left = [Unanswered(token, reason) for token, _ in self._outstanding.values()]
        self._outstanding.clear()
        self._late.clear()
        return left
