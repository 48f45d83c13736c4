"""From an MO as it is leased to a text as it is read."""

from collections.abc import Sequence

from sms_gateway.domain.records import PendingMo
from sms_gateway.enquiry.decide import Incoming, Probed
from sms_gateway.ports import Door, Limits

_NO_LIMITS = Limits()


def incoming(mo: PendingMo, door: Door | None, carriers: Sequence[Door] = ()) -> Incoming:
    """The text, with what its reply's door can carry, and whether it is its own door's probe.

    Args:
        mo: as leased.
        door: where it came in; None where that is configured no more.
        carriers: the doors that its reply may leave by: it is made to fit all of them, for one that
            is down hands it on. None for that door alone.
    """
    known = [one.sender.limits for one in carriers or (door,) if one and one.sender]
    limits = known or (_NO_LIMITS,)
    return Incoming(
        mo.text,
        mo.sender,
        mo.short_code,
        mo.received_at,
        frozenset[str]().union(*(one.refused_characters for one in limits)),
        min(one.longest for one in limits),
        _probed(mo, door),
    )


def _probed(mo: PendingMo, door: Door | None) -> Probed:
    if door is None or door.probe is None or not door.probe.is_it(mo.sender, mo.text):
        return Probed.NO
    return Probed.ANSWERED if door.probe.answered else Probed.NOTED
