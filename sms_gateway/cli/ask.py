"""`ask`: the whole enquiry in process; sends and records nothing."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import click

from sms_gateway.cases.embedded.upload import rules_of_file
from sms_gateway.cases.opening import open_cases
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import (
    first_short_code,
    is_there,
    load_settings,
    nobodys_hasher,
    stored,
)
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json, print_text
from sms_gateway.clock import SystemClock
from sms_gateway.domain.dossier import Unavailable
from sms_gateway.domain.ids import DossierId, ShortCode
from sms_gateway.domain.msisdn import Address, read_address
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.outcome import Outcome
from sms_gateway.domain.records import Citizen
from sms_gateway.enquiry.decide import Enquiry, Incoming, Question, Rules, Verdict
from sms_gateway.enquiry.wordings import in_force
from sms_gateway.folder import number_hasher
from sms_gateway.rules import by_staff, load_rules
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_HISTORY = timedelta(days=1)
_NO_ALPHABET = "gsm7"


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and what it was made of."""

    question: Question
    verdict: Verdict
    language: str


@click.command(short_help="Show the answer to a text; send nothing.")
@click.argument("text")
@click.option("--from", "sender", metavar="NUMBER", required=True, help="Phone that texts.")
@click.option("--to", metavar="SHORT_CODE", help="Number that was texted. [default: the first one]")
@click.option("--explain", is_flag=True, help="Also show what was understood and found.")
@as_json
@places
def ask(text: str, sender: str, to: str | None, *, explain: bool, as_json: bool) -> None:
    """Show the answer that NUMBER would get to TEXT; nothing is sent and nothing is recorded.

    It reads the dossiers, and what is known of that number (language, texts of the last day); a
    gateway may be running meanwhile. With --json the answer has the keys outcome (answered,
    answered_with_help, suppressed:WHY, parked:WHY), text (empty where nothing is sent), language
    (vi, vi-accented, en), alphabet (gsm7, ucs2), segments, billing (charge, free, refund); with
    --explain also template, billing_reason, intent, candidates and dossier.

    A text that begins with a hyphen goes behind two hyphens: ask --from NUMBER -- -text.
    """
    settings = load_settings()
    address = read_address(sender, settings.gateway.region)
    if address is None:
        message = "no phone number: write it as 0900000001 or +84900000001"
        raise click.BadParameter(message, param_hint="'--from'")
    # Octets that are not UTF-8 reach us as lone surrogates; no door hands those over.
    read = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    short_code = ShortCode(to or first_short_code(settings))
    hasher = _hasher(settings)
    rules = load_rules(settings, hasher)
    asked = asyncio.run(_ask(settings, rules, hasher, read, (address, short_code)))
    described = describe(asked)
    if explain:
        described |= explained(asked)
    if as_json:
        print_json(described)
    else:
        print_text("\n".join(_readable(described)))


def _hasher(settings: Settings) -> Hasher:
    """Of this data folder; where nothing was ever stored there is nobody to be found."""
    if not stored(settings) and not is_there(settings.cases_at):
        return nobodys_hasher()
    return number_hasher(settings.data_path)


async def _ask(
    settings: Settings,
    rules: Rules,
    hasher: Hasher,
    text: str,
    parties: tuple[Address, ShortCode],
) -> Asked:
    sender, short_code = parties
    cases_at = settings.cases_at
    if not await asyncio.to_thread(is_there, cases_at):
        message = f"{cases_at} is not there: run sms-gateway init, or name the folder with --data"
        raise Fault(message)
    clock = SystemClock()
    since = (now := clock.now()) - _HISTORY
    citizen = Citizen()
    known = await asyncio.to_thread(stored, settings)
    if known:
        async with open_reading(settings.store_at) as reading:
            citizen = await reading.citizen(hasher.number(sender), since)
            versions = in_force(await reading.wordings(), now)
            rules, _ = by_staff(rules, settings, await reading.synonyms(), versions)
    enquiry = Enquiry(rules)
    incoming = Incoming(text, sender, short_code, now)
    question = enquiry.ask(incoming, citizen.history, blocked=citizen.blocked)
    keys = list(question.keys)
    of_file = rules_of_file(rules, hasher)
    async with open_cases(settings, clock, of_file, writable=False) as cases:
        try:
            async with asyncio.timeout(settings.cases.timeout_s):
                found = await cases.answers.find_many(keys)
        except TimeoutError:
            found = dict.fromkeys(keys, Unavailable("timeout"))
    tried: Mapping[DossierId, int] = {}
    if known and (guarded := enquiry.guarded(question, found)):
        async with open_reading(settings.store_at) as reading:
            tried = await reading.wrong_secrets(guarded, since)
    verdict = enquiry.conclude(question, found, citizen, citizen.history, clock.now(), tried)
    default = citizen.language or enquiry.rules.language
    return Asked(question, verdict, verdict.reply.language if verdict.reply else default)


def describe(asked: Asked) -> dict[str, object]:
    """The answer as JSON can say it."""
    verdict = asked.verdict
    reply = verdict.reply
    why = f":{verdict.reason}" if verdict.outcome in (Outcome.SUPPRESSED, Outcome.PARKED) else ""
    return {
        "outcome": f"{verdict.outcome}{why}",
        "text": reply.text if reply else "",
        "language": asked.language,
        "alphabet": reply.alphabet if reply else _NO_ALPHABET,
        "segments": reply.segments if reply else 0,
        "billing": verdict.billing,
    }


def explained(asked: Asked) -> dict[str, object]:
    """What the answer was made of."""
    candidates = getattr(asked.question.intent, "candidates", ())
    verdict = asked.verdict
    return {
        "template": verdict.reply.template if verdict.reply else None,
        "billing_reason": verdict.billing_reason,
        "intent": verdict.intent,
        "candidates": [candidate.key for candidate in candidates],
        "dossier": verdict.dossier.id if verdict.dossier else None,
    }


def _readable(described: dict[str, object]) -> Iterator[str]:
    yield str(described.pop("text")) or "(nothing is sent)"
    yield ""
    for name, value in described.items():
        shown = " ".join(value) if isinstance(value, list) else value
        yield f"{name:<14}  {shown if shown not in (None, '') else '-'}"
