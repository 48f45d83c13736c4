"""Deliveries that wait for our answer, bounded in number and in octets."""

from typing import Final

from sms_gateway.smpp.events import Incoming

# Of frames; what is made of them while they wait takes some four times as much memory.
MOST_OCTETS: Final = 8 * 1024 * 1024


class Owed:
    """What came and is not answered yet.

    Args:
        most: deliveries.
        most_octets: of their frames together.
    """

    def __init__(self, most: int, most_octets: int = MOST_OCTETS) -> None:
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

    def remove(self, incoming: Incoming) -> None:
        """It is answered now.

        Raises:
            ValueError: it was answered before.
        """
        if self._deliveries.pop(id(incoming), None) is None:
            message = "a delivery is answered once"
            raise ValueError(message)
        self._octets -= len(incoming.frame)

    def clear(self) -> None:
        """Nothing can be answered any more."""
        self._deliveries.clear()
        self._octets = 0
