"""What a restore has done, of whatever kind it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.restores import HeldBack


@dataclass(frozen=True, slots=True)
class Restored:
    """A copy that is in its place.

    Attributes:
        place: where the messages are now, for people.
        shows: the moment that the copy shows; None where nothing in it tells.
        newest: when its newest message came, or None where there is none.
        keys: name of a key to the id of the one that it was written by.
        held: what it holds back.
    """

    place: str
    shows: datetime | None
    newest: datetime | None
    keys: Mapping[str, str]
    held: HeldBack
