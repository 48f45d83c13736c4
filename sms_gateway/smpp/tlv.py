"""Optional parameters: tag, length, value (clause 5.3)."""

import enum
import struct
from typing import Final, TypeAlias

Tlvs: TypeAlias = tuple[tuple[int, bytes], ...]
"""All optional parameters of a PDU in their order, those without a name here too (clause 3.3)."""

_TAG_LENGTH: Final = struct.Struct(">HH")
_LONGEST: Final = 0xFFFF
_MOST_NULLS: Final = 3
# Table 5-7: "Reserved for SMSC Vendor specific optional parameters".
_VENDORS_FROM: Final = 0x1400
_VENDORS_TO: Final = 0x3FFF


class Tag(enum.IntEnum):
    """Clause 5.3.2, table 5-7."""

    DEST_ADDR_SUBUNIT = 0x0005
    DEST_NETWORK_TYPE = 0x0006
    DEST_BEARER_TYPE = 0x0007
    DEST_TELEMATICS_ID = 0x0008
    SOURCE_ADDR_SUBUNIT = 0x000D
    SOURCE_NETWORK_TYPE = 0x000E
    SOURCE_BEARER_TYPE = 0x000F
    SOURCE_TELEMATICS_ID = 0x0010
    QOS_TIME_TO_LIVE = 0x0017
    PAYLOAD_TYPE = 0x0019
    ADDITIONAL_STATUS_INFO_TEXT = 0x001D
    RECEIPTED_MESSAGE_ID = 0x001E
    MS_MSG_WAIT_FACILITIES = 0x0030
    PRIVACY_INDICATOR = 0x0201
    SOURCE_SUBADDRESS = 0x0202
    DEST_SUBADDRESS = 0x0203
    USER_MESSAGE_REFERENCE = 0x0204
    USER_RESPONSE_CODE = 0x0205
    SOURCE_PORT = 0x020A
    DESTINATION_PORT = 0x020B
    SAR_MSG_REF_NUM = 0x020C
    LANGUAGE_INDICATOR = 0x020D
    SAR_TOTAL_SEGMENTS = 0x020E
    SAR_SEGMENT_SEQNUM = 0x020F
    SC_INTERFACE_VERSION = 0x0210
    CALLBACK_NUM_PRES_IND = 0x0302
    CALLBACK_NUM_ATAG = 0x0303
    NUMBER_OF_MESSAGES = 0x0304
    CALLBACK_NUM = 0x0381
    DPF_RESULT = 0x0420
    SET_DPF = 0x0421
    MS_AVAILABILITY_STATUS = 0x0422
    NETWORK_ERROR_CODE = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    DELIVERY_FAILURE_REASON = 0x0425
    MORE_MESSAGES_TO_SEND = 0x0426
    MESSAGE_STATE = 0x0427
    USSD_SERVICE_OP = 0x0501
    DISPLAY_TIME = 0x1201
    SMS_SIGNAL = 0x1203
    MS_VALIDITY = 0x1204
    ALERT_ON_MESSAGE_DELIVERY = 0x130C
    ITS_REPLY_TYPE = 0x1380
    ITS_SESSION_INFO = 0x1383


_NAMED: Final = frozenset(Tag)


def first(tlvs: Tlvs, tag: int) -> bytes | None:
    """The value of the first parameter with this tag, or None."""
    for found, value in tlvs:
        if found == tag:
            return value
    return None


def read_tlvs(octets: bytes, at: int) -> Tlvs | None:
    """The parameters from an offset to the end; None where the last one is cut off.

    Up to three NULLs before and behind them are passed over: some close short_message with one.
    """
    if at == len(octets):
        return ()
    found, whole = _parameters(octets, at)
    as_they_stand = tuple(found) if whole else None
    if octets[at] or (found and whole and found[0][0]):
        return as_they_stand
    # They begin with a NULL, and no tag here is 0 (table 5-7).
    for begin in range(at + 1, min(at + _MOST_NULLS, len(octets)) + 1):
        if octets[begin - 1]:
            break
        found, whole = _parameters(octets, begin)
        if whole and found and _may_be_tag(found[0][0]):
            return tuple(found)
    return as_they_stand


def before_the_cut(octets: bytes, at: int) -> Tlvs:
    """The parameters from an offset to the one that is cut off, without that one."""
    return tuple(_parameters(octets, at)[0])


def _parameters(octets: bytes, at: int) -> tuple[list[tuple[int, bytes]], bool]:
    """Those that are whole, and whether nothing but NULLs comes behind them."""
    end = len(octets)
    found: list[tuple[int, bytes]] = []
    while end - at >= _TAG_LENGTH.size:
        tag, length = _TAG_LENGTH.unpack_from(octets, at)
        begin = at + _TAG_LENGTH.size
        if length > end - begin:
            return found, False
        at = begin + length
        found.append((tag, octets[begin:at]))
    return found, not any(octets[at:])


def _may_be_tag(tag: int) -> bool:
    """Whether table 5-7 names it, or leaves it to vendors."""
    return tag in _NAMED or _VENDORS_FROM <= tag <= _VENDORS_TO


def write_tlvs(tlvs: Tlvs) -> bytes:
    """The parameters as octets.

    Raises:
        ValueError: a tag is over 16 bits, or a value is longer than 65,535 octets.
    """
    pieces = []
    for tag, value in tlvs:
        if not 0 <= tag <= _LONGEST or len(value) > _LONGEST:
            message = f"an optional parameter cannot be written: tag {tag}, {len(value)} octets"
            raise ValueError(message)
        pieces.append(_TAG_LENGTH.pack(tag, len(value)))
        pieces.append(value)
    return b"".join(pieces)
