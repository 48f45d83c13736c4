"""From a citizen's text to the one verdict that ends it. Pure: no I/O, time is a parameter.

`Enquiry.ask` reads the text and decides whether and what the directory is asked;
`Enquiry.conclude` decides the rest. Both are given the number's history, to which the caller adds
each verdict's usage before the next text of the same number.
"""

import copy
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from sms_gateway.domain.dossier import CaseLookup, NotFound, Unavailable
from sms_gateway.domain.ids import CanonicalKey, DossierId, ShortCode
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.domain.records import Citizen, UsageEvent
from sms_gateway.enquiry import policy
from sms_gateway.enquiry.about import Asked, draft_about, may_be_guess
from sms_gateway.enquiry.choosing import (
    Chosen,
    Nothing,
    NotTold,
    Reading,
    Several,
    Unknown,
    agency_prefixes,
    choose,
    dossiers_of,
    readings,
)
from sms_gateway.enquiry.draft import Draft, without_dossier
from sms_gateway.enquiry.echo import named, told
from sms_gateway.enquiry.intents import (
    PROBE,
    Help,
    Intent,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)
from sms_gateway.enquiry.keywords import Grammar, parse
from sms_gateway.enquiry.replies import Composed
from sms_gateway.enquiry.rules import Rules
from sms_gateway.enquiry.scores import is_attempt, score_of
from sms_gateway.enquiry.verdict import Incoming, Probed, Question, Verdict

__all__ = ["Enquiry", "Incoming", "Probed", "Question", "Rules", "Verdict"]

_PROBES_APART = timedelta(minutes=1)


