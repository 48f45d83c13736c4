"""What is heard at one listener, and at which address each listener listens."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sms_gateway.ports import Door
from sms_gateway.settings import Settings, SettingsError


class Part(enum.StrEnum):
    """A part of what is served, by the section of the settings that says where.

    A door that shows pages is wholly a part of the staff's: what those pages call lies beside them.
    """

    TELCOS = "web"
    STAFF = "staff"
    OPS = "ops"


@dataclass(frozen=True, slots=True)
class Listener:
    """One address and what is heard there.

    Attributes:
        setting: the section of the settings that it comes from.
        host: address or name.
        port: TCP port, 0 for any that is free.
        parts: what is heard there.
    """

    setting: Part
    host: str
    port: int
    parts: frozenset[Part]


def listeners(settings: Settings, worker: int = 0) -> Sequence[Listener]:
    """The listeners, that of the telcos first: it has each part that has none of its own.

    Args:
        settings: where they are.
        worker: number of this process among those that share a port, from 1; 0 for one that shares
            none. The figures of each are its own, so that each shows them at the next port.

    Raises:
        SettingsError: two of them share an address.
    """
    places = (
        (Part.STAFF, settings.staff.host, settings.staff.port),
        (Part.OPS, settings.ops.host, settings.ops.port and settings.ops.port + max(0, worker - 1)),
    )
    apart = [Listener(part, host, port, frozenset({part})) for part, host, port in places if host]
    rest = frozenset(Part).difference(*(listener.parts for listener in apart))
    found = [Listener(Part.TELCOS, settings.web.host, settings.web.port, rest), *apart]
    for at, listener in enumerate(found):
        for other in found[:at]:
            if listener.port and (listener.host, listener.port) == (other.host, other.port):
                told = f"is that of {other.setting}.port at {other.host}: write another number"
                message = f"{listener.setting}.port: {listener.port} {told}"
                raise SettingsError(message)
    return found


def figures_of(settings: Settings, workers: int) -> str:
    """Where the figures of processes that share a port are, or what to do so that they can be had.

    In one line. Each process shows its own.
    """
    host, first = settings.ops.host, settings.ops.port
    if not host:
        return "each call of /metrics meets another worker: set ops.host, then each has its port"
    if not first:
        return "nobody knows the ports of the workers' figures: write a number into ops.port"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{first} to {first + workers - 1}"


def part_of(door: Door) -> Part:
    """Where a door is heard."""
    return Part.STAFF if door.pages else Part.TELCOS
