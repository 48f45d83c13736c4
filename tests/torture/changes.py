"""Dossiers that change, and the texts that tell of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A dossier whose result is ready, as the gateway took it.

    Attributes:
        receipt: its number.
        owner: whose phone nobody else has, as +84...
    """

    receipt: str
    owner: str


@dataclass(frozen=True, slots=True)
class Told:
    """A text that no citizen asked for, in the store.

    Attributes:
        mt_id: ours.
        owner: to whom.
        state: of it.
        text: its words.
        results: of its attempts, oldest first: `accepted`, `uncertain timed_out`.
    """

    mt_id: str
    owner: str
    state: str
    text: str
    results: tuple[str, ...]
