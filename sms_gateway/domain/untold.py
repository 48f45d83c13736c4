"""Whether one dossier cannot be told, or the case database cannot tell of any."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from sms_gateway.domain.dossier import UNREADABLE, CaseLookup, Stale, Unavailable
from sms_gateway.domain.ids import CanonicalKey

NOBODYS = CanonicalKey("0")
"""A number of nobody's, by which it is seen whether a database answers."""

SEVERAL = 3
"""Numbers that nobody can look up, with none between that somebody can: this is no fault of one."""

OF_ONE = frozenset({
    "failed", "broken", "refused", "many", "oversized", "slow", "timeout", "broke",
})  # fmt: skip
"""Reasons that one dossier alone may be to blame for: an odd value, or one that takes too long."""


class Untold:
    """Numbers that could not be told of since one could.

    Attributes:
        keys: none is added once there are enough.
    """

    def __init__(self) -> None:
        self.keys: set[CanonicalKey] = set()

    def met(self, keys: Collection[CanonicalKey], reason: str) -> bool:
        """Take those of one question; whether they are the database's fault and not their own."""
        if len(self.keys) < SEVERAL:
            self.keys.update(keys)
        return reason not in OF_ONE or NOBODYS in keys or len(self.keys) >= SEVERAL

    def told(self) -> None:
        """One was told of."""
        self.keys.clear()


def untold(found: Mapping[CanonicalKey, CaseLookup]) -> Mapping[CanonicalKey, str]:
    """The numbers of which a directory could not tell now, each with the reason."""
    return {
        key: said.reason for key, said in found.items() if isinstance(said, Unavailable | Stale)
    }


def odd_among(found: Mapping[CanonicalKey, CaseLookup]) -> AbstractSet[CanonicalKey]:
    """The numbers among those of one question that may have a fault of their own."""
    lost = untold(found)
    if len(lost) == len(found) and len(lost) >= SEVERAL:
        return frozenset()
    return {key for key, why in lost.items() if why in OF_ONE or why == UNREADABLE}
