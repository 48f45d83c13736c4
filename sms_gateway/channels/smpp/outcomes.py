"""What the SMSC's answers mean for a message."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import assert_never

from sms_gateway.channels.smpp.reading import same_id
from sms_gateway.channels.smpp.settings import SmppDoor
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.smpp.events import Responded
from sms_gateway.smpp.status import Status, StatusClass, classify, status_name

# Of what is ours to mend, these do not speak of the message that met them: all others meet them
# too, so that none of them is given up.
_OF_THE_DOOR = frozenset({
    Status.RINVBNDSTS, Status.RINVPASWD, Status.RINVSYSID, Status.RINVSYSTYP, Status.RINVSERTYP,
    Status.RINVSRCADR, Status.RINVSRCTON, Status.RINVSRCNPI, Status.RINVDSTTON, Status.RINVDSTNPI,
    Status.RINVREGDLVFLG, Status.RINVESMCLASS, Status.RINVEXPIRY, Status.RINVSCHED,
    Status.RINVPRTFLG, Status.RINVREPFLAG, Status.RINVDFTMSGID, Status.RMISSINGOPTPARAM,
    Status.ROPTPARNOTALLWD, Status.RINVOPTPARAMVAL,
})  # fmt: skip


class Outcomes:
    """Reads submit_sm_resp as `[doors.<name>]` describes it.

    Args:
        settings: of the door.
    """

    def __init__(self, settings: SmppDoor) -> None:
        own = settings.statuses
        self._receipts = settings.receipts
        self._rest = timedelta(seconds=settings.throttled_rest_s)
        self._door = _OF_THE_DOOR | frozenset(own.door)
        self._own: Mapping[int, StatusClass] = {
            **dict.fromkeys(own.throttled, StatusClass.THROTTLED),
            **dict.fromkeys(own.temporary, StatusClass.TEMPORARY),
            **dict.fromkeys(own.permanent, StatusClass.PERMANENT),
            **dict.fromkeys(own.door, StatusClass.OURS),
            **dict.fromkeys(own.uncertain, StatusClass.UNCERTAIN),
        }

    def throttled(self, fate: Responded) -> bool:
        """Whether the telco is only busy."""
        return self._class(fate) is StatusClass.THROTTLED

    def of(self, fate: Responded, smsc: str) -> SendOutcome:
        """What became of a submit_sm that was sent to this SMSC."""
        kind, reason = self._class(fate), status_name(fate.status)
        match kind:
            case StatusClass.OK:
                if not fate.message_id:
                    return Accepted()
                return Accepted((same_id(fate.message_id, self._receipts, smsc, of_receipt=False),))
            case StatusClass.THROTTLED:
                return Deferred("throttled", self._rest)
            case StatusClass.OURS if fate.status in self._door:
                return Deferred(f"door_refused {reason}")
            case StatusClass.TEMPORARY | StatusClass.PERMANENT | StatusClass.OURS:
                return Rejected(reason, permanent=kind is not StatusClass.TEMPORARY)
            case StatusClass.UNCERTAIN:
                return Uncertain(reason)
            case _:
                assert_never(kind)

    def _class(self, fate: Responded) -> StatusClass:
        return self._own.get(fate.status) or classify(fate.status, fate.tlvs)


def joined(outcomes: Sequence[SendOutcome]) -> SendOutcome:
    """The fate of a message by those of its parts; what is worst for the citizen counts.

    Of a text that went half, a later try may send all of it again: its parts carry the same
    reference, so that a phone puts them over those it has.
    """
    for kind in (Uncertain, Rejected, Deferred):
        found = [one for one in outcomes if isinstance(one, kind)]
        if not found:
            continue
        if isinstance(found[0], Deferred) and len(found) < len(outcomes):
            return Rejected("partly_throttled", permanent=False)
        permanent = [one for one in found if isinstance(one, Rejected) and one.permanent]
        return permanent[0] if permanent else found[0]
    taken = [one for one in outcomes if isinstance(one, Accepted)]
    return Accepted(tuple(telco_id for one in taken for telco_id in one.telco_ids))
