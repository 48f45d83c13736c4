"""From an MO as it is leased to a text as it is read."""

from sms_gateway.domain.records import PendingMo
from sms_gateway.enquiry.decide import Incoming, Probed
from sms_gateway.ports import Door, Limits

_NO_LIMITS = Limits()


def incoming(mo: PendingMo, door: Door | None) -> Incoming:
    """The text, with what its door can carry back, and whether it is that door's probe.

    Args:
        mo: as leased.
        door: where it came in; None where that is configured no more.
    """
    limits = door.sender.limits if door and door.sender else _NO_LIMITS
    return Incoming(
        mo.text,
        mo.sender,
        mo.short_code,
        mo.received_at,
        limits.refused_characters,
        limits.max_segments,
        _probed(mo, door),
    )


def _probed(mo: PendingMo, door: Door | None) -> Probed:
    if door is None or door.probe is None or not door.probe.is_it(mo.sender, mo.text):
        return Probed.NO
    return Probed.ANSWERED if door.probe.answered else Probed.NOTED
