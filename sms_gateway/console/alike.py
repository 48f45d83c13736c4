"""Tells numbers apart that look alike: all that end in the same digits are masked alike."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.reading import MoRow, MtRow

_SIGNS: Final = 3


def mark_of(address: Address, hasher: Hasher) -> str:
    """A few signs of the hash of a number: the same number has the same ones on each page."""
    return hasher.number(address)[:_SIGNS].upper()


def marks(rows: Iterable[MoRow | MtRow], hasher: Hasher) -> Mapping[MessageId, str]:
    """The marks of those messages whose number looks like that of another one of these."""
    alike: dict[str, dict[MessageId, Address]] = defaultdict(dict)
    for row in rows:
        if row.purged_at is None:
            address = row.sender if isinstance(row, MoRow) else row.recipient
            alike[address.masked][row.id] = address
    return {
        message_id: mark_of(address, hasher)
        for those in alike.values()
        if len(set(those.values())) > 1
        for message_id, address in those.items()
    }
