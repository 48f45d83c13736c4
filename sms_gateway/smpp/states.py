"""The states of a session (clause 2.2) and its timers (clause 7.2)."""

import enum
from dataclasses import dataclass
from typing import Final

from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.events import Reason


class State(enum.Enum):
    """Clause 2.2, and UNBINDING between an unbind, ours or the peer's, and its answer."""

    OPEN = "open"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    UNBINDING = "unbinding"
    CLOSED = "closed"


BOUND: Final = frozenset({State.BOUND_TX, State.BOUND_RX, State.BOUND_TRX})
SENDING: Final = frozenset({State.BOUND_TX, State.BOUND_TRX})
RECEIVING: Final = frozenset({State.BOUND_RX, State.BOUND_TRX})
STATE_AFTER: Final = {
    CommandId.BIND_TRANSMITTER: State.BOUND_TX,
    CommandId.BIND_RECEIVER: State.BOUND_RX,
    CommandId.BIND_TRANSCEIVER: State.BOUND_TRX,
}
TIMED_OUT: Final = {
    CommandId.BIND_TRANSMITTER: Reason.BIND_TIME_OUT,
    CommandId.BIND_RECEIVER: Reason.BIND_TIME_OUT,
    CommandId.BIND_TRANSCEIVER: Reason.BIND_TIME_OUT,
    CommandId.ENQUIRE_LINK: Reason.PEER_SILENT,
    CommandId.UNBIND: Reason.UNBIND_TIME_OUT,
}


@dataclass(frozen=True, slots=True)
class Timers:
    """The timers of clauses 2.9 and 7.2, in seconds.

    Attributes:
        response_s: how long a request may go without its answer (response_timer).
        enquire_link_s: nothing heard for so long, and we ask whether the peer is there; 0 never.
        inactivity_s: no message either way for so long, and we unbind; 0 never.
        bind_s: how long a bind may go without its answer (session_init_timer).

    Raises:
        ValueError: a time is negative, or there is none for an answer.
    """

    response_s: float
    enquire_link_s: float
    inactivity_s: float
    bind_s: float

    def __post_init__(self) -> None:
        if (
            min(self.response_s, self.bind_s) <= 0
            or min(self.enquire_link_s, self.inactivity_s) < 0
        ):
            message = "a time-out must be over 0 seconds; enquire_link and inactivity may be 0"
            raise ValueError(message)
