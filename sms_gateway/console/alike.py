"""Tells numbers apart that look alike: all that end in the same digits are masked alike."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.reading import MoRow

_SIGNS: Final = 3


def mark_of(address: Address, hasher: Hasher) -> str:
    """A few signs of the hash of a number: the same number has the same ones on each page."""
    return hasher.number(address)[:_SIGNS].upper()


def marks(rows: Iterable[MoRow], hasher: Hasher) -> Mapping[MessageId, str]:
    """The marks of those texts whose number looks like that of another text of these."""
    alike: dict[str, list[MoRow]] = defaultdict(list)
    for row in rows:
        if row.purged_at is None:
            alike[row.sender.masked].append(row)
    return {
        row.id: mark_of(row.sender, hasher)
        for those in alike.values()
        if len({row.sender for row in those}) > 1
        for row in those
    }
