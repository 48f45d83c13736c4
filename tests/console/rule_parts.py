"""What the console's pages about rules, complaints and a citizen's rights reach, in tests."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sms_gateway.complaints import ComplaintCommands
from sms_gateway.console.claim_desk import ClaimDesk
from sms_gateway.console.rule_desk import RuleDesk
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.ports import Clock
from sms_gateway.replay.cases import CaseCommands
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.settings import load, load_calendar
from sms_gateway.store.store import SqlStore
from tests.parts import ROOT
from tests.replay.replay_desk import WORDS

_DAYS = load_calendar(load(None, None, {}, ROOT).calendar)
CALENDAR = calendar_of(ZoneInfo("Asia/Ho_Chi_Minh"), _DAYS.hours, merged(_DAYS.days, ()))


def rule_desk(store: SqlStore, clock: Clock, new_id: Callable[[], str]) -> RuleDesk:
    """Texts are answered by the shipped rules."""
    kept = store.text_cases
    words = SynonymCommands(store.synonyms, store.reading, WORDS, clock.now, cases=kept)
    return RuleDesk(words, store.reading.counted, kept, CaseCommands(kept, clock.now, new_id))


def claim_desk(store: SqlStore, clock: Clock, new_id: Callable[[], str]) -> ClaimDesk:
    """A complaint is due after ten working days."""

    async def calendar() -> Calendar:
        return CALENDAR

    commands = ComplaintCommands(store.complaints, calendar, 10, clock.now, new_id)
    rights = CitizenRights(store.retention, clock.now)
    return ClaimDesk(commands, store.complaints, rights, store.reading)
