"""What the console's pages about rules, complaints and a citizen's rights reach, wired."""

from sms_gateway.complaints import ComplaintCommands
from sms_gateway.console.claim_desk import ClaimDesk
from sms_gateway.console.proposals import Proposals
from sms_gateway.console.rule_desk import RuleDesk
from sms_gateway.replay.cases import CaseCommands
from sms_gateway.retention.rights import CitizenRights
from sms_gateway.rules import in_console
from sms_gateway.service.ends import Ends
from sms_gateway.service.wiring import Gateway
from sms_gateway.wordings import WordingCommands


def rule_desk(gateway: Gateway, ends: Ends) -> RuleDesk:
    """What pages about rules reach."""
    now, kept = ends.clock.now, ends.store.text_cases
    words, cases = gateway.loops.rules.commands(now), CaseCommands(kept, now, ends.new_id)
    acts = _wordings(gateway, ends)
    proposals = Proposals(acts, ends.clock.monotonic)
    return RuleDesk(words, ends.store.reading.counted, kept, cases, acts, proposals)


def _wordings(gateway: Gateway, ends: Ends) -> WordingCommands:
    settings = gateway.settings
    return WordingCommands(
        store=ends.store.wordings,
        replies=lambda: ends.enquiry.rules.replies,
        in_console=in_console(settings),
        second_person=settings.replies.second_person,
        now=ends.clock.now,
        new_id=ends.new_id,
        look=gateway.loops.rules.look,
    )


def claim_desk(gateway: Gateway, ends: Ends) -> ClaimDesk:
    """What pages about complaints and a citizen's rights reach."""
    calendar, days = gateway.loops.windows.calendar, gateway.settings.reports.complaint_days
    kept, now = ends.store.complaints, ends.clock.now
    commands = ComplaintCommands(kept, calendar, days, now, ends.new_id)
    rights = CitizenRights(ends.store.retention, now)
    return ClaimDesk(commands, kept, rights, ends.store.reading)
