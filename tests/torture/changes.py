"""Dossiers that change, and the texts that tell of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.acceptance.telco import Mt


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
    """A text in the store that answers none.

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


def is_one_of(mt: Mt, told: Sequence[Told]) -> bool:
    """Whether what arrived is one of these; by SMPP it has no id but the citizen's number."""
    return any(mt.id == one.mt_id or (mt.id == one.owner and mt.text == one.text) for one in told)
