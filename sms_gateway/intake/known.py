"""What a batch of MOs is answered from, and what its own texts add to it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from sms_gateway.domain.dossier import CaseLookup
from sms_gateway.domain.ids import CanonicalKey, DossierId, NumberHash
from sms_gateway.domain.records import Citizen, UsageEvent
from sms_gateway.enquiry.decide import Verdict

NOBODY = Citizen()
"""A number of which nothing is known."""


class Known:
    """One batch: each text is decided as if those before it had been answered already.

    Args:
        lookups: what the directory said.
        citizens: what the store knows of the numbers.
        tried: wrong second secrets of the last day, by dossier.
    """

    def __init__(
        self,
        lookups: Mapping[CanonicalKey, CaseLookup],
        citizens: Mapping[NumberHash, Citizen],
        tried: Mapping[DossierId, int],
    ) -> None:
        self.lookups = lookups
        self.tried = Counter(tried)
        self._citizens = dict(citizens)
        self._added: dict[NumberHash, list[UsageEvent]] = {}

    def citizen(self, number: NumberHash) -> Citizen:
        """Who asks."""
        return self._citizens.get(number, NOBODY)

    def history(self, number: NumberHash) -> Sequence[UsageEvent]:
        """What counts for a number: what the store knew, then this batch."""
        before, added = self.citizen(number).history, self._added.get(number)
        return [*before, *added] if added else before

    def add(self, number: NumberHash, verdict: Verdict) -> None:
        """A text of a number was decided so."""
        if verdict.preference:
            # The number's next text of this batch is answered in the language just chosen.
            changed = replace(self.citizen(number), language=verdict.preference.language)
            self._citizens[number] = changed
        if verdict.usage:
            self._added.setdefault(number, []).append(verdict.usage)
        if verdict.wrong_secret and verdict.dossier:
            self.tried[verdict.dossier.id] += 1
