"""The texts that tell a citizen how a dossier stands: the very words of the reply to who asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sms_gateway.domain.changes import Case
from sms_gateway.domain.ids import DoorName, MessageId, NumberHash, ShortCode
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import Text
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.pushes import (
    AT_NIGHT_PRIORITY,
    AT_ONCE,
    LET_GO_PRIORITY,
    NOTICE_PRIORITY,
    Push,
)
from sms_gateway.enquiry.replies import Composed
from sms_gateway.enquiry.rules import Rules
from sms_gateway.enquiry.wording import reply_to_dossier
from sms_gateway.notices.hours import Quiet
from sms_gateway.ports import Limits

NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Outlet:
    """By which way automatic messages leave.

    Attributes:
        door, short_code: see `[notices]`.
        limits: of the door.
        push: by which door of the same telco a new text leaves now.
    """

    door: DoorName
    short_code: ShortCode
    limits: Limits = Limits()  # noqa: RUF009  # frozen
    push: Callable[[DoorName], DoorName] = lambda door: door


@dataclass(frozen=True, slots=True)
class Telling:
    """What a text is made for.

    Attributes:
        case: the dossier as it stands now.
        transition: what names the step for ever.
        at_night: it does not wait for the morning.
        let_go: it was held, and staff let it go.
        now: the moment.
        hold_reason, batch_id: why it is held and with what; empty where it is queued.
    """

    case: Case
    transition: str
    at_night: bool
    now: datetime
    hold_reason: str = ""
    batch_id: str = ""
    let_go: bool = False


def recipients(case: Case, followers: Sequence[Address]) -> Sequence[Address]:
    """Who is told: the authorised person where there is one, else the owner; and followers."""
    phones = [*(case.facts.authorised or case.facts.owners), *followers]
    return [one for one in dict.fromkeys(phones) if one.may_be_a_person]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes them.

    Attributes:
        rules_now: wording, agencies, zone, as they are at the moment: staff change some of it.
        hasher, new_id: of numbers and ids.
        outlet: see there.
        quiet: hours of the night.
        valid: after that, without the nights, a text is not worth sending.
    """

    rules_now: Callable[[], Rules]
    hasher: Hasher
    new_id: Callable[[], MessageId]
    outlet: Outlet
    quiet: Quiet
    valid: timedelta

    @property
    def rules(self) -> Rules:
        """Those of now."""
        return self.rules_now()

    def numbers(self, recipients: Sequence[Address]) -> Sequence[NumberHash]:
        """All hashes that their choices may be kept under."""
        return [number for one in recipients for number in self.hasher.numbers(one)]

    def texts(
        self, of: Telling, to: Sequence[Address], languages: Mapping[NumberHash, Language]
    ) -> Sequence[Text]:
        """One to each recipient, in the language that it chose."""
        return [self._text(of, one, languages) for one in to]

    def composed(self, case: Case, language: Language, at: datetime) -> Composed:
        """The words, as the reply to who asks at that moment has them."""
        rules, outlet = self.rules, self.outlet
        choice = reply_to_dossier(case.dossier, full=True, now=at, zone=rules.zone)
        offices = {agency.code: agency.hotline for agency in rules.agencies.all}
        hotline = offices.get(case.dossier.agency) or rules.agencies.default_hotline
        return rules.replies.compose(
            choice.template,
            {
                "hotline": hotline,
                "keyword": rules.grammars[outlet.short_code].words.keywords[0],
                "short_code": outlet.short_code,
                **choice.params,
            },
            language,
            refused=outlet.limits.refused_characters,
            max_segments=outlet.limits.longest,
        )

    def _text(self, of: Telling, to: Address, languages: Mapping[NumberHash, Language]) -> Text:
        numbers = tuple(self.hasher.numbers(to))
        chosen = next((languages[n] for n in numbers if n in languages), self.rules.language)
        waits = not (of.at_night or of.hold_reason)
        at = self.quiet.over(of.now) if waits else of.now
        made, dossier = self.composed(of.case, chosen, at), of.case.dossier
        push = Push(
            id=self.new_id(),
            kind=MtKind.NOTICE,
            dossier_id=dossier.id,
            agency=dossier.agency,
            recipient=to,
            recipient_hash=numbers[0],
            short_code=self.outlet.short_code,
            door=self.outlet.push(self.outlet.door),
            template=made.template,
            template_version=made.version,
            params=made.params,
            language=made.language,
            text=made.text,
            alphabet=made.alphabet,
            segments=made.segments,
            billing_reason=NOTICE,
            priority=_priority(of),
            at=of.now,
            not_before=at if at > of.now else AT_ONCE,
            valid_until=self.quiet.later(at, self.valid),
            dedupe_key=f"{NOTICE}:{dossier.id}:{of.transition}:{numbers[0]}",
            state=MtState.HELD if of.hold_reason else MtState.QUEUED,
            hold_reason=of.hold_reason,
            batch_id=of.batch_id,
        )
        return Text(push, numbers)


def _priority(of: Telling) -> int:
    if of.at_night:
        return AT_NIGHT_PRIORITY
    return LET_GO_PRIORITY if of.let_go else NOTICE_PRIORITY
