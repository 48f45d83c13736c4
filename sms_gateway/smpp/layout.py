"""How the octets of a PDU lie, for reading and writing (chapters 3 and 4)."""

import struct
from typing import Final

LONGEST_PDU: Final = 70_000
"""A message_payload of 64 KiB, the longest message there is, and room for the rest."""

HEADER: Final = struct.Struct(">IIII")
"""Clause 3.2: command_length, command_id, command_status, sequence_number."""
HEADER_OCTETS: Final = 16

# Maxima of chapter 4 in octets, the NULL at the end counted.
SYSTEM_ID: Final = 16
PASSWORD: Final = 9
SYSTEM_TYPE: Final = 13
ADDRESS_RANGE: Final = 41
SERVICE_TYPE: Final = 6
ADDRESS: Final = 21
LONG_ADDRESS: Final = 65  # in data_sm and alert_notification
TIME: Final = 17
MESSAGE_ID: Final = 65

SHORT_MESSAGE: Final = 254
"""Clause 5.2.21: the most octets of a short_message, which has no NULL."""

THREE: Final = struct.Struct("BBB")
FIVE: Final = struct.Struct("BBBBB")
