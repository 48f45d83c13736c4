"""The stream of octets cut into PDUs (clause 3.2: the length stands in front and counts itself)."""

import struct
from typing import Final

import msgspec

from sms_gateway.smpp.layout import HEADER, HEADER_OCTETS, LONGEST_PDU

_LENGTH: Final = struct.Struct(">I")
# A PDU that is too long is passed over, so that the session lives. A length beyond this is no
# length: the stream is out of step, or the peer speaks another protocol ("HTTP" reads as 1.2 G).
_MOST_PASSED_OVER: Final = 1_048_576


class BadLength(msgspec.Struct, frozen=True, gc=False):
    """A command_length that cannot be: under 16, or over the longest PDU we take.

    Attributes:
        command_id: of the PDU that is passed over, or 0.
        sequence: of the PDU that is passed over, or 0 (clause 4.3: NULL where it is not known).
        out_of_step: nobody knows where the next PDU begins: the stream cannot be followed.
    """

    command_id: int
    sequence: int
    out_of_step: bool


class Framer:
    """Octets in, whole PDUs out, however the octets were cut.

    It holds at most one PDU that is not whole yet, so at most `longest` octets and one read.
    """

    def __init__(self, longest: int = LONGEST_PDU) -> None:
        self._longest = longest
        self._held = bytearray()
        self._wanted = 0  # octets without which nothing new can be found
        self._pass_over = 0  # octets of a PDU that is too long, still to come
        self._out_of_step = False

    def feed(self, octets: bytes) -> list[bytes | BadLength]:
        """The PDUs that are whole now, in order.

        After a BadLength that is out of step nothing comes any more.
        """
        if self._out_of_step:
            return []
        if self._held:
            self._held += octets
            if len(self._held) < self._wanted:
                return []
            octets = bytes(self._held)
            self._held.clear()
        found: list[bytes | BadLength] = []
        at = self._cut(octets, found)
        if at < len(octets) and not self._out_of_step:
            self._held += octets[at:]
        return found

    def _cut(self, octets: bytes, found: list[bytes | BadLength]) -> int:
        """Add what is whole; return where the rest begins."""
        at = min(self._pass_over, len(octets))
        self._pass_over -= at
        end = len(octets)
        while end - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(octets, at)
            if HEADER_OCTETS <= length <= self._longest:
                if length > end - at:
                    self._wanted = length
                    return at
                found.append(octets[at : at + length])
                at += length
                continue
            if length < HEADER_OCTETS or length > _MOST_PASSED_OVER:
                found.append(BadLength(0, 0, out_of_step=True))
                self._out_of_step = True
                return end
            if end - at < HEADER_OCTETS:
                self._wanted = HEADER_OCTETS
                return at
            _, command_id, _, sequence = HEADER.unpack_from(octets, at)
            found.append(BadLength(command_id, sequence, out_of_step=False))
            passed = min(length, end - at)
            self._pass_over = length - passed
            at += passed
        self._wanted = _LENGTH.size
        return at
