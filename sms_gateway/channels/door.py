"""What every kind of door is opened with."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Annotated, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.msisdn import read_address
from sms_gateway.ports import Clock, Door, Probe
from sms_gateway.settings import SettingsError


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


class ProbeText(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[doors.<name>.probe]`: a text that proves the way in, sent again and again.

    Attributes:
        sender: the number that sends it: a phone kept for it, or the telco's.
        text: what it sends; capitals and blanks do not matter.
        within_s: seconds after one within which the next must come.
        answer: it is answered like any text, beyond all budgets, but not twice within a minute;
            else it is only noted.
    """

    sender: str
    text: Annotated[str, Meta(min_length=1, max_length=160)]
    within_s: Annotated[float, Meta(gt=0, le=31 * 86_400)] = 1_800.0
    answer: bool = False


def probe_of(said: ProbeText | None, region: str, at: str) -> Probe | None:
    """The probe of a door.

    Args:
        said: its settings, or None.
        region: see `DoorContext`.
        at: dotted key of the door's table, named in errors.

    Raises:
        SettingsError: the sender is no number, or none that can be answered.
    """
    if said is None:
        return None
    sender = read_address(said.sender, region)
    if sender is None:
        message = f"{at}.probe.sender: no number; write it as 0900000001, or as the telco does"
        raise SettingsError(message)
    if said.answer and not sender.may_be_a_person:
        message = f"{at}.probe.answer: a service's number is never answered; use a phone's"
        raise SettingsError(message)
    return Probe(sender, said.text, timedelta(seconds=said.within_s), said.answer)


def read_zone(name: str, default: tzinfo, at: str) -> tzinfo:
    """The zone of a telco's times.

    Args:
        name: as in the settings; empty for the default.
        default: the service's own.
        at: dotted key of the table, named in errors.

    Raises:
        SettingsError: no such zone.
    """
    try:
        return ZoneInfo(name) if name else default
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"{at}.time_zone: no such zone; expected a name such as Asia/Ho_Chi_Minh"
        raise SettingsError(msg) from None
