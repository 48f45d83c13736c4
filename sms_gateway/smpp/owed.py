"""Deliveries that wait for our answer, and the peer's unbind that waits for them.

They are bounded in number and in octets, and the unbind waits for a short time only.
"""

from typing import Final

from sms_gateway.smpp.events import Incoming

# Of frames; what is made of them while they wait takes some four times as much memory.
MOST_OCTETS: Final = 8 * 1024 * 1024

# A text is written down in far less; a peer that waits for its unbind_resp waits longer.
UNBIND_WAITS_S: Final = 2.0


class Owed:
    """What came and is not answered yet.

    Args:
        most: deliveries.
        most_octets: of their frames together.

    Attributes:
        unbind: number of the peer's unbind that waits; 0 where there is none.
        due: when that is to be answered; None where there is none.
    """

    def __init__(self, most: int, most_octets: int = MOST_OCTETS) -> None:
        self.unbind = 0
        self.due: float | None = None
        self._most = most
        self._most_octets = most_octets
        self._octets = 0
        # By identity: a peer may use a number again before we answered it.
        self._deliveries: dict[int, Incoming] = {}

    def __len__(self) -> int:
        return len(self._deliveries)

    def has_room_for(self, octets: int) -> bool:
        """Whether one more, of so many octets, may wait."""
        return len(self._deliveries) < self._most and self._octets + octets <= self._most_octets

    def add(self, incoming: Incoming) -> None:
        """Note what is to be answered."""
        self._deliveries[id(incoming)] = incoming
        self._octets += len(incoming.frame)

    def remove(self, incoming: Incoming, now: float) -> None:
        """It is answered; with the last one, an unbind that waits is due.

        Raises:
            ValueError: it was answered before.
        """
        if self._deliveries.pop(id(incoming), None) is None:
            message = "a delivery is answered once"
            raise ValueError(message)
        self._octets -= len(incoming.frame)
        if self.due is not None and not self._deliveries:
            self.due = now

    def hold_unbind(self, sequence: int, now: float) -> None:
        """The peer wants to go: now, when all is answered, or when a short time is over."""
        self.unbind, self.due = sequence, now + UNBIND_WAITS_S if self._deliveries else now

    def clear(self) -> None:
        """Nothing can be answered any more."""
        self.unbind, self.due = 0, None
        self._deliveries.clear()
        self._octets = 0
