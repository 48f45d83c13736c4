"""What outcomes, states and roles are called on pages."""

import enum
from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.dispatch.health import DoorState
from sms_gateway.domain.dossier import ReturnVia, State
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.domain.staff import Role

_LABELS: Final[Mapping[type[enum.Enum], Mapping[enum.Enum, str]]] = {
    Outcome: {
        Outcome.ANSWERED: marked("answered"),
        Outcome.ANSWERED_WITH_HELP: marked("answered with help"),
        Outcome.SUPPRESSED: marked("not answered on purpose"),
        Outcome.PARKED: marked("waits for a person"),
    },
    MtState: {
        MtState.QUEUED: marked("queued"),
        MtState.SENDING: marked("being sent"),
        MtState.ACCEPTED: marked("taken by the telco"),
        MtState.UNCERTAIN: marked("uncertain"),
        MtState.HELD: marked("held back"),
        MtState.FAILED: marked("failed"),
        MtState.EXPIRED: marked("too late to send"),
    },
    Delivery: {
        Delivery.ENROUTE: marked("on its way"),
        Delivery.DELIVERED: marked("delivered"),
        Delivery.EXPIRED: marked("not delivered in time"),
        Delivery.UNDELIVERABLE: marked("cannot be delivered"),
        Delivery.REJECTED: marked("rejected"),
        Delivery.UNKNOWN: marked("unknown"),
    },
    Billing: {
        Billing.CHARGE: marked("charged"),
        Billing.FREE: marked("free"),
        Billing.REFUND: marked("to be refunded"),
    },
    MtKind: {
        MtKind.REPLY: marked("reply"),
        MtKind.FOLLOW_UP: marked("late answer"),
        MtKind.NOTICE: marked("automatic message"),
        MtKind.SURVEY: marked("survey"),
        MtKind.MANUAL: marked("written by hand"),
        MtKind.ALARM: marked("alarm"),
    },
    Language: {
        Language.VI: marked("Vietnamese, unaccented"),
        Language.VI_ACCENTED: marked("Vietnamese"),
        Language.EN: marked("English"),
    },
    State: {
        State.REGISTERED: marked("just registered"),
        State.ACCEPTED: marked("accepted"),
        State.NOT_ACCEPTED: marked("not accepted"),
        State.PROCESSING: marked("in process"),
        State.PAPERS_NEEDED: marked("papers are needed"),
        State.FEE_DUE: marked("a fee is due"),
        State.WITHDRAWN: marked("withdrawn by the citizen"),
        State.STOPPED: marked("stopped"),
        State.FINISHED: marked("finished, the result is there"),
        State.RETURNED: marked("the result was returned"),
    },
    ReturnVia: {
        ReturnVia.COUNTER: marked("at the counter"),
        ReturnVia.POST: marked("by post"),
        ReturnVia.ONLINE: marked("online"),
    },
    DoorState: {
        DoorState.WORKING: marked("works"),
        DoorState.UNPROVEN: marked("not proven yet"),
        DoorState.RESTING: marked("rests"),
        DoorState.DOWN: marked("down"),
        DoorState.PAUSED: marked("paused"),
        DoorState.INLINE: marked("answers in the call"),
    },
    Role: {
        Role.VIEWER: marked("viewer"),
        Role.CLERK: marked("clerk"),
        Role.SUPERVISOR: marked("supervisor"),
        Role.ADMINISTRATOR: marked("administrator"),
    },
}
"""By kind: texts of two kinds may be equal (`expired`), and equal keys would be one."""


def label(value: enum.Enum) -> str:
    """What it is called, marked.

    Raises:
        KeyError: it has no name here; a test looks that each has one.
    """
    return _LABELS[type(value)][value]
