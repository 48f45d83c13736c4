"""What a citizen who asks about a dossier now would be told; nothing is sent and nothing counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sms_gateway.domain.dossier import CaseLookup, Dossier
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.records import Citizen
from sms_gateway.enquiry.decide import Enquiry, Incoming, Question
from sms_gateway.enquiry.rules import Rules
from sms_gateway.gsm.segment import segment

_STRANGERS: Final = tuple(Address(f"+8490000000{last}") for last in range(10))


@dataclass(frozen=True, slots=True)
class Told:
    """A reply in one language.

    Attributes:
        language: that was asked for; the reply's may be a shorter one.
        template: which reply it is.
        pieces: its text as the radio carries it.
        alphabet: how it is coded.
        billing: who pays.
    """

    language: Language
    template: str
    pieces: Sequence[str] = field(repr=False)
    alphabet: str
    billing: Billing


@dataclass(frozen=True, slots=True)
class Asking:
    """The text that one would send.

    Attributes:
        text: the keyword and the code, as the poster says.
        owner: asked by the first of the dossier's phones; None where it has none.
        stranger: asked by a number that is none of them.
    """

    text: str
    owner: Question | None
    stranger: Question

    @property
    def keys(self) -> Sequence[CanonicalKey]:
        """What must be looked up for it."""
        return list(self.stranger.keys)


def asking(rules: Rules, dossier: Dossier, now: datetime) -> Asking:
    """The question, as both would ask it."""
    enquiry = Enquiry(rules)
    short_code, grammar = next(iter(rules.grammars.items()))
    text = f"{grammar.words.keywords[0]} {dossier.code}"
    stranger = next(one for one in _STRANGERS if one not in dossier.phones)

    def asked(sender: Address) -> Question:
        return enquiry.ask(Incoming(text, sender, short_code, now), ())

    owner = asked(dossier.phones[0]) if dossier.phones else None
    return Asking(text, owner, asked(stranger))


def told(
    rules: Rules,
    question: Question,
    lookups: Mapping[CanonicalKey, CaseLookup],
    now: datetime,
) -> Sequence[Told]:
    """What the reply would be in each language.

    Args:
        rules: those of now.
        question: from `asking`.
        lookups: what the case database says of its keys.
        now: the moment.
    """
    enquiry = Enquiry(rules)
    replies = []
    for language in Language:
        verdict = enquiry.conclude(question, lookups, Citizen(language=language), (), now, {})
        if verdict.reply is not None:
            reply, pieces = verdict.reply, segment(verdict.reply.text)
            replies.append(Told(language, reply.template, pieces, reply.alphabet, verdict.billing))
    return replies
