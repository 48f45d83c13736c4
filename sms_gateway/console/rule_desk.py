"""What the pages about rules reach: words of staff, unread texts, test cases."""

from dataclasses import dataclass

from sms_gateway.replay.cases import CaseCommands, CaseReading
from sms_gateway.replay.synonyms import SynonymCommands
from sms_gateway.reports.unread import UnreadReading


@dataclass(frozen=True, slots=True)
class RuleDesk:
    """All of it.

    Attributes:
        words: the acts about words that staff add.
        unread: where texts that could not be understood stand.
        kept: where test cases stand.
        cases: the acts about them.
    """

    words: SynonymCommands
    unread: UnreadReading
    kept: CaseReading
    cases: CaseCommands
