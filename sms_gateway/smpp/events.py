"""What a session tells: every event of each side, to be matched exhaustively.

A token is the caller's own word for what it sent; the session only hands it back. `Unreadable` is
for the log: the peer has been answered where it must be.
"""

import enum
from typing import TypeAlias

import msgspec

from sms_gateway.smpp.pdus import (
    AnyBind,
    BindResponse,
    DataSm,
    DeliverSm,
    SubmitSm,
    Unreadable,
)
from sms_gateway.smpp.tlv import Tlvs


class Reason(enum.Enum):
    """Why a session ended, or a message got no answer; the value is for the log."""

    BIND_REFUSED = "the bind was refused"
    BIND_TIME_OUT = "no answer to the bind"
    NO_BIND = "the peer did not bind in time"
    PEER_SILENT = "no answer to enquire_link"
    INACTIVE = "no message for as long as the session may be idle"
    UNBOUND = "unbound"
    UNBIND_TIME_OUT = "no answer to the unbind"
    PEER_UNBOUND = "the peer unbound"
    OUT_OF_STEP = "the peer sent a length that cannot be"
    CONNECTION_LOST = "the connection broke"
    TIME_OUT = "no answer in time"


class Bound(msgspec.Struct, frozen=True, gc=False):
    """The SMSC took the bind."""

    pdu: BindResponse


class BindRefused(msgspec.Struct, frozen=True, gc=False):
    """The SMSC refused the bind; `Closed` follows."""

    status: int


class Incoming(msgspec.Struct, frozen=True, gc=False, eq=False):
    """A message or a receipt, to be answered once with `EsmeSession.answer`.

    Attributes:
        pdu: as it was read.
        sequence: its number.
        frame: its octets as they came.
    """

    pdu: DeliverSm | DataSm
    sequence: int
    frame: bytes = b""

    def __repr__(self) -> str:
        return f"Incoming({self.pdu!r})"


class BindAnswered(msgspec.Struct, frozen=True, gc=False):
    """An ESME asked to bind and was told this status; `Closed` follows where that is not ROK."""

    pdu: AnyBind
    status: int


class Submitted(msgspec.Struct, frozen=True, gc=False, eq=False):
    """A message of the ESME, to be answered once with `SmscSession.answer`, or forgotten."""

    pdu: SubmitSm | DataSm
    sequence: int


class Responded(msgspec.Struct, frozen=True):
    """The answer to what we sent; message_id is empty where the peer named none."""

    token: object
    status: int
    message_id: str = ""
    tlvs: Tlvs = ()


class RespondedLate(msgspec.Struct, frozen=True):
    """The answer to a message that came after its `Unanswered`: its id may still be noted."""

    token: object
    status: int
    message_id: str = ""
    tlvs: Tlvs = ()


class Unanswered(msgspec.Struct, frozen=True):
    """A message got no answer: the peer may have taken it, or not."""

    token: object
    reason: Reason


class StillThere(msgspec.Struct, frozen=True, gc=False):
    """The SMSC answered an enquire_link of ours."""


class PeerUnbound(msgspec.Struct, frozen=True, gc=False):
    """The peer ends the session in an orderly way; `Closed` follows in 2 seconds at most."""


class Closed(msgspec.Struct, frozen=True, gc=False):
    """The session is over, and so is its connection. Nothing comes after it."""

    reason: Reason


Event: TypeAlias = (
    Bound
    | BindRefused
    | Incoming
    | Responded
    | RespondedLate
    | Unanswered
    | Unreadable
    | StillThere
    | PeerUnbound
    | Closed
)
"""Of an ESME's side."""

SmscEvent: TypeAlias = (
    BindAnswered
    | Submitted
    | Responded
    | RespondedLate
    | Unanswered
    | Unreadable
    | PeerUnbound
    | Closed
)
"""Of an SMSC's side."""
