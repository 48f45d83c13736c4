"""What a command_status means (clause 5.1.3, table 5-2), and what we do about it."""

import enum
from collections.abc import Mapping
from typing import Final

from sms_gateway.smpp.tlv import Tag, Tlvs, first


class Status(enum.IntEnum):
    """Table 5-2, without the prefix ESME_. A peer may send any other number: that is an int."""

    ROK = 0x00
    RINVMSGLEN = 0x01
    RINVCMDLEN = 0x02
    RINVCMDID = 0x03
    RINVBNDSTS = 0x04
    RALYBND = 0x05
    RINVPRTFLG = 0x06
    RINVREGDLVFLG = 0x07
    RSYSERR = 0x08
    RINVSRCADR = 0x0A
    RINVDSTADR = 0x0B
    RINVMSGID = 0x0C
    RBINDFAIL = 0x0D
    RINVPASWD = 0x0E
    RINVSYSID = 0x0F
    RCANCELFAIL = 0x11
    RREPLACEFAIL = 0x13
    RMSGQFUL = 0x14
    RINVSERTYP = 0x15
    RINVNUMDESTS = 0x33
    RINVDLNAME = 0x34
    RINVDESTFLAG = 0x40
    RINVSUBREP = 0x42
    RINVESMCLASS = 0x43
    RCNTSUBDL = 0x44
    RSUBMITFAIL = 0x45
    RINVSRCTON = 0x48
    RINVSRCNPI = 0x49
    RINVDSTTON = 0x50
    RINVDSTNPI = 0x51
    RINVSYSTYP = 0x53
    RINVREPFLAG = 0x54
    RINVNUMMSGS = 0x55
    RTHROTTLED = 0x58
    RINVSCHED = 0x61
    RINVEXPIRY = 0x62
    RINVDFTMSGID = 0x63
    RX_T_APPN = 0x64
    RX_P_APPN = 0x65
    RX_R_APPN = 0x66
    RQUERYFAIL = 0x67
    RINVOPTPARSTREAM = 0xC0
    ROPTPARNOTALLWD = 0xC1
    RINVPARLEN = 0xC2
    RMISSINGOPTPARAM = 0xC3
    RINVOPTPARAMVAL = 0xC4
    RDELIVERYFAILURE = 0xFE
    RUNKNOWNERR = 0xFF


class StatusClass(enum.Enum):
    """What a command_status asks of us. In all but OK and UNCERTAIN nothing was accepted."""

    OK = "ok"
    THROTTLED = "throttled"
    """The peer is busy with us: slow down; it says nothing against this message."""
    TEMPORARY = "temporary"
    """The same again may be accepted later."""
    PERMANENT = "permanent"
    """This message will never be accepted."""
    OURS = "ours"
    """Our bug or our configuration: every message like it will fail until a person mends it."""
    UNCERTAIN = "uncertain"
    """It may have been accepted: to send it again may send it twice."""


_CLASSES: Final[Mapping[int, StatusClass]] = {
    Status.ROK: StatusClass.OK,
    Status.RTHROTTLED: StatusClass.THROTTLED,
    Status.RMSGQFUL: StatusClass.THROTTLED,
    Status.RSYSERR: StatusClass.TEMPORARY,
    Status.RSUBMITFAIL: StatusClass.TEMPORARY,
    Status.RX_T_APPN: StatusClass.TEMPORARY,
    Status.RDELIVERYFAILURE: StatusClass.TEMPORARY,  # its reason may say more, see `classify`
    Status.RBINDFAIL: StatusClass.TEMPORARY,  # the catch-all of SMSCs that are starting up
    Status.RALYBND: StatusClass.TEMPORARY,  # our last session, which broke, is not forgotten yet
    Status.RINVDSTADR: StatusClass.PERMANENT,  # of all addresses, only this one is the message's
    Status.RX_P_APPN: StatusClass.PERMANENT,
    Status.RX_R_APPN: StatusClass.PERMANENT,
    Status.RUNKNOWNERR: StatusClass.UNCERTAIN,  # the peer itself does not know
    # A length, a state or a number that we got wrong.
    Status.RINVMSGLEN: StatusClass.OURS,
    Status.RINVCMDLEN: StatusClass.OURS,
    Status.RINVCMDID: StatusClass.OURS,
    Status.RINVBNDSTS: StatusClass.OURS,
    Status.RINVOPTPARSTREAM: StatusClass.OURS,
    Status.ROPTPARNOTALLWD: StatusClass.OURS,
    Status.RINVPARLEN: StatusClass.OURS,
    Status.RMISSINGOPTPARAM: StatusClass.OURS,
    Status.RINVOPTPARAMVAL: StatusClass.OURS,
    # A setting of the door: the same for each message, so the next one would fail too.
    Status.RINVPASWD: StatusClass.OURS,
    Status.RINVSYSID: StatusClass.OURS,
    Status.RINVSYSTYP: StatusClass.OURS,
    Status.RINVSERTYP: StatusClass.OURS,
    Status.RINVSRCADR: StatusClass.OURS,
    Status.RINVSRCTON: StatusClass.OURS,
    Status.RINVSRCNPI: StatusClass.OURS,
    Status.RINVDSTTON: StatusClass.OURS,
    Status.RINVDSTNPI: StatusClass.OURS,
    Status.RINVPRTFLG: StatusClass.OURS,
    Status.RINVREGDLVFLG: StatusClass.OURS,
    Status.RINVESMCLASS: StatusClass.OURS,
    Status.RINVREPFLAG: StatusClass.OURS,
    Status.RINVSCHED: StatusClass.OURS,
    Status.RINVEXPIRY: StatusClass.OURS,
    Status.RINVDFTMSGID: StatusClass.OURS,
    # Answers to what we never ask: query, cancel, replace, and many destinations at once.
    Status.RINVMSGID: StatusClass.OURS,
    Status.RQUERYFAIL: StatusClass.OURS,
    Status.RCANCELFAIL: StatusClass.OURS,
    Status.RREPLACEFAIL: StatusClass.OURS,
    Status.RINVSUBREP: StatusClass.OURS,
    Status.RINVNUMDESTS: StatusClass.OURS,
    Status.RINVDLNAME: StatusClass.OURS,
    Status.RINVDESTFLAG: StatusClass.OURS,
    Status.RCNTSUBDL: StatusClass.OURS,
    Status.RINVNUMMSGS: StatusClass.OURS,
}

# Clause 5.3.2.33: 1 is an invalid address, 2 a permanent network error; 0 and 3 may pass.
_FOR_EVER: Final = (b"\x01", b"\x02")


def classify(status: int, tlvs: Tlvs = ()) -> StatusClass:
    """What a command_status of a response asks of us; every number has an answer.

    Numbers outside of table 5-2 (0x100 to 0x3FF of later versions, 0x400 to 0x4FF of vendors, and
    the reserved rest) are refusals for a reason that we cannot read: TEMPORARY, because nothing
    was accepted and the attempts are counted. A door may know its telco's numbers better.

    Args:
        status: the command_status.
        tlvs: of the response; data_sm_resp may carry delivery_failure_reason.
    """
    if status == Status.RDELIVERYFAILURE and first(tlvs, Tag.DELIVERY_FAILURE_REASON) in _FOR_EVER:
        return StatusClass.PERMANENT
    return _CLASSES.get(status, StatusClass.TEMPORARY)


def status_name(status: int) -> str:
    """`ESME_RTHROTTLED`, or `0x00000400` for a number that is not in table 5-2; for logs."""
    try:
        return f"ESME_{Status(status).name}"
    except ValueError:
        return f"0x{status:08x}"
