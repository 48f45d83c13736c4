"""Ids that sort by time: UUID version 7 (RFC 9562 clause 5.7)."""

from collections.abc import Callable
from datetime import datetime

from sms_gateway.domain.ids import MessageId

_RANDOM_BITS = 74
_STEP_BITS = 32
_HIGH = (1 << 60) - 1
_LOW = (1 << 62) - 1
_VARIANT = 1 << 63
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
        number = int(self._now().timestamp() * 1000) << _RANDOM_BITS
        if number <= self._last:
            # RFC 9562 clause 6.2, method 2: count up from the last one.
            number = self._last + 1 + self._random_bits(_STEP_BITS)
        else:
            number |= self._random_bits(_RANDOM_BITS)
        self._last = number
        # Clause 5.7: version 7 behind the moment and 12 random bits, then the variant, binary 10.
        text = f"{number >> 62 & _HIGH:015x}{number & _LOW | _VARIANT:016x}"
        return MessageId(f"{text[:8]}-{text[8:12]}-7{text[12:15]}-{text[15:19]}-{text[19:]}")
