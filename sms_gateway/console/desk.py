"""What the pages may reach."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sms_gateway.access import Access
from sms_gateway.commands import Commands
from sms_gateway.console.actors import StaffNames
from sms_gateway.console.answer_hours import AnswerHours
from sms_gateway.console.automatic import Automatic
from sms_gateway.console.chain_seen import ChainSeen
from sms_gateway.console.claim_desk import ClaimDesk
from sms_gateway.console.door_desk import DoorDesk
from sms_gateway.console.live import Live
from sms_gateway.console.partner_desk import PartnerDesk
from sms_gateway.console.provider_desk import ProviderDesk
from sms_gateway.console.rule_desk import RuleDesk
from sms_gateway.console.seams import Cases, Numbers, Views
from sms_gateway.console.system_desk import SystemDesk
from sms_gateway.console.turn import Turn
from sms_gateway.console.waiting import Waiting
from sms_gateway.dispatch.answers import Answers
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.records import Figures
from sms_gateway.domain.staff import AgencyId
from sms_gateway.enquiry.rules import Rules
from sms_gateway.ports import Clock
from sms_gateway.reading import Reading
from sms_gateway.reports.comparing import Comparing
from sms_gateway.reports.making import Making
from sms_gateway.web.peers import Proxies

if TYPE_CHECKING:  # it renders what visits hold, and a visit holds the desk
    from sms_gateway.console.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How the console is set up.

    Attributes:
        zone: of the dates on pages.
        region: of numbers without a country code.
        tls: people reach it by https.
        seconds: how long a form may take to arrive.
        proxies: those that may say who calls.
        agencies: names by code.
        doors: the configured ones.
        node: the name of this one.
        version: of the code.
        base_url: how people reach the console from outside, without a slash at its end; empty where
            the settings do not say.
    """

    zone: ZoneInfo
    region: str
    tls: bool
    seconds: float
    proxies: Proxies
    agencies: Mapping[AgencyId, str]
    doors: tuple[DoorName, ...]
    node: str
    version: str
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """All of it.

    Attributes:
        access: who is who.
        reading: what may be asked.
        commands: what may be changed.
        renderer: makes pages.
        hasher: of numbers.
        clock: the time.
        random: octets nobody can guess.
        new_id: makes ids.
        answers: sends what people write.
        live: tells open pages what is new.
        rules: those that texts are answered by now.
        audit: writes one line of who did what: when, by whom, which act, about what, how.
        rule_desk: what pages about rules reach.
        claim_desk: what pages about complaints and a citizen's rights reach.
        views: questions about the log that people saved.
        numbers: one number, and what went to it.
        cases: what the case database says.
        waiting: how much waits for a person.
        names: what the staff are called.
        automatic: messages, windows and the calendar.
        hours: how fast texts are answered.
        queue: how the queues stand.
        reports: makes them.
        static: where a style or script is, by its name.
        turn: whose turn it is to have a report made.
        files: whose turn it is to be sent a long file, at the pace of their network.
        chain: looks along the newest lines of the audit.
        doors, system: see there.
        comparing: compares telcos' files.
        uploads: whose turn it is to send a file.
        partners: what pages about other systems reach.
        provided: the provider that staff may sign in by, or None.
        around: see there.
    """

    access: Access
    reading: Reading
    commands: Commands
    renderer: "Renderer"
    hasher: Hasher
    clock: Clock
    random: Callable[[int], bytes]
    new_id: Callable[[], MessageId]
    answers: Answers
    live: Live
    rules: Callable[[], Rules]
    audit: Callable[[datetime, str, str, str, str], Awaitable[None]]
    rule_desk: RuleDesk
    claim_desk: ClaimDesk
    views: Views
    numbers: Numbers
    cases: Cases
    waiting: Waiting
    names: StaffNames
    automatic: Automatic
    hours: AnswerHours
    queue: Callable[[], Awaitable[Figures]]
    reports: Making
    static: Callable[[str], str]
    turn: Turn
    files: Turn
    chain: Callable[[], Awaitable[ChainSeen]]
    doors: DoorDesk
    system: SystemDesk
    partners: PartnerDesk
    comparing: Comparing
    uploads: Turn
    around: Surroundings
    provided: ProviderDesk | None = None
