"""What a batch of MOs is answered from, and what its own texts add to it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from msgspec.structs import replace

from sms_gateway.domain.dossier import CaseLookup
from sms_gateway.domain.ids import CanonicalKey, DossierId, NumberHash
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.records import Citizen, PendingMo, UsageEvent
from sms_gateway.enquiry.decide import Enquiry, Question, Verdict
from sms_gateway.ports import Store

NOBODY = Citizen()
"""A number of which nothing is known."""


async def citizens_of(
    store: Store,
    hashes: Callable[[Address], Sequence[NumberHash]],
    batch: Sequence[PendingMo],
    since: datetime,
) -> Mapping[NumberHash, Citizen]:
    """What the store knows of who asks, by whichever key it was written.

    Args:
        store: see there.
        hashes: those that a number may have, the one of today first; none where it has but one.
        batch: what is asked.
        since: events before it do not count.

    Raises:
        StoreDownError: see `ports.Inbox.citizens`.
    """
    others = {mo.sender_hash: hashes(mo.sender) for mo in batch}
    wanted = list(dict.fromkeys(chain(others, *others.values())))
    found = await store.citizens(wanted, since)
    return {number: _joined(number, others[number], found) for number in others}


def _joined(
    number: NumberHash, others: Sequence[NumberHash], found: Mapping[NumberHash, Citizen]
) -> Citizen:
    if not others:
        return found.get(number, NOBODY)
    # A choice is written by the key of its time, so that the newest key has the newest one.
    known = [found[one] for one in dict.fromkeys((*others, number)) if one in found]
    language = next((one.language for one in known if one.language), None)
    events = sorted((event for one in known for event in one.history), key=lambda event: event.at)
    asked = next((one.asked for one in known if one.asked), None)
    blocked = any(one.blocked for one in known)
    return Citizen(language, tuple(events), asked, blocked)


async def tried_of(
    store: Store,
    enquiry: Enquiry,
    questions: Sequence[Question],
    lookups: Mapping[CanonicalKey, CaseLookup],
    since: datetime,
) -> Mapping[DossierId, int]:
    """How often second secrets of these dossiers were guessed wrong, by whomever.

    Raises:
        StoreDownError: see `ports.Citizens.wrong_secrets`.
    """
    guarded = {dossier for question in questions for dossier in enquiry.guarded(question, lookups)}
    return await store.wrong_secrets(guarded, since) if guarded else {}


class Known:
    """One batch: each text is decided as if those before it had been answered already.

    Args:
        enquiry: by which all of it is decided.
        lookups: what the directory said.
        citizens: what the store knows of the numbers.
        tried: wrong second secrets of the last day, by dossier.
    """

    def __init__(
        self,
        enquiry: Enquiry,
        lookups: Mapping[CanonicalKey, CaseLookup],
        citizens: Mapping[NumberHash, Citizen],
        tried: Mapping[DossierId, int],
    ) -> None:
        self.enquiry = enquiry
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
        if verdict.opinion:
            self._citizens[number] = replace(self.citizen(number), asked=verdict.opinion)
        if verdict.usage:
            self._added.setdefault(number, []).append(verdict.usage)
        if verdict.wrong_secret and verdict.dossier:
            self.tried[verdict.dossier.id] += 1
