"""Holds of a number go on when the key of the number hashes is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.retention import HoldKind, LegalHold, LegalHoldOrder, LegallyHeld
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import Reading
from sms_gateway.retention.holds import HoldStore


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the holds of numbers.

    Attributes:
        count: numbers that are held by the hash of today's key from now on.
        left: held hashes whose number nobody knows any more.
    """

    count: int
    left: Sequence[str]


async def carry_holds(
    holds: Sequence[LegalHold],
    store: HoldStore,
    reading: Reading,
    hasher: Hasher,
    at: datetime,
    by: str,
) -> Carried:
    """Hold numbers by the hash of today's key too, for the reasons that they are held for.

    Args:
        holds: all that stand.
        store: where they are written down.
        reading: its messages, which tell the numbers.
        hasher: today's key and those of before.
        at: now.
        by: who, see `commands.actor`.

    Raises:
        StoreDownError: it could not be asked or written; what was carried stays.
    """
    held = {hold.value: hold for hold in holds if hold.kind is HoldKind.NUMBER}
    known: set[str] = set()
    count = 0
    for value, hold in held.items():
        question = MessageFilter(sender_hash=NumberHash(value), limit=1)
        texts = await reading.messages(question)
        if not texts or texts[0].purged_at is not None:
            continue
        numbers = hasher.numbers(texts[0].sender)
        if numbers[0] not in known:
            order = LegalHoldOrder(HoldKind.NUMBER, numbers[0], at, by, hold.reason)
            # Another node may have carried it in this moment.
            count += isinstance(await store.hold(order), LegallyHeld)
        known.update(numbers)
    return Carried(count, [value for value in held if value not in known])
