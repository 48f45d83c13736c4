"""PDUs to octets and back: the two functions of this room that both sides of a session need."""

from sms_gateway.smpp.layout import LONGEST_PDU
from sms_gateway.smpp.reading import decode
from sms_gateway.smpp.writing import encode

__all__ = ["LONGEST_PDU", "decode", "encode"]
