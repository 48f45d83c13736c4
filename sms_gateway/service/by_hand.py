"""Texts that a person sends through the running gateway, to try a door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sms_gateway.commands import CommandError, known_door
from sms_gateway.domain.acts import SendOrder
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.msisdn import AddressKind, read_address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.gsm.segment import count
from sms_gateway.ports import Clock, Door, Staff

VALID = timedelta(minutes=10)
"""After that nobody waits for it any more."""

MAX_TEXT = 1000
"""Longest text, in characters."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """Queues them.

    Attributes:
        store: where they are written down.
        doors: the configured ones.
        hasher, clock, new_id: of numbers, time and ids.
        region: of numbers without a country code.
        short_code: the number that they come from.
        queued: called with the door that has something new to send.
    """

    store: Staff
    doors: Mapping[DoorName, Door]
    hasher: Hasher
    clock: Clock
    new_id: Callable[[], MessageId]
    region: str
    short_code: ShortCode
    queued: Callable[[DoorName], None]

    async def send(self, name: str, to: str, text: str, by: str) -> MessageId:
        """Queue a text; its id.

        Args:
            name: of the door, by which it leaves and no other one.
            to: the number as a person typed it.
            text: what it says.
            by: who, see `commands.actor`.

        Raises:
            CommandError: it cannot be sent; says why.
            StoreDownError: it could not be written down.
        """
        door = self.doors[known_door(name, self.doors)]
        if door.sender is None:
            message = f"door {door.name} has no way out: set outbound, or try another door"
            raise CommandError(message)
        if why := door.sender.limits.no_text_of_ours:
            message = (
                f"door {door.name}: {why}; to try it, text a question from your phone and see its "
                "reply: sms-gateway messages"
            )
            raise CommandError(message)
        address = read_address(to, self.region)
        if address is None or address.kind is not AddressKind.MSISDN:
            message = "that is no phone number: write it as 0900000001 or +84900000001"
            raise CommandError(message)
        counted, most = count(text[:MAX_TEXT]), door.sender.limits.longest
        if not text.strip() or len(text) > MAX_TEXT or counted.segments > most:
            message = f"a text of 1 to {most} SMS goes by door {door.name}: shorten it"
            raise CommandError(message)
        now = self.clock.now()
        order = SendOrder(
            self.new_id(), door.name, self.short_code, address, self.hasher.number(address),
            text, counted.alphabet, counted.segments, now, now + VALID, by,
        )  # fmt: skip
        await self.store.send_by_hand(order)
        self.queued(door.name)
        return order.id
