"""Texts that use up what one number may have, and the names of the refusals that follow."""

from tests.parts import receipt_of

LOOK_UP = "MCKH 170703-0001"
REFUSED = "E3"
REFUSED_TODAY = "E3-tomorrow"


def misses(count: int, first: int = 1) -> list[str]:
    return [f"MCKH 999999-{number:04}" for number in range(first, first + count)]


def look_ups(count: int, first: int = 1) -> list[str]:
    return [f"MCKH {receipt_of(number)}" for number in range(first, first + count)]
