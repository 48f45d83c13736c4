"""A value that must never be shown."""

import hmac
from dataclasses import dataclass

SHORTEST_SOUGHT = 4
"""Fewest characters of a secret that is looked for within other texts: a shorter one is part of
words that have nothing to do with it."""


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password, token or key. Its repr and str are `***`; compare with `matches`.

    Attributes:
        value: the secret itself; write `.value` only where it goes onto the wire.
    """

    value: str

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def matches(self, offered: str) -> bool:
        """Whether `offered` is the secret, compared in constant time."""
        return hmac.compare_digest(self.value.encode(), offered.encode("utf-8", "surrogatepass"))
