"""Which reply a past text would get now, by the dossiers of now."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sms_gateway.cases.embedded.rows import Rules as FileRules
from sms_gateway.cases.embedded.upload import rules_of_file
from sms_gateway.cases.opening import open_cases
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import is_there
from sms_gateway.clock import SystemClock
from sms_gateway.domain.dossier import CaseLookup, Unavailable
from sms_gateway.domain.ids import CanonicalKey, ShortCode
from sms_gateway.domain.records import Citizen
from sms_gateway.enquiry.decide import Enquiry, Incoming, Question, Rules
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.folder import number_hasher
from sms_gateway.replay.walking import Changed
from sms_gateway.rules import load_rules
from sms_gateway.settings import Settings

_PAGE = 40
_NOBODY = Citizen()


def replies_of(
    settings: Settings, grammars: Mapping[ShortCode, Grammar], shown: Sequence[Changed]
) -> Mapping[str, str]:
    """The template of each text's reply by its id, or how it would end without one.

    As if each were the number's first text today: no budget is held against it, and no second
    secret was tried before.

    Args:
        settings: see there.
        grammars: by which texts are read.
        shown: the texts.

    Raises:
        Fault: there are no dossiers.
        SettingsError, and what opening the dossiers raises.
    """
    if not is_there(settings.cases_at):
        message = f"{settings.cases_at} is not there: leave --with-cases out"
        raise Fault(message)
    hasher = number_hasher(settings.data_path)
    rules = replace(load_rules(settings, hasher), grammars=grammars)
    return asyncio.run(_replies_of(settings, rules, rules_of_file(rules, hasher), shown))


async def _replies_of(
    settings: Settings, rules: Rules, of_file: FileRules, shown: Sequence[Changed]
) -> Mapping[str, str]:
    clock, enquiry, found = SystemClock(), Enquiry(rules), dict[str, str]()
    async with open_cases(settings, clock, of_file, writable=False) as cases:
        for at in range(0, len(shown), _PAGE):
            page = shown[at : at + _PAGE]
            questions = [_question(enquiry, one) for one in page]
            keys = list(dict.fromkeys(key for one in questions for key in one.keys))
            lookups: Mapping[CanonicalKey, CaseLookup]
            try:
                async with asyncio.timeout(settings.cases.timeout_s):
                    lookups = await cases.answers.find_many(keys)
            except TimeoutError:
                lookups = dict.fromkeys(keys, Unavailable("timeout"))
            for one, question in zip(page, questions, strict=True):
                verdict = enquiry.conclude(question, lookups, _NOBODY, (), clock.now(), {})
                found[one.row.id] = verdict.reason
    return found


def _question(enquiry: Enquiry, changed: Changed) -> Question:
    row = changed.row
    return enquiry.ask(Incoming(row.text, row.sender, row.short_code, row.received_at), ())
