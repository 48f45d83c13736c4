"""The answer to a text that names a dossier: what its sender may read, or be told from now on."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from sms_gateway.domain.dossier import CLOSED, Dossier, State, canonical_key
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.record import Record
from sms_gateway.domain.records import OptOutChange
from sms_gateway.enquiry import policy
from sms_gateway.enquiry.choosing import Chosen
from sms_gateway.enquiry.draft import Draft
from sms_gateway.enquiry.intents import (
    Candidate,
    Help,
    Intent,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)
from sms_gateway.enquiry.rules import Rules
from sms_gateway.enquiry.wording import Choice, reply_from_copy, reply_to_dossier


class Asked(Record, frozen=True):
    """What is wanted, by whom, and the moment of the answer."""

    intent: Intent
    sender: Address
    now: datetime


def may_be_guess(intent: Intent, dossier: Dossier, sender: Address, candidate: Candidate) -> bool:
    """Whether a text could guess the second secret of a dossier that is not the sender's."""
    guesses = isinstance(intent, Lookup | OptIn) or candidate.with_verb
    return guesses and policy.is_guess(dossier, sender, candidate.rest)


def draft_about(
    chosen: Chosen, asked: Asked, rules: Rules, tried: Mapping[DossierId, int]
) -> Draft:
    """What is to be answered.

    Args:
        chosen: the dossier that the text means.
        asked: what is wanted of it.
        rules: see there.
        tried: how many wrong second secrets of the last day the dossiers had.
    """
    if chosen.candidate.with_verb:
        asked = replace(asked, intent=Lookup((chosen.candidate,)))
    dossier = chosen.dossier
    # However it was written: the same dossier again is the same question again.
    key = canonical_key(dossier.code)
    match asked.intent:
        case OptOut():
            change = OptOutChange(opted_out=True, dossier_id=dossier.id)
            template = _stopped(dossier, asked, rules)
            return Draft(template, {"code": dossier.code}, dossier, key, opt_out=change)
        case OptIn():
            return _following(chosen, asked, rules, tried)
        case Lookup():
            return _told(chosen, asked, rules, tried)
        case Help() | SetLanguage() | Malformed() | NotACitizen():
            message = "only intents with candidates are looked up"
            raise AssertionError(message)
        case _:
            assert_never(asked.intent)


def _told(chosen: Chosen, asked: Asked, rules: Rules, tried: Mapping[DossierId, int]) -> Draft:
    dossier, key = chosen.dossier, canonical_key(chosen.dossier.code)
    full, wrong = _may_read_all(chosen, asked, rules, tried)
    choice = reply_to_dossier(dossier, full=full, now=asked.now, zone=rules.zone)
    if chosen.stale:
        copy = reply_from_copy(dossier, zone=rules.zone) if full else None
        if copy is None:
            # What others may read says nothing of when it was true.
            copy = Choice("E4", {"code": dossier.code})
        choice = copy
    return Draft(
        choice.template, choice.params, dossier, key,
        miss=int(wrong), wrong_secret=wrong, language=_language(asked.intent),
        stale=bool(chosen.stale),
    )  # fmt: skip


def _stopped(dossier: Dossier, asked: Asked, rules: Rules) -> str:
    """The reply to who wants no more notices of it: what undoes that must work for this number."""
    if asked.sender in dossier.phones:
        return "O3"
    # Of the state only what E7 tells anybody: of the other closed ones it says nothing.
    again = _takes_secret(dossier, rules) and dossier.state is not State.RETURNED
    return "O3-secret" if again else "O3-other"


def _takes_secret(dossier: Dossier, rules: Rules) -> bool:
    return rules.second_secret and bool(dossier.secret_hash)


def _following(chosen: Chosen, asked: Asked, rules: Rules, tried: Mapping[DossierId, int]) -> Draft:
    """Who may read all of a dossier may be told of it: its phones, or who knows its secret."""
    dossier, key = chosen.dossier, canonical_key(chosen.dossier.code)
    may, wrong = _may_read_all(chosen, asked, rules, tried)
    if not may:
        template = "O6-secret" if _takes_secret(dossier, rules) else "O6"
        shown = {"code": dossier.code}
        return Draft(template, shown, dossier, key, miss=int(wrong), wrong_secret=wrong)
    own = asked.sender in dossier.phones
    if not own and dossier.state in CLOSED:
        # Nothing can follow: what there is to tell is told now, and no number is kept for it.
        return _told(chosen, asked, rules, tried)
    change = OptOutChange(opted_out=False, dossier_id=dossier.id, follows=not own)
    return Draft("O4" if own else "O5", {"code": dossier.code}, dossier, key, opt_out=change)


def _may_read_all(
    chosen: Chosen, asked: Asked, rules: Rules, tried: Mapping[DossierId, int]
) -> tuple[bool, bool]:
    """Whether the sender may read everything, and whether a wrong secret was named."""
    dossier, candidate = chosen.dossier, chosen.candidate
    guess = rules.second_secret and may_be_guess(asked.intent, dossier, asked.sender, candidate)
    # Of a dossier that was guessed at too often no secret is even compared.
    compared = guess and tried.get(dossier.id, 0) < rules.budgets.wrong_secrets_per_day
    words: Collection[str] = candidate.rest if compared else ()
    offered = [found for word in words for found in rules.secret_hashes(word)]
    full = policy.may_read_all(dossier, asked.sender, offered, second_secret=compared)
    return full, compared and not full


def _language(intent: Intent) -> Language | None:
    return intent.language if isinstance(intent, Lookup) else None
