"""The question of the survey: to whom it goes, and in which words."""

from collections.abc import Mapping
from datetime import datetime

from sms_gateway.domain.changes import Case
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import Text
from sms_gateway.domain.pushes import AT_ONCE, SURVEY_PRIORITY, Push
from sms_gateway.domain.surveys import SURVEY, Asking
from sms_gateway.enquiry.replies import Composed
from sms_gateway.notices.composing import Maker, recipients

_TEMPLATE = "Q1"


def asked_of(case: Case) -> Address | None:
    """Who is asked: one person for a dossier, the authorised one first; None where nobody can."""
    return next(iter(recipients(case, ())), None)


def question(
    case: Case, to: Address, maker: Maker, languages: Mapping[NumberHash, Language], now: datetime
) -> Asking:
    """The question, on its way.

    Args:
        case: the dossier whose result was returned.
        to: see `asked_of`.
        maker: of texts.
        languages: what numbers chose.
        now: the moment.
    """
    numbers, dossier, outlet = tuple(maker.hasher.numbers(to)), case.dossier, maker.outlet
    language = next((languages[n] for n in numbers if n in languages), maker.rules.language)
    made = _composed(dossier.code, maker, language)
    at = maker.quiet.over(now)
    push = Push(
        id=maker.new_id(),
        kind=MtKind.SURVEY,
        dossier_id=dossier.id,
        agency=dossier.agency,
        recipient=to,
        recipient_hash=numbers[0],
        short_code=outlet.short_code,
        door=outlet.push(outlet.door),
        template=made.template,
        template_version=made.version,
        params=made.params,
        language=made.language,
        text=made.text,
        alphabet=made.alphabet,
        segments=made.segments,
        billing_reason=SURVEY,
        priority=SURVEY_PRIORITY,
        at=now,
        not_before=at if at > now else AT_ONCE,
        valid_until=maker.quiet.later(at, maker.valid),
        dedupe_key=f"{SURVEY}:{dossier.id}",
    )
    return Asking(dossier.id, dossier.agency, dossier.code, Text(push, numbers))


def _composed(code: str, maker: Maker, language: Language) -> Composed:
    outlet = maker.outlet
    return maker.rules.replies.compose(
        _TEMPLATE,
        {
            "code": code,
            "keyword": maker.rules.grammars[outlet.short_code].words.keywords[0],
            "short_code": outlet.short_code,
        },
        language,
        refused=outlet.limits.refused_characters,
        max_segments=outlet.limits.longest,
    )
