"""A session that is bound, and what it wants written."""

import struct

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import decode
from sms_gateway.smpp.events import Bound
from sms_gateway.smpp.framing import Framer
from sms_gateway.smpp.pdus import Pdu
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import Timers

TIMERS = Timers(response_s=10, enquire_link_s=30, inactivity_s=0, bind_s=5)
SUBMIT = pdus.SubmitSm(destination_addr="84912345678", short_message=b"hello")
DELIVER = pdus.DeliverSm(900, source_addr="84912345678", short_message=b"MCKH")


def written(session: EsmeSession) -> list[Pdu]:
    """What the session wants written, read by our reader, which the golden PDUs vouch for."""
    found = []
    for frame in Framer().feed(session.output()):
        assert isinstance(frame, bytes)
        pdu = decode(frame)
        assert isinstance(pdu, Pdu)
        found.append(pdu)
    return found


def bound(
    kind: type[pdus.AnyBind] = pdus.BindTransceiver, window: int = 2, timers: Timers = TIMERS
) -> EsmeSession:
    session = EsmeSession(timers, window, 0.0)
    session.bind(kind(system_id="office"), 0.0)
    (asked,) = written(session)
    octets = struct.pack(">IIII", 16, kind.command_id | 0x80000000, 0, asked.sequence)
    (event,) = session.receive(octets, 0.0)
    assert isinstance(event, Bound)
    return session
