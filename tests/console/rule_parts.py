"""What the console's pages about rules, complaints and a citizen's rights reach, in tests."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sms_gateway.complaints import ComplaintCommands
from sms_gateway.console.claim_desk import ClaimDesk
from sms_gateway.console.proposals import Proposals
from sms_gateway.console.rule_desk import RuleDesk
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.enquiry.decide import Enquiry
from sms_gateway.ports import Clock
from sms_gateway.replay.cases import CaseCommands
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.service.rule_watch import RuleWatch
from sms_gateway.settings import load, load_calendar
from sms_gateway.store.store import SqlStore
from sms_gateway.wordings import WordingCommands
from tests.parts import ROOT
from tests.replay.replay_desk import WORDS

SETTINGS = load(None, None, {}, ROOT)
_DAYS = load_calendar(SETTINGS.calendar)
CALENDAR = calendar_of(ZoneInfo("Asia/Ho_Chi_Minh"), _DAYS.hours, merged(_DAYS.days, ()))


def rule_desk(
    store: SqlStore, clock: Clock, new_id: Callable[[], str], enquiry: Enquiry
) -> RuleDesk:
    """Texts are answered by the shipped rules, and by the wordings that staff put into force."""
    kept = store.text_cases
    words = SynonymCommands(store.synonyms, store.reading, WORDS, clock.now, cases=kept)
    watch = RuleWatch(SETTINGS, store, enquiry, clock)
    wordings = WordingCommands(
        store=store.wordings,
        replies=lambda: enquiry.rules.replies,
        in_console=True,
        second_person=True,
        now=clock.now,
        new_id=new_id,
        look=watch.look,
    )
    proposals, cases = Proposals(wordings, clock.monotonic), CaseCommands(kept, clock.now, new_id)
    return RuleDesk(words, store.reading.counted, kept, cases, wordings, proposals)


def claim_desk(store: SqlStore, clock: Clock, new_id: Callable[[], str]) -> ClaimDesk:
    """A complaint is due after ten working days."""

    async def calendar() -> Calendar:
        return CALENDAR

    commands = ComplaintCommands(store.complaints, calendar, 10, clock.now, new_id)
    rights = CitizenRights(store.retention, clock.now)
    return ClaimDesk(commands, store.complaints, rights, store.reading)