class Enquiry:
    """Answers texts by one set of rules.

    Attributes:
        rules: see there; others take their place by `renew`, for all who hold this.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._prefixes = agency_prefixes(rules.agencies)
        self._hotlines = {agency.code: agency.hotline for agency in rules.agencies.all}

    def renew(self, rules: Rules) -> None:
        """Answer by these from now on: of the same settings, with other words."""
        self.rules = rules

    def at_present(self) -> "Enquiry":
        """The same by the rules of now, whatever is renewed: for what is one piece of work."""
        return copy.copy(self)

    def grammar(self, short_code: ShortCode) -> Grammar:
        """The grammar of a short code."""
        return self.rules.grammars[short_code]

    def ask(
        self, incoming: Incoming, history: Sequence[UsageEvent], *, blocked: bool = False
    ) -> Question:
        """Read a text, and say what must be looked up within the number's budgets.

        Of a number that staff blocked nothing is looked up, and nothing is answered.
        """
        intent = parse(incoming.text, self.grammar(incoming.short_code))
        if incoming.probed is not Probed.NO:
            return self._probe(incoming, intent, history)
        if silence := self._not_answered(incoming, intent):
            return Question(incoming, intent, verdict=silence)
        if blocked:
            return Question(incoming, intent, verdict=_suppressed(intent, "blocked"))
        return self._within_budgets(Question(incoming, intent, self._asked(intent)), history)

    def conclude(
        self,
        question: Question,
        lookups: Mapping[CanonicalKey, CaseLookup],
        citizen: Citizen,
        history: Sequence[UsageEvent],
        now: datetime,
        tried: Mapping[DossierId, int],
    ) -> Verdict:
        """Decide with what the directory said of `question.keys`.

        The history now holds what came of the texts before it in its batch, so the budgets are
        held against it once more; whether this text hits or misses makes no difference to them.

        Args:
            question: the text, read.
            lookups: what the directory said.
            citizen: who asks.
            history: the number's events of the last day.
            now: the moment of the answer.
            tried: how many wrong second secrets of the last day each dossier of `guarded` had.
        """
        if question.verdict is not None:
            return question.verdict
        if question.incoming.probed is not Probed.NO:
            history = ()
        question = self._within_budgets(question, history)
        if marked := self._marked(question, lookups, citizen):
            draft = marked
        elif question.wait is not None:
            draft = Draft(*policy.refusal(question.wait, question.incoming.received_at))
        elif question.asked:
            draft = self._looked_up(question, lookups, now, tried)
        else:
            draft = without_dossier(question.intent)
        return self._finish(question, draft, citizen, history)

    def _marked(
        self, question: Question, lookups: Mapping[CanonicalKey, CaseLookup], citizen: Citizen
    ) -> Draft | None:
        """The reply to an answer to the question of the survey, if that is what the text is."""
        asked = citizen.asked
        said = [lookups[key] for key in question.keys]
        if asked is None or not all(isinstance(one, NotFound | Unavailable) for one in said):
            # A receipt number is a receipt number, whatever was asked.
            return None
        text, grammar = question.incoming.text, self.grammar(question.incoming.short_code)
        # What is no dossier for sure: everything was looked up, and nothing found.
        unheard = len(question.asked) < len(self._asked(question.intent))
        sure = not unheard and all(isinstance(one, NotFound) for one in said)
        score = score_of(text, grammar, words=sure and not asked.score)
        if score is not None:
            draft = Draft("Q2", {"code": asked.code}, opinion=replace(asked, score=score))
        elif sure and is_attempt(text, grammar, words=not asked.score):
            draft = Draft("Q3", {"code": asked.code})
        else:
            return None
        # Who was asked may guess at numbers no more often than others.
        return _missed(draft, question.asked) if sure and question.asked else draft

    def _probe(self, incoming: Incoming, intent: Intent, history: Sequence[UsageEvent]) -> Question:
        """A door's probe text counts for no budget; who forges it makes us send one a minute."""
        lately = any(incoming.received_at - event.at < _PROBES_APART for event in history)
        if incoming.probed is Probed.NOTED or lately:
            verdict = replace(_suppressed(intent, "probe"), intent=PROBE)
            return Question(incoming, intent, verdict=verdict)
        return Question(incoming, intent, self._asked(intent))

    def _not_answered(self, incoming: Incoming, intent: Intent) -> Verdict | None:
        sender, ours = incoming.sender, self.rules.short_codes
        spellings = (sender.digits, sender.national)
        ourselves = incoming.short_code in spellings or not ours.isdisjoint(spellings)
        if ourselves or not sender.may_be_a_person:
            return _suppressed(intent, "machine_sender")
        if ours and incoming.short_code not in ours:
            return _suppressed(intent, "other_short_code")
        if isinstance(intent, NotACitizen):
            return _suppressed(intent, "not_a_citizen")
        if isinstance(intent, Malformed) and sender in self.rules.on_call:
            return _suppressed(intent, "on_call")
        return None

    def _within_budgets(self, question: Question, history: Sequence[UsageEvent]) -> Question:
        """The question as far as the number may ask it: not now, or only for what it knows."""
        if not history:
            # Most numbers ask for the first time today.
            return question
        if question.wait is not None or (
            not question.asked and isinstance(question.intent, OptOut | OptIn)
        ):
            # A citizen's no to everything is heard whatever the budgets say. With a number in it
            # it would answer any number of guesses.
            return question
        budgets, at = self.rules.budgets, question.incoming.received_at
        wait = policy.wait_until(budgets, history, question.keys, at)
        if wait is not None:
            return replace(question, asked=(), wait=wait)
        left = policy.receipts_left(budgets, history, at)
        if left is None or not question.asked:
            return question
        known = [r for r in question.asked if r.key in left or r.candidate.key in left]
        return replace(question, asked=known)

    def guarded(
        self, question: Question, lookups: Mapping[CanonicalKey, CaseLookup]
    ) -> Collection[DossierId]:
        """The dossiers whose second secret this text may guess: how often was that tried?"""
        if not self.rules.second_secret:
            return ()
        return {
            dossier.id
            for reading in question.asked
            if reading.candidate.rest
            for dossier in dossiers_of(lookups.get(reading.key))
            if may_be_guess(question.intent, dossier, question.incoming.sender, reading.candidate)
        }

    def _looked_up(
        self,
        question: Question,
        lookups: Mapping[CanonicalKey, CaseLookup],
        now: datetime,
        tried: Mapping[DossierId, int],
    ) -> Draft:
        choice = choose(question.asked, lookups, question.incoming.sender)
        if isinstance(choice, Chosen):
            sender = question.incoming.sender
            return draft_about(choice, Asked(question.intent, sender, now), self.rules, tried)
        candidate, grammar = choice.candidate, self.grammar(question.incoming.short_code)
        match choice:
            case Nothing():
                e1 = Draft(*told("E1", candidate, grammar), failure=True)
                return _missed(e1, question.asked)
            case Several():
                return Draft(*told("E6", candidate, grammar), key=candidate.key, failure=True)
            case NotTold():
                return Draft("E7-call", named(candidate, grammar), key=candidate.key)
            case Unknown():
                return Draft(*told("E4", candidate, grammar), key=candidate.key, unavailable=True)
            case _:
                assert_never(choice)

    def _asked(self, intent: Intent) -> Sequence[Reading]:
        match intent:
            case Lookup(candidates) | OptOut(candidates) | OptIn(candidates):
                return readings(candidates, self._prefixes)
            case Help() | SetLanguage() | Malformed() | NotACitizen():
                return ()
            case _:
                assert_never(intent)

    def _finish(
        self, question: Question, draft: Draft, citizen: Citizen, history: Sequence[UsageEvent]
    ) -> Verdict:
        at, budgets = question.incoming.received_at, self.rules.budgets
        reply = self._composed(question, draft, citizen, history)
        # The door may carry only the shortest reply instead.
        template = reply.template
        usage = UsageEvent(at, draft.key, template, reply.text_hash, draft.miss, draft.failure)
        billing, why = self.rules.replies.billing_of(template), template
        if draft.dossier is not None and policy.is_repeat(
            history, draft.key, at, budgets.repeat_free
        ):
            billing, why = Billing.FREE, "repeat"
        verdict = Verdict(
            outcome=self.rules.replies.outcome_of(template),
            reason=template,
            intent=PROBE if question.incoming.probed is not Probed.NO else question.intent.name,
            reply=reply,
            billing=billing,
            billing_reason=why,
            key=draft.key,
            dossier=draft.dossier,
            usage=usage,
            preference=draft.preference,
            opt_out=draft.opt_out,
            unavailable=draft.unavailable,
            stale=draft.stale,
            wrong_secret=draft.wrong_secret,
            opinion=draft.opinion,
        )
        kept_back = policy.kept_back(budgets, history, usage)
        if not kept_back:
            return verdict
        return replace(
            verdict, outcome=Outcome.SUPPRESSED, reason=kept_back, reply=None,
            billing=Billing.FREE, billing_reason="", usage=policy.unsent(usage),
        )  # fmt: skip

    def _composed(
        self, question: Question, draft: Draft, citizen: Citizen, history: Sequence[UsageEvent]
    ) -> Composed:
        template, incoming = draft.template, question.incoming
        if draft.failure and policy.failed_before(history, incoming.received_at):
            template = "F2"
        language = draft.language or _language(question.intent) or citizen.language
        return self.rules.replies.compose(
            template,
            self._params(question, draft),
            language or self.rules.language,
            refused=incoming.refused,
            max_segments=incoming.max_segments,
        )

    def _params(self, question: Question, draft: Draft) -> Mapping[str, str]:
        office = draft.dossier.agency if draft.dossier else ""
        return {
            "minutes": "30",
            "hotline": self._hotlines.get(office) or self.rules.agencies.default_hotline,
            "keyword": self.grammar(question.incoming.short_code).words.keywords[0],
            "short_code": question.incoming.short_code,
            **draft.params,
        }


def _missed(draft: Draft, asked: Sequence[Reading]) -> Draft:
    """The draft of a text whose numbers lead nowhere, with what it counts for."""
    exact = {r.candidate.key for r in asked if not r.candidate.repaired}
    return replace(draft, key=asked[0].candidate.key, miss=max(1, len(exact)))


def _language(intent: Intent) -> Language | None:
    return intent.language if isinstance(intent, Lookup) else None


def _suppressed(intent: Intent, why: str) -> Verdict:
    return Verdict(Outcome.SUPPRESSED, why, intent.name)
