"""Ids that sort by time: UUID version 7 (RFC 9562 clause 5.7)."""

from collections.abc import Callable
from datetime import datetime

from sms_gateway.domain.ids import MessageId

_RANDOM_BITS = 74
_POOL_OCTETS = 4096


class PooledBits:
    """Random bits from a pool: asking the kernel for each id costs more than the id.

    Args:
        random_octets: `random_octets(n)` gives n octets, as os.urandom does.
    """

    __slots__ = ("_at", "_pool", "_random_octets")

    def __init__(self, random_octets: Callable[[int], bytes]) -> None:
        self._random_octets = random_octets
        self._pool = b""
        self._at = 0

    def __call__(self, bits: int) -> int:
        """That many random bits."""
        octets = (bits + 7) // 8
        if self._at + octets > len(self._pool):
            self._pool, self._at = self._random_octets(_POOL_OCTETS), 0
        self._at += octets
        taken = self._pool[self._at - octets : self._at]
        return int.from_bytes(taken, "big") >> (octets * 8 - bits)


class Uuid7:
    """Makes ids; within one millisecond, and when the clock steps back, they still grow.

    Args:
        now: the clock.
        random_bits: `random_bits(n)` gives n random bits as an int.
    """

    __slots__ = ("_last", "_now", "_random_bits")

    def __init__(self, now: Callable[[], datetime], random_bits: Callable[[int], int]) -> None:
        self._now = now
        self._random_bits = random_bits
        self._last = 0

    def __call__(self) -> MessageId:
        """A new id, 36 characters."""
        moment = int(self._now().timestamp() * 1000)
        number = moment << _RANDOM_BITS | self._random_bits(_RANDOM_BITS)
        if number <= self._last:
            # RFC 9562 clause 6.2, method 2: count up from the last one.
            number = self._last + 1 + self._random_bits(32)
        self._last = number
        moment, random_a, random_b = (
            number >> _RANDOM_BITS,
            number >> 62 & 0xFFF,
            number & 0x3FFFFFFFFFFFFFFF,
        )
        text = f"{moment:012x}7{random_a:03x}{random_b | 1 << 63:016x}"
        return MessageId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")
