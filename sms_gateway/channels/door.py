"""What every kind of door is opened with."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Clock, Door


@dataclass(frozen=True, slots=True)
class DoorContext:
    """What the service tells each door.

    Attributes:
        region: ISO 3166 region that numbers without a country code belong to.
        clock: time.
        timezone: the zone of times that a telco writes without one.
        inline_s: deadline of an answer that goes back in the response, unless the door sets one.
        acknowledge_s: the same where the reply is sent later.
    """

    region: str
    clock: Clock
    timezone: tzinfo
    inline_s: float = 2.0
    acknowledge_s: float = 20.0


class DoorOpener(Protocol):
    """Opens a configured door, and closes what it holds on leaving."""

    def __call__(
        self, name: DoorName, raw: Mapping[str, object], context: DoorContext
    ) -> AbstractAsyncContextManager[Door]:
        """Open the door `[doors.<name>]`; entering raises SettingsError where it cannot be."""
