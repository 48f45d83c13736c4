"""Names that must not be mixed up, each a type of its own."""

from typing import NewType

MessageId = NewType("MessageId", str)
"""Our id of an MO or an MT: UUIDv7, 36 characters, made by the node."""

TelcoId = NewType("TelcoId", str)
"""The telco's id of a message, as it writes it; unique only within a window (domain 2.0.6)."""

DoorName = NewType("DoorName", str)
"""The name of a configured channel, as in `[doors.<name>]`."""

ShortCode = NewType("ShortCode", str)
"""The number citizens text, digits only: `8083`."""

CanonicalKey = NewType("CanonicalKey", str)
"""A receipt number or dossier code reduced to A-Z and 0-9 by `domain.dossier.canonical_key`."""

NO_KEY = CanonicalKey("")
"""Where no receipt was asked for."""

DossierId = NewType("DossierId", str)
"""The case database's own key of a dossier: its MaHoSo."""

NumberHash = NewType("NumberHash", str)
"""Keyed hash of a phone number, 32 hex digits: finds a citizen's rows without the number."""

IncidentId = NewType("IncidentId", str)
"""Our id of something that went wrong with the gateway itself: UUIDv7."""

NoticeId = NewType("NoticeId", str)
"""Our id of one step of a dossier that citizens may be told of: UUIDv7."""

WindowId = NewType("WindowId", str)
"""Our id of an incident window: UUIDv7."""

RunId = NewType("RunId", str)
"""One run of one process: the owner of leases."""

TraceId = NewType("TraceId", str)
"""One request, through all rooms and log lines."""

NO_TRACE = TraceId("")
"""Of a message that no request of a telco caused."""
