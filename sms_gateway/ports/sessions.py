"""A connection that a telco expects us to keep, and what it hands its texts to."""

import enum
from collections.abc import Callable, Sequence
from typing import Protocol

from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.message import Item, MobileTerminated
from sms_gateway.domain.record import Private, Record
from sms_gateway.ports.telcos import Unreadable


class Handed(Record, frozen=True):
    """One thing that the telco handed over.

    Attributes:
        item: a text or report, or what could not be read.
        raw: it as received, for staff; empty where an `Unreadable` holds it.
        anew: of texts without an id: the telco has heard that the same words were taken before, so
            that these are asked anew.
    """

    item: Item | Unreadable
    raw: Private[bytes]
    anew: bool = False


class Inbound(Protocol):
    """Where a session hands over what comes; nothing here blocks, and no task is made per item."""

    def record(self, handed: Sequence[Handed], done: Callable[[bool], None]) -> None:
        """Write these down, and call `done` once: True after the commit that holds all of them.

        False: the telco must keep them. Never called before `record` returns.
        """

    def may_be_open(self) -> bool:
        """Whether this node is to keep the connection: it leads, and its store answers."""

    def changed(self) -> None:
        """Say that the way out is open, or has more room than it had: a hint for the queue."""

    def taken_late(self, message: MobileTerminated, telco_id: TelcoId | None) -> None:
        """Say that the telco took a message that was settled as uncertain, for it answered late."""

    def failed(self) -> None:
        """Say that the connection could not be opened; it is tried again."""


class Kept(enum.StrEnum):
    """How much of a kept connection is open."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


class Session(Protocol):
    """A connection that is kept for as long as the gateway runs."""

    async def run(self, inbound: Inbound) -> None:
        """Keep it until cancelled, then take leave of the telco; a lost line is opened again.

        Never raises for what a telco or a network does.
        """

    def state(self) -> str:
        """One line for people: what is open, and why what is not."""

    def kept(self) -> Kept:
        """The same for programs: how much of it is open now."""
