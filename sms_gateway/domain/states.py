"""What the words of an office's own software mean among the ten national states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sms_gateway.domain.dossier import State, canonical_key


def state_key(told: str) -> str:
    """The form in which words are compared: case, accents and signs do not matter, nor does `04`.

    Empty for what has neither a letter nor a digit, and for numbers in other digits than 0 to 9.
    """
    key = canonical_key(told)
    if not key.isdecimal():
        return key
    return str(int(key)) if told.isascii() else ""


@dataclass(frozen=True, slots=True)
class States:
    """The words of one source.

    Attributes:
        words: `state_key` of each to what it means.
    """

    words: Mapping[str, State]

    def of(self, told: str) -> State | None:
        """What a word means, or None where nobody wrote that down."""
        return self.words.get(state_key(told))


NATIONAL = States(MappingProxyType({str(state.value): state for state in State}))
"""The numbers 1 to 10 themselves, and no words."""


@dataclass(frozen=True, slots=True)
class UnknownState:
    """A word that a source used and that nobody knew then.

    Attributes:
        source: which: `import`, `push`, `sql` or `http`.
        word: cleaned and cut, see `cases.embedded.values`.
        last_at: when it came last.
    """

    source: str
    word: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class StateTables:
    """The words of all sources.

    Attributes:
        default: of a source that has no table.
        sources: name of a source to its words.
    """

    default: States = NATIONAL
    sources: Mapping[str, States] = field(default_factory=dict)

    def of(self, source: str) -> States:
        """The words of a source."""
        return self.sources.get(source, self.default)

    def unknown_among(self, came: Sequence[UnknownState]) -> Sequence[UnknownState]:
        """Those words that nobody has written down to this day."""
        return [one for one in came if self.of(one.source).of(one.word) is None]
