"""Ids that sort by time: UUID version 7 (RFC 9562 clause 5.7)."""

from collections.abc import Callable

from sms_gateway.domain.ids import MessageId

_RANDOM_BITS = 74
_STEP_BITS = 32
_LOW_BITS = 62
_LOW = (1 << _LOW_BITS) - 1
_VARIANT = 1 << 63
_POOL_OCTETS = 4000
_WIDEST_OCTETS = 10


class PooledBits:
    """Random bits from a pool: asking the kernel for each id costs more than the id.

    Args:
        random_octets: `random_octets(n)` gives n octets, as os.urandom does.
    """

    __slots__ = ("_pool", "_random_octets")

    def __init__(self, random_octets: Callable[[int], bytes]) -> None:
        self._random_octets = random_octets
        self._pool: list[int] = []

    def __call__(self, bits: int) -> int:
        """That many random bits, 80 at most."""
        if not self._pool:
            octets = self._random_octets(_POOL_OCTETS)
            self._pool = [
                int.from_bytes(octets[at : at + _WIDEST_OCTETS], "big")
                for at in range(0, _POOL_OCTETS, _WIDEST_OCTETS)
            ]
        return self._pool.pop() >> (8 * _WIDEST_OCTETS - bits)


def made_at(message_id: str) -> int:
    """When an id was made, in milliseconds since 1970 (RFC 9562 clause 5.7)."""
    return int(message_id[:8] + message_id[9:13], 16)


class Uuid7:
    """Makes ids; within one millisecond, and when the clock steps back, they still grow.

    Args:
        milliseconds: the clock, milliseconds since 1970.
        random_bits: `random_bits(n)` gives n random bits as an int.
    """

    __slots__ = ("_head", "_low", "_milliseconds", "_moment", "_random_bits")

    def __init__(self, milliseconds: Callable[[], int], random_bits: Callable[[int], int]) -> None:
        self._milliseconds = milliseconds
        self._random_bits = random_bits
        self._moment = 0  # the millisecond and the twelve random bits behind it, as one number
        self._head = ""  # the same as text
        self._low = 0

    def __call__(self) -> MessageId:
        """A new id, 36 characters."""
        now = self._milliseconds()
        if now > self._moment >> 12:
            chance = self._random_bits(_RANDOM_BITS)
            self._begin(now << 12 | chance >> _LOW_BITS)
            self._low = chance & _LOW
        else:
            # RFC 9562 clause 6.2, method 2: count up from the last one.
            self._low += 1 + self._random_bits(_STEP_BITS)
            if self._low > _LOW:
                self._low &= _LOW
                self._begin(self._moment + 1)
        # Clause 5.7: the variant, binary 10, before the last 62 bits.
        low = f"{self._low | _VARIANT:x}"
        return MessageId(f"{self._head}{low[:4]}-{low[4:]}")

    def _begin(self, moment: int) -> None:
        # Clause 5.7: 48 bits of time, version 7, twelve bits.
        text = f"{moment:015x}"
        self._moment = moment
        self._head = f"{text[:8]}-{text[8:12]}-7{text[12:]}-"
