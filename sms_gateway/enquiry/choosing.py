"""Which dossier a text means, out of what the case directory found: never a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from msgspec.structs import replace

from sms_gateway.domain.agency import Agencies
from sms_gateway.domain.dossier import (
    Ambiguous,
    CaseLookup,
    Dossier,
    Found,
    NotFound,
    Stale,
    Unavailable,
    Withheld,
)
from sms_gateway.domain.ids import NO_KEY, CanonicalKey
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.record import Record
from sms_gateway.enquiry.intents import Candidate


class Chosen(Record, frozen=True):
    """The dossier, and the reading that led to it.

    Attributes:
        dossier: as the case database says, or said the last time.
        candidate: the reading.
        stale: why it could not say now, one word; empty where it could.
    """

    dossier: Dossier
    candidate: Candidate
    stale: str = ""


class Nothing(Record, frozen=True):
    """No reading leads to a dossier."""

    candidate: Candidate


class Several(Record, frozen=True):
    """A reading leads to several dossiers and nothing tells which."""

    candidate: Candidate


class NotTold(Record, frozen=True):
    """The case database knows it and may not tell."""

    candidate: Candidate


class Unknown(Record, frozen=True):
    """The case database could not say."""

    candidate: Candidate
    reason: str


Choice = Chosen | Nothing | Several | NotTold | Unknown


class Reading(Record, frozen=True):
    """One key to look up for a candidate.

    Attributes:
        candidate: what the citizen wrote.
        key: to look up.
        agency: where the text named an agency: only its dossiers count.
        own_only: only a dossier registered to the sender counts, the text named an agency.
    """

    candidate: Candidate
    key: CanonicalKey
    agency: str = ""
    own_only: bool = False


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Every way to name an agency before a receipt number.

    Attributes:
        named: what a key may begin with, and the code of the agency that it names.
        all: what a key may begin with.
    """

    named: Sequence[tuple[CanonicalKey, str]]
    all: tuple[CanonicalKey, ...]


def agency_prefixes(agencies: Agencies) -> Prefixes:
    """The prefixes of all agencies; computed once."""
    named = [(prefix, agency.code) for agency in agencies.all for prefix in agency.prefixes]
    return Prefixes(named, tuple(prefix for prefix, _ in named))


def readings(candidates: Sequence[Candidate], prefixes: Prefixes) -> Sequence[Reading]:
    """What to look up, best first: each key as it is, then as a number of the agency named.

    One provincial keyword serves many agencies whose receipt numbers look alike, so a citizen
    may write the agency before the number, `SNGV 170703-0001` or `SNGV170703-0001`. Another
    agency's dossier is then not meant, unless it is the sender's own.
    """
    found: list[Reading] = []
    for candidate in candidates:
        key = candidate.key
        if not (candidate.rest or key.startswith(prefixes.all)):
            # A number and no more: no agency is named.
            found.append(Reading(candidate, key))
            continue
        named = [code for prefix, code in prefixes.named if prefix in candidate.rest]
        found.append(Reading(candidate, key, own_only=bool(named)))
        found += [Reading(candidate, key, code) for code in named]
        found += [
            Reading(candidate, CanonicalKey(key.removeprefix(prefix)), code)
            for prefix, code in prefixes.named
            if key.startswith(prefix) and key != prefix
        ]
    return found


def choose(
    asked: Sequence[Reading], lookups: Mapping[CanonicalKey, CaseLookup], sender: Address
) -> Choice:
    """The first exact reading that leads somewhere; a repaired one only if it alone does.

    Args:
        asked: readings, best first, at least one.
        lookups: what the directory said of each key.
        sender: among several dossiers on one key the one registered to this phone is meant.
    """
    if len(asked) == 1 and not asked[0].candidate.repaired:
        return _of(asked[0], lookups[asked[0].key], sender)
    unknown: Unknown | None = None
    several: Several | None = None
    several_at = NO_KEY
    # Nothing is done where what to do may be a part of the number.
    for reading in sorted(asked, key=lambda one: not one.candidate.with_verb):
        if reading.candidate.repaired:
            continue
        choice = _of(reading, lookups[reading.key], sender)
        match choice:
            case Unknown():
                unknown = unknown or choice
            case Several():
                # The agency named beside the number, read next, may tell which one is meant.
                several_at = several_at or reading.key
                several = several or choice
            case Nothing():
                pass
            case _ if several is None or _tells(reading, several, several_at):
                # A better reading that could not be looked up may lead elsewhere.
                return unknown or choice
            case _:
                pass
    if several is not None:
        return unknown or several
    return unknown or _by_repair(asked, lookups, sender)


def _tells(reading: Reading, several: Several, several_at: CanonicalKey) -> bool:
    """Whether it names the agency of a number that several dossiers have."""
    same = reading.candidate == several.candidate or reading.key == several_at
    return bool(reading.agency) and same


def _by_repair(
    asked: Sequence[Reading], lookups: Mapping[CanonicalKey, CaseLookup], sender: Address
) -> Choice:
    """What the repaired readings lead to, if it is one dossier and no more."""
    repaired = [
        choice
        for reading in asked
        if reading.candidate.repaired
        for choice in [_of(reading, lookups[reading.key], sender)]
        if not isinstance(choice, Nothing)
    ]
    if unknown := next((choice for choice in repaired if isinstance(choice, Unknown)), None):
        return unknown
    found = {choice.dossier.id if isinstance(choice, Chosen) else "" for choice in repaired}
    if len(found) == 1 and "" not in found:
        return repaired[0]
    return Nothing(asked[0].candidate)


def dossiers_of(lookup: CaseLookup | None) -> Sequence[Dossier]:
    """The dossiers that a key leads to, whoever may read them."""
    match lookup:
        case Found(dossier):
            return (dossier,)
        case Ambiguous(dossiers):
            return dossiers
        case Stale(copy):
            return dossiers_of(copy)
        case NotFound() | Withheld() | Unavailable() | None:
            return ()
        case _:
            assert_never(lookup)


def _of(reading: Reading, lookup: CaseLookup, sender: Address) -> Choice:
    match lookup:
        case Found(dossier):
            return _among(reading, (dossier,), sender)
        case Ambiguous(dossiers):
            return _among(reading, dossiers, sender)
        case NotFound():
            return Nothing(reading.candidate)
        case Withheld():
            return NotTold(reading.candidate)
        case Unavailable(reason):
            return Unknown(reading.candidate, reason)
        case Stale(copy, reason):
            choice = _of(reading, copy, sender)
            # Of what the copy does not settle nobody can say how it stands now.
            stale = isinstance(choice, Chosen)
            return replace(choice, stale=reason) if stale else Unknown(reading.candidate, reason)
        case _:
            assert_never(lookup)


def _among(reading: Reading, dossiers: tuple[Dossier, ...], sender: Address) -> Choice:
    candidate = reading.candidate
    if len(dossiers) == 1 and not (reading.agency or reading.own_only):
        return Chosen(dossiers[0], candidate)
    if reading.agency:
        dossiers = tuple(d for d in dossiers if d.agency == reading.agency)
    own = [d for d in dossiers if sender in d.phones]
    if reading.own_only:
        dossiers = tuple(own)
    if not dossiers:
        return Nothing(candidate)
    if len(dossiers) == 1 or len(own) == 1:
        return Chosen(own[0] if own else dossiers[0], candidate)
    return Several(candidate)
